"""Deployment to the front line (下沉一线): rounds, what hosts need, who serves where and when."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from staff.choices import (
    LEAVE_TONES,
    POSTING_TONES,
    ROUND_TONES,
    SERVED,
    ChangeKind,
    LeaveState,
    PostingState,
    ReportSpan,
    RoundState,
    Side,
)
from staff.models.members import Member
from staff.models.organisation import Unit
from staff.periods import Period, days_between
from staff.querysets import ScopedQuerySet
from staff.questions import LeaveQuerySet, NeedQuerySet, PostingQuerySet, RoundQuerySet


class Round(Period):
    """One round of deployment (轮次) with its order and period."""

    name = models.CharField(_("名称"), max_length=80, unique=True)
    order_number = models.CharField(_("文号"), max_length=60, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=RoundState, default=RoundState.DRAFT)
    note = models.TextField(_("工作要求"), blank=True, max_length=4000)

    objects = RoundQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("下沉轮次")
        verbose_name_plural = _("下沉轮次")
        ordering = ["-starts", "-pk"]
        constraints = [*Period.Meta.constraints]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The round's roster."""
        return reverse("staff:round", args=[self.pk])

    @property
    def state_tone(self):
        """Tone of the state's badge."""
        return ROUND_TONES[self.state]


class Need(models.Model):
    """What a host unit asked for in a round: how many, where and for what."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="needs", verbose_name=_("轮次"))
    host_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="needs", verbose_name=_("接收单位"))
    place = models.CharField(_("地点"), max_length=80, blank=True)
    duty = models.CharField(_("岗位职责"), max_length=120)
    headcount = models.PositiveSmallIntegerField(_("需要人数"))
    contact = models.ForeignKey(
        Member,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="hosted_needs",
        verbose_name=_("接收单位联系人"),
    )

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("用人需求")
        verbose_name_plural = _("用人需求")
        ordering = ["round", "host_unit", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(headcount__gte=1),
                name="need_asks_for_somebody",
                violation_error_message=_("需要人数至少1人。"),
            )
        ]

    def __str__(self):
        return f"{self.host_unit} · {self.duty}"


class Posting(Period):
    """One member's service at a host unit within a round (派驻). Whatever its state, nobody else's day is doubled:
    the database holds one posting a day for a person (`staff.overlaps`)."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="postings", verbose_name=_("轮次"))
    need = models.ForeignKey(
        Need, on_delete=models.SET_NULL, null=True, blank=True, related_name="postings", verbose_name=_("用人需求")
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="postings", verbose_name=_("人员"))
    home_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sent", verbose_name=_("派出单位"))
    host_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="received", verbose_name=_("接收单位"))
    duty = models.CharField(_("岗位职责"), max_length=120)
    state = models.CharField(_("状态"), max_length=10, choices=PostingState, default=PostingState.PROPOSED)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("接替")
    )
    again_reason = models.CharField(_("再次选派理由"), max_length=200, blank=True)
    membership_note = models.CharField(_("组织关系办理情况"), max_length=200, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("派驻")
        verbose_name_plural = _("派驻")
        ordering = ["host_unit", "starts", "pk"]
        indexes = [models.Index(fields=["starts", "ends"]), models.Index(fields=["member", "starts"])]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends__isnull=False),
                name="posting_has_a_planned_end",
                violation_error_message=_("派驻须有计划结束日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(home_unit=F("host_unit")),
                name="posting_leads_elsewhere",
                violation_error_message=_("接收单位不能是派出单位。"),
            ),
        ]

    def __str__(self):
        return f"{self.member} → {self.host_unit}"

    def clean(self):
        """Say which field is wrong: a planned end, within the round, away from home."""
        super().clean()
        if not self.ends:
            raise ValidationError({"ends": _("派驻须有计划结束日期。")})
        if self.home_unit_id and self.home_unit_id == self.host_unit_id:
            raise ValidationError({"host_unit": _("接收单位不能是派出单位。")})
        if self.round_id and self.starts and not (self.round.starts <= self.starts <= (self.round.ends or self.starts)):
            raise ValidationError({"starts": _("开始日期须在本轮次期间内。")})

    def get_absolute_url(self):
        """The posting's page."""
        return reverse("staff:posting", args=[self.pk])

    @property
    def state_tone(self):
        """Tone of the state's badge."""
        return POSTING_TONES[self.state]

    @property
    def is_served(self):
        """Whether it was or is a fact (as `served` asks of rows)."""
        return self.state in SERVED

    def days_in_post(self, day):
        """Calendar days served up to `day` less approved leave, from the records (prefetched `leaves` are used)."""
        last = min(self.ends, day)
        if last < self.starts:
            return 0
        away = sum(
            days_between(max(leave.starts, self.starts), min(leave.ends, last))
            for leave in self.leaves.all()
            if leave.is_in_force and leave.starts <= last and leave.ends >= self.starts
        )
        return days_between(self.starts, last) - away


