"""What goes wrong in a year of a branch's life, tried through the pages: refused with a reason, and nothing is lost."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from activities import checkin, compliance, ledger, planning
from activities.choices import ActivityState, Kind
from activities.models import Activity
from tests.activities.meetings import address as minutes_address
from tests.activities.meetings import meeting
from tests.activities.test_minutes import form as minutes_form
from tests.activities.test_minutes import signed
from tests.factories.activities import make_activity, make_attendance, make_branch_index, make_rule, moment
from tests.factories.staff import make_organisation, make_secretary, make_staff, today

pytestmark = pytest.mark.django_db


def at(text):
    """A moment here, written as 2028-02-29 20:00."""
    return timezone.make_aware(datetime.fromisoformat(text))


def url(name, *args):
    return reverse(f"activities:{name}", args=args)


def said(answer):
    """What the reader is told."""
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


@pytest.fixture
def branch():
    make_branch_index()
    return make_organisation(theme_day=15)


@pytest.fixture
def secretary(client, branch):
    user = make_secretary(branch)
    client.force_login(user)
    return user


@pytest.fixture
def clock(monkeypatch):
    def put(now):
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    return put


def sent(branch, **data):
    """What the form sends for an evening of volunteering."""
    return {
        "kinds": ["volunteering"], "lead": branch.pk, "title": "夜间巡查", "place": "烟站", "do": "schedule",
        "day": today(9).isoformat(), "starts_at": "20:00", "ends_at": "22:00", **data,
    }  # fmt: skip


# --- a series over the turn of a year, 29 February ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "last", "on", "following"),
    [
        (Kind.THEME_DAY, "2026-12-15 14:00", date(2026, 12, 20), "2027-01-15 14:00"),
        (Kind.COMMITTEE, "2026-12-31 09:00", date(2026, 12, 31), "2027-01-29 09:00"),
        (Kind.COMMITTEE, "2028-01-31 09:00", date(2028, 1, 31), "2028-02-29 09:00"),
        (Kind.COMMITTEE, "2028-02-29 09:00", date(2028, 2, 29), "2028-03-29 09:00"),
        (Kind.COMMITTEE, "2028-12-29 22:00", date(2029, 2, 1), "2029-02-28 22:00"),
    ],
)
def test_a_series_goes_on_over_the_turn_of_a_year_and_leap_days(branch, kind, last, on, following):
    held = make_activity(branch, kinds=[kind], starts=at(last), ends=at(last) + timedelta(hours=3))
    _planned, starts, ends = planning.again(held, on=on)
    assert (starts, ends - starts) == (at(following), timedelta(hours=3))


def test_the_last_evening_of_a_year_belongs_to_it_though_it_ends_in_the_next(branch):
    make_rule()
    make_activity(
        branch, starts=at("2026-12-31 23:00"), ends=at("2027-01-01 01:00"), state=ActivityState.HELD, title="守岁"
    )
    held = {on: compliance.table([branch], on)[1][0][1][0].held for on in (date(2026, 12, 31), date(2027, 1, 31))}
    assert held == {date(2026, 12, 31): 1, date(2027, 1, 31): 0}
    lines = [len(ledger.of_branch(branch, year=year, on=date(2027, 1, 31)).lines) for year in (2026, 2027)]
    assert lines == [1, 0]


@pytest.mark.parametrize(("day", "stored"), [("2028-02-29", True), ("2027-02-29", False), ("2027年2月30日", False)])
def test_a_leap_day_is_a_day_in_leap_years(client, branch, secretary, day, stored):
    answer = client.post(url("create"), sent(branch, day=day))
    assert answer.status_code == (302 if stored else 422) and Activity.objects.exists() is stored
    assert stored or "夜间巡查" in answer.text


# --- past midnight ------------------------------------------------------------------------------------------------


def test_past_midnight_the_form_asks_for_the_day_of_the_end_and_keeps_what_was_typed(client, branch, secretary):
    late = sent(branch, ends_at="02:00")
    answer = client.post(url("create"), late)
    assert answer.status_code == 422 and not Activity.objects.exists()
    assert "过了零点才结束的，请填写结束日期" in answer.text and '<details class="form-more" open' in answer.text
    assert "夜间巡查" in answer.text
    assert client.post(url("create"), {**late, "ends_on": today(8).isoformat()}).status_code == 422
    assert client.post(url("create"), {**late, "ends_on": today(10).isoformat()}).status_code == 302
    stored = Activity.objects.get()
    assert stored.ends - stored.starts == timedelta(hours=6)
    form = client.get(url("edit", stored.pk)).context["form"]
    assert (form.initial["day"], form.initial["ends_on"]) == (today(9), today(10))


def test_one_checks_in_after_midnight_until_the_end(client, branch, clock):
    activity = make_activity(branch, starts=at("2026-12-31 22:00"), ends=at("2027-01-01 02:00"), check_in="button")
    users = [make_staff(branch=branch) for _n in range(2)]
    for user in users:
        make_attendance(activity=activity, member=user.member)
    for user, moment_, status in zip(users, ("2027-01-01 01:30", "2027-01-01 02:01"), (302, 422), strict=True):
        clock(at(moment_))
        client.force_login(user)
        assert client.post(url("check_in", activity.pk)).status_code == status
    assert [row.state for row in activity.attendances.order_by("pk")] == ["late", "expected"]


# --- too late, too often, forged ----------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{"sign_up_until": moment(hours=-1)}, {"starts": moment(hours=-1)}])
def test_signing_up_after_closing_is_refused_with_a_reason(client, fields):
    activity = make_activity(kinds=[Kind.VOLUNTEERING], sign_up=True, capacity=5, **fields)
    client.force_login(make_staff())
    answer = client.post(url("sign_up", activity.pk))
    assert re.search(r"报名已于\d+月\d+日 \d\d:\d\d截止", said(answer))
    assert not activity.sign_ups.exists() and not activity.attendances.exists()
    assert f'action="{url("sign_up", activity.pk)}"' not in client.get(activity.get_absolute_url()).text


@pytest.mark.parametrize("code", ["", "x", "0" * 5000, "签到", "other", "old", "early"])
def test_an_old_or_forged_code_checks_nobody_in(client, branch, clock, code):
    now = at("2026-03-05 09:00")
    activity = make_activity(branch, starts=now, ends=now + timedelta(hours=2))
    user = make_staff(branch=branch)
    make_attendance(activity=activity, member=user.member)
    made = {
        "other": checkin.code(activity=activity.pk + 1, at=now),
        "old": checkin.code(activity=activity.pk, at=now - timedelta(minutes=1)),
        "early": checkin.code(activity=activity.pk, at=now + timedelta(minutes=5)),
    }
    clock(now)
    client.force_login(user)
    page = client.get(url("check_in", activity.pk), {"code": made.get(code, code)})
    assert page.status_code == 200 and page.context["standing"] == checkin.Standing.SCAN
    answer = client.post(url("check_in", activity.pk))
    assert answer.status_code == 422 and "请扫描现场屏幕上的二维码签到" in answer.text
    assert activity.attendances.get().state == "expected"


def test_checking_in_twice_keeps_the_first_time_and_one_entry(client, branch, clock):
    now = at("2026-03-05 09:00")
    activity = make_activity(branch, starts=now, ends=now + timedelta(hours=2), check_in="button")
    user = make_staff(branch=branch)
    make_attendance(activity=activity, member=user.member)
    client.force_login(user)
    for minutes in (0, 0, 20):
        clock(now + timedelta(minutes=minutes))
        assert client.post(url("check_in", activity.pk)).status_code == 302
    row = activity.attendances.get()
    assert (row.state, row.checked_in_at) == ("present", now)
    assert ModelLogEntry.objects.filter(action="activities.attendance.check_in").count() == 1


# --- minutes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("votes_for", ["9", "11", "99999999999999999999", "-1", "十", "1.5"])
def test_more_votes_than_voters_come_back_with_what_was_typed(client, votes_for):
    row = meeting(full=10, there=8)
    client.force_login(make_secretary(row.organisation))
    data = {"kind": "ordinary", "title": "年度计划", "votes_for": votes_for, "votes_against": 0, "abstained": 0}
    answer = client.post(minutes_address("minutes_motion", row), data)
    assert answer.status_code == 422 and 'id="id_votes_for_error"' in answer.text and "年度计划" in answer.text
    assert not row.motions.exists()


def test_an_edit_of_signed_minutes_is_refused_and_what_was_typed_can_be_copied(client):
    row = signed()
    client.force_login(make_secretary(row.organisation))
    speech = {"speech-TOTAL_FORMS": 1, "speech-0-speaker": "村支书", "speech-0-said": "补一句"}
    typed = minutes_form(row, text="我改写的内容", **speech)
    page = client.post(minutes_address("minutes", row), typed)
    assert page.status_code == 422 and "已签字锁定，只能追加更正" in page.text
    assert "我改写的内容" in page.text and "村支书：补一句" in page.text and "传达文件。" in page.text
    answer = client.post(minutes_address("minutes", row), typed, headers={"Accept": "application/json"})
    assert answer.status_code == 422 and "锁定" in answer.json()["errors"][0]
    row.refresh_from_db()
    assert row.text == "传达文件。" and row.is_locked
