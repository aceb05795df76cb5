"""The bureau's table of meeting rules and the tokens of private calendar feeds."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.choices import Condition, Every, Kind, Pair
from staff.querysets import ScopedQuerySet
from staff.wording import listed

# Kinds of which the sources (BR) say nothing: their rule is the bureau's own.
OWN = (Kind.LECTURE, Kind.JOINT, Kind.VOLUNTEERING, Kind.STUDY_VISIT)


class MeetingRule(models.Model):
    """How often a kind is due, for which branches, and by what source; a bureau may be stricter, not looser."""

    kind = models.CharField(_("类型"), max_length=15, choices=Kind, unique=True)
    every = models.CharField(_("周期"), max_length=10, choices=Every)
    times = models.PositiveSmallIntegerField(_("至少次数"), default=1)
    condition = models.CharField(_("适用支部"), max_length=10, choices=Condition, default=Condition.ALWAYS)
    source = models.CharField(_("依据"), max_length=120)
    study_hours = models.PositiveSmallIntegerField(
        _("每次计学时"), default=0, help_text=_("参加一次计入学习教育的学时；0表示不计。")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("组织生活制度")
        verbose_name_plural = _("组织生活制度")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(times__gte=1),
                name="rule_asks_for_something",
                violation_error_message=_("次数至少1次。"),
            ),
            models.CheckConstraint(
                condition=Q(every=Every.MONTH)
                | Q(kind__in=OWN)
                | Q(kind=Kind.GENERAL, every=Every.QUARTER)
                | Q(kind__in=(Kind.LIFE, Kind.APPRAISAL, Kind.TALK)),
                name="rule_is_due_as_often_as_its_source_says",
                violation_error_message=_("周期可以比规定短，不能比规定长。"),
            ),
            models.CheckConstraint(
                condition=Q(condition=Condition.ALWAYS)
                | Q(kind__in=OWN)
                | Q(kind=Kind.COMMITTEE, condition=Condition.COMMITTEE)
                | Q(kind=Kind.GROUP, condition=Condition.GROUPS),
                name="rule_applies_to_whom_its_source_names",
                violation_error_message=_("适用范围不能比规定窄。"),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

    @property
    def parts(self):
        """Of what it asks one by one, in words; empty where it asks of the branch as a whole."""
        if self.kind == Kind.GROUP:
            return _("每个党小组")
        return listed(str(pair.label) for pair in Pair) if self.kind == Kind.TALK else ""


class FeedToken(models.Model):
    """The right to a member's private calendar feed: only a hash is kept, and it can be revoked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("日历订阅")
        verbose_name_plural = _("日历订阅")

    def __str__(self):
        return f"{self.user}"
