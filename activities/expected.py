"""Who is expected beside what kinds and rolls say: the secretary adds people by name, and leaves out with a reason."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities import calls, rolls, signups
from activities.choices import ActivityState, ListChangeKind, SignUpState
from activities.models import ListChange
from staff.models import Member


def _refuse_when_over(activity, at):
    if activity.state not in (ActivityState.DRAFT, ActivityState.SCHEDULED) or at >= activity.starts:
        raise ValidationError(_("活动已开始或已结束，不能再调整名单。到会的其他人员请在签到时登记。"), code="state")


def _changed(activity, at, by):
    """The list after a change of who is expected; those who came in are called at once when the activity is."""
    if activity.state == ActivityState.SCHEDULED:
        new = calls.refresh_list(activity, at=at, by=by)
        calls.call(activity=activity, members=new, at=at, by=by)


@transaction.atomic
def add(*, activity, member, at, by):
    """Expect somebody whom kinds and rolls do not name, or who had been left out."""
    activity = calls.locked(activity)
    _refuse_when_over(activity, at)
    if not Member.objects.in_service(activity.day).filter(pk=member.pk).exists():
        raise ValidationError(_("%(name)s当天不在职，不能列入名单。") % {"name": member.name}, code="not_in_service")
    on_list = activity.attendances.filter(member=member).exists()
    if on_list or calls.expected_members(activity).filter(pk=member.pk).exists():
        raise ValidationError(_("%(name)s已在名单中。") % {"name": member.name}, code="present")
    activity.list_changes.filter(member=member).delete()
    if not rolls.expected_members(activity).filter(pk=member.pk).exists():
        ListChange.objects.create(activity=activity, member=member, kind=ListChangeKind.ADDED, by=by)
    # Who waited for a place is expected without one.
    activity.sign_ups.filter(member=member, state=SignUpState.WAITING).update(state=SignUpState.WITHDRAWN)
    _changed(activity, at, by)
    log(instance=activity, action="activities.call.add", user=by, data={"member": member.pk})


@transaction.atomic
def leave_out(*, activity, member, reason, at, by):
    """Do not expect somebody, with the reason; who was called already is told."""
    activity = calls.locked(activity)
    _refuse_when_over(activity, at)
    on_list = calls.expected_members(activity).filter(pk=member.pk).exists()
    signed = activity.sign_ups.filter(member=member).exclude(state=SignUpState.WITHDRAWN).exists()
    if not on_list and not signed:
        raise ValidationError(_("%(name)s不在名单中。") % {"name": member.name}, code="absent")
    activity.list_changes.filter(member=member).delete()
    change = ListChange(
        activity=activity, member=member, kind=ListChangeKind.LEFT_OUT, reason=reason.strip()[:200], by=by
    )
    change.full_clean()
    change.save()
    if signed:
        signups.give_back(activity=activity, member=member, at=at)
    _changed(activity, at, by)
    log(instance=activity, action="activities.call.leave_out", user=by, data={"member": member.pk})


@transaction.atomic
def undo_change(*, activity, change, at, by):
    """Take a change of the list back: kinds and rolls say again whether the person is expected."""
    activity = calls.locked(activity)
    _refuse_when_over(activity, at)
    activity.list_changes.filter(pk=change.pk).delete()
    _changed(activity, at, by)
    log(instance=activity, action="activities.call.undo", user=by, data={"member": change.member_id})
