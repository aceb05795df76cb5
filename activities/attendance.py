"""Attendance: expected = present + leave + absent. Marked by the secretary's list or by the member's own check-in.

Source: local rules of attendance. Somebody who is deployed stays expected at home; the portal proposes leave with the
posting as the reason, and the secretary decides.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities.choices import THERE, ActivityState, AttendanceState, SignUpState
from activities.models import Activity, Attendance, Guest, SignUp
from activities.planning import TRANSITIONS, locked
from staff.models import Posting

# A member checks in from so long before the start until the end; who comes this late is marked late.
OPENS_BEFORE = timedelta(minutes=30)
LATE_AFTER = timedelta(minutes=15)

# What the list may say of somebody; every one of them may be put right later, so the table is complete.
MARKS = (AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.LEAVE, AttendanceState.ABSENT)


@dataclass(frozen=True)
class Turnout:
    """The sum of an activity's list: `expected` is always the total of the other four."""

    expected: int
    present: int
    late: int
    leave: int
    absent: int

    @property
    def there(self):
        """Present, late among them (实到)."""
        return self.present + self.late

    @property
    def open(self):
        """Of whom the list says nothing yet."""
        return self.expected - self.there - self.leave - self.absent


def turnout(activity):
    """The figures of an activity, in one query."""
    states = AttendanceState
    counts = {
        state.value: Count("pk", filter=Q(state=state))
        for state in (states.PRESENT, states.LATE, states.LEAVE, states.ABSENT)
    }
    row = activity.attendances.order_by().aggregate(total=Count("pk"), **counts)
    return Turnout(
        expected=row["total"], present=row["present"], late=row["late"], leave=row["leave"], absent=row["absent"]
    )


def sum_of(rows):
    """The figures of a list that was fetched whole."""
    states = [row.state for row in rows]
    counted = {state.value: states.count(state) for state in MARKS}
    return Turnout(expected=len(states), **counted)


def deployed(*, members, day):
    """Of `members` those who serve elsewhere on `day`, each with the reason for the leave that is proposed."""
    postings = Posting.objects.on(day).filter(member__in=members).select_related("host_unit")
    return {posting.member_id: _("派驻%(unit)s") % {"unit": posting.host_unit} for posting in postings}


@transaction.atomic
def mark(*, activity, marks, at, by):
    """Write down what became of those expected: `marks` is {member id: (state, reason)}.

    Leave without a reason takes the posting of somebody deployed, else it is refused. Members who are not on the list
    and states that are no mark are refused. What has begun and is marked at the moment `at` counts as held.
    """
    activity = locked(activity)
    if activity.state not in (ActivityState.SCHEDULED, ActivityState.HELD):
        raise ValidationError(_("活动未安排或已取消，不能登记出席。"), code="state")
    rows = {row.member_id: row for row in activity.attendances.select_for_update().select_related("member")}
    away = deployed(members=marks.keys(), day=activity.day)
    changed, errors = [], []
    for member, (state, reason) in marks.items():
        row = rows.get(member)
        if row is None or state not in MARKS:
            raise ValidationError(_("名单已变化，请刷新页面后重新登记。"), code="stale")
        reason = reason.strip()[:200] if state in (AttendanceState.LEAVE, AttendanceState.ABSENT) else ""
        if state == AttendanceState.LEAVE and not reason:
            reason = away.get(member, "")
            if not reason:
                errors.append(_("%(name)s请假须填写事由。") % {"name": row.member.name})
                continue
        if (row.state, row.reason) != (state, reason):
            row.state, row.reason = state, reason
            changed.append(row)
    if errors:
        raise ValidationError(errors)
    Attendance.objects.bulk_update(changed, ["state", "reason"])
    if marks and activity.state == ActivityState.SCHEDULED and at >= activity.starts:
        hold(activity=activity, at=at, by=by)
    if changed:
        log(instance=activity, action="activities.attendance.mark", user=by, data={"marked": len(changed)})
    return changed


def window(activity):
    """From when to when a member checks in."""
    return activity.starts - OPENS_BEFORE, activity.ends


def may_check_in(*, activity, row, at):
    """Whether the one whose attendance `row` is may check in at the moment `at`."""
    opens, closes = window(activity)
    return (
        row is not None
        and not row.is_there
        and activity.state in (ActivityState.SCHEDULED, ActivityState.HELD)
        and opens <= at <= closes
    )


