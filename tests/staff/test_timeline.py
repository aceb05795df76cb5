"""The timeline: windows, and each person's bars, leave and moves on it, in shape and in words."""

from datetime import date

import pytest

from staff import rosters, timeline
from staff.choices import LeaveState
from staff.models import Posting
from tests.factories.staff import make_leave, make_office, make_posting, make_unit, today

FIRST, LAST = date(2026, 9, 14), date(2027, 1, 17)


@pytest.mark.parametrize(
    ("zoom", "first", "last"),
    [
        ("", FIRST, LAST),
        ("x", FIRST, LAST),
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_the_window_is_the_whole_round_or_the_month_or_quarter_of_a_day(zoom, first, last):
    window = timeline.window(zoom=zoom, starts=FIRST, ends=LAST, on=date(2026, 11, 25))
    assert (window.first, window.last) == (first, last)


def test_places_are_percentages_of_the_window():
    window = timeline.window(zoom="month", starts=FIRST, ends=LAST, on=date(2026, 11, 25))
    assert window.at(date(2026, 11, 1)) == 0
    assert window.at(date(2026, 11, 16)) == 50
    assert window.step(1) == date(2026, 12, 1)
    assert window.clip(date(2026, 12, 1), LAST) is None


@pytest.mark.parametrize("zoom", ["", "month", "quarter"])
@pytest.mark.parametrize("ends", [FIRST, date(2026, 9, 30), LAST, date(2036, 1, 1)])
def test_the_scale_stays_readable_for_any_period(zoom, ends):
    window = timeline.window(zoom=zoom, starts=FIRST, ends=ends, on=FIRST)
    found = timeline.ticks(window)
    assert len(found) <= 18
    assert all(0 <= tick.x < 100 for tick in found)


@pytest.mark.django_db
def test_a_row_shows_leave_and_a_move_by_shape_and_word():
    posting = make_posting()
    old, new = str(posting.host_unit), make_unit()
    make_leave(posting=posting, starts=today(-3), ends=today(-2), state=LeaveState.RETURNED)
    make_leave(posting=posting, starts=today(-9), ends=today(-8))
    rosters.move(posting=posting, host_unit=new, duty="清理", day=today(10), reason="x", by=None)
    postings = Posting.objects.order_by("starts").prefetch_related("leaves")
    window = timeline.window(zoom="", starts=posting.round.starts, ends=posting.round.ends, on=today())
    row = timeline.row(postings=list(postings), window=window)
    assert len(row.bars) == 2
    assert len(row.leaves) == 1
    assert row.moves == [window.at(today(10))]
    words = "\n".join(row.words)
    assert f"由{old}调至{new}" in words
    assert "请假" in words


@pytest.mark.django_db
def test_the_page_costs_the_same_for_any_number_of_people_and_pages_them(client, django_assert_max_num_queries):
    first = make_posting()
    for _number in range(55):
        make_posting(round=first.round)
    client.force_login(make_office())
    url = f"/deployments/{first.round_id}/timeline/"
    client.get(url)
    with django_assert_max_num_queries(20):
        page = client.get(url)
    assert len(page.context["rows"]) == 50
    assert len(client.get(url, {"page": 2}).context["rows"]) == 6
    assert client.get(url, {"zoom": "month", "from": "x", "unit": "abc"}).status_code == 200
    assert 'style="' not in page.content.decode()
