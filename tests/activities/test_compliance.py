"""Branches × rules: held, planned, due, overdue, not applicable; from as many queries for many branches as for one."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from activities import compliance
from activities.choices import ActivityState, Condition, Every, Kind
from activities.compliance import State
from activities.models import MeetingRule
from staff.models import PartyOrganisation
from tests.factories.activities import make_activity, make_rule
from tests.factories.staff import make_manager, make_member, make_organisation, make_secretary, make_unit

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)


def held(branch, month, day=5, **fields):
    """A theme day of the branch that took place."""
    starts = timezone.make_aware(datetime(2026, month, day, 9))
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
