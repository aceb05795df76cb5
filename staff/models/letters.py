"""Target responsibility letters (目标责任书) of those who hold plots, and what passes from one holder to the next."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from staff.choices import LETTER_TONES, HandoverCause, LetterState
from staff.models.plots import Assignment
from staff.querysets import ScopedQuerySet


class Letter(models.Model):
    """A target responsibility letter (目标责任书) of a year for an assignment, whose results count in the appraisal."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="letters", verbose_name=_("责任分工")
    )
    year = models.PositiveSmallIntegerField(_("年度"), validators=[MinValueValidator(2000), MaxValueValidator(2099)])
    goals = models.TextField(_("责任目标"), max_length=4000)
    signed_by_holder_on = models.DateField(_("责任人签订日期"), null=True, blank=True)
    signed_by_unit_on = models.DateField(_("单位签订日期"), null=True, blank=True)
    signed_for_unit_by = models.CharField(_("单位签订人"), max_length=40, blank=True)
    assessment = models.TextField(_("年终评价"), max_length=2000, blank=True)
    assessed_on = models.DateField(_("评价日期"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("目标责任书")
        verbose_name_plural = _("目标责任书")
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "year"],
                name="letter_once_a_year",
                violation_error_message=_("该责任人本年度的目标责任书已建立。"),
            )
        ]

    def __str__(self):
        return f"{self.assignment} · {self.year}"

    def get_absolute_url(self):
        """The letter's page."""
        return reverse("staff:letter", args=[self.pk])

    @property
    def state(self):
        """Where it stands; read from what is signed and assessed, never stored."""
        if self.assessed_on:
            return LetterState.ASSESSED
        if self.signed_by_holder_on and self.signed_by_unit_on:
            return LetterState.SIGNED
        return LetterState.HALF if self.signed_by_holder_on or self.signed_by_unit_on else LetterState.DRAFT

    @property
    def state_tone(self):
        """Tone of the state's badge."""
        return LETTER_TONES[self.state]


class Indicator(models.Model):
    """One indicator of a responsibility letter with its target and what was reached."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="indicators")
    name = models.CharField(_("指标"), max_length=120)
    target = models.CharField(_("目标值"), max_length=80)
    result = models.CharField(_("完成情况"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("责任指标")
        verbose_name_plural = _("责任指标")
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Handover(models.Model):
    """What became of a holding whose holder was posted away, left or changed unit: to whom it went, what is open."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="handovers", verbose_name=_("原责任分工")
    )
    cause = models.CharField(_("交接原因"), max_length=8, choices=HandoverCause)
    caused_on = models.DateField(_("原因发生日期"))
    day = models.DateField(_("交接日期"))
    successor = models.ForeignKey(
        Assignment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="taken_over",
        verbose_name=_("接手的责任分工"),
    )
    open_matters = models.TextField(_("未了事项"), max_length=2000, blank=True)
    at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("责任田交接")
        verbose_name_plural = _("责任田交接")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "cause", "caused_on"],
                name="handover_once_a_cause",
                violation_error_message=_("该责任田已办理交接。"),
            )
        ]

    def __str__(self):
        return f"{self.assignment} · {self.get_cause_display()}"
