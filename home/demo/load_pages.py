"""What the demo bureau reads and posts: pictures, branch pages, accounts, news, notices, exemplars, updates."""

from datetime import timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Collection

from activities import publishing
from activities.choices import ActivityState, Kind, Rating, SuggestionState, Verdict
from activities.models import Activity, ActivityPage, Suggestion
from home import adopted
from home.demo import pictures, places
from home.demo.texts.accounts import accounts_of
from home.demo.texts.exemplars import EXEMPLARS
from home.demo.texts.news import NEWS
from home.demo.texts.notices import NOTICES
from home.demo.texts.shapes import fill
from home.demo.texts.updates import UPDATES
from home.models import (
    Comment,
    ExemplarIndexPage,
    ExemplarPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    NoticeIndexPage,
    NoticePage,
    Reaction,
    Receipt,
    Update,
    UpdatePhoto,
)
from staff.audience import Audience

SIZE = (1200, 750)
VARIATIONS = 2
PUBLISHED = 112
PICTURES = {
    Kind.THEME_DAY: ("meeting", "study", "flag", "terraces", "field"),
    Kind.JOINT: ("joint", "logistics", "market", "dusk_road"),
    Kind.VOLUNTEERING: ("lake", "field", "village"),
    Kind.STUDY_VISIT: ("barn", "village", "hills"),
    Kind.LECTURE: ("study", "meeting"),
}
ADOPTED = {"state": SuggestionState.CLOSED, "verdict": Verdict.ADOPTED, "rating": Rating.SATISFIED}
NAMES = {
    "hills": "层叠的山",
    "terraces": "梯田",
    "field": "烟田",
    "leaf": "烟叶",
    "lake": "滇池岸边",
    "village": "山村",
    "barn": "烤房",
    "dusk_road": "暮色中的路",
    "meeting": "会议室",
    "market": "街市",
    "logistics": "物流仓库",
    "city": "城区街巷",
    "joint": "携手共建",
    "flag": "山间晨光",
    "study": "灯下学习",
}


def load_pictures(world):
    """The illustrations as images of the portal, a few of each kind."""
    Image = get_image_model()
    root = Collection.get_first_root_node()
    for kind in pictures.KINDS:
        for seed in range(VARIATIONS):
            buffer = BytesIO()
            pictures.picture(kind, seed, SIZE).save(buffer, "JPEG", quality=84)
            image = Image(title=NAMES[kind], description=f"插图：{NAMES[kind]}", collection=root)
            image.file = ContentFile(buffer.getvalue(), name=f"demo-{kind}-{seed}.jpg")
            image.width, image.height = SIZE
            image.file_size = buffer.tell()
            image.save()
            world.pictures.setdefault(kind, []).append(image)


def body(paragraphs, picture=None):
    blocks = [("text", f"<p>{paragraph}</p>") for paragraph in paragraphs]
    if picture is not None and len(blocks) > 1:
        figure = {"image": {"image": picture.pk, "alt_text": picture.description, "decorative": False}, "caption": ""}
        return [
            *blocks[:1],
            ("figure", ActivityPage._meta.get_field("body").stream_block.child_blocks["figure"].to_python(figure)),
            *blocks[1:],
        ]
    return blocks


def publish(page, parent, moment):
    """Put a page below its parent as if it had been published at `moment`."""
    page.live, page.has_unpublished_changes = True, False
    page.first_published_at = page.last_published_at = page.latest_revision_created_at = moment
    parent.add_child(instance=page)
    return page


def load_front(world):
    """The front page's words, the news, notices with receipts, and exemplars."""
    rng = world.rng("pages")
    home = HomePage.objects.get()
    home.motto = "把责任写在田里，把答案带回一线"
    home.save()
    news, notices = NewsIndexPage.objects.get(), NoticeIndexPage.objects.get()
    for place, item in enumerate(NEWS):
        picture = rng.choice(world.pictures[item.picture])
        publish(
            NewsPage(
                title=item.title, slug=f"news-{place + 1}", introduction=item.lead, day=world.ago(item.days_ago),
                picture=picture, body=body(item.paragraphs),
                audience=Audience.PUBLIC if place % 3 else Audience.BUREAU,
            ), news, world.at(world.ago(item.days_ago), 10),
        )  # fmt: skip
    readers = [member.user_id for member in world.members[::4]]
    for place, item in enumerate(NOTICES):
        page = publish(
            NoticePage(
                title=item.title, slug=f"notice-{place + 1}", day=world.ago(item.days_ago), body=body(item.paragraphs),
                receipt_wanted=item.due_in is not None,
                audience=Audience.BUREAU if place % 5 else Audience.PUBLIC,
                act_by=world.today + timedelta(days=item.due_in) if item.due_in is not None else None,
            ), notices, world.at(world.ago(item.days_ago), 9),
        )  # fmt: skip
        if page.receipt_wanted:
            own = {user.pk for user in world.users.values()}
            Receipt.objects.bulk_create(
                [Receipt(notice=page, user_id=pk) for pk in readers if pk not in own and rng.random() < 0.7],
                batch_size=500,
            )
    _exemplars(world, rng)


def load_adopted(world, session):
    """What came of one of the session's suggestions, made known by the party office the day after it was closed."""
    closed = Suggestion.objects.filter(activity=session, unnamed=False, **ADOPTED).order_by("number").first()
    if closed is None:
        return
    moment = min(closed.events.latest("at").at + timedelta(days=1), timezone.now())
    page = adopted.publish(suggestion=closed, live=True, by=world.users["office"], at=moment)
    NewsPage.objects.filter(pk=page.pk).update(
        picture=world.pictures["meeting"][0],
        first_published_at=moment, last_published_at=moment, latest_revision_created_at=moment,
    )  # fmt: skip


