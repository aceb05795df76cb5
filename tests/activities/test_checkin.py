"""Checking in: a code that lasts a minute at most, a window, one row a person, and who may see the screen."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from activities import access, attendance, checkin
from activities.checkin import Standing
from activities.choices import CheckInWay, GuestKind, Kind
from tests.factories.activities import make_activity, make_attendance, make_guest, moment
from tests.factories.staff import make_auditor, make_member, make_office, make_secretary, make_staff, make_user

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def at_nine(**fields):
    """An activity from nine to eleven."""
    return make_activity(starts=NINE, ends=NINE + timedelta(hours=2), **fields)


def expected(activity):
    """Somebody on the list who has an account."""
    member = make_member(branch=activity.lead)
    make_user(member=member)
    make_attendance(activity=activity, member=member)
    return member


def address(name, *args):
    return reverse(f"activities:{name}", args=args)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time of the pages: `clock(moment)`."""

    def put(now):
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    return put


# --- the code ---


@pytest.mark.parametrize(
    ("seconds", "good"), [(0, True), (29, True), (30, True), (59, True), (60, False), (3600, False)]
)
def test_a_code_is_good_for_its_half_minute_and_the_next(seconds, good):
    code = checkin.code(activity=7, at=NINE)
    assert checkin.accepts(activity=7, code=code, at=NINE + timedelta(seconds=seconds)) is good


def test_a_code_is_of_one_activity_and_cannot_be_made_up():
    code = checkin.code(activity=7, at=NINE)
    assert not checkin.accepts(activity=8, code=code, at=NINE)
    assert not checkin.accepts(activity=7, code=checkin.code(activity=7, at=NINE + timedelta(seconds=30)), at=NINE)
    for forged in ("", "0" * 16, code[:-1], code.swapcase(), "签到"):
        assert not checkin.accepts(activity=7, code=forged, at=NINE)


def test_a_ticket_is_of_one_activity_and_lasts_ten_minutes():
    ticket = checkin.ticket(activity=7, at=NINE)
    assert checkin.scanned_at(activity=7, ticket=ticket, at=NINE + timedelta(minutes=10)) == NINE
    for activity, text, minutes in ((8, ticket, 1), (7, ticket, 11), (7, ticket + "x", 1), (7, "", 1), (7, "a:b:c", 1)):
        assert checkin.scanned_at(activity=activity, ticket=text, at=NINE + timedelta(minutes=minutes)) is None


# --- checking in ---


@pytest.mark.parametrize(
    ("minutes", "outcome"),
    [(-31, "window"), (-30, "present"), (15, "present"), (16, "late"), (120, "late"), (121, "window")],
)
def test_a_member_checks_in_within_the_window(minutes, outcome):
    activity = at_nine()
    at = NINE + timedelta(minutes=minutes)
    told = {"activity": activity, "member": expected(activity), "at": at, "scanned": at}
    if outcome == "window":
        with pytest.raises(ValidationError) as refused:
            checkin.check_in(**told)
        assert refused.value.code == "window"
    else:
        row = checkin.check_in(**told)
        assert (row.state, row.checked_in_at) == (outcome, at)


def test_late_is_late_by_the_moment_of_scanning():
    activity = at_nine()
    scanned = NINE + timedelta(minutes=14)
    later = scanned + timedelta(minutes=5)
    row = checkin.check_in(activity=activity, member=expected(activity), at=later, scanned=scanned)
    assert (row.state, row.checked_in_at) == ("present", scanned)


def test_checked_in_twice_is_stored_once():
    activity = at_nine()
    member = expected(activity)
    for minute in (1, 20):
        at = NINE + timedelta(minutes=minute)
        row = checkin.check_in(activity=activity, member=member, at=at, scanned=at)
    assert (row.state, row.checked_in_at) == ("present", NINE + timedelta(minutes=1))
    assert ModelLogEntry.objects.filter(action="activities.attendance.check_in").count() == 1


@pytest.mark.parametrize(
    ("way", "code"), [(CheckInWay.CODE, "scan"), (CheckInWay.BUTTON, ""), (CheckInWay.LIST, "by_list")]
)
def test_the_button_without_a_code_is_there_only_where_the_activity_says_so(way, code):
    activity = at_nine(check_in=way)
    member = expected(activity)
    row = activity.attendances.get()
    assert checkin.may_check_in(activity=activity, row=row, at=NINE) is (code == "")
    if code:
        with pytest.raises(ValidationError) as refused:
            checkin.check_in(activity=activity, member=member, at=NINE)
        assert refused.value.code == code
    else:
        assert checkin.check_in(activity=activity, member=member, at=NINE).is_there


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_nobody_checks_in_at_what_does_not_take_place(state):
    activity = at_nine(state=state)
    with pytest.raises(ValidationError) as refused:
        checkin.check_in(activity=activity, member=expected(activity), at=NINE, scanned=NINE)
    assert refused.value.code == "closed"


