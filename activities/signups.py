"""Open activities: places given in the order of sign-up and never oversold, a waiting list that moves up, a deadline.

Everything here holds the activity's row first, so that two who sign up at once are served one after the other.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities import calls, notices
from activities.choices import ActivityState, AnswerState, ListChangeKind, SignUpState
from activities.models import Attendance, Invitation, SignUp


def is_open(activity, at):
    """Whether one may sign up at the moment `at`: before the deadline, which is the start at the latest."""
    return activity.sign_up and activity.state == ActivityState.SCHEDULED and at < activity.sign_up_closes


def _why_closed(activity):
    """Why one may not sign up, in words."""
    if not activity.sign_up or activity.state != ActivityState.SCHEDULED:
        return _("活动未开放报名，或已取消。")
    closed = timezone.localtime(activity.sign_up_closes)
    return _("报名已于%(day)s %(time)s截止。") % {
        "day": date_format(closed, "MONTH_DAY_FORMAT"),
        "time": time_format(closed, "H:i"),
    }


def places_left(activity):
    """How many places are free; None without a limit."""
    if activity.capacity is None:
        return None
    return max(0, activity.capacity - activity.sign_ups.filter(state=SignUpState.SIGNED).count())


def place_in_line(sign_up):
    """Which place on the waiting list this is, the first one 1."""
    waiting = SignUp.objects.filter(activity=sign_up.activity_id, state=SignUpState.WAITING)
    return waiting.filter(at__lt=sign_up.at).count() + waiting.filter(at=sign_up.at, pk__lte=sign_up.pk).count()


@transaction.atomic
def sign_up(*, activity, member, at):
    """Take a place at an open activity, or one on the waiting list once its capacity is reached."""
    activity = calls.locked(activity)
    if not is_open(activity, at):
        raise ValidationError(_why_closed(activity), code="closed")
    row = activity.sign_ups.filter(member=member).first() or SignUp(activity=activity, member=member)
    if row.pk and row.state != SignUpState.WITHDRAWN:
        return row
    if activity.list_changes.filter(member=member, kind=ListChangeKind.LEFT_OUT).exists():
        raise ValidationError(_("本次活动未将您列入名单，请联系主办组织。"), code="left_out")
    if activity.attendances.filter(member=member).exists():
        raise ValidationError(_("您已在应到名单中，无需报名。"), code="expected")
    full = places_left(activity) == 0
    row.state = SignUpState.WAITING if full else SignUpState.SIGNED
    # Who comes back stands at the end of the line.
    row.at = at
    row.save()
    if not full:
        _give_place(row, at)
    log(instance=activity, action="activities.sign_up.sign", user=member.user, data={"member": member.pk})
    return row


def _give_place(row, at):
    """Put somebody with a place on the list; they know of it and come, so nobody asks them again."""
    attendance, _created = Attendance.objects.get_or_create(activity=row.activity, member=row.member)
    Invitation.objects.get_or_create(
        attendance=attendance,
        defaults={"called_at": at, "opened_at": at, "answered_at": at, "answer": AnswerState.COMING},
    )


@transaction.atomic
def withdraw(*, activity, member, at):
    """Give a place back before the start; the first of the waiting list moves up and is told."""
    activity = calls.locked(activity)
    row = activity.sign_ups.filter(member=member).exclude(state=SignUpState.WITHDRAWN).first()
    if row is None or at >= activity.starts or activity.state != ActivityState.SCHEDULED:
        raise ValidationError(_("没有可以取消的报名。"), code="closed")
    give_back(activity=activity, member=member, at=at)
    calls.refresh_list(activity, at=at, by=member.user)
    log(instance=activity, action="activities.sign_up.withdraw", user=member.user, data={"member": member.pk})
    row.refresh_from_db()
    return row


def give_back(*, activity, member, at):
    """End somebody's sign-up and let the waiting list move up; the caller holds the activity and renews its list."""
    activity.sign_ups.filter(member=member).update(state=SignUpState.WITHDRAWN)
    fill_places(activity=activity, at=at)


def fill_places(*, activity, at):
    """Give the free places to those who have waited longest, and tell them; the caller holds the activity."""
    if activity.state != ActivityState.SCHEDULED or at >= activity.starts:
        return []
    free = places_left(activity)
    waiting = activity.sign_ups.filter(state=SignUpState.WAITING).select_related("member")
    moved = list(waiting if free is None else waiting[:free])
    for row in moved:
        row.state = SignUpState.SIGNED
        row.save(update_fields=["state"])
        row.activity = activity
        _give_place(row, at)
        notices.place_found(activity, member=row.member, key=f"sign_up:{row.pk}:{calls.stamp(at)}")
    return moved
