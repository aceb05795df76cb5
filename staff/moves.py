"""People come, move and go: each change of branch, unit or service is dated and keeps its reason."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staff.choices import LEAVING, PostingState, TransferKind
from staff.models import Member, Post, Posting, Transfer


@transaction.atomic
def move(*, member, day, unit, branch=None, group=None, reason="", by):
    """Bring `member` to another unit, branch or group from `day` on; what they hold is then asked to be handed over."""
    member = _held(member)
    if member.left_on:
        raise ValidationError(_("该人员已离职，请先办理返回。"), code="stale")
    if (unit, branch, group) == (member.unit, member.branch, member.group):
        raise ValidationError({"unit": _("单位、支部和党小组都没有变化。")})
    before = member.branch, member.unit
    member.unit, member.branch, member.group = unit, branch, group
    return _store(member, TransferKind.MOVED, day, before, (branch, unit), reason, by)


@transaction.atomic
def leave(*, member, kind, day, reason="", by):
    """Let `member` leave the bureau: `day` is the first without them. Party posts end; nobody leaves while in post."""
    member = _held(member)
    if kind not in LEAVING:
        raise ValidationError({"kind": _("请选择离开的方式。")})
    if member.left_on:
        raise ValidationError(_("该人员已于%(day)s离职。") % {"day": member.left_on}, code="stale")
    serving = Posting.objects.filter(member=member, state=PostingState.IN_POST, ends__gte=day)
    if serving.exists():
        raise ValidationError({"day": _("该人员届时仍在下沉派驻，请先在派驻页面召回或提前结束。")})
    member.left_on = day
    for post in Post.objects.on(day).filter(member=member, starts__lt=day):
        post.ends = day - timedelta(days=1)
        post.save(update_fields=["ends"])
    return _store(member, kind, day, (member.branch, member.unit), (None, None), reason, by)


@transaction.atomic
def come_back(*, member, day, unit, branch=None, group=None, reason="", by):
    """Take `member` back into service from `day` on."""
    member = _held(member)
    if not member.left_on:
        raise ValidationError(_("该人员在职，无需办理返回。"), code="stale")
    if day < member.left_on:
        raise ValidationError({"day": _("返回日期不能早于离职日期（%(day)s）。") % {"day": member.left_on}})
    member.left_on, member.unit, member.branch, member.group = None, unit, branch, group
    return _store(member, TransferKind.RETURNED, day, (None, None), (branch, unit), reason, by)


def _held(member):
    return Member.objects.select_for_update(of=("self",)).select_related("unit", "branch", "group").get(pk=member.pk)


def _store(member, kind, day, before, after, reason, by):
    today = timezone.localdate()
    if kind not in LEAVING and day > today:
        raise ValidationError({"day": _("日期不能晚于今天。")})
    last = Transfer.objects.filter(member=member).order_by("-day").values_list("day", flat=True).first()
    if last and day < last:
        raise ValidationError({"day": _("日期不能早于上一次变动（%(day)s）。") % {"day": last}})
    member.full_clean()
    member.save()
    (from_branch, from_unit), (to_branch, to_unit) = before, after
    row = Transfer.objects.create(
        member=member,
        kind=kind,
        day=day,
        reason=reason,
        from_branch=from_branch,
        from_unit=from_unit,
        to_branch=to_branch,
        to_unit=to_unit,
    )
    log(instance=member, action="staff.member.move", user=by, data={"kind": kind, "day": day.isoformat()})
    return row
