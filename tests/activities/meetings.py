"""A meeting with its minutes, for the tests of votes and of minutes."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from activities import motions
from activities.choices import AttendanceState, Kind, LeftOutReason, MotionKind
from tests.factories.activities import (
    make_activity,
    make_attendance,
    make_minutes,
    moment,
)
from tests.factories.staff import (
    make_member,
    make_office,
    make_organisation,
)


def meeting(full=10, there=8, *, kind=Kind.GENERAL, **fields):
    """Minutes of a branch's general meeting an hour ago: `full` full members, `there` of them present."""
    branch = make_organisation()
    activity = make_activity(branch, kinds=[kind], starts=moment(hours=-1), **fields)
    members = [make_member(branch=branch, name=f"党员{number}号") for number in range(full)]
    for number, member in enumerate(members):
        state = AttendanceState.PRESENT if number < there else AttendanceState.ABSENT
        make_attendance(activity=activity, member=member, state=state)
    row = make_minutes(activity=activity, kind=kind, text="传达文件。", chair=members[0], recorder=members[1])
    row.members = members
    return row


def vote(row, *, kind=MotionKind.ORDINARY, y=0, n=0, a=0, w=0, announced="", motion=None):
    return motions.record(
        minutes=row,
        kind=kind,
        title="关于年度计划的决议",
        votes_for=y,
        votes_against=n,
        abstained=a,
        written=w,
        announced=announced,
        at=moment(),
        by=None,
        motion=motion,
    )


def refused(field, act, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        act(*args, **kwargs)
    assert field in refusal.value.message_dict, refusal.value.message_dict


def address(name, row, *extra):
    return reverse(f"activities:{name}", args=[row.activity_id, row.kind, row.organisation_id, *extra])


# Votes


def leave_out(row, member, *, confirms=True, reason=LeftOutReason.ILLNESS):
    return motions.leave_out(
        minutes=row, member=member, reason=reason, note="住院", confirms=confirms, at=moment(), by=make_office()
    )
