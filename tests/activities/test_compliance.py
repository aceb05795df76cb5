"""Branches × rules: held, planned, due, overdue, not applicable; from as many queries for many branches as for one."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from activities import compliance
from activities.choices import ActivityState, Condition, Every, Kind
from activities.compliance import State
from activities.compliance.grid import Grid, Span
from activities.models import MeetingRule
from staff.models import PartyOrganisation
from tests.factories.activities import make_activity, make_rule
from tests.factories.staff import make_manager, make_member, make_organisation, make_secretary, make_unit

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)


def held(branch, month, day=5, *, year=2026, **fields):
    """A theme day of the branch that took place."""
    starts = timezone.make_aware(datetime(year, month, day, 9))
    return make_activity(branch, starts=starts, **{"state": ActivityState.HELD, **fields})


def cell(branch, on=ON):
    """The only cell of a branch."""
    return compliance.table([branch], on)[1][0][1][0]


def test_a_rule_is_held_due_or_overdue():
    make_rule()
    branch = make_organisation()
    assert cell(branch).state == State.OVERDUE
    held(branch, 10)
    assert cell(branch).state == State.DUE
    held(branch, 11, 27, state=ActivityState.SCHEDULED)
    assert cell(branch).state == State.PLANNED
    held(branch, 11)
    assert cell(branch).state == State.HELD


def test_what_was_called_off_does_not_count():
    make_rule()
    branch = make_organisation()
    held(branch, 11, state=ActivityState.CANCELLED)
    assert cell(branch).held == 0


def test_a_joint_activity_counts_for_each_host_and_each_kind():
    make_rule()
    make_rule(kind=Kind.LECTURE, every=Every.QUARTER)
    one, other = make_organisation(), make_organisation()
    held(one, 11, co_hosts=[other], kinds=[Kind.THEME_DAY, Kind.LECTURE])
    _rules, rows = compliance.table([one, other], ON)
    assert [[cell.state for cell in cells] for _branch, cells in rows] == [[State.HELD, State.HELD]] * 2


def test_committee_meetings_are_due_only_from_seven_full_members():
    make_rule(kind=Kind.COMMITTEE, condition=Condition.COMMITTEE)
    branch = make_organisation()
    for _n in range(6):
        make_member(branch=branch)
    assert cell(branch).state == State.NOT_APPLICABLE and cell(branch).why
    make_member(branch=branch)
    assert cell(branch).state != State.NOT_APPLICABLE


def test_group_meetings_are_due_of_each_group():
    make_rule(kind=Kind.GROUP, condition=Condition.GROUPS)
    branch = make_organisation()
    assert cell(branch).state == State.NOT_APPLICABLE
    groups = [make_organisation(parent=branch, kind="group") for _n in range(2)]
    held(groups[0], 11, kinds=[Kind.GROUP])
    assert (cell(branch).held, cell(branch).needed) == (1, 2)
    held(groups[1], 11, kinds=[Kind.GROUP])
    assert cell(branch).state == State.HELD


def test_what_is_yearly_is_not_due_before_the_fourth_quarter():
    make_rule(kind=Kind.LIFE, every=Every.YEAR)
    branch = make_organisation()
    assert cell(branch, date(2026, 5, 1)).state == State.NOT_YET
    assert cell(branch).state == State.DUE


def test_seeding_twice_changes_nothing_that_the_office_edited():
    MeetingRule.objects.all().delete()
    compliance.seed_rules()
    MeetingRule.objects.filter(kind=Kind.THEME_DAY).update(times=2)
    compliance.seed_rules()
    assert MeetingRule.objects.count() == len(compliance.DEFAULT_RULES)
    assert MeetingRule.objects.get(kind=Kind.THEME_DAY).times == 2


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    make_rule()
    for _n in range(12):
        held(make_organisation(), 10)
    branches = list(PartyOrganisation.objects.filter(kind="branch"))
    with django_assert_num_queries(4):
        compliance.table(branches[:1], ON)
    with django_assert_num_queries(4):
        assert len(compliance.due_meetings(branches, ON)) == 12


def test_a_secretary_answers_for_their_branch_and_a_manager_for_their_unit():
    unit = make_unit()
    here, beside, elsewhere = make_organisation(unit=unit), make_organisation(unit=unit), make_organisation()
    assert list(compliance.branches_of(make_secretary(here))) == [here]
    assert set(compliance.branches_of(make_manager(unit))) >= {here, beside}
    assert elsewhere not in compliance.branches_of(make_manager(unit))


def grid(branch, on=ON, **span):
    """The cells of one branch in a span: {(kind, period): cell}."""
    found = Grid([branch], Span.of(on, **span), on)
    cells = found.lines()[0][1]
    return {(column.rule.kind, column.key): cell for column, cell in zip(found.columns, cells, strict=True)}


def test_a_period_that_passed_without_it_stays_overdue_and_what_lies_ahead_is_planned_or_not_due():
    make_rule()
    branch = make_organisation()
    held(branch, 10)
    held(branch, 12, state=ActivityState.SCHEDULED)
    cells = grid(branch, year=2026)
    assert cells[Kind.THEME_DAY, "2026-09"].state == State.OVERDUE
    assert cells[Kind.THEME_DAY, "2026-10"].state == State.HELD
    assert cells[Kind.THEME_DAY, "2026-11"].state == State.DUE
    assert cells[Kind.THEME_DAY, "2026-12"].state == State.PLANNED
    assert grid(branch, year=2027)[Kind.THEME_DAY, "2027-03"].state == State.NOT_YET


def test_a_span_shows_of_each_rule_the_periods_that_it_touches():
    make_rule()
    make_rule(kind=Kind.LECTURE, every=Every.QUARTER)
    make_rule(kind=Kind.LIFE, every=Every.YEAR)
    branch = make_organisation()
    assert len(grid(branch, year=2026)) == 12 + 4 + 1
    months = {key for kind, key in grid(branch, quarter=1) if kind == Kind.THEME_DAY}
    assert months == {"2026-01", "2026-02", "2026-03"}
    assert set(grid(branch, month=2)) == {
        (Kind.THEME_DAY, "2026-02"),
        (Kind.LECTURE, "2026-Q1"),
        (Kind.LIFE, "2026"),
    }


def test_the_grid_and_the_table_agree_on_today():
    make_rule()
    make_rule(kind=Kind.LECTURE, every=Every.QUARTER)
    make_rule(kind=Kind.LIFE, every=Every.YEAR)
    branch = make_organisation()
    held(branch, 2, kinds=[Kind.LIFE])
    held(branch, 8, kinds=[Kind.LECTURE])
    held(branch, 10)
    cells = grid(branch)
    now = compliance.table([branch], ON)[1][0][1]
    assert [
        cells[cell.rule.kind, key].state for cell, key in zip(now, ("2026-11", "2026-Q4", "2026"), strict=True)
    ] == [cell.state for cell in now]


@pytest.mark.parametrize("on", [date(2026, 1, 10), date(2026, 4, 1), date(2026, 12, 31), date(2024, 2, 29)])
def test_the_month_before_counts_over_the_turn_of_a_year_and_on_a_leap_day(on):
    make_rule()
    branch = make_organisation()
    assert cell(branch, on).state == State.OVERDUE
    before = compliance.period(Every.MONTH, on)[0] - timedelta(days=3)
    held(branch, before.month, before.day, year=before.year)
    assert cell(branch, on).state == State.DUE


def test_nothing_is_asked_of_a_branch_before_it_was_founded():
    make_rule()
    branch = make_organisation(founded_on=date(2026, 9, 14))
    cells = grid(branch, year=2026)
    assert cells[Kind.THEME_DAY, "2026-08"].state == State.NOT_APPLICABLE and cells[Kind.THEME_DAY, "2026-08"].why
    assert cells[Kind.THEME_DAY, "2026-09"].state == State.NOT_APPLICABLE
    assert cells[Kind.THEME_DAY, "2026-10"].state == State.OVERDUE
    assert cell(make_organisation(founded_on=date(2026, 10, 20))).state == State.DUE


def test_one_group_cannot_stand_in_for_another():
    make_rule(kind=Kind.GROUP, condition=Condition.GROUPS)
    branch = make_organisation()
    one, _other = (make_organisation(parent=branch, kind="group") for _n in range(2))
    held(one, 11, kinds=[Kind.GROUP])
    held(one, 11, 12, kinds=[Kind.GROUP])
    assert (cell(branch).held, cell(branch).state) == (1, State.OVERDUE)


def test_a_stricter_rule_of_the_bureau_asks_for_more():
    make_rule(times=2)
    branch = make_organisation()
    held(branch, 10)
    held(branch, 10, 20)
    held(branch, 11)
    assert (cell(branch).held, cell(branch).needed, cell(branch).state) == (1, 2, State.DUE)


def test_the_grid_costs_four_queries_whatever_its_size(django_assert_num_queries):
    make_rule()
    branches = [make_organisation() for _n in range(compliance.facts.FEW + 2)]
    for branch in branches:
        held(branch, 10)
    for some in (branches[:1], branches):
        with django_assert_num_queries(4):
            lines = Grid(some, Span(2026), ON).lines()
        assert all(line[1][9].state == State.HELD for line in lines)


def page(client, **asked):
    """The compliance page as text."""
    answer = client.get(reverse("activities:compliance"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_cell_opens_what_it_counts(client):
    make_rule()
    branch = make_organisation()
    keeper = make_secretary(branch)
    client.force_login(keeper)
    last = timezone.localdate().year - 1
    first = held(branch, 5, 6, year=last, title="五月的第一次")
    assert f'href="{first.get_absolute_url()}"' in page(client, year=last)
    second = held(branch, 5, 20, year=last, title="五月的第二次", state=ActivityState.SCHEDULED)
    held(branch, 5, 25, year=last, title="五月取消的", state=ActivityState.CANCELLED)
    held(branch, 5, 26, year=last, title="五月的草稿", state=ActivityState.DRAFT)
    held(branch, 5, 27, year=last, title="五月的党课", kinds=[Kind.LECTURE])
    held(branch, 6, 1, year=last, title="六月的一次")
    address = f"{reverse('activities:list')}?branch={branch.pk}&kind=theme_day&period={last}-05"
    assert address.replace("&", "&amp;") in page(client, year=last)
    found = client.get(address)
    assert [row for row, _address in found.context["rows"]] == [first, second]


def test_what_is_due_is_arranged_from_its_cell_by_whoever_may(client):
    make_rule()
    branch = make_organisation()
    new = f"{reverse('activities:create')}?branch={branch.pk}&amp;kind=theme_day"
    client.force_login(make_secretary(branch))
    assert new in page(client)
    client.force_login(make_manager(branch.unit))
    assert new not in page(client)


def test_the_filters_narrow_the_branches_and_never_widen_the_scope(client):
    make_rule()
    above = make_unit()
    below = make_unit(parent=above)
    one, two = make_organisation(unit=above, name="上级支部"), make_organisation(unit=below, name="下级支部")
    other = make_organisation(name="别处支部")
    client.force_login(make_manager(above, branch=one))

    def shown(**asked):
        answer = client.get(reverse("activities:compliance"), asked)
        return {row.branch for row in answer.context["rows"]}

    assert shown() == {one, two}
    assert shown(unit=below.pk) == {two}
    assert shown(unit=above.pk) == {one, two}
    assert shown(branch=one.pk) == {one}
    assert shown(unit=other.unit.pk) == set()
    assert other not in shown(branch=other.pk)
    assert shown(unit="x", year="19", quarter="7", month="13", behind="?", page="z") == {one, two}


def test_only_branches_that_are_behind(client):
    make_rule()
    unit = make_unit()
    good, bad = make_organisation(unit=unit), make_organisation(unit=unit)
    year = timezone.localdate().year - 1
    for month in range(1, 13):
        held(good, month, year=year)
    client.force_login(make_manager(unit, branch=good))
    answer = client.get(reverse("activities:compliance"), {"year": year, "behind": "on"})
    assert [row.branch for row in answer.context["rows"]] == [bad]
    assert answer.context["totals"]["overdue"] == 12
    answer = client.get(reverse("activities:compliance"), {"year": year})
    assert [row.branch for row in answer.context["rows"]] == [bad, good]


def test_the_workbook_has_all_branches_that_match(client):
    make_rule()
    unit = make_unit()
    branches = [make_organisation(unit=unit) for _n in range(23)]
    client.force_login(make_manager(unit, branch=branches[0]))
    answer = client.get(reverse("activities:compliance"), {"format": "xlsx", "year": 2026})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert (sheet.max_row, sheet.max_column) == (1 + 23, 4 + 12)


def test_the_page_takes_at_most_twelve_queries_for_ninety_branches_and_a_year(client):
    make_rule()
    unit = make_unit()
    for branch in [make_organisation(unit=unit) for _n in range(90)]:
        held(branch, 10)
    client.force_login(make_manager(unit))
    address = reverse("activities:compliance")
    client.get(address)
    for query in {}, {"year": 2026}, {"year": 2026, "behind": "on"}:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address, query).status_code == 200
        assert len(asked) <= 12, query