@transaction.atomic
def check_in(*, activity, member, at):
    """A member's own check-in at the moment `at`; sent twice it is stored once, and late is late."""
    activity = locked(activity)
    row = activity.attendances.select_for_update().filter(member=member).first()
    if row is None:
        raise ValidationError(_("您不在本次活动的应到名单中。"), code="not_expected")
    if row.is_there:
        return row
    if activity.state not in (ActivityState.SCHEDULED, ActivityState.HELD):
        raise ValidationError(_("活动未安排或已取消，不能签到。"), code="state")
    opens, closes = window(activity)
    if not opens <= at <= closes:
        raise ValidationError(_("不在签到时间内：开始前30分钟至活动结束可以签到。"), code="window")
    late = at > activity.starts + LATE_AFTER
    row.state = AttendanceState.LATE if late else AttendanceState.PRESENT
    row.reason, row.checked_in_at = "", at
    row.save(update_fields=["state", "reason", "checked_in_at"])
    log(instance=activity, action="activities.attendance.check_in", user=member.user, data={"member": member.pk})
    return row


@transaction.atomic
def hold(*, activity, at, by):
    """Say that an activity took place; not before it has begun."""
    activity = locked(activity)
    if activity.state == ActivityState.HELD:
        return activity
    if ActivityState.HELD not in TRANSITIONS[activity.state] or at < activity.starts:
        raise ValidationError(_("活动尚未开始，不能确认已开展。"), code="state")
    activity.state = ActivityState.HELD
    activity.version += 1
    activity.save(update_fields=["state", "version"])
    log(instance=activity, action="activities.activity.hold", user=by)
    return activity


@transaction.atomic
def add_guest(*, activity, kind, name, unit, by):
    """Somebody who was there outside the sum of those expected."""
    guest = Guest(activity=activity, kind=kind, name=name, unit=unit)
    guest.full_clean()
    guest.save()
    log(instance=activity, action="activities.attendance.add_guest", user=by, data={"kind": kind})
    return guest


@transaction.atomic
def remove_guest(*, guest, by):
    """Take back a guest who was written down by mistake."""
    log(instance=guest.activity, action="activities.attendance.remove_guest", user=by, data={"kind": guest.kind})
    guest.delete()


@transaction.atomic
def sign_up(*, activity, member, at):
    """A member takes a place at an open activity, or stands on the waiting list when it is full; twice is once.

    Whoever has a place is expected.
    """
    activity = locked(activity)
    if not activity.sign_up or activity.state != ActivityState.SCHEDULED or at >= activity.starts:
        raise ValidationError(_("活动未开放报名或报名已结束。"), code="closed")
    row = SignUp.objects.filter(activity=activity, member=member).first() or SignUp(activity=activity, member=member)
    if row.pk and row.state != SignUpState.WITHDRAWN:
        return row
    taken = activity.sign_ups.filter(state=SignUpState.SIGNED).count()
    full = activity.capacity is not None and taken >= activity.capacity
    row.state = SignUpState.WAITING if full else SignUpState.SIGNED
    row.save()
    if not full:
        Attendance.objects.get_or_create(activity=activity, member=member)
    log(instance=activity, action="activities.sign_up.sign", user=member.user, data={"member": member.pk})
    return row


@transaction.atomic
def withdraw(*, activity, member, at):
    """Give a place back before the start; the first of the waiting list moves up."""
    activity = locked(activity)
    row = activity.sign_ups.filter(member=member).exclude(state=SignUpState.WITHDRAWN).first()
    if row is None or at >= activity.starts:
        raise ValidationError(_("没有可以取消的报名。"), code="closed")
    had_place = row.state == SignUpState.SIGNED
    row.state = SignUpState.WITHDRAWN
    row.save(update_fields=["state"])
    if had_place:
        Attendance.objects.filter(activity=activity, member=member, state=AttendanceState.EXPECTED).delete()
        first = activity.sign_ups.filter(state=SignUpState.WAITING).first()
        if first is not None:
            first.state = SignUpState.SIGNED
            first.save(update_fields=["state"])
            Attendance.objects.get_or_create(activity=activity, member=first.member)
    log(instance=activity, action="activities.sign_up.withdraw", user=member.user, data={"member": member.pk})
    return row


def attended(*, member, since):
    """The activities since a moment at which `member` was expected, newest first, with what became of it."""
    return (
        Attendance.objects.filter(member=member, activity__starts__gte=since)
        .filter(activity__in=Activity.objects.filter(state=ActivityState.HELD).values("pk"))
        .select_related("activity")
        .order_by("-activity__starts", "-pk")
    )


def figures_of(rows):
    """How often somebody was expected and was there, over fetched attendance rows."""
    return {"expected": len(rows), "there": sum(row.state in THERE for row in rows)}
