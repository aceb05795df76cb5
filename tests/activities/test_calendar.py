"""The calendar's views: each day has what touches it, days off are marked, and more activities cost no more."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities import by_day
from activities.choices import ActivityState, Kind
from activities.models import Activity, ActivityHost
from staff.audience import Audience
from staff.models import Holiday
from tests.factories.activities import make_activity, make_activity_page, make_attendance
from tests.factories.staff import make_organisation, make_secretary, make_staff, today

pytestmark = pytest.mark.django_db
VIEWS = ("month", "week", "agenda", "day")


def at(text):
    """A moment here, written as 2024-02-29 20:00."""
    return timezone.make_aware(datetime.fromisoformat(text))


def held(first, last, **fields):
    return make_activity(starts=at(first), ends=at(last), **fields)


def address(view, day):
    args = [day.year, day.month] if view == "month" else [day.isoformat()]
    return reverse(f"activities:{view}", args=args)


@pytest.fixture
def reader(client):
    client.force_login(make_staff())
    return client


def spread(first, last, shown=4):
    days = by_day.spread(Activity.objects.all(), date.fromisoformat(first), date.fromisoformat(last), shown=shown)
    return {day.day.isoformat(): day for day in days}


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "on"),
    [
        ("2024-02-29 09:00", "2024-02-29 11:00", {"2024-02-29": "09:00–11:00"}),
        ("2024-02-29 20:00", "2024-03-01 02:00", {"2024-02-29": "20:00起", "2024-03-01": "至02:00"}),
        (
            "2025-12-30 14:00",
            "2026-01-02 12:00",
            {"2025-12-30": "14:00起", "2025-12-31": "全天", "2026-01-01": "全天", "2026-01-02": "至12:00"},
        ),
        # One that ends at midnight is not on the day that begins then.
        ("2025-11-27 20:00", "2025-11-28 00:00", {"2025-11-27": "20:00–00:00"}),
    ],
)
def test_an_activity_stands_on_every_day_that_it_touches(starts, ends, on):
    held(starts, ends)
    before, after = (at(text).date() + timedelta(days=n) for text, n in ((starts, -1), (ends, 1)))
    days = spread(before.isoformat(), after.isoformat())
    found = {day: row.entries[0].hours for day, row in days.items() if row.entries}
    assert found == on


def test_what_began_before_the_first_day_and_goes_on_after_the_last_is_there():
    held("2025-11-01 09:00", "2025-12-31 17:00")
    days = spread("2025-11-24", "2025-11-30")
    assert all(day.total == 1 and day.entries[0].hours == "全天" for day in days.values())


def test_a_day_shows_the_first_ones_and_counts_the_rest():
    for hour in (15, 9, 11, 8):
        held(f"2025-11-27 {hour:02}:00", f"2025-11-27 {hour + 1:02}:00", title=f"{hour}点")
    held("2025-11-26 21:00", "2025-11-28 08:00", title="跨天")
    days = spread("2025-11-26", "2025-11-28", shown=3)
    assert [entry.activity.title for entry in days["2025-11-27"].entries] == ["跨天", "8点", "9点"]
    assert (days["2025-11-27"].total, days["2025-11-27"].more) == (5, 2)
    assert days["2025-11-28"].total == 1 and not days["2025-11-28"].more


def test_a_days_parts_are_those_of_a_working_day():
    for first, last in (("09:00", "10:00"), ("12:00", "13:00"), ("19:00", "20:00")):
        held(f"2025-11-27 {first}", f"2025-11-27 {last}")
    held("2025-11-26 21:00", "2025-11-27 08:00")
    assert [len(part) for part in spread("2025-11-27", "2025-11-27")["2025-11-27"].parts] == [2, 1, 1]


def test_days_off_and_days_worked_in_exchange_are_the_offices():
    Holiday.objects.create(day=date(2025, 10, 1), name="国庆节")
    Holiday.objects.create(day=date(2025, 10, 11), name="补国庆节", works=True)
    marks = by_day.marked(date(2025, 10, 1), date(2025, 10, 12))
    assert marks[date(2025, 10, 1)] == (False, "国庆节")
    assert marks[date(2025, 10, 2)] == (True, "")
    assert marks[date(2025, 10, 11)] == (True, "补国庆节")
    assert marks[date(2025, 10, 12)] == (False, "")


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_activities_and_marks_the_day(reader, view):
    found = held("2025-10-11 20:00", "2025-10-12 02:00", title="夜间巡查")
    Holiday.objects.create(day=date(2025, 10, 11), name="国庆节调休", works=True)
    page = reader.get(address(view, date(2025, 10, 11))).text
    assert "夜间巡查" in page and found.get_absolute_url() in page and "20:00起" in page
    assert "国庆节调休" in page and "<b>班</b>" in page
    page = reader.get(address(view, date(2025, 10, 12))).text
    assert "至02:00" in page


@pytest.mark.parametrize("view", VIEWS)
def test_filters_go_along_to_the_other_views_and_to_other_days(reader, view):
    held("2025-11-27 09:00", "2025-11-27 10:00", title="党课一", kinds=[Kind.LECTURE])
    held("2025-11-27 09:00", "2025-11-27 10:00", title="别的")
    page = reader.get(address(view, date(2025, 11, 27)), {"kind": "lecture", "page": "1"})
    assert "党课一" in page.text and "别的" not in page.text
    links = re.findall(r'href="(/activities/calendar/\d{4}/\d+/[^"]*|/activities/calendar/(?:w|a|d)[^"]*)"', page.text)
    assert len(links) > 5 and all(link.endswith("?kind=lecture") for link in links)


def test_ones_own_and_ones_branch_are_filters_of_members(client):
    user = make_staff()
    mine = make_activity(title="我要参加的")
    make_attendance(activity=mine, member=user.member)
    make_activity(user.member.branch, title="我支部的")
    make_activity(title="别人的")
    client.force_login(user)
    url = address("agenda", today())
    titles = ("我要参加的", "我支部的", "别人的")
    for query, shown in ({}, titles), ({"whose": "mine"}, titles[:1]), ({"whose": "ours"}, titles[1:2]):
        page = client.get(url, query).text
        assert [title for title in titles if title in page] == list(shown)
    client.logout()
    assert "whose" not in client.get(url).text


def test_drafts_are_on_the_calendar_of_those_who_prepare_them(client):
    branch = make_organisation()
    make_activity(branch, title="还没定的", state=ActivityState.DRAFT)
    for user, shown in ((make_staff(), False), (make_secretary(branch), True)):
        client.force_login(user)
        for view in VIEWS:
            assert ("还没定的" in client.get(address(view, today(1))).text) is shown


@pytest.mark.parametrize("view", VIEWS)
def test_a_visitor_sees_what_is_public_and_is_led_to_its_page(client, view):
    face = make_activity_page(audience=Audience.PUBLIC)
    make_activity(title="内部会议")
    page = client.get(address(view, face.activity.day)).text
    assert face.activity.title in page and face.get_url() in page
    assert "内部会议" not in page and face.activity.get_absolute_url() not in page


@pytest.mark.parametrize("view", VIEWS)
def test_the_ways_back_forth_and_to_today_hold_over_the_turn_of_a_year(reader, view):
    page = reader.get(address(view, date(2024, 12, 31)))
    later = {"month": date(2025, 1, 1), "week": date(2025, 1, 6), "agenda": date(2025, 1, 14), "day": date(2025, 1, 1)}
    assert page.context["later"] == address(view, later[view])
    assert page.context["now"] == address(view, today())
    after = reader.get(page.context["later"])
    assert reader.get(after.context["earlier"]).context["first"] == page.context["first"]


def test_the_calendar_ends_at_its_first_and_last_year(reader):
    assert reader.get(address("month", date(2000, 1, 1))).context["earlier"] is None
    assert reader.get(address("week", date(2099, 12, 31))).context["later"] is None
    assert reader.get(address("day", date(2099, 12, 31))).context["later"] is None


@pytest.mark.parametrize("on", ["2025-02-29", "2025-13-01", "20251127", "2025-W48-1", "1999-12-31", "2100-01-01", "x"])
def test_a_day_that_is_none_is_not_found(reader, on):
    for view in VIEWS[1:]:
        assert reader.get(reverse(f"activities:{view}", args=[on])).status_code == 404


def test_an_empty_agenda_leads_to_the_next_activity(reader):
    held("2025-11-27 00:00", "2025-11-27 10:00")
    page = reader.get(address("agenda", date(2025, 11, 13)))
    assert page.context["next"] == {"day": date(2025, 11, 27), "address": address("agenda", date(2025, 11, 27))}
    assert reader.get(address("agenda", date(2025, 11, 28))).context["next"] is None


def test_whoever_arranges_begins_from_a_day_to_come(client):
    client.force_login(make_secretary(make_organisation()))
    link = f"{reverse('activities:create')}?day={today(9)}"
    assert link in client.get(address("day", today(9))).text
    assert f"?day={today(-9)}" not in client.get(address("day", today(-9))).text
    assert f'value="{today(9)}"' in client.get(link).text
    client.force_login(make_staff())
    assert link not in client.get(address("day", today(9))).text


@pytest.mark.parametrize("view", VIEWS)
def test_a_hundred_times_the_activities_cost_and_show_no_more(reader, view):
    branch, day = make_organisation(), date(2025, 11, 27)
    url = address(view, day)

    def more(number):
        starts = at("2025-11-27 09:00")
        rows = [
            Activity(title="主题党日", starts=starts, ends=starts + timedelta(hours=span), place="会议室", state="held")
            for _n in range(number)
            for span in (1, 30)
        ]
        hosts = [
            ActivityHost(activity=row, organisation=branch, lead=True) for row in Activity.objects.bulk_create(rows)
        ]
        ActivityHost.objects.bulk_create(hosts)

    def cost():
        reader.get(url)
        with CaptureQueriesContext(connection) as queries:
            page = reader.get(url).text
        return len(queries), page.count("主题党日</")

    more(20)
    before = cost()
    more(1980)
    after = cost()
    assert after == before and before[0] <= 16
    assert "4000" in reader.get(url).text if view == "day" else "还有" in reader.get(url).text


def test_a_month_is_written_without_a_zero(reader):
    assert reader.get(address("week", date(2026, 1, 7))).context["title"] == "1月5日 — 1月11日"
