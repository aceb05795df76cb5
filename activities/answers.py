"""Answers of those who were called: coming, or leave that the secretary gives or refuses.

An approved leave stands in the attendance list as leave with its reason, so that the list is right on the day.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities import notices
from activities.calls import locked, stamp
from activities.choices import ActivityState, AnswerState, AttendanceState
from activities.models import Invitation
from activities.rolls import deployed
from staff.models import Member

# The one table of what may follow an answer. A member answers; the secretary approves or refuses leave, also leave
# that nobody asked for in the portal (a call, a posting).
ANSWER_MOVES = {
    AnswerState.OPEN: {AnswerState.COMING, AnswerState.ASKED, AnswerState.APPROVED},
    AnswerState.COMING: {AnswerState.ASKED, AnswerState.APPROVED},
    AnswerState.ASKED: {AnswerState.COMING, AnswerState.APPROVED, AnswerState.REFUSED},
    AnswerState.APPROVED: {AnswerState.COMING, AnswerState.REFUSED},
    AnswerState.REFUSED: {AnswerState.COMING, AnswerState.ASKED, AnswerState.APPROVED},
}


def may_answer(*, activity, row, at):
    """Whether the one whose attendance `row` is may still say whether they come."""
    return row is not None and not row.is_there and activity.state == ActivityState.SCHEDULED and at < activity.starts


def _invitation(row):
    invitation, _created = Invitation.objects.select_for_update().get_or_create(attendance=row)
    return invitation


def _advance(invitation, state):
    if state not in ANSWER_MOVES[invitation.answer]:
        raise ValidationError(
            _("答复当前为“%(state)s”，请刷新页面查看。") % {"state": invitation.get_answer_display()}, code="stale"
        )
    invitation.answer = state


def _list_says(row, state, reason=""):
    if (row.state, row.reason) != (state, reason):
        row.state, row.reason = state, reason
        row.save(update_fields=["state", "reason"])


def _key(invitation, at):
    return f"invitation:{invitation.pk}:{stamp(at)}"


@transaction.atomic
def answer(*, activity, member, coming, at, reason=""):
    """A member's own answer before the start: coming, or leave that is decided on. Sent twice, stored once."""
    activity = locked(activity)
    row = activity.attendances.select_for_update().filter(member=member).first()
    if row is None:
        raise ValidationError(_("您不在本次活动的应到名单中。"), code="not_expected")
    if not may_answer(activity=activity, row=row, at=at):
        raise ValidationError(_("活动已开始或未安排，不能再答复，请联系书记。"), code="closed")
    reason = "" if coming else reason.strip()[:200]
    if not coming and not reason:
        raise ValidationError({"reason": _("请填写请假事由。")})
    invitation = _invitation(row)
    state = AnswerState.COMING if coming else AnswerState.ASKED
    on_leave = row.state == AttendanceState.LEAVE
    if on_leave and not coming:
        raise ValidationError(_("已登记您请假，无需再次申请。"), code="stale")
    if invitation.answer == state and invitation.reason == reason and not on_leave:
        return invitation
    if invitation.answer != state:
        _advance(invitation, state)
    invitation.reason, invitation.answered_at = reason, at
    invitation.opened_at = invitation.opened_at or at
    invitation.decided_by = invitation.decided_at = None
    invitation.decision = ""
    invitation.full_clean(exclude=["attendance"])
    invitation.save()
    _list_says(row, AttendanceState.EXPECTED)
    address, key = reverse("activities:call", args=[activity.pk]), _key(invitation, at)
    if not coming:
        notices.leave_asked(activity, member=member, address=address, key=key)
    elif on_leave:
        notices.leave_withdrawn(activity, member=member, address=address, key=key)
    log(
        instance=activity,
        action="activities.call.come" if coming else "activities.call.ask_leave",
        user=member.user,
        data={"member": member.pk},
    )
    return invitation


@transaction.atomic
def approve(*, activity, member, at, by, reason=""):
    """Give leave: asked for, proposed because of a posting, or asked for by word of mouth with its `reason`."""
    activity, row = _for_decision(activity, member, by)
    invitation = _invitation(row)
    away = deployed(members=[member.pk], day=activity.day).get(member.pk, "")
    asked = invitation.reason if invitation.answer in (AnswerState.ASKED, AnswerState.REFUSED) else ""
    reason = reason.strip()[:200] or asked or away
    if not reason:
        raise ValidationError(_("%(name)s请假须填写事由。") % {"name": member.name}, code="reason")
    _advance(invitation, AnswerState.APPROVED)
    invitation.reason, invitation.decision = reason, ""
    _decide(activity, row, invitation, at, by)
    _list_says(row, AttendanceState.LEAVE, reason)
    log(instance=activity, action="activities.call.approve", user=by, data={"member": member.pk})
    return invitation


@transaction.atomic
def refuse(*, activity, member, reason, at, by):
    """Refuse leave that was asked for, or take back leave that was given, with the reason."""
    reason = reason.strip()[:200]
    if not reason:
        raise ValidationError({"reason": _("请填写不准假的原因。")})
    activity, row = _for_decision(activity, member, by)
    invitation = _invitation(row)
    _advance(invitation, AnswerState.REFUSED)
    invitation.decision = reason
    _decide(activity, row, invitation, at, by)
    _list_says(row, AttendanceState.EXPECTED)
    log(instance=activity, action="activities.call.refuse", user=by, data={"member": member.pk})
    return invitation


def _for_decision(activity, member, by):
    """The activity and the row that is decided on, both locked; nobody decides on their own leave."""
    if member.user_id and by is not None and member.user_id == by.pk:
        raise ValidationError(_("本人的请假须由其他负责人审批。"), code="own")
    activity = locked(activity)
    if activity.state not in (ActivityState.SCHEDULED, ActivityState.HELD):
        raise ValidationError(_("活动未安排或已取消，不能审批请假。"), code="state")
    row = activity.attendances.select_for_update().filter(member=member).first()
    if row is None:
        raise ValidationError(_("%(name)s不在名单中。") % {"name": member.name}, code="absent")
    if row.is_there:
        raise ValidationError(_("%(name)s已登记到会，不能再审批请假。") % {"name": member.name}, code="there")
    return activity, row


def _decide(activity, row, invitation, at, by):
    invitation.decided_by, invitation.decided_at = by, at
    invitation.full_clean(exclude=["attendance"])
    invitation.save()
    notices.leave_decided(
        activity,
        member=row.member,
        approved=invitation.answer == AnswerState.APPROVED,
        reason=invitation.decision,
        key=_key(invitation, at),
        by=by,
    )


def proposals(activity):
    """Those deployed on the day who have not answered, each with the reason of the leave that is proposed."""
    open_rows = activity.attendances.filter(state=AttendanceState.EXPECTED).filter(
        Q(invitation__isnull=True) | Q(invitation__answer=AnswerState.OPEN)
    )
    return deployed(members=open_rows.order_by().values("member"), day=activity.day)


@transaction.atomic
def approve_proposals(*, activity, at, by):
    """Give leave to all who are deployed and have not answered, with their posting as the reason; answers how many."""
    found = proposals(activity)
    own = by.pk if by is not None else None
    members = Member.objects.filter(pk__in=found).exclude(user=own) if own else Member.objects.filter(pk__in=found)
    for member in members.order_by("pk"):
        approve(activity=activity, member=member, reason=found[member.pk], at=at, by=by)
    return len(members)