def test_whoever_was_on_leave_and_comes_is_there():
    activity = at_nine()
    member = expected(activity)
    activity.attendances.update(state="leave", reason="病假")
    row = checkin.check_in(activity=activity, member=member, at=NINE, scanned=NINE)
    assert (row.state, row.reason) == ("present", "") and attendance.turnout(activity).leave == 0


def test_who_is_not_expected_comes_as_a_walk_in_or_observer_outside_the_sum():
    activity = at_nine()
    stranger, member = make_member(), expected(activity)
    told = {"activity": activity, "at": NINE, "scanned": NINE}
    with pytest.raises(ValidationError):
        checkin.check_in(member=stranger, **told)
    for kind in (GuestKind.WALK_IN, GuestKind.OBSERVER):
        guest = checkin.come_as(member=stranger, kind=kind, **told)
    assert activity.guests.get() == guest and guest.kind == GuestKind.WALK_IN
    for somebody, kind in ((member, GuestKind.WALK_IN), (make_member(), GuestKind.PARTNER), (make_member(), "x")):
        with pytest.raises(ValidationError):
            checkin.come_as(member=somebody, kind=kind, **told)
    with pytest.raises(ValidationError):
        checkin.come_as(member=make_member(), kind=GuestKind.WALK_IN, activity=activity, at=NINE)
    assert attendance.turnout(activity).expected == 1


@pytest.mark.django_db(transaction=True)
def test_a_hall_full_of_phones_checks_in_each_once():
    """Threads on a file database; each phone sends twice."""
    activity = make_activity(starts=moment(), check_in=CheckInWay.BUTTON)
    people = [expected(activity) for _n in range(8)]
    barrier = threading.Barrier(2 * len(people))
    errors = []

    def arrive(member):
        try:
            barrier.wait()
            checkin.check_in(activity=activity, member=member, at=moment())
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=arrive, args=[member]) for member in people for _turn in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert attendance.turnout(activity).there == len(people)
    assert ModelLogEntry.objects.filter(action="activities.attendance.check_in").count() == len(people)


# --- the phone ---


def test_scanning_leads_through_sign_in_back_to_one_tap(client, clock):
    activity = at_nine()
    member = expected(activity)
    clock(NINE)
    scanned = f"{address('check_in', activity.pk)}?code={checkin.code(activity=activity.pk, at=NINE)}"
    answer = client.get(scanned)
    assert answer.status_code == 302 and "/accounts/login/" in answer["Location"]
    clock(NINE + timedelta(minutes=3))
    ticket = client.cookies["check_in"].value
    client.force_login(member.user)
    client.cookies["check_in"] = ticket
    page = client.get(scanned)
    assert page.context["standing"] == Standing.READY
    done = client.post(address("check_in", activity.pk), follow=True)
    assert done.context["standing"] == Standing.THERE and done.context["fresh"]
    assert activity.attendances.get().checked_in_at == NINE
    assert client.get(scanned).context["standing"] == Standing.THERE
    assert not client.cookies["check_in"].value


def test_a_photograph_of_the_code_is_worth_nothing_a_minute_later(client, clock):
    activity = at_nine()
    member = expected(activity)
    client.force_login(member.user)
    clock(NINE + timedelta(seconds=61))
    page = client.get(f"{address('check_in', activity.pk)}?code={checkin.code(activity=activity.pk, at=NINE)}")
    assert page.context["standing"] == Standing.SCAN and "已过期" in page.content.decode()
    refused = client.post(address("check_in", activity.pk))
    assert refused.status_code == 422 and activity.attendances.get().state == "expected"
    client.cookies["check_in"] = "forged"
    assert client.post(address("check_in", activity.pk)).status_code == 422


@pytest.mark.parametrize(
    ("minutes", "state", "way", "standing"),
    [
        (-40, "scheduled", "code", Standing.EARLY),
        (130, "held", "code", Standing.OVER),
        (0, "cancelled", "code", Standing.CLOSED),
        (0, "scheduled", "list", Standing.BY_LIST),
    ],
)
def test_the_phone_says_why_not(client, clock, minutes, state, way, standing):
    activity = at_nine(state=state, check_in=way)
    client.force_login(expected(activity).user)
    now = NINE + timedelta(minutes=minutes)
    clock(now)
    page = client.get(f"{address('check_in', activity.pk)}?code={checkin.code(activity=activity.pk, at=now)}")
    assert page.context["standing"] == standing
    assert client.post(address("check_in", activity.pk)).status_code == 422


