"""Study material of the demo bureau, and who finished it."""

from datetime import timedelta
from decimal import Decimal

from activities.choices import StudySource
from activities.models import StudyRecord
from home.demo.load_pages import body, publish
from home.demo.texts.study import STUDY
from home.models import StudyCompletion, StudyFor, StudyIndexPage, StudyPage
from staff.audience import Audience

# How many in a hundred have finished a page by now.
FINISHED = 12


def load_study(world):
    """The pages, and the completions of some of those for whom they are meant, each with its hours."""
    rng = world.rng("study")
    index = StudyIndexPage.objects.get()
    own = {user.pk for user in world.users.values()}
    party = [member for member in world.members if member.in_party and member.user_id not in own]
    for place, item in enumerate(STUDY):
        page = publish(
            StudyPage(
                title=item.title, slug=f"study-{place + 1}", introduction=item.lead, day=world.ago(item.days_ago),
                picture=rng.choice(world.pictures["study"]), body=body(item.paragraphs), hours=Decimal(item.hours),
                minutes=item.minutes, meant_for=StudyFor.PARTY if place else StudyFor.ALL,
                audience=Audience.PUBLIC if place == 0 else Audience.BUREAU,
            ), index, world.at(world.ago(item.days_ago), 9),
        )  # fmt: skip
        readers = [member for member in party if rng.randrange(100) < FINISHED]
        days = [page.day + timedelta(days=rng.randrange(item.days_ago)) for _member in readers]
        records = StudyRecord.objects.bulk_create(
            [
                StudyRecord(member=member, day=day, title=page.title, hours=page.hours, source=StudySource.MATERIAL)
                for member, day in zip(readers, days, strict=True)
            ],
            batch_size=500,
        )
        StudyCompletion.objects.bulk_create(
            [
                StudyCompletion(page=page, member_id=row.member_id, record=row, at=world.at(row.day, 20))
                for row in records
            ],
            batch_size=500,
        )
