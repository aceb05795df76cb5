"""Calling an activity: who is expected, the notice, and who has opened it.

Who is expected comes from kind and rolls (`rolls.expected`), changed by the secretary by name (`expected`), and from
sign-ups (`signups`). What they answer stands in `answers`.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities import notices, rolls
from activities.choices import ActivityState, AnswerState, AttendanceState, ListChangeKind, SignUpState
from activities.models import Activity, Attendance, Invitation
from staff.models import Member

# What the list says before the day: nobody has been marked yet, leave may be given already.
UNMARKED = Q(state=AttendanceState.EXPECTED) | Q(state=AttendanceState.LEAVE, invitation__answer=AnswerState.APPROVED)


def locked(activity):
    """The activity as it stands now, kept from others until the transaction ends."""
    return Activity.objects.select_for_update().get(pk=activity.pk)


def stamp(at):
    """A moment as part of the key of a message that may go out again later."""
    return f"{at:%Y%m%d%H%M%S%f}"


def expected_members(activity):
    """The members expected: those whom kinds and rolls name, with whom the secretary added, without whom they left out.

    Sign-ups come beside them (`refresh_list`).
    """
    changes = {kind: activity.list_changes.filter(kind=kind).order_by().values("member") for kind in ListChangeKind}
    on_roll = rolls.expected_members(activity).order_by().values("pk")
    wanted = Q(pk__in=on_roll) | Q(pk__in=changes[ListChangeKind.ADDED])
    return Member.objects.filter(wanted).exclude(pk__in=changes[ListChangeKind.LEFT_OUT])


def refresh_list(activity, *, at, by):
    """Make the list those expected: who no longer is leaves it unless already marked, who is new comes in.

    Those who had been called and leave it are told. Answers with the ids of the members who came in.
    """
    signed = set(activity.sign_ups.filter(state=SignUpState.SIGNED).values_list("member", flat=True))
    wanted = set(expected_members(activity).order_by().values_list("pk", flat=True)) | signed
    present = set(activity.attendances.values_list("member", flat=True))
    rows = activity.attendances.filter(UNMARKED, member__in=present - wanted)
    gone = {row.member_id: row for row in rows.select_related("invitation")}
    activity.attendances.filter(pk__in=[row.pk for row in gone.values()]).delete()
    called = [member for member, row in gone.items() if getattr(row, "invitation", None) and row.invitation.called_at]
    if called:
        notices.left_out(activity, members=called, key=f"activity:{activity.pk}:left_out:{stamp(at)}", by=by)
    new = sorted(wanted - present)
    Attendance.objects.bulk_create([Attendance(activity=activity, member_id=member) for member in new])
    return new


@transaction.atomic
def call(*, activity, at, by, members=None):
    """Send the notice to everybody on the list, or of it to `members`, to whom it was not sent yet; answers how many.

    What is written down after it took place calls nobody.
    """
    listed = activity.attendances.filter(Q(invitation__isnull=True) | Q(invitation__called_at__isnull=True))
    rows = list(listed if members is None else listed.filter(member__in=members))
    if not rows or at >= activity.ends:
        return 0
    Invitation.objects.bulk_create([Invitation(attendance=row) for row in rows], ignore_conflicts=True)
    Invitation.objects.filter(attendance__in=rows, called_at__isnull=True).update(called_at=at)
    notices.called(
        activity,
        members=[row.member_id for row in rows],
        key=f"activity:{activity.pk}:called:{stamp(at)}",
        by=by,
    )
    return len(rows)


def opened(*, row, at):
    """Somebody looks at the page of an activity that they were called to; only the first time is kept."""
    invitation = getattr(row, "invitation", None)
    if invitation is not None and invitation.opened_at is None:
        Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=at)
        invitation.opened_at = at


@transaction.atomic
def remind_unopened(*, activity, at, by):
    """Send a second notice to those who have not opened the first; each gets it once. Answers with how many."""
    activity = locked(activity)
    if activity.state != ActivityState.SCHEDULED or at >= activity.starts:
        raise ValidationError(_("活动已开始或未安排，不能提醒。"), code="state")
    rows = Invitation.objects.unopened().filter(
        attendance__activity=activity,
        attendance__state=AttendanceState.EXPECTED,
        attendance__member__user__is_active=True,
        reminded_at=None,
    )
    found = dict(rows.values_list("pk", "attendance__member"))
    if found:
        Invitation.objects.filter(pk__in=found).update(reminded_at=at)
        notices.unopened(activity, members=list(found.values()), by=by)
        log(instance=activity, action="activities.call.remind", user=by, data={"reminded": len(found)})
    return len(found)


@dataclass(frozen=True)
class Standing:
    """How a call stands: figures over the list, none of them about a person."""

    listed: int
    called: int
    opened: int
    coming: int
    asking: int
    leave: int
    remindable: int
    unreachable: int

    @property
    def unanswered(self):
        """Of whom it is not known yet whether they come."""
        return self.listed - self.coming - self.asking - self.leave


def standing(activity):
    """The figures of a call, in one query."""
    answer = "invitation__answer"
    expected = Q(state=AttendanceState.EXPECTED)
    unopened = Q(invitation__called_at__isnull=False, invitation__opened_at__isnull=True)
    reached = Q(member__user__is_active=True)
    row = activity.attendances.order_by().aggregate(
        listed=Count("pk"),
        called=Count("pk", filter=Q(invitation__called_at__isnull=False)),
        opened=Count("pk", filter=Q(invitation__opened_at__isnull=False)),
        coming=Count("pk", filter=Q(**{answer: AnswerState.COMING}) & ~Q(state=AttendanceState.LEAVE)),
        asking=Count("pk", filter=Q(**{answer: AnswerState.ASKED}) & ~Q(state=AttendanceState.LEAVE)),
        leave=Count("pk", filter=Q(state=AttendanceState.LEAVE)),
        remindable=Count("pk", filter=expected & unopened & reached & Q(invitation__reminded_at__isnull=True)),
        unreachable=Count("pk", filter=Q(member__user__isnull=True) | Q(member__user__is_active=False)),
    )
    return Standing(**row)
