"""Shifts at host units: a day's duty or a joint action, and who is on it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.choices import ShiftKind, SwapState
from staff.models.deployment import Posting
from staff.models.organisation import Unit
from staff.querysets import ScopedQuerySet


class Shift(models.Model):
    """A duty or joint action at a host unit, from one moment to another."""

    host_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("接收单位"))
    kind = models.CharField(_("类别"), max_length=6, choices=ShiftKind, default=ShiftKind.DUTY)
    title = models.CharField(_("事项"), max_length=80)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    starts = models.DateTimeField(_("开始时间"))
    ends = models.DateTimeField(_("结束时间"))
    partners = models.CharField(_("联合单位人员"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("班次")
        verbose_name_plural = _("班次")
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="shift_ends_after_it_starts",
                violation_error_message=_("结束时间须晚于开始时间。"),
            )
        ]

    def __str__(self):
        return self.title


class ShiftDuty(models.Model):
    """One deployed person on a shift; nobody has two at one time (the database holds it, `staff.overlaps`)."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="duties", verbose_name=_("班次"))
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="duties", verbose_name=_("派驻"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("值班人员")
        verbose_name_plural = _("值班人员")
        constraints = [models.UniqueConstraint(fields=["shift", "posting"], name="duty_once_a_shift")]

    def __str__(self):
        return f"{self.posting.member} · {self.shift}"


class SwapRequest(models.Model):
    """Somebody asks a colleague to take their shift; the colleague agrees, the host unit approves."""

    duty = models.ForeignKey(ShiftDuty, on_delete=models.CASCADE, related_name="swaps", verbose_name=_("值班人员"))
    to_posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="+", verbose_name=_("换班对象"))
    state = models.CharField(_("状态"), max_length=10, choices=SwapState, default=SwapState.ASKED)
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("换班申请")
        verbose_name_plural = _("换班申请")

    def __str__(self):
        return f"{self.duty} → {self.to_posting.member}"
