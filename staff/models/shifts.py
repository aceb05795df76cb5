"""Shifts at host units: a day's duty or a joint action, who is on it, and who asks whom to swap."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.choices import SHIFT_TONES, SWAP_OPEN, SWAP_TONES, ShiftKind, SwapState
from staff.models.deployment import Posting
from staff.models.organisation import Unit
from staff.periods import midnight
from staff.querysets import ScopedQuerySet

# One shift lasts at most a day and a night; a longer action is several shifts.
LONGEST = timedelta(hours=24)


class ShiftQuerySet(ScopedQuerySet):
    """Questions about shifts."""

    def between(self, first, last):
        """Shifts that begin on the days from `first` to `last`, both counted."""
        return self.filter(starts__gte=midnight(first), starts__lt=midnight(last + timedelta(days=1)))


class DutyQuerySet(ScopedQuerySet):
    """Questions about who is on shifts."""

    def of(self, member):
        """Those of one member, at whatever host unit."""
        return self.filter(posting__member=member)

    def coming(self, member, at):
        """The shifts of `member` that are not over at the moment `at`, the next one first."""
        rows = self.of(member).filter(shift__ends__gt=at).select_related("shift__host_unit", "posting")
        return rows.order_by("shift__starts", "pk")


class SwapQuerySet(ScopedQuerySet):
    """Questions about requests to swap."""

    def open(self):
        """Those that still wait for the colleague or for the host unit."""
        return self.filter(state__in=SWAP_OPEN)

    def waiting_first(self):
        """What waits first, then the latest."""
        waits = models.Case(models.When(state__in=SWAP_OPEN, then=0), default=1)
        return self.order_by(waits, "-asked_at", "-pk")


class Shift(models.Model):
    """A duty or joint action at a host unit, from one moment to another."""

    host_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("接收单位"))
    kind = models.CharField(_("类别"), max_length=6, choices=ShiftKind, default=ShiftKind.DUTY)
    title = models.CharField(_("事项"), max_length=80)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    starts = models.DateTimeField(_("开始时间"))
    ends = models.DateTimeField(_("结束时间"))
    partners = models.CharField(_("联合单位人员"), max_length=200, blank=True)

    objects = ShiftQuerySet.as_manager()

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

    def clean(self):
        """Name the wrong field: a shift lasts at most a day and a night."""
        super().clean()
        if self.starts and self.ends and self.ends - self.starts > LONGEST:
            raise ValidationError({"ends": _("一个班次最长24小时，更长的行动请分成几个班次。")})

    def get_absolute_url(self):
        """The shift's page."""
        return reverse("staff:shift", args=[self.pk])

    @property
    def day(self):
        """The day that it begins on."""
        return timezone.localdate(self.starts)

    @property
    def last_day(self):
        """The day of its last minute."""
        return timezone.localdate(self.ends - timedelta(microseconds=1))

    @property
    def hours(self):
        """From when to when, in the portal's time; a night shift ends on the day after."""
        starts, ends = timezone.localtime(self.starts), timezone.localtime(self.ends)
        return f"{starts:%H:%M}—{ends:%H:%M}" + (_("(次日)") if self.last_day > self.day else "")

    @property
    def kind_tone(self):
        """Tone of the kind's badge."""
        return SHIFT_TONES[self.kind]


class ShiftDuty(models.Model):
    """One deployed person on a shift; nobody has two at one time (the database holds it, `staff.overlaps`)."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="duties", verbose_name=_("班次"))
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="duties", verbose_name=_("派驻"))

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("值班人员")
        verbose_name_plural = _("值班人员")
        constraints = [models.UniqueConstraint(fields=["shift", "posting"], name="duty_once_a_shift")]

    def __str__(self):
        return f"{self.posting.member} · {self.shift}"


class SwapRequest(models.Model):
    """Somebody asks a colleague to take their shift, perhaps for one of the colleague's; the colleague agrees, the
    host unit approves. It names both people and both shifts itself, so that it reads the same after the swap."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps", verbose_name=_("班次"))
    from_posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="+", verbose_name=_("申请人"))
    to_posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="+", verbose_name=_("换班对象"))
    return_shift = models.ForeignKey(
        Shift, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("换回班次")
    )
    state = models.CharField(_("状态"), max_length=10, choices=SwapState, default=SwapState.ASKED)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    answered_at = models.DateTimeField(_("对方答复时间"), null=True, blank=True)
    decided_at = models.DateTimeField(_("单位决定时间"), null=True, blank=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        verbose_name = _("换班申请")
        verbose_name_plural = _("换班申请")
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "from_posting"],
                condition=Q(state__in=SWAP_OPEN),
                name="swap_once_open",
                violation_error_message=_("这个班次已有待处理的换班申请。"),
            ),
            models.CheckConstraint(
                condition=~Q(from_posting=F("to_posting")),
                name="swap_with_another",
                violation_error_message=_("换班对象不能是本人。"),
            ),
        ]

    def __str__(self):
        return f"{self.from_posting.member} → {self.to_posting.member}"

    @property
    def state_tone(self):
        """Tone of the state's badge."""
        return SWAP_TONES[self.state]
