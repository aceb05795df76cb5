"""The year's ledger of a branch, and what the rules say of elections, branches and committees."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document

from activities import ledger, terms
from activities.choices import ActivityState, AttendanceState, Kind, MinutesState
from tests.factories.activities import make_activity, make_attendance, make_minutes
from tests.factories.staff import (
    make_manager,
    make_member,
    make_organisation,
    make_post,
    make_secretary,
    make_unit,
    today,
)

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)


def held(branch, month, *, year=2026, state=ActivityState.HELD, **fields):
    """What the branch held on the fifth of a month."""
    starts = timezone.make_aware(datetime(year, month, 5, 9))
    return make_activity(branch, starts=starts, state=state, **fields)


def signed(activity, kind=Kind.THEME_DAY, **fields):
    """Minutes with both signatures."""
    at = timezone.now()
    return make_minutes(
        activity=activity, kind=kind, state=MinutesState.SIGNED, chair_signed_at=at, recorder_signed_at=at, **fields
    )


def test_the_ledger_has_what_the_branch_and_its_groups_held_in_the_year_in_order():
    branch = make_organisation()
    group = make_organisation(parent=branch, kind="group")
    second, first = held(branch, 5), held(group, 2, kinds=[Kind.GROUP])
    held(branch, 3, state=ActivityState.CANCELLED)
    held(branch, 12, state=ActivityState.SCHEDULED)
    held(branch, 3, year=2025)
    held(make_organisation(), 3)
    lines = ledger.of_branch(branch, year=2026, on=ON).lines
    assert [line.activity for line in lines] == [first, second]
    assert [line.number for line in lines] == [1, 2]


def test_its_figures_are_the_lists_own():
    branch = make_organisation()
    activity = held(branch, 5)
    for state, reason in (("present", ""), ("late", ""), ("leave", "事假"), ("absent", "")):
        make_attendance(activity=activity, state=AttendanceState(state), reason=reason)
    book = ledger.of_branch(branch, year=2026, on=ON)
    assert book.lines[0].cells()[5:9] == [4, 2, 1, 1]
    assert (book.expected, book.present, book.rate) == (4, 2, 50)


def test_each_kind_needs_minutes_of_its_own_and_only_signed_ones_are_signed():
    branch = make_organisation()
    both = held(branch, 5, kinds=[Kind.THEME_DAY, Kind.LECTURE])

    def line():
        return ledger.of_branch(branch, year=2026, on=ON).lines[0]

    assert line().minutes == "无记录"
    make_minutes(activity=both, kind=Kind.LECTURE)
    assert line().minutes == "未签字"
    signed(both)
    assert line().minutes == "已签1/2"
    both.minutes.filter(kind=Kind.LECTURE).delete()
    signed(both, Kind.LECTURE)
    assert line().minutes == "已签字"
    assert ledger.of_branch(branch, year=2026, on=ON).unsigned == 0


def test_the_minutes_of_another_host_are_not_ones_own():
    branch, other = make_organisation(), make_organisation()
    joint = held(branch, 5, co_hosts=[other])
    signed(joint, organisation=other)
    assert ledger.of_branch(branch, year=2026, on=ON).unsigned == 1
    assert ledger.of_branch(other, year=2026, on=ON).unsigned == 0


def test_volunteering_needs_no_minutes():
    branch = make_organisation()
    held(branch, 5, kinds=[Kind.VOLUNTEERING])
    assert ledger.of_branch(branch, year=2026, on=ON).lines[0].minutes == "—"


def test_the_ledger_costs_the_same_however_long_the_year(django_assert_num_queries):
    branch = make_organisation()
    held(branch, 1)
    with django_assert_num_queries(4):
        ledger.of_branch(branch, year=2026, on=ON)
    for month in range(2, 12):
        make_attendance(activity=held(branch, month))
    with django_assert_num_queries(4):
        assert len(ledger.of_branch(branch, year=2026, on=ON).lines) == 11


def test_the_paper_is_landscape_and_has_a_row_for_each_activity(client):
    branch = make_organisation()
    held(branch, 1, year=today().year - 1, title="学习<条例>&精神")
    client.force_login(make_secretary(branch))
    address = reverse("activities:ledger")
    answer = client.get(address, {"year": today().year - 1, "format": "docx"})
    paper = Document(BytesIO(b"".join(answer) if answer.streaming else answer.content))
    section = paper.sections[0]
    assert section.page_width > section.page_height
    assert [cell.text for cell in paper.tables[0].rows[1].cells][3] == "学习<条例>&精神"
    assert client.get(address, {"format": "xlsx"}).status_code == 200


def test_a_ledger_is_read_by_those_who_answer_for_the_branch(client):
    here, away = make_organisation(), make_organisation()
    held(away, 1, title="外支部的主题党日")
    client.force_login(make_secretary(here))
    page = client.get(reverse("activities:ledger"), {"branch": away.pk, "year": 2026})
    assert "外支部的主题党日" not in page.content.decode()
    client.force_login(make_manager(away.unit))
    assert (
        "外支部的主题党日"
        in client.get(reverse("activities:ledger"), {"branch": away.pk, "year": 2026}).content.decode()
    )


def test_an_election_is_warned_of_six_months_ahead_and_when_it_is_overdue():
    until = terms.warned_until(date(2026, 8, 31))
    assert until == date(2027, 2, 28)
    rows = [make_organisation(term_ends=day) for day in (until, until + timedelta(days=1), date(2026, 8, 30), None)]
    found = terms.elections(rows, date(2026, 8, 31))
    assert [(row.organisation, row.is_over) for row in found] == [(rows[2], True), (rows[0], False)]
    assert found[0].days_over == 1


@pytest.mark.parametrize(
    ("members", "seats", "hints"),
    [(2, 0, 1), (3, 0, 0), (6, 1, 0), (7, 2, 1), (7, 3, 0), (50, 7, 0), (50, 8, 1), (51, 5, 1)],
)
def test_branches_and_committees_too_small_or_too_large_are_hinted_at(members, seats, hints):
    branch = make_organisation(term_ends=date(2028, 1, 1))
    assert len(terms.hints(branch, members, seats)) == hints


def test_only_members_in_service_and_posts_in_force_are_counted():
    branch = make_organisation(term_ends=date(2028, 1, 1))
    member = make_member(branch=branch)
    make_member(branch=branch, left_on=date(2026, 1, 1))
    make_member(branch=branch, party_status="probationary")
    make_post(organisation=branch, member=member, starts=date(2024, 1, 1))
    make_post(organisation=branch, member=member, kind="publicity", starts=date(2024, 1, 1), ends=date(2025, 1, 1))
    standing = terms.standings([branch], ON)[0]
    assert (standing.members, standing.committee) == (1, 1)


def test_the_page_of_elections_shows_ones_own_scope(client):
    unit = make_unit()
    here = make_organisation(unit=unit, name="近处支部", term_ends=today(30))
    make_organisation(name="远处支部", term_ends=today(30))
    client.force_login(make_secretary(here))
    page = client.get(reverse("activities:terms")).content.decode()
    assert "近处支部" in page and "远处支部" not in page
    assert client.get(reverse("activities:terms"), {"format": "xlsx"}).status_code == 200