def test_a_stranger_is_offered_to_come_as_a_walk_in(client, clock):
    activity = at_nine()
    client.force_login(make_staff())
    clock(NINE)
    page = client.get(f"{address('check_in', activity.pk)}?code={checkin.code(activity=activity.pk, at=NINE)}")
    assert page.context["standing"] == Standing.STRANGER and 'value="walk_in"' in page.content.decode()
    done = client.post(address("check_in", activity.pk), {"as": "walk_in"}, follow=True)
    assert done.context["standing"] == Standing.GUEST and activity.guests.get().checked_in_at == NINE


def test_an_account_without_a_person_is_told(client, clock):
    activity = at_nine()
    client.force_login(make_auditor())
    clock(NINE)
    assert client.get(address("check_in", activity.pk)).status_code == 200
    assert client.post(address("check_in", activity.pk)).status_code == 422


# --- the screen ---


def test_the_screen_is_for_who_keeps_the_record():
    activity = at_nine()
    for name in ("check_in_screen", "check_in_screen_now"):
        url = address(name, activity.pk)
        assert Client().get(url).status_code == 302
        for user, status in (
            (make_staff(branch=activity.lead), 404),
            (make_staff(), 404),
            (make_secretary(make_activity().lead), 404),
            (make_secretary(activity.lead) if name == "check_in_screen" else make_office(), 200),
        ):
            client = Client()
            client.force_login(user)
            assert client.get(url).status_code == status


def test_the_key_of_a_screen_opens_that_screen_for_its_holder_alone():
    activity, other = at_nine(), at_nine()
    keeper, client = make_secretary(activity.lead), Client()
    client.force_login(keeper)
    key = access.feed_key(keeper, activity, of=access.HALL)
    heard = access.feed_key(keeper, other)  # the key of a session's voices, which the whole room has
    for user, about, sent, status in (
        (keeper, activity, key, 200),
        (keeper, other, key, 404),
        (keeper, other, heard, 404),
        (make_staff(branch=activity.lead), activity, key, 404),
        (make_staff(branch=activity.lead), activity, key + "x", 404),
    ):
        client.force_login(user)
        url = address("check_in_screen_now", about.pk)
        assert client.get(url, headers={"X-Feed-Key": sent}).status_code == status
    assert Client().get(url, headers={"X-Feed-Key": key}).status_code == 302


def test_the_screen_counts_each_once_and_shows_the_code_within_the_window():
    activity = at_nine(kinds=[Kind.GENERAL, Kind.LECTURE])
    for state in ("present", "late", "leave", "absent", "expected"):
        make_attendance(activity=activity, state=state, reason="病假" if state == "leave" else "")
    for name in ("甲", "乙"):
        make_guest(activity=activity, name=name)
    rows = type(activity).objects.filter(pk=activity.pk)
    shown = checkin.screen(activities=rows, at=NINE)
    assert shown.turnout == attendance.turnout(activity) and shown.turnout.there == 2
    assert (shown.guests, shown.quorum.entitled, shown.quorum.present, shown.quorum.needed) == (2, 5, 2, 3)
    assert shown.code == checkin.code(activity=activity.pk, at=NINE) and shown.seconds_left == 30
    assert checkin.screen(activities=rows, at=NINE - timedelta(hours=1)).code == ""
    assert checkin.screen(activities=rows.none(), at=NINE) is None


def test_the_screen_asks_little_and_is_sent_nothing_while_nothing_changes(client, clock):
    activity = at_nine()
    member = expected(activity)
    client.force_login(make_secretary(activity.lead))
    clock(NINE)
    url = address("check_in_screen_now", activity.pk)
    key = client.get(address("check_in_screen", activity.pk)).context["key"]
    first = client.get(url, headers={"X-Feed-Key": key})
    assert first.status_code == 200 and "<svg" in first.content.decode()
    with CaptureQueriesContext(connection) as asked:
        same = client.get(url, headers={"If-None-Match": first["ETag"], "X-Feed-Key": key})
    assert (same.status_code, same.content) == (304, b"")
    # Who asks (session, account), and one query for all that is shown.
    assert len(asked) <= 3
    checkin.check_in(activity=activity, member=member, at=NINE, scanned=NINE)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200
    clock(NINE + timedelta(seconds=30))
    second = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200 and second["ETag"] != first["ETag"]
