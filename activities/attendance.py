"""Attendance: expected = present + leave + absent. Marked by the secretary's list (`checkin`: by members themselves).

Source: local rules of attendance. Somebody who is deployed stays expected at home; the portal proposes leave with the
posting as the reason, and the secretary decides.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities import rolls
from activities.choices import AWAY, THERE, ActivityState, AttendanceState
from activities.models import Activity, Attendance, Guest, LeftOut
from activities.planning import TRANSITIONS, locked

# An activity at which attendance is kept.
OPEN_STATES = (ActivityState.SCHEDULED, ActivityState.HELD)
# What the list may say of somebody; every one of them may be put right later, so the table is complete.
MARKS = (AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.LEAVE, AttendanceState.ABSENT)


@dataclass(frozen=True)
class Turnout:
    """The sum of an activity's list: `expected` is always the total of present, late, leave, absent and open.

    Beside the sum: who of those away made the session up, and how many may vote (E) and are there (P).
    """

    expected: int
    present: int
    late: int
    leave: int
    absent: int
    made_up: int
    # E and P stand only in figures that the database counted.
    entitled: int | None = None
    entitled_there: int | None = None

    @property
    def there(self):
        """Present, late among them (实到)."""
        return self.present + self.late

    @property
    def open(self):
        """Of whom the list says nothing yet."""
        return self.expected - self.there - self.leave - self.absent

    def quorum(self, kinds):
        """Whether enough are there to decide at what counts as `kinds`; None where nothing is voted on."""
        return rolls.quorum(kinds=kinds, entitled=self.entitled, present=self.entitled_there)


def counts(prefix=""):
    """What `Turnout` counts, as aggregates over attendance rows; `prefix` leads to them.

    Who is entitled to vote are full members but for those whom the secretary confirmed as left out (BR 11).
    """
    out = LeftOut.objects.filter(
        minutes__activity=OuterRef(f"{prefix}activity"), member=OuterRef(f"{prefix}member"), confirmed_by__isnull=False
    )
    entitled = rolls.entitled(f"{prefix}member__") & ~Exists(out)
    pk, state = f"{prefix}pk", f"{prefix}state"
    return {
        "expected": Count(pk),
        **{mark.value: Count(pk, filter=Q(**{state: mark})) for mark in MARKS},
        "made_up": Count(pk, filter=Q(**{f"{prefix}made_up_on__isnull": False})),
        "entitled": Count(pk, filter=entitled),
        "entitled_there": Count(pk, filter=entitled & Q(**{f"{state}__in": THERE})),
    }


def turnout(activity):
    """The figures of an activity, in one query."""
    return Turnout(**activity.attendances.order_by().aggregate(**counts()))


def sum_of(rows):
    """The figures of a list that was fetched whole."""
    states = [row.state for row in rows]
    counted = {state.value: states.count(state) for state in MARKS}
    return Turnout(expected=len(states), made_up=sum(row.made_up_on is not None for row in rows), **counted)


@dataclass(frozen=True)
class Marked:
    """What became of marks: rows that were changed, and rows that somebody else had changed meanwhile, left alone."""

    changed: list
    stale: list


@transaction.atomic
def mark(*, activity, marks, at, by, seen=None):
    """Write down what became of those expected: `marks` is {member id: (state, reason)}.

    `seen` is what the list said of them when the one who marks looked, in the same form: what is marked as it was seen
    is left alone, and who has been marked otherwise since is reported back instead of being overwritten.
    Leave without a reason takes the posting of somebody deployed, else it is refused. Members who are not on the list
    and states that are no mark are refused. What has begun and is marked at the moment `at` counts as held.
    """
    activity = locked(activity)
    if activity.state not in OPEN_STATES:
        raise ValidationError(_("活动未安排或已取消，不能登记出席。"), code="state")
    found = activity.attendances.select_for_update(of=("self",)).filter(member__in=marks).select_related("member")
    rows = {row.member_id: row for row in found.order_by("pk")}
    away = rolls.deployed(members=marks.keys(), day=activity.day)
    changed, stale, errors = [], [], []
    for member, (state, reason) in marks.items():
        row = rows.get(member)
        if row is None or state not in MARKS:
            raise ValidationError(_("名单已变化，请刷新页面后重新登记。"), code="stale")
        was = (row.state, row.reason)
        before = seen.get(member, was) if seen is not None else was
        reason = reason.strip()[:200] if state in AWAY else ""
        if seen is not None and (state, reason) == before:
            continue
        if state == AttendanceState.LEAVE and not reason:
            reason = away.get(member, "")
            if not reason:
                errors.append(
                    ValidationError(_("%(name)s请假须填写事由。"), params={"name": row.member.name}, code="reason")
                )
                continue
        if was == (state, reason):
            continue
        if was != before:
            stale.append(row)
            continue
        row.state, row.reason = state, reason
        if state not in AWAY:
            row.made_up_on, row.made_up_note = None, ""
        changed.append(row)
    if errors:
        raise ValidationError(errors)
    Attendance.objects.bulk_update(changed, ["state", "reason", "made_up_on", "made_up_note"])
    if marks and activity.state == ActivityState.SCHEDULED and at >= activity.starts:
        hold(activity=activity, at=at, by=by)
    if changed:
        log(instance=activity, action="activities.attendance.mark", user=by, data={"marked": len(changed)})
    return Marked(changed, stale)


@transaction.atomic
def make_up(*, activity, member, day, note, today, by):
    """Write down that somebody who was away made the session up (补课) on `day`; the sum of the list stays as it is."""
    row = activity.attendances.select_for_update().filter(member=member).first()
    if row is None or row.state not in AWAY:
        raise ValidationError(_("只有请假或缺席的人员可以登记补课。"), code="state")
    errors = {}
    if not activity.day <= day <= today:
        errors["day"] = _("补课日期不能早于活动当天，也不能晚于今天。")
    if not note.strip():
        errors["note"] = _("请填写补课内容或方式。")
    if errors:
        raise ValidationError(errors)
    row.made_up_on, row.made_up_note = day, note.strip()[:200]
    row.save(update_fields=["made_up_on", "made_up_note"])
    log(instance=activity, action="activities.attendance.make_up", user=by, data={"member": row.member_id})
    return row


@transaction.atomic
def undo_make_up(*, activity, member, by):
    """Take back a make-up that was written down by mistake."""
    row = activity.attendances.select_for_update().filter(member=member, made_up_on__isnull=False).first()
    if row is None:
        return
    row.made_up_on, row.made_up_note = None, ""
    row.save(update_fields=["made_up_on", "made_up_note"])
    log(instance=activity, action="activities.attendance.undo_make_up", user=by, data={"member": row.member_id})


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
def add_guests(*, activity, kind, people, by):
    """Several at once, each a (name, unit); answers those who are new, and leaves who is written down already."""
    activity = locked(activity)
    if activity.state not in OPEN_STATES:
        raise ValidationError(_("活动未安排或已取消，不能登记出席。"), code="state")
    known = set(activity.guests.values_list("name", "unit"))
    wanted = [pair for pair in dict.fromkeys(people) if pair not in known]
    guests = [Guest(activity=activity, kind=kind, name=name, unit=unit) for name, unit in wanted]
    for guest in guests:
        guest.full_clean(validate_unique=False, validate_constraints=False)
    Guest.objects.bulk_create(guests)
    if guests:
        data = {"kind": kind, "added": len(guests)}
        log(instance=activity, action="activities.attendance.add_guest", user=by, data=data)
    return guests


@transaction.atomic
def remove_guest(*, guest, by):
    """Take back a guest who was written down by mistake."""
    log(instance=guest.activity, action="activities.attendance.remove_guest", user=by, data={"kind": guest.kind})
    guest.delete()


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
