"""What is kept of updates and comments beside themselves: earlier wordings, and reports to the party office."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from home.models.comments import Comment
from home.models.updates import Update
from staff.querysets import ScopedQuerySet

ONE_OF_BOTH = Q(update__isnull=False, comment__isnull=True) | Q(update__isnull=True, comment__isnull=False)


class Wording(models.Model):
    """How an update or a comment read before it was edited."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, null=True, related_name="wordings")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="wordings")
    text = models.TextField(_("内容"))
    replaced_at = models.DateTimeField(_("修改时间"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("修改前的内容")
        verbose_name_plural = _("修改前的内容")
        ordering = ["-replaced_at", "-pk"]
        constraints = [models.CheckConstraint(condition=ONE_OF_BOTH, name="wording_of_one_thing")]

    def __str__(self):
        return self.text[:40]


class ReportOutcome(models.TextChoices):
    """What the office did about a report."""

    WAITING = "waiting", _("待处理")
    HIDDEN = "hidden", _("已隐藏")
    KEPT = "kept", _("予以保留")
    GONE = "gone", _("作者已删除")


class ReportReason(models.TextChoices):
    """What somebody holds against an update or a comment."""

    FALSE = "false", _("内容不实")
    SECRET = "secret", _("涉密或内部信息")
    PRIVATE = "private", _("泄露个人信息")
    RUDE = "rude", _("言语不当")
    OTHER = "other", _("其他")


class Report(models.Model):
    """That somebody brought an update or a comment before the party office (举报); the words are kept as they were."""

    update = models.ForeignKey(Update, on_delete=models.SET_NULL, null=True, editable=False, related_name="reports")
    comment = models.ForeignKey(Comment, on_delete=models.SET_NULL, null=True, editable=False, related_name="reports")
    quoted = models.TextField(_("被举报内容"), editable=False)
    author = models.ForeignKey("staff.Member", on_delete=models.PROTECT, editable=False, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+")
    reason = models.CharField(_("举报理由"), max_length=10, choices=ReportReason)
    detail = models.CharField(_("补充说明"), max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(
        _("处理结果"), max_length=10, choices=ReportOutcome, default=ReportOutcome.WAITING, editable=False
    )
    answer = models.CharField(_("处理说明"), max_length=200, blank=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("举报")
        verbose_name_plural = _("举报")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["update", "by"], name="report_of_an_update_once"),
            models.UniqueConstraint(fields=["comment", "by"], name="report_of_a_comment_once"),
            models.CheckConstraint(
                condition=Q(outcome=ReportOutcome.WAITING) | (~Q(answer="") & Q(handled_by__isnull=False)),
                name="report_is_handled_with_a_reason",
            ),
        ]

    def __str__(self):
        return self.quoted[:40]

    @property
    def target(self):
        """The update or comment as it is now; None once its author took it back."""
        return self.comment or self.update

    @property
    def is_waiting(self):
        """Whether the office has not decided yet."""
        return self.outcome == ReportOutcome.WAITING
