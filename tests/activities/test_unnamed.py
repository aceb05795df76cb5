"""Somebody who does not want to be named is named nowhere: every place that answers anybody is searched for them."""

import io
import logging
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from activities import feeds, minutes_urls, session_urls, suggestion_urls, suggestions
from activities.choices import AttendanceState, Rating, Verdict
from activities.fates import FIGURES
from activities.models import SuggestionAuthor, SuggestionEvent
from activities.suggestions import trend
from home import adopted, digest
from portal.logs import Formatter
from staff.models import AccessEvent, Notification
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

NAME, NUMBER, LOGIN = "段不显名", "X70707", "duanbuxian"
READERS = ("staff", "secretary", "manager", "office", "sysadmin", "auditor", "partner", "co_signer")


class Case:
    """An unnamed suggestion of a session, taken to its end by everybody's hands."""

    def __init__(self):
        self.branch = make.make_organisation(unit=make.make_unit(name="官渡区局"))
        unit = self.branch.unit
        member = make.make_member(name=NAME, employee_number=NUMBER, unit=unit, branch=self.branch)
        self.author = make.make_user(member=member, username=LOGIN)
        self.readers = {
            "staff": make.make_staff(branch=self.branch, unit=unit),
            "secretary": make.make_secretary(self.branch),
            "manager": make.make_manager(unit),
            "office": make.make_office(),
            "sysadmin": make.make_sysadmin(),
            "auditor": make.make_auditor(),
            "partner": make.make_partner(),
            "co_signer": make.make_staff(branch=self.branch, unit=unit),
        }
        secretary, manager, office = (self.readers[role] for role in ("secretary", "manager", "office"))
        self.activity = made.make_activity(self.branch, starts=made.moment(-1))
        session = suggestions.open_session(activity=self.activity, question="怎样压实责任？", by=secretary)
        client = Client()
        client.force_login(self.author)
        text = "网格员夜里巡查没有补贴，人心不稳。"
        answer = client.post(
            reverse("activities:session_say", args=[self.activity.pk]),
            {"token": uuid.uuid4(), "text": text, "unnamed": "on"},
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == 201
        page = client.post(
            reverse("activities:suggestion_add"),
            {
                "token": uuid.uuid4(),
                "text": "另一件：值班室的暖气坏了。",
                "unnamed": "on",
                "co_signer_1": self.readers["co_signer"].member.employee_number,
            },
        )
        assert page.status_code == 302
        self.outside = SuggestionAuthor.objects.filter(member=member).latest("pk").suggestion
        self.row = SuggestionAuthor.objects.filter(member=member).earliest("pk").suggestion
        suggestions.edit_voice(suggestion=self.row, text=text + "请研究。", topic="人才", seen=text, by=secretary)
        suggestions.end_session(session=session, by=secretary)
        suggestions.into_minutes(activity=self.activity, kind="theme_day", by=secretary)
        self.rest = suggestions.split(
            suggestion=self.row, text="夜里巡查没有补贴。", rest="人心不稳。", seen=self.row.state, by=secretary
        )
        other = made.make_suggestion(organisation=self.branch, author=self.readers["staff"].member)
        suggestions.merge(suggestion=self.rest, into=other, seen=self.rest.state, by=secretary)
        row = suggestions.accept(suggestion=self.row, seen="logged", by=secretary)
        row = suggestions.assign(suggestion=row, lead_unit=unit, seen=row.state, by=office)
        row = suggestions.start(suggestion=row, seen=row.state, by=manager)
        row = suggestions.answer(suggestion=row, verdict=Verdict.PARTLY, text="先试。", seen=row.state, by=manager)
        row = suggestions.rate(suggestion=row, rating=Rating.DISSATISFIED, seen=row.state, by=self.author)
        row = suggestions.answer(suggestion=row, verdict=Verdict.ADOPTED, text="照办。", seen=row.state, by=manager)
        self.row = suggestions.rate(suggestion=row, rating=Rating.SATISFIED, seen=row.state, by=self.author)
        self.news = adopted.publish(suggestion=self.row, live=True, by=office)
        suggestions.escalate(timezone.now() + timedelta(days=90))

    def addresses(self):
        """Every place where suggestions or what hangs on them may be read, each address of theirs among it."""
        rows, of_session = (self.row, self.outside, self.rest), {"pk": self.activity.pk}
        for row in rows:
            yield from every(suggestion_urls, pk=row.pk, link=1)
        yield from every(session_urls, **of_session, suggestion=self.row.pk, act="show")
        yield from every(minutes_urls, **of_session, kind="theme_day", host=self.branch.pk)
        register, merge = reverse("activities:suggestions"), f"/suggestions/{self.outside.pk}/merge/"
        asked = ("format=xlsx", "q=巡查", f"activity={self.activity.pk}", f"q={self.row.number}&format=xlsx")
        yield from (f"{register}?{query}" for query in asked)
        yield from (f"{register}?figure={figure}" for figure in ("waiting", "overdue", *FIGURES))
        yield from (f"{merge}?q=巡查", f"{merge}?into={self.row.number}")
        yield reverse("activities:suggestion_figures") + "?format=xlsx"
        over_time = reverse("activities:suggestion_trend")
        for by in trend.BY:
            yield from (f"{over_time}?by={by}", f"{over_time}?by={by}&format=xlsx")
        yield reverse("activities:session_feed", kwargs=of_session) + "?all=1"
        yield self.activity.get_absolute_url()
        yield from (self.news.url, "/news/", "/branches/", "/activities/", "/updates/")
        yield from ("/", "/me/", "/me/notifications/", "/manage/", "/search/?q=巡查", "/activities/calendar.ics")
        yield from ("/search/suggest/?q=巡查", f"/search/?q={self.row.number}")
        admin = reverse("activities_suggestion:index")
        yield from (admin, f"{admin}?export=csv", f"{admin}?export=xlsx", f"{admin}inspect/{self.row.pk}/")
        yield from (f"{admin}edit/{self.row.pk}/", f"{admin}history/{self.row.pk}/", "/admin/", "/admin/audit/")
        news = f"/admin/pages/{self.news.pk}"
        yield from (f"{news}/edit/", f"{news}/history/", "/admin/reports/site-history/", "/sitemap.xml")


def every(module, **known):
    """Each address of a module, with what it asks for; one that takes no looks answers so."""
    for pattern in module.urlpatterns:
        asked = set(pattern.pattern.regex.groupindex) | ({"pk"} if module is session_urls else set())
        yield reverse(f"activities:{pattern.name}", kwargs={name: known[name] for name in asked})


@pytest.fixture
def told():
    """What the portal writes into its log meanwhile, at the level that says most."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter("{asctime} {levelname} {name} {message}", style="{"))
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request")]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers[:2]:
        logger.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield stream
    for logger, level in before:
        logger.removeHandler(handler)
        logger.setLevel(level)


def words_of(response):
    """All that a response says, what is packed in a workbook or a paper among it."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return b"\n".join(packed.read(name) for name in packed.namelist()).decode("utf-8", "replace")
    return content.decode("utf-8", "replace")


def test_no_answer_to_anybody_says_who(told, capsys):
    """Every reader at every address, and what the portal logs meanwhile; only the attendance list knows the name."""
    case, said, opened = Case(), {}, 0
    for role in READERS:
        client = Client()
        client.force_login(case.readers[role])
        own_feed = reverse("activities:own_feed", args=[feeds.create_token(user=case.readers[role])])
        for url in (*case.addresses(), own_feed):
            response = client.get(url)
            opened += response.status_code == 200
            words = words_of(response)
            found = [secret for secret in (NAME, NUMBER, LOGIN) if secret in words]
            if found:
                said[role, url] = found
        if NAME in str(digest.sections(case.readers[role], timezone.localdate())):
            said[role, "digest"] = NAME
        similar = client.post(reverse("activities:suggestion_similar"), {"text": "夜里巡查没有补贴怎么办"})
        if NAME in words_of(similar):
            said[role, "similar"] = NAME
        # Whoever looks for the name finds nothing that hangs on it.
        found = client.get(reverse("activities:suggestions"), {"q": NAME})
        if found.status_code == 200 and found.context["object_list"]:
            said[role, "looked for"] = NAME
    assert said == {}
    assert opened > 300
    written = told.getvalue() + "".join(capsys.readouterr())
    assert "Not Found" in written
    assert not any(secret in written for secret in (NAME, NUMBER, LOGIN))


def test_no_page_about_the_person_leads_to_what_they_said():
    """Who looks at the person, their branch or the evening finds neither number nor words of the unnamed ones."""
    case = Case()
    said = [row.number for row in (case.row, case.outside, case.rest)] + ["夜里巡查", "暖气坏了", "人心不稳"]
    person = case.author.member.get_absolute_url()
    pages = (person, f"/search/?q={NAME}", f"/search/?q={NUMBER}", f"/members/?q={NAME}", f"/updates/people/?q={NAME}")
    found = {}
    for role in READERS:
        client = Client()
        client.force_login(case.readers[role])
        for url in (*pages, reverse("activities:attendance", args=[case.activity.pk])):
            words = words_of(client.get(url))
            if any(one in words for one in said):
                found[role, url] = [one for one in said if one in words]
    assert found == {}
    own = Client()
    own.force_login(case.author)
    assert case.row.number in own.get("/me/").content.decode()


def test_no_row_that_others_read_says_who():
    """Notifications, history, logs, minutes: all tables but the one that holds authors and those of people."""
    case = Case()
    member, user = case.author.member, case.author
    assert not Notification.objects.filter(text__contains=NAME).exists()
    assert not SuggestionEvent.objects.filter(by=user).exists()
    assert not ModelLogEntry.objects.filter(user=user).exists()
    people = {"staff_member", "staff_user", "activities_suggestionauthor", "django_session"}
    tables = [name for name in connection.introspection.table_names() if name not in people]
    about = {case.row.pk, case.outside.pk, case.rest.pk}
    with connection.cursor() as cursor:
        for table in tables:
            if "sqlite" in table or "fts" in table or table.startswith(("wagtailsearch", "modelsearch")):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                assert not any(secret in str(row) for secret in (NAME, NUMBER)), table
    assert SuggestionAuthor.objects.filter(suggestion__in=about, member=member).count() == 3


def test_the_office_looks_it_up_and_the_look_is_seen():
    """In the answer to that one request, in the history, the audit log and the record of access."""
    case = Case()
    client = Client()
    client.force_login(case.readers["office"])
    answer = client.post(reverse("activities:suggestion_reveal", args=[case.row.pk]))
    assert NAME in answer.content.decode() and answer["Cache-Control"] == "no-store"
    assert NAME not in client.get(case.row.get_absolute_url()).content.decode()
    event = case.row.events.order_by("-pk").first()
    assert event.by == case.readers["office"]
    assert AccessEvent.objects.get().user == case.readers["office"]
    client.force_login(case.readers["secretary"])
    assert client.post(reverse("activities:suggestion_reveal", args=[case.row.pk])).status_code == 404


def test_a_paper_of_somebody_unnamed_is_refused_and_a_photo_is_not():
    """A document's properties say who wrote it; a photo has lost what the camera wrote."""
    case = Case()
    client = Client()
    client.force_login(case.author)
    paper = SimpleUploadedFile("方案.pdf", b"%PDF-1.7 author")
    data = {"token": uuid.uuid4(), "text": "第三件事。", "unnamed": "on", "files": paper}
    answer = client.post(reverse("activities:suggestion_add"), data)
    assert answer.status_code == 422 and "只能附照片" in answer.content.decode()
    assert SuggestionAuthor.objects.filter(member=case.author.member).count() == 3


def test_taking_part_names_nobody_even_where_everybody_else_is_named():
    """A session where all but one are named: participation counts authors and lists none."""
    case = Case()
    made.make_attendance(activity=case.activity, member=case.readers["staff"].member, state=AttendanceState.PRESENT)
    client = Client()
    client.force_login(case.readers["staff"])
    assert NAME not in client.get(reverse("activities:session", args=[case.activity.pk])).content.decode()
