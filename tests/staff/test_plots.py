"""Holding plots."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from staff import plots
from staff.choices import AssignmentRole
from staff.models import Assignment, Notification
from tests.factories.staff import (
    make_assignment,
    make_member,
    make_partner_organisation,
    make_plot,
    make_user,
    make_visit,
    today,
)

pytestmark = pytest.mark.django_db


def assign(plot, **fields):
    return plots.assign(plot=plot, by=None, **{"role": AssignmentRole.LEAD, "starts": today(), **fields})


def test_a_plot_is_given_to_a_member_who_is_told():
    member = make_member()
    user = make_user(member=member)
    assignment = assign(make_plot(), member=member)
    assert Notification.objects.filter(user=user).count() == 1
    assert ModelLogEntry.objects.for_instance(assignment).get().action == "staff.plot.assign"


def test_a_partners_officer_holds_a_plot_by_name():
    assignment = assign(make_plot(), officer_name="李网格", officer_organisation=make_partner_organisation())
    assert assignment.holder == "李网格"


def test_a_member_or_an_officer_not_both_and_not_neither():
    for fields in ({}, {"member": make_member(), "officer_name": "李网格"}):
        with pytest.raises(ValidationError):
            assign(make_plot(), **fields)


def test_nobody_holds_a_plot_twice_in_one_part_at_a_time():
    held = make_assignment(role=AssignmentRole.LEAD)
    with pytest.raises(ValidationError, match="同一分工"):
        assign(held.plot, member=held.member)
    assert assign(held.plot, member=held.member, role=AssignmentRole.ASSISTANT).pk


def test_a_plot_given_up_is_not_assigned():
    with pytest.raises(ValidationError):
        assign(make_plot(closed_on=today()), member=make_member())


def test_a_holding_ends_once_and_not_before_its_visits():
    held = make_assignment()
    make_visit(assignment=held, day=today(-1))
    with pytest.raises(ValidationError, match="走访记录"):
        plots.end_assignment(assignment=held, on=today(-2), by=None)
    plots.end_assignment(assignment=held, on=today(), by=None)
    assert not Assignment.objects.on(today(1)).exists()
    with pytest.raises(ValidationError):
        plots.end_assignment(assignment=held, on=today(5), by=None)
