"""Pages kept for the signed-in reader they were made for: cheap to turn back to, never another's, never stale."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from staff.models import Member
from tests.factories.home import make_notice
from tests.factories.staff import make_office, make_staff
from tests.world import make_world

pytestmark = pytest.mark.django_db
# The session, the account and the pulse.
KEPT = 3


@pytest.fixture(autouse=True)
def _kept(settings):
    settings.OWN_PAGE_SECONDS = 60
    caches["pages"].clear()
    caches["own"].clear()


@pytest.fixture
def reader(client):
    """A member who has looked at a page, so that their browser holds all cookies."""
    client.force_login(make_staff())
    client.get("/me/")
    return client


def queries(client, address="/members/", **headers):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, headers=headers).status_code == 200
    return len(captured)


def test_turning_back_to_a_page_costs_three_queries(reader):
    first = reader.get("/members/")
    assert queries(reader) == KEPT
    again = reader.get("/members/")
    assert again.content == first.content
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
def test_any_change_makes_the_page_anew(reader):
    reader.get("/members/")
    assert queries(reader) == KEPT
    Member.objects.filter(user=reader.session["_auth_user_id"]).update(name="改名者")
    assert "改名者" in reader.get("/members/").text


def test_a_page_is_its_sessions_alone(reader):
    reader.get("/members/")
    other = Client()
    other.force_login(make_office())
    other.get("/me/")
    assert queries(other) > KEPT
    reader.logout()
    assert reader.get("/members/").status_code == 302


def test_what_is_said_in_passing_is_said_once(reader):
    reader.get("/me/notifications/")
    assert "已全部标为已读。" in reader.post("/me/notifications/read/", follow=True).text
    assert "已全部标为已读。" not in reader.get("/me/notifications/").text


def test_a_forced_reload_and_a_part_of_a_page_are_made_anew(reader):
    reader.get("/members/")
    assert queries(reader, **{"cache-control": "no-cache"}) > KEPT
    assert queries(reader, **{"hx-request": "true"}) > KEPT


def test_the_front_page_costs_fifteen_queries_at_most_to_make_anew():
    for role, user in make_world().users.items():
        if role in ("staff", "secretary", "manager", "office"):
            client = Client()
            client.force_login(user)
            client.get("/")
            assert KEPT < queries(client, "/", **{"cache-control": "no-cache"}) <= 15, role


def test_the_form_of_a_kept_page_can_be_sent():
    notice = make_notice(receipt_wanted=True)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_staff())
    for _ in range(3):
        page = strict.get(notice.url).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    assert strict.post("/look/", {"theme": "dark", "csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_new_portal_is_set_up_before_there_is_a_table_for_what_is_kept(settings):
    settings.CACHES = settings.CACHES | {"pages": settings.CACHES["pages"] | {"LOCATION": "not_made_yet"}}
    assert make_staff().pk
    assert Member.objects.exists()
