"""Motions with their votes (BR 11, 12), and who is left out of those entitled to vote."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.choices import WITH_WRITTEN, LeftOutReason, MotionKind
from activities.models.minutes import Minutes
from activities.vote_rules import RULES
from staff.models import Member
from staff.querysets import ScopedQuerySet


class Motion(models.Model):
    """A motion and its vote. It passes when 2Y > E: E counts those entitled, never those present (BR 11).

    E and P stand as they were when the vote was recorded, so that the result shows what it was counted from.
    """

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="motions")
    kind = models.CharField(_("表决类型"), max_length=12, choices=MotionKind, default=MotionKind.ORDINARY)
    title = models.CharField(_("表决事项"), max_length=200)
    entitled = models.PositiveIntegerField(_("有表决权人数"))
    present = models.PositiveIntegerField(_("到会有表决权人数"))
    written = models.PositiveIntegerField(_("书面意见"), default=0)
    votes_for = models.PositiveIntegerField(_("赞成"))
    votes_against = models.PositiveIntegerField(_("反对"), default=0)
    abstained = models.PositiveIntegerField(_("弃权"), default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("表决")
        verbose_name_plural = _("表决")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(entitled__gte=F("present") + F("written")),
                name="motion_present_are_entitled",
                violation_error_message=_("到会人数与书面意见合计不能超过有表决权人数。"),
            ),
            models.CheckConstraint(
                condition=Q(
                    votes_for__lte=F("present") + F("written") - F("votes_against") - F("abstained"),
                ),
                name="motion_votes_do_not_exceed_those_cast",
                violation_error_message=_("票数合计不能超过到会有表决权人数与书面意见之和。"),
            ),
            models.CheckConstraint(
                condition=Q(written=0) | Q(kind__in=WITH_WRITTEN),
                name="motion_takes_written_opinions",
                violation_error_message=_("只有接收预备党员和预备党员转正的表决计入书面意见。"),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def rule(self):
        """The rule that the vote follows."""
        return RULES[self.kind]

    @property
    def has_quorum(self):
        """Whether enough of those entitled were there for a vote."""
        return self.rule.has_quorum(entitled=self.entitled, present=self.present)

    @property
    def is_carried(self):
        """Whether the motion passed: more than half of those entitled are for it."""
        return self.has_quorum and self.rule.passes(entitled=self.entitled, votes_for=self.votes_for)


class LeftOut(models.Model):
    """Somebody who does not count among those entitled to vote, and why; only once the secretary has confirmed it."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="left_out")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("人员"))
    reason = models.CharField(_("原因"), max_length=12, choices=LeftOutReason)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("确认人"),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("不计入表决基数")
        verbose_name_plural = _("不计入表决基数")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "member"], name="left_out_once", violation_error_message=_("该人员已登记。")
            ),
        ]

    def __str__(self):
        return f"{self.member} · {self.get_reason_display()}"
