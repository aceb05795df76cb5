"""Swapping shifts (换班): one asks, the colleague agrees, the host unit approves. Each step tells who comes next, and
conflicts are looked for again at the approval, since days may lie between."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from staff import shifts
from staff.choices import NotificationKind, Role, SwapState
from staff.models import Grant, ShiftDuty, SwapRequest, Unit, User
from staff.notifications import notify, worded

# The one table of what may become of a request.
SWAP_MOVES = {
    SwapState.ASKED: {SwapState.AGREED, SwapState.REFUSED, SwapState.WITHDRAWN},
    SwapState.AGREED: {SwapState.APPROVED, SwapState.REFUSED, SwapState.WITHDRAWN},
    SwapState.APPROVED: set(),
    SwapState.REFUSED: set(),
    SwapState.WITHDRAWN: set(),
}


def _locked(swap):
    rows = SwapRequest.objects.select_for_update(of=("self",))
    people = ("from_posting__member__user", "to_posting__member__user")
    return rows.select_related("shift__host_unit", "return_shift", *people).get(pk=swap.pk)


def _advance(swap, state):
    if state not in SWAP_MOVES[swap.state]:
        text = _("该换班申请已是“%(state)s”，请刷新页面查看。")
        raise ValidationError(text % {"state": swap.get_state_display()}, code="stale")
    swap.state = state


def _tell(swap, users, text):
    notify(
        users=[user for user in users if user is not None],
        kind=NotificationKind.DEPLOYMENT,
        text=worded(text, _what(swap)),
        address=reverse("staff:swaps"),
        key=f"swap:{swap.pk}:{swap.state}",
    )


def _what(swap):
    """The swap in words."""
    return {
        "name": swap.from_posting.member,
        "other": swap.to_posting.member,
        "title": swap.shift.title,
        "day": swap.shift.day,
        "hours": swap.shift.hours,
    }


def deciders(swap):
    """The accounts that decide for the host unit, neither of the two people; a host without any has the office."""
    path = swap.shift.host_unit.path
    above = [path[:end] for end in range(Unit.steplen, len(path) + 1, Unit.steplen)]
    host = Q(role=Role.MANAGEMENT) & (Q(unit__isnull=True) | Q(unit__path__in=above))
    return _holders(host, swap) or _holders(Q(role=Role.OFFICE), swap)


def _holders(tier, swap):
    grants = Grant.objects.on(timezone.localdate()).filter(tier, user__is_active=True)
    users = User.objects.filter(pk__in=grants.order_by().values("user"))
    return list(users.exclude(member__in=[swap.from_posting.member_id, swap.to_posting.member_id]))


@transaction.atomic
def ask(*, duty, to_posting, return_shift=None, reason="", by):
    """Ask a colleague at the same host unit to take one's shift, perhaps for one of theirs."""
    duty = (
        ShiftDuty.objects.select_for_update(of=("self",))
        .select_related("shift__host_unit", "posting__member")
        .get(pk=duty.pk)
    )
    if duty.shift.starts <= timezone.now():
        raise ValidationError(_("班次已开始，不能换班。"), code="transition")
    if to_posting.host_unit_id != duty.shift.host_unit_id:
        raise ValidationError({"to_posting": _("只能与同一接收单位的同志换班。")})
    if return_shift is not None and not return_shift.duties.filter(posting=to_posting).exists():
        raise ValidationError({"return_shift": _("%(name)s不在这个班次。") % {"name": to_posting.member}})
    if return_shift is not None and return_shift.starts <= timezone.now():
        raise ValidationError({"return_shift": _("班次已开始，不能换班。")})
    swap = SwapRequest(
        shift=duty.shift, from_posting=duty.posting, to_posting=to_posting, return_shift=return_shift, reason=reason
    )
    swap.full_clean()
    _check(swap)
    swap.save()
    log(instance=swap, action="staff.swap.ask", user=by)
    _tell(swap, [to_posting.member.user], gettext_lazy("%(name)s请您换班：%(title)s，%(day)s %(hours)s。"))
    return swap


