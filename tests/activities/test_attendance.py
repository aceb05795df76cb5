"""Attendance: the sum is always true, leave has a reason, a check-in lies in its window."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from activities import attendance
from activities.choices import ActivityState, AttendanceState, SignUpState
from tests.factories.activities import make_activity, make_attendance, moment
from tests.factories.staff import make_member, make_posting, make_unit, make_user

pytestmark = pytest.mark.django_db


def started(**fields):
    """An activity that began ten minutes ago."""
    return make_activity(starts=moment(hours=-1 / 6), **fields)


def test_expected_is_present_and_leave_and_absent():
    activity = started()
    rows = [make_attendance(activity=activity) for _n in range(4)]
    states = ["present", "late", "absent"]
    marks = {row.member_id: (state, "") for row, state in zip(rows, states, strict=False)}
    marks[rows[3].member_id] = ("leave", "出差")
    attendance.mark(activity=activity, marks=marks, at=moment(), by=None)
    sums = attendance.turnout(activity)
    assert (sums.expected, sums.there, sums.leave, sums.absent, sums.open) == (4, 2, 1, 1, 0)
    activity.refresh_from_db()
    assert activity.state == ActivityState.HELD


def test_leave_without_a_reason_is_refused_and_nothing_is_stored():
    activity = started()
    first, second = make_attendance(activity=activity), make_attendance(activity=activity)
    with pytest.raises(ValidationError):
        attendance.mark(
            activity=activity,
            marks={first.member_id: ("present", ""), second.member_id: ("leave", " ")},
            at=moment(),
            by=None,
        )
    first.refresh_from_db()
    assert first.state == AttendanceState.EXPECTED


def test_leave_of_a_deployed_member_takes_the_posting_as_its_reason():
    activity = started()
    row = make_attendance(activity=activity)
    make_posting(member=row.member, host_unit=make_unit(name="官渡区局"))
    attendance.mark(activity=activity, marks={row.member_id: ("leave", "")}, at=moment(), by=None)
    row.refresh_from_db()
    assert "官渡区局" in row.reason


def test_a_stranger_to_the_list_or_an_unknown_state_is_refused():
    activity = started()
    row = make_attendance(activity=activity)
    for marks in ({make_member().pk: ("present", "")}, {row.member_id: ("expected", "")}, {row.member_id: ("x", "")}):
        with pytest.raises(ValidationError):
            attendance.mark(activity=activity, marks=marks, at=moment(), by=None)


def test_nothing_is_marked_at_what_was_called_off():
    activity = started(state=ActivityState.CANCELLED)
    row = make_attendance(activity=activity)
    with pytest.raises(ValidationError):
        attendance.mark(activity=activity, marks={row.member_id: ("present", "")}, at=moment(), by=None)


@pytest.mark.parametrize(("minutes", "state"), [(-30, "present"), (10, "present"), (40, "late"), (120, "late")])
def test_a_member_checks_in_within_the_window(minutes, state):
    activity = make_activity()
    member = make_member(branch=activity.lead)
    make_user(member=member)
    make_attendance(activity=activity, member=member)
    at = activity.starts + timedelta(minutes=minutes)
    row = attendance.check_in(activity=activity, member=member, at=min(at, activity.ends))
    assert row.state == state


@pytest.mark.parametrize("hours", [-2, 3])
def test_out_of_the_window_a_check_in_is_refused(hours):
    row = make_attendance()
    at = row.activity.starts + timedelta(hours=hours)
    with pytest.raises(ValidationError) as refused:
        attendance.check_in(activity=row.activity, member=row.member, at=at)
    assert refused.value.code == "window"


def test_who_is_not_expected_cannot_check_in():
    activity = started()
    with pytest.raises(ValidationError):
        attendance.check_in(activity=activity, member=make_member(), at=moment())


def test_places_are_given_once_and_the_waiting_list_moves_up():
    activity = make_activity(sign_up=True, capacity=1)
    first, second = make_member(), make_member()
    for member in (first, first, second):
        attendance.sign_up(activity=activity, member=member, at=moment())
    assert activity.sign_ups.get(member=second).state == SignUpState.WAITING
    attendance.withdraw(activity=activity, member=first, at=moment())
    assert activity.sign_ups.get(member=second).state == SignUpState.SIGNED
    assert list(activity.attendances.values_list("member", flat=True)) == [second.pk]


def test_a_guest_is_written_down_once():
    activity = started()
    attendance.add_guest(activity=activity, kind="partner", name="王建国", unit="社区", by=None)
    with pytest.raises(ValidationError):
        attendance.add_guest(activity=activity, kind="partner", name="王建国", unit="社区", by=None)
