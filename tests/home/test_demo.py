"""The demo bureau: its figures are those of the contract, its rows keep our own rules, and nobody real is in it."""

import hashlib

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from wagtail.blocks import StreamValue

from activities.models import Activity, ActivityPage, Suggestion, SuggestionAuthor
from home.demo import load, people
from staff.choices import OrganisationKind, PlotKind, UnitKind
from staff.models import Member, Notification, PartyOrganisation, Plot, Posting, Round, Unit, User
from tests.factories.staff import make_member, today

pytestmark = [pytest.mark.django_db, pytest.mark.demo]

ACCOUNTS = ("staff", "secretary", "manager", "office", "sysadmin", "auditor", "partner")
SAMPLE = 15
OURS = ("staff", "activities", "home")
PAGES = ("/", "/news/", "/activities/", "/accounts/login/", "/search/?q=走访", "/nowhere/")
INNER_PAGES = ("/me/", "/plots/", "/members/", "/deployments/", "/suggestions/", "/agreements/", "/updates/")
# What is drawn anew each time by design: tokens of forms, hashes of passwords, the moment of storing.
MOMENTS = {"last_login", "date_joined", "created_at", "recorded_at", "at", "posted_at", "written_at", "asked_at"}
# What holds the key of another row, which a database may count on from where it was.
KEYS = {"key", "address"}
DRAWN = {"token", "password", "file", *KEYS, *MOMENTS}


def said(value):
    """A value as it reads; of a page's body its texts, without keys of blocks and pictures."""
    if not isinstance(value, StreamValue):
        return value
    return [(block["type"], block["value"] if block["type"] == "text" else "") for block in value.raw_data]


def digest():
    """A fingerprint of what the demo says, by model, without keys, which a database may count on from where it was."""
    found = {}
    for model in (model for label in OURS for model in apps.get_app_config(label).get_models()):
        plain = [
            field.attname
            for field in model._meta.local_concrete_fields
            if not field.primary_key and not field.is_relation and field.attname not in DRAWN
        ]
        rows = [tuple(map(said, row)) for row in model._base_manager.values_list(*plain)] if plain else []
        text = f"{sorted(map(repr, rows))}{model._base_manager.count()}"
        found[model._meta.label] = hashlib.sha256(text.encode()).hexdigest()[:8]
    return found


def test_a_bureau_with_real_people_is_refused():
    # The first test here: from the next one on, the demo stands for the rest of the module.
    make_member()
    with pytest.raises(CommandError, match="空库"):
        call_command("load_demo", verbosity=0)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo loaded twice, the first time taken back: both fingerprints; once where a load is asked nothing new."""
    with django_db_blocker.unblock(), transaction.atomic():
        first = None
        if connection.vendor == "sqlite":
            with transaction.atomic():
                load.load(today=today())
                first = digest()
                transaction.set_rollback(True)
        load.load(today=today())
        cache.clear()
        yield first, digest()
        transaction.set_rollback(True)
    with django_db_blocker.unblock():
        cache.clear()


def test_a_day_a_scale_and_a_seed_make_one_demo(demo):
    first, second = demo
    if first is None:
        pytest.skip("what is drawn does not depend on the database, and drawing it twice takes its time")
    assert {name: (first[name], second[name]) for name in first if first[name] != second[name]} == {}


def test_the_bureau_has_its_real_scale(demo):
    assert Unit.objects.filter(kind=UnitKind.COUNTY).count() == 14
    branches = PartyOrganisation.objects.filter(kind=OrganisationKind.BRANCH, external=False)
    assert 80 <= branches.count() <= 100
    assert 1800 <= Member.objects.count() <= 2000
    xundian = Unit.objects.get(kind=UnitKind.COUNTY, name__contains="寻甸")
    stations = Unit.objects.filter(kind=UnitKind.STATION, path__startswith=xundian.path)
    assert stations.count() == 17 and Member.objects.filter(unit__in=stations).count() == 340
    villages = Plot.objects.filter(kind=PlotKind.VILLAGE, unit__path__startswith=xundian.path)
    assert villages.count() == 167 and not villages.filter(divisions=None).exists()


def test_every_year_since_2020_has_a_round(demo):
    rounds = Round.objects.exclude(state="draft").annotate(people=Count("postings"))
    years = set(range(2020, today().year + 1))
    assert {row.starts.year for row in rounds} >= years
    assert all(row.people >= 60 for row in rounds)
    assert Posting.objects.on(today()).exists()


def test_a_year_of_life_and_weeks_ahead(demo):
    assert Activity.objects.count() >= 1000
    assert Activity.objects.filter(starts__date__gt=today(7)).exists()
    assert ActivityPage.objects.live().exclude(picture=None).count() >= 100


def test_the_session_at_guandu_heard_39_people(demo):
    sessions = Activity.objects.annotate(n=Count("suggestions")).filter(n=39)
    guandu = [row for row in sessions if "官渡" in row.lead.unit.name or "官渡" in row.title]
    assert len(guandu) == 1
    voices = SuggestionAuthor.objects.filter(suggestion__activity=guandu[0], part="author")
    assert voices.values("member").distinct().count() == 39
    assert 580 <= Suggestion.objects.count() <= 660


def test_what_came_of_an_adopted_suggestion_is_news_and_both_pages_lead_to_each_other(demo):
    row = Suggestion.objects.exclude(news=None).get()
    assert row.events.latest("pk").by.username == "office"
    client = Client()
    client.force_login(User.objects.get(username="staff"))
    assert row.news.url in client.get(row.get_absolute_url()).content.decode()
    assert row.get_absolute_url() in client.get(row.news.url).content.decode()
    assert row.news.url in client.get("/news/").content.decode()
    assert Notification.objects.filter(address=row.get_absolute_url(), text__contains="已作为动态发布").exists()


def test_its_accounts_sign_in_and_nobody_else_does(demo):
    for name in ACCOUNTS:
        assert Client().login(username=name, password=settings.DEMO_PASSWORD), name
    usable = [user.username for user in User.objects.all() if user.has_usable_password()]
    assert set(usable) == set(ACCOUNTS)


def test_every_page_says_that_its_data_are_invented(demo):
    for url in PAGES:
        assert "演示数据" in Client().get(url).content.decode(), url
    for name in ("staff", "office"):
        client = Client()
        client.force_login(User.objects.get(username=name))
        for url in (*PAGES[:3], *INNER_PAGES):
            assert "演示数据" in client.get(url, follow=True).content.decode(), (name, url)


def test_a_second_call_changes_nothing(demo):
    call_command("load_demo", verbosity=0)
    assert digest() == demo[1]


@pytest.mark.parametrize("label", OURS)
def test_rows_keep_our_own_rules(demo, label):
    wrong = []
    for model in apps.get_app_config(label).get_models():
        for row in model._default_manager.order_by("?")[:SAMPLE]:
            try:
                row.full_clean(exclude=["password"] if model is User else None)
            except Exception as error:  # noqa: BLE001 (any refusal is what this test reports)
                wrong.append((model._meta.label, str(row), str(error)))
    assert wrong == []


def test_people_are_invented_from_our_own_lists(demo):
    first = set(people.SURNAMES)
    rest = {*people.MALE, *people.FEMALE, *people.MALE_MIDDLE, *people.FEMALE_MIDDLE}
    names = set(Member.objects.values_list("name", flat=True))
    assert [name for name in names if name[0] not in first or set(name[1:]) - rest] == []
    assert names & people.KNOWN == set()
    assert not Member.objects.exclude(phone="").exclude(phone__startswith="100").exists()
