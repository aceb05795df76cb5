"""Responsibility plots (责任田): who answers for which villages, households or streets, and what visits found there."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.choices import FINDING_TONES, AssignmentRole, FindingState, PlotKind
from staff.models.members import Member
from staff.models.organisation import Division, PartyOrganisation, Unit
from staff.periods import Period
from staff.places import Place
from staff.querysets import ScopedQuerySet
from staff.questions import AssignmentQuerySet, FindingQuerySet, PlotQuerySet, VisitQuerySet


class Plot(Place, models.Model):
    """A responsibility plot: an area with its households, a unit that answers for it, and how often it is visited."""

    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=12, choices=PlotKind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="plots", verbose_name=_("责任单位"))
    divisions = models.ManyToManyField(Division, blank=True, related_name="plots", verbose_name=_("所在村社区"))
    households = models.PositiveIntegerField(_("户数"), default=0)
    technicians_needed = models.PositiveSmallIntegerField(_("应有烟技员"), default=0)
    grid_officers_needed = models.PositiveSmallIntegerField(_("应有网格员"), default=0)
    visit_interval = models.PositiveSmallIntegerField(_("走访间隔(天)"), default=7, validators=[MinValueValidator(1)])
    season_starts = models.DateField(_("当季开始"), null=True, blank=True)
    season_ends = models.DateField(_("当季结束"), null=True, blank=True)
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)
    note = models.TextField(_("说明"), blank=True, max_length=2000)

    objects = PlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("责任田")
        verbose_name_plural = _("责任田")
        ordering = ["unit", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="plot_name_once_a_unit",
                violation_error_message=_("本单位已有同名责任田。"),
            ),
            models.CheckConstraint(
                condition=Q(visit_interval__gte=1),
                name="plot_is_visited_at_an_interval",
                violation_error_message=_("走访间隔至少1天。"),
            ),
            models.CheckConstraint(
                condition=Q(season_ends__isnull=True)
                | Q(season_starts__isnull=True)
                | Q(season_ends__gte=F("season_starts")),
                name="plot_season_ends_after_it_starts",
                violation_error_message=_("当季结束不能早于当季开始。"),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The plot's page."""
        return reverse("staff:plot", args=[self.pk])

    def clean(self):
        """A season cannot end before it starts."""
        super().clean()
        if self.season_starts and self.season_ends and self.season_ends < self.season_starts:
            raise ValidationError({"season_ends": _("当季结束不能早于当季开始。")})

    def in_season(self, day):
        """Whether visits are due on `day`: a plot without a season is visited all year."""
        if self.closed_on and self.closed_on <= day:
            return False
        return (self.season_starts is None or self.season_starts <= day) and (
            self.season_ends is None or day <= self.season_ends
        )


class Assignment(Period):
    """Who holds a plot, in what part and for how long: a member of ours, or a partner's grid officer by name."""

    plot = models.ForeignKey(Plot, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("责任田"))
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name=_("人员")
    )
    officer_name = models.CharField(_("共建单位网格员"), max_length=40, blank=True)
    officer_phone = models.CharField(_("网格员电话"), max_length=20, blank=True)
    officer_organisation = models.ForeignKey(
        PartyOrganisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grid_officers",
        verbose_name=_("网格员所属组织"),
    )
    role = models.CharField(_("分工"), max_length=15, choices=AssignmentRole, default=AssignmentRole.LEAD)

    objects = AssignmentQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("责任分工")
        verbose_name_plural = _("责任分工")
        ordering = ["plot", "role", "pk"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(member__isnull=False, officer_name="") | (Q(member__isnull=True) & ~Q(officer_name="")),
                name="assignment_names_a_member_or_an_officer",
                violation_error_message=_("请填写本局人员或共建单位网格员，二者择一。"),
            ),
            models.UniqueConstraint(
                fields=["plot", "member", "role", "starts"],
                name="assignment_once",
                violation_error_message=_("该人员在此责任田的同一分工已登记。"),
            ),
        ]

    def __str__(self):
        return f"{self.plot} · {self.holder}"

    def clean(self):
        """A member or an officer, not both."""
        super().clean()
        if bool(self.member_id) == bool(self.officer_name):
            raise ValidationError({"member": _("请填写本局人员或共建单位网格员，二者择一。")})

    @property
    def holder(self):
        """Name of who holds the plot."""
        return self.member.name if self.member_id else self.officer_name


class Visit(models.Model):
    """One visit to a plot's households; the phone's own identifier stores a visit once however often it is sent."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="visits", verbose_name=_("责任分工")
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.DateField(_("走访日期"))
    households = models.PositiveIntegerField(_("走访户数"), validators=[MinValueValidator(1)])
    summary = models.TextField(_("走访情况"), max_length=2000, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    place = models.CharField(
        _("位置"),
        max_length=40,
        blank=True,
        validators=[RegexValidator(r"^-?\d{1,2}\.\d{1,6},-?\d{1,3}\.\d{1,6}$", _("位置有误。"))],
    )
    # Made on a phone without a network, for a holding that had ended when it came in: kept, for its keeper to look at.
    flagged = models.BooleanField(_("责任期外"), default=False, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("走访记录")
        verbose_name_plural = _("走访记录")
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["assignment", "-day"]), models.Index(fields=["-day"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(households__gte=1),
                name="visit_sees_a_household",
                violation_error_message=_("走访户数至少1户。"),
            ),
        ]

    def __str__(self):
        return f"{self.assignment.plot} · {self.day}"

    def clean(self):
        """No visit lies in the future or outside its assignment."""
        super().clean()
        if self.day and self.day > timezone.localdate():
            raise ValidationError({"day": _("走访日期不能晚于今天。")})
        if self.day and self.assignment_id and not self.flagged and not self.assignment.in_force(self.day):
            raise ValidationError({"day": _("走访日期不在责任期内。")})


class VisitPhoto(models.Model):
    """A photo of a visit, stored upright, at screen size, without its metadata; whoever sees the visit sees it."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="photos")
    file = models.ImageField(upload_to="visits/%Y/%m/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("走访照片")
        verbose_name_plural = _("走访照片")

    def __str__(self):
        return str(self.visit)


class Finding(models.Model):
    """What a visit found, who mends it and by when."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="findings", verbose_name=_("走访记录"))
    text = models.CharField(_("发现问题"), max_length=500)
    owner = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("整改责任人")
    )
    due = models.DateField(_("整改期限"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=FindingState, default=FindingState.OPEN)
    result = models.CharField(_("整改结果"), max_length=500, blank=True)
    closed_on = models.DateField(_("整改日期"), null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("走访问题")
        verbose_name_plural = _("走访问题")
        ordering = ["state", "due", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=FindingState.OPEN, closed_on__isnull=True)
                | Q(state=FindingState.CLOSED, closed_on__isnull=False),
                name="finding_closed_has_a_day",
                violation_error_message=_("已整改的问题须有整改日期。"),
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def state_tone(self):
        """Tone of the state's badge."""
        return FINDING_TONES[self.state]