def _exemplars(world, rng):
    index = ExemplarIndexPage.objects.get()
    codes = {county.short: county.code for county in places.COUNTIES}
    for place, item in enumerate(EXEMPLARS):
        unit = world.units[codes[item.county]] if item.county in codes else world.units["city"]
        publish(
            ExemplarPage(
                title=f"{item.name}:{item.title}", slug=f"exemplar-{place + 1}", introduction=item.lead,
                day=world.ago(12 + 24 * place), picture=rng.choice(world.pictures[item.picture]),
                body=body(item.paragraphs), unit=unit, honour=item.position,
                audience=Audience.PUBLIC if place % 4 else Audience.BUREAU,
            ), index, world.at(world.ago(12 + 24 * place), 9),
        )  # fmt: skip


def load_branch_pages(world):
    """A page for every organisation that has one, mirroring the tree."""
    for organisation in world.organisations.values():
        if organisation.kind != "group" and not organisation.external:
            publishing.ensure_branch_page(organisation)


def load_published(world):
    """Accounts of 100 and more past activities, and announcements of those ahead."""
    rng = world.rng("published")
    wanted = list(
        Activity.objects.filter(
            hosts__organisation__in=[branch.pk for branch in world.branches], kinds__kind__in=PICTURES
        )
        .exclude(kinds__kind=Kind.COMMITTEE)
        .exclude(page__isnull=False)
        .with_turnout()
        .with_hosts()
        .prefetch_related("partners__unit")
        .distinct()
        .order_by("-starts", "pk")
    )
    past = [one for one in wanted if one.state == ActivityState.HELD]
    ahead = [one for one in wanted if one.state == ActivityState.SCHEDULED]
    joint = [one for one in past if any(kind.kind != Kind.THEME_DAY for kind in one.kinds.all())]
    chosen = [*joint[:50], *rng.sample(past, PUBLISHED - 50), *ahead[:24]]
    for activity in dict.fromkeys(chosen):
        _account(world, rng, activity)


def _account(world, rng, activity):
    kind = next(row.kind for row in activity.kinds.all() if row.kind in PICTURES)
    lead = activity.lead
    picture = rng.choice(world.pictures[rng.choice(PICTURES[kind])])
    parent = publishing.ensure_branch_page(lead)
    moment = min(activity.ends + timedelta(hours=3), timezone.now())
    introduction, paragraphs = "", activity.agenda.splitlines()
    if activity.state == ActivityState.HELD:
        account = rng.choice(accounts_of(kind) or accounts_of("theme_day"))
        partners = [one.unit.name for one in activity.partners.all()]
        words = {
            "county": str(lead.unit).removesuffix("局"), "bureau": str(lead.unit), "branch": str(lead),
            "partner": partners[0] if partners else "共建单位", "place": activity.place, "present": activity.present,
            "expected": activity.expected, "households": rng.randrange(6, 30), "count": rng.randrange(3, 12),
        }  # fmt: skip
        introduction = fill(account.lead, **words)
        paragraphs = [fill(one, **words) for one in account.paragraphs]
    publish(
        ActivityPage(
            title=activity.title,
            slug=f"activity-{activity.pk}",
            activity=activity,
            introduction=introduction,
            picture=picture,
            body=body(paragraphs, rng.choice(world.pictures[rng.choice(PICTURES[kind])])),
            audience=Audience.PUBLIC if rng.random() < 0.6 else Audience.BUREAU,
        ),
        parent,
        moment,
    )


def load_updates(world):
    """Staff updates of the past two months with photos, comments and thanks."""
    rng = world.rng("updates")
    by_role = {}
    for unit in places.CITY_DEPARTMENTS:
        by_role.setdefault(unit.role, []).extend(world.by_unit[world.units[unit.name].pk])
    for county in places.COUNTIES:
        for unit in county.units:
            by_role.setdefault(unit.role, []).extend(world.by_unit[world.units[county.code, unit.name].pk])
    updates, comments, reactions, pictured = [], [], [], []
    for place, item in enumerate(UPDATES):
        author = rng.choice(by_role.get(item.role) or world.members)
        moment = timezone.now() - timedelta(hours=5 + place * 21 + rng.randrange(0, 9))
        update = Update(
            author=author, text=item.text, unit_id=author.unit_id, branch_id=author.branch_id, posted_at=moment
        )
        updates.append(update)
        colleagues = world.by_unit[author.unit_id]
        comments += [
            Comment(update=update, author=rng.choice(colleagues), text=text, posted_at=moment) for text in item.comments
        ]
        thankful = rng.sample(world.members, rng.randrange(2, 24))
        reactions += [Reaction(update=update, member=member) for member in thankful]
        if item.picture:
            pictured.append((update, item.picture))
    Update.objects.bulk_create(updates)
    Comment.objects.bulk_create(comments)
    Reaction.objects.bulk_create(reactions, batch_size=500)
    for place, (update, kind) in enumerate(pictured):
        for seed in range(1 + place % 3):
            buffer = BytesIO()
            pictures.picture(kind, 50 + place + seed, (960, 720)).save(buffer, "JPEG", quality=82)
            name = f"demo-{world.copy}-{place}-{seed}.jpg"
            UpdatePhoto.objects.create(update=update, file=ContentFile(buffer.getvalue(), name=name))
