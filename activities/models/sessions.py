"""Suggestions in the room: a session with its question, the voices on its screen, and what hangs on a suggestion."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.models.activities import Activity
from activities.models.agreements import AgreementItem
from activities.models.suggestions import Suggestion
from staff.models import Finding, Plot
from staff.querysets import ScopedQuerySet


class SuggestionSession(models.Model):
    """The time in which an activity takes voices; `version` counts its changes, so that a screen asks for new ones."""

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="session")
    question = models.CharField(_("议题"), max_length=120)
    moderated = models.BooleanField(_("先审后上屏"), default=False)
    opened_at = models.DateTimeField(_("开始时间"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("建议场次")
        verbose_name_plural = _("建议场次")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("opened_at")),
                name="session_ends_after_it_opens",
                violation_error_message=_("结束时间不能早于开始时间。"),
            ),
            models.CheckConstraint(condition=~Q(question=""), name="session_asks_a_question"),
        ]

    def __str__(self):
        return self.question

    def get_absolute_url(self):
        """The session's page."""
        return reverse("activities:session", args=[self.activity_id])

    @property
    def is_open(self):
        """Whether it takes voices."""
        return self.ended_at is None


class Voice(models.Model):
    """A suggestion's place in its session: whether the screen shows it, and the session's count at its last change."""

    session = models.ForeignKey(SuggestionSession, on_delete=models.CASCADE, related_name="voices")
    suggestion = models.OneToOneField(Suggestion, on_delete=models.CASCADE, related_name="voice")
    shown = models.BooleanField(_("已上屏"), default=True)
    changed = models.PositiveIntegerField(default=0, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("现场发言")
        verbose_name_plural = _("现场发言")
        ordering = ["pk"]
        indexes = [models.Index(fields=["session", "changed"])]

    def __str__(self):
        return f"{self.suggestion_id}"


class SuggestionFile(models.Model):
    """A photo or a paper that came with a suggestion; whoever sees the suggestion sees it."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to="suggestions/%Y/%m/")
    name = models.CharField(_("文件名"), max_length=100)
    photo = models.BooleanField(_("照片"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("建议附件")
        verbose_name_plural = _("建议附件")
        ordering = ["pk"]

    def __str__(self):
        return self.name


class SuggestionLink(models.Model):
    """What a suggestion is about: a plot, a finding there, a project of an agreement, or an activity."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="links")
    plot = models.ForeignKey(
        Plot,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("one", "责任田"),
    )
    finding = models.ForeignKey(
        Finding, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("走访问题")
    )
    project = models.ForeignKey(
        AgreementItem, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("共建项目")
    )
    activity = models.ForeignKey(
        Activity,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("one", "活动"),
    )

    objects = ScopedQuerySet.as_manager()

    TARGETS = ("plot", "finding", "project", "activity")

    class Meta:
        verbose_name = _("关联事项")
        verbose_name_plural = _("关联事项")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(plot__isnull=False, finding__isnull=True, project__isnull=True, activity__isnull=True)
                | Q(plot__isnull=True, finding__isnull=False, project__isnull=True, activity__isnull=True)
                | Q(plot__isnull=True, finding__isnull=True, project__isnull=False, activity__isnull=True)
                | Q(plot__isnull=True, finding__isnull=True, project__isnull=True, activity__isnull=False),
                name="suggestion_link_names_one_thing",
                violation_error_message=_("每条关联只能指向一个事项。"),
            ),
            *(
                models.UniqueConstraint(
                    fields=["suggestion", name],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"suggestion_link_{name}_once",
                    violation_error_message=_("已经关联过。"),
                )
                for name in ("plot", "finding", "project", "activity")
            ),
        ]

    def __str__(self):
        return str(self.target)

    @property
    def kind(self):
        """Which of the four it names."""
        return next(name for name in self.TARGETS if getattr(self, f"{name}_id"))

    @property
    def kind_label(self):
        """The kind in words."""
        return self._meta.get_field(self.kind).verbose_name

    @property
    def target(self):
        """The thing itself."""
        return getattr(self, self.kind)

    def get_absolute_url(self):
        """The page on which it stands: a finding stands on its plot's, a project on its agreement's."""
        match self.kind:
            case "finding":
                return self.finding.visit.assignment.plot.get_absolute_url()
            case "project":
                return self.project.agreement.get_absolute_url()
        return self.target.get_absolute_url()