class PostingChange(models.Model):
    """One change of a posting with its reason; what was before stays readable."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="changes", verbose_name=_("派驻"))
    kind = models.CharField(_("变更"), max_length=12, choices=ChangeKind)
    day = models.DateField(_("生效日期"))
    old_ends = models.DateField(_("原结束日期"), null=True, blank=True)
    new_ends = models.DateField(_("新结束日期"), null=True, blank=True)
    old_host_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    new_host_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("原因"), max_length=300)
    handover = models.TextField(_("交接事项"), max_length=2000, blank=True)
    at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("派驻变更")
        verbose_name_plural = _("派驻变更")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.posting} · {self.get_kind_display()}"


class Leave(Period):
    """Leave from a posting: asked for, approved by tier, closed on return (销假)."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="leaves", verbose_name=_("派驻"))
    reason = models.CharField(_("事由"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=LeaveState, default=LeaveState.REQUESTED)
    returned_on = models.DateField(_("销假日期"), null=True, blank=True)

    objects = LeaveQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("请假")
        verbose_name_plural = _("请假")
        ordering = ["-starts", "-pk"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends__isnull=False),
                name="leave_has_an_end",
                violation_error_message=_("请假须有结束日期。"),
            ),
        ]

    def __str__(self):
        return f"{self.posting.member} · {self.starts}"

    def clean(self):
        """Leave has an end and lies inside its posting."""
        super().clean()
        if not self.ends:
            raise ValidationError({"ends": _("请假须有结束日期。")})
        if self.posting_id and self.starts and not self.lies_within(self.posting):
            raise ValidationError({"starts": _("请假日期须在派驻期间内。")})

    @property
    def is_in_force(self):
        """Whether the leave was approved."""
        return self.state in {LeaveState.APPROVED, LeaveState.RETURNED}

    @property
    def state_tone(self):
        """Tone of the state's badge."""
        return LEAVE_TONES[self.state]


class Opinion(models.Model):
    """What the host unit or the home branch says of a posting at its end (鉴定)."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="opinions", verbose_name=_("派驻"))
    side = models.CharField(_("鉴定方"), max_length=5, choices=Side)
    text = models.TextField(_("鉴定意见"), max_length=2000)
    signed_by = models.CharField(_("签署人"), max_length=40)
    signed_on = models.DateField(_("签署日期"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("鉴定")
        verbose_name_plural = _("鉴定")
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "side"],
                name="opinion_once_a_side",
                violation_error_message=_("该方已出具鉴定意见。"),
            )
        ]

    def __str__(self):
        return f"{self.posting} · {self.get_side_display()}"


class FieldReport(models.Model):
    """What a deployed person writes of a day or a week, without a forced rhythm; read by host and home."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="reports", verbose_name=_("派驻"))
    span = models.CharField(_("类型"), max_length=5, choices=ReportSpan, default=ReportSpan.WEEK)
    day = models.DateField(_("日期"))
    text = models.TextField(_("内容"), max_length=4000)
    written_at = models.DateTimeField(_("填写时间"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("工作日志")
        verbose_name_plural = _("工作日志")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "span", "day"], name="report_once", violation_error_message=_("该日期的日志已填写。")
            )
        ]

    def __str__(self):
        return f"{self.posting.member} · {self.day}"
