"""Study: how many hours a year are asked of whom, and what was studied outside the branch's own activities."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.choices import StudyDuty, StudySource
from staff.models import Member
from staff.querysets import ScopedQuerySet


class StudyRule(models.Model):
    """The hours a year asked of a member, and of a secretary and committee member; never below the source's (ED)."""

    duty = models.CharField(_("对象"), max_length=10, choices=StudyDuty, unique=True)
    hours = models.PositiveSmallIntegerField(_("每年学时"))
    source = models.CharField(_("依据"), max_length=120)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("学习教育学时")
        verbose_name_plural = _("学习教育学时")
        ordering = ["hours", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(duty=StudyDuty.MEMBER, hours__gte=32) | Q(duty=StudyDuty.COMMITTEE, hours__gte=56),
                name="study_hours_are_not_below_their_source",
                violation_error_message=_("学时可以多于规定，不能少于规定：党员32学时，书记和班子成员56学时。"),
            )
        ]

    def __str__(self):
        return self.get_duty_display()


class StudyRecord(models.Model):
    """Hours that a member studied beside the branch's activities: a course, a lecture elsewhere, study material."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="study_records", verbose_name=_("人员"))
    day = models.DateField(_("日期"))
    title = models.CharField(_("学习内容"), max_length=120)
    hours = models.DecimalField(_("学时"), max_digits=4, decimal_places=1)
    source = models.CharField(
        _("来源"), max_length=10, choices=StudySource, default=StudySource.ENTERED, editable=False
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("学习记录")
        verbose_name_plural = _("学习记录")
        ordering = ["-day", "pk"]
        indexes = [models.Index(fields=["member", "day"])]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "day", "title"],
                name="study_once",
                violation_error_message=_("该人员当天的这项学习已登记。"),
            ),
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=80),
                name="study_hours_are_possible",
                violation_error_message=_("学时须大于0，每次不超过80学时。"),
            ),
        ]

    def __str__(self):
        return f"{self.member} · {self.title}"