@transaction.atomic
def answer(*, swap, agree, by):
    """The colleague agrees, and the host unit is asked; or does not, and the one who asked is told."""
    swap = _locked(swap)
    if swap.state != SwapState.ASKED:
        _advance(swap, SwapState.ASKED)
    _advance(swap, SwapState.AGREED if agree else SwapState.REFUSED)
    swap.answered_at = timezone.now()
    swap.save(update_fields=["state", "answered_at"])
    log(instance=swap, action="staff.swap.agree" if agree else "staff.swap.refuse", user=by)
    if agree:
        text = gettext_lazy("%(name)s与%(other)s申请换班：%(title)s，%(day)s %(hours)s，请审批。")
        _tell(swap, deciders(swap), text)
    else:
        _tell(swap, [swap.from_posting.member.user], gettext_lazy("%(other)s不同意换班：%(title)s，%(day)s。"))
    return swap


@transaction.atomic
def withdraw(*, swap, by):
    """Take the request back; the colleague is told."""
    swap = _locked(swap)
    _advance(swap, SwapState.WITHDRAWN)
    swap.save(update_fields=["state"])
    log(instance=swap, action="staff.swap.withdraw", user=by)
    _tell(swap, [swap.to_posting.member.user], gettext_lazy("%(name)s撤回了换班申请：%(title)s，%(day)s。"))
    return swap


@transaction.atomic
def decide(*, swap, approve, by):
    """Approve for the host unit, and the shifts change hands; or not. Raises when it no longer fits."""
    swap = _locked(swap)
    if swap.state == SwapState.ASKED:
        raise ValidationError(_("对方尚未同意，不能审批。"), code="transition")
    _advance(swap, SwapState.APPROVED if approve else SwapState.REFUSED)
    if approve:
        _exchange(swap)
    swap.decided_at = timezone.now()
    swap.save(update_fields=["state", "decided_at"])
    log(instance=swap, action="staff.swap.approve" if approve else "staff.swap.decline", user=by)
    text = (
        gettext_lazy("换班已批准：%(title)s，%(day)s %(hours)s，由%(other)s值班。")
        if approve
        else gettext_lazy("换班未获批准：%(title)s，%(day)s %(hours)s，仍由%(name)s值班。")
    )
    _tell(swap, [swap.from_posting.member.user, swap.to_posting.member.user], text)
    return swap


def _check(swap):
    """Whether both are still on their shifts and may stand on each other's."""
    if swap.shift.starts <= timezone.now():
        raise ValidationError(_("班次已开始，不能换班。"), code="transition")
    pairs = [(swap.shift, swap.from_posting, swap.to_posting)]
    if swap.return_shift is not None:
        pairs.append((swap.return_shift, swap.to_posting, swap.from_posting))
    for shift, now, then in pairs:
        if not shift.duties.filter(posting=now).exists():
            text = _("%(name)s已不在班次“%(title)s”。") % {"name": now.member, "title": shift.title}
            raise ValidationError(text, code="conflict")
        try:
            shifts.must_be_on_duty(then, shift)
        except ValidationError as error:
            raise ValidationError(error.messages, code="conflict") from None


def _exchange(swap):
    """Both leave their shifts before either takes the other's, so that two at one time can change hands."""
    _check(swap)
    given = ShiftDuty.objects.select_for_update().get(shift=swap.shift, posting=swap.from_posting)
    given.delete()
    if swap.return_shift is not None:
        ShiftDuty.objects.select_for_update().get(shift=swap.return_shift, posting=swap.to_posting).delete()
    try:
        shifts.put_on(swap.shift, swap.to_posting)
        if swap.return_shift is not None:
            shifts.put_on(swap.return_shift, swap.from_posting)
    except ValidationError as error:
        raise ValidationError(error.messages, code="conflict") from None
