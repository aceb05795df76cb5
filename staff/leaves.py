"""Leave from a posting: asked for, decided by tier (up to three days the host unit, longer the party office), closed on
return (销假). Who decides is `allowed(user, "decide", leave)`; what may follow what stands here."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from staff import access
from staff.choices import LeaveState, NotificationKind, PostingState, Role
from staff.models import Grant, Leave, Notification, Posting, Unit, User
from staff.notifications import notify, worded
from staff.periods import days_between
from staff.policies import HOST_DECIDES_DAYS

LEAVE_MOVES = {
    LeaveState.REQUESTED: {LeaveState.APPROVED, LeaveState.REFUSED},
    LeaveState.APPROVED: {LeaveState.RETURNED, LeaveState.REFUSED},
    LeaveState.REFUSED: set(),
    LeaveState.RETURNED: set(),
}


def _locked(leave):
    return Leave.objects.select_for_update(of=("self",)).select_related("posting__member").get(pk=leave.pk)


def _advance(leave, state):
    if state not in LEAVE_MOVES[leave.state]:
        raise ValidationError(
            _("该请假已是“%(state)s”，请刷新页面查看。") % {"state": leave.get_state_display()}, code="stale"
        )
    leave.state = state


@transaction.atomic
def request(*, posting, starts, ends, reason, by):
    """Ask for leave inside the posting, on days that no other leave of it holds."""
    posting = Posting.objects.select_for_update(of=("self",)).select_related("member", "host_unit").get(pk=posting.pk)
    if posting.state != PostingState.IN_POST:
        raise ValidationError(_("只有在岗人员可以请假。"), code="transition")
    leave = Leave(posting=posting, starts=starts, ends=ends, reason=reason)
    leave.full_clean()
    if posting.leaves.exclude(state=LeaveState.REFUSED).within(starts, ends).exists():
        raise ValidationError({"starts": _("这段时间已有请假。")})
    leave.save()
    log(instance=leave, action="staff.leave.request", user=by)
    _ask(leave)
    return leave


def deciders(leave):
    """The accounts that decide on this leave by its tier, never the person's own; a host without any has the office."""
    office = Q(role=Role.OFFICE)
    if days_between(leave.starts, leave.ends) > HOST_DECIDES_DAYS:
        return _holders(office, leave)
    # Whose scope the host unit lies in: a management role over it or over a unit above it.
    path = leave.posting.host_unit.path
    above = [path[:end] for end in range(Unit.steplen, len(path) + 1, Unit.steplen)]
    host = Q(role=Role.MANAGEMENT) & (Q(unit__isnull=True) | Q(unit__path__in=above))
    return _holders(host, leave) or _holders(office, leave)


def _holders(tier, leave):
    grants = Grant.objects.on(timezone.localdate()).filter(tier, user__is_active=True)
    users = User.objects.filter(pk__in=grants.order_by().values("user"))
    return list(users.exclude(member=leave.posting.member_id))


def _ask(leave):
    """Tell those who decide that leave waits for them."""
    facts = {"name": leave.posting.member, "starts": leave.starts, "ends": leave.ends}
    notify(
        users=deciders(leave),
        kind=NotificationKind.DEPLOYMENT,
        text=worded(gettext_lazy("%(name)s申请请假（%(starts)s 至 %(ends)s），请审批。"), facts),
        address=leave.posting.get_absolute_url(),
        key=f"leave:{leave.pk}:asked",
    )


def due(now):
    """Remind, once, those whose approved leave is over and who have not reported back (销假)."""
    day = timezone.localdate(now)
    over = Leave.objects.unreturned(day).filter(posting__member__user__isnull=False)
    over = {f"leave:{leave.pk}:over": leave for leave in over.select_related("posting__member__user")}
    told = set(Notification.objects.filter(key__in=list(over)).values_list("key", flat=True))
    for key in over.keys() - told:
        leave = over[key]
        notify(
            users=[leave.posting.member.user],
            kind=NotificationKind.DEPLOYMENT,
            text=worded(gettext_lazy("您的请假已于%(ends)s期满，返岗后请及时销假。"), {"ends": leave.ends}),
            address=leave.posting.get_absolute_url(),
            key=key,
        )


@transaction.atomic
def decide(*, leave, approve, by):
    """Approve or refuse leave. Raises when it is not for `by` to decide, or decided already."""
    leave = _locked(leave)
    if not access.allowed(by, "decide", leave):
        raise ValidationError(_("3天以内的请假由接收单位审批，超过3天由党建办审批，本人不能审批。"), code="tier")
    if leave.state != LeaveState.REQUESTED:
        raise ValidationError(
            _("该请假已是“%(state)s”，请刷新页面查看。") % {"state": leave.get_state_display()}, code="stale"
        )
    _advance(leave, LeaveState.APPROVED if approve else LeaveState.REFUSED)
    leave.save(update_fields=["state"])
    log(instance=leave, action="staff.leave.approve" if approve else "staff.leave.refuse", user=by)
    user = leave.posting.member.user
    if user is not None:
        facts = {"starts": leave.starts, "ends": leave.ends, "state": LeaveState(leave.state).label}
        notify(
            users=[user],
            kind=NotificationKind.DEPLOYMENT,
            text=worded(gettext_lazy("您%(starts)s 至 %(ends)s的请假%(state)s。"), facts),
            address=leave.posting.get_absolute_url(),
            key=f"leave:{leave.pk}:{leave.state}",
        )
    return leave


@transaction.atomic
def come_back(*, leave, day, by):
    """Back at work on `day`: a return before the planned end shortens the leave to the day before."""
    leave = _locked(leave)
    _advance(leave, LeaveState.RETURNED)
    if day <= leave.starts:
        raise ValidationError({"day": _("销假日期须晚于请假开始日期。")})
    if day > timezone.localdate():
        raise ValidationError({"day": _("销假日期不能晚于今天。")})
    leave.returned_on = day
    leave.ends = min(leave.ends, day - timedelta(days=1))
    leave.full_clean()
    leave.save()
    log(instance=leave, action="staff.leave.return", user=by)
    return leave


def cut(*, posting, day, by):
    """What an earlier end of the posting does to its leave: later leave is refused, leave across it is shortened."""
    for leave in posting.leaves.select_for_update().exclude(state=LeaveState.REFUSED).filter(ends__gt=day):
        if leave.starts > day and LeaveState.REFUSED in LEAVE_MOVES[leave.state]:
            leave.state = LeaveState.REFUSED
            log(instance=leave, action="staff.leave.refuse", user=by)
        elif leave.starts <= day:
            leave.ends = day
        leave.save()
