"""Minutes (会议记录): what was said, moved and decided; once signed they are locked and only corrected in the open."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.choices import Kind, MinutesState
from activities.models.activities import Activity
from staff.models import Member, PartyOrganisation
from staff.querysets import ScopedQuerySet


class Minutes(models.Model):
    """The minutes of one kind and one host of an activity: each kind has minutes of its own."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="minutes")
    kind = models.CharField(_("会议类型"), max_length=15, choices=Kind)
    organisation = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, related_name="minutes")
    chair = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="chaired", verbose_name=_("主持人")
    )
    recorder = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="recorded", verbose_name=_("记录人")
    )
    text = models.TextField(_("会议内容"), blank=True, max_length=20000)
    state = models.CharField(_("状态"), max_length=10, choices=MinutesState, default=MinutesState.DRAFT)
    chair_signed_at = models.DateTimeField(_("主持人签字时间"), null=True, blank=True)
    recorder_signed_at = models.DateTimeField(_("记录人签字时间"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("会议记录")
        verbose_name_plural = _("会议记录")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "kind", "organisation"], name="minutes_once"),
            models.CheckConstraint(
                condition=Q(state=MinutesState.DRAFT)
                | Q(chair_signed_at__isnull=False, recorder_signed_at__isnull=False),
                name="minutes_signed_by_chair_and_recorder",
                violation_error_message=_("会议记录须由主持人和记录人签字。"),
            ),
        ]

    def __str__(self):
        return f"{self.activity} · {self.get_kind_display()}"

    @property
    def is_locked(self):
        """Whether signed: a correction is then a revision of its own."""
        return self.state == MinutesState.SIGNED


class Motion(models.Model):
    """A motion and its vote. It passes when 2Y > E: E counts those entitled, never those present (BR 11)."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="motions")
    title = models.CharField(_("表决事项"), max_length=200)
    entitled = models.PositiveIntegerField(_("有表决权人数"))
    present = models.PositiveIntegerField(_("到会有表决权人数"))
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
                condition=Q(present__lte=F("entitled")),
                name="motion_present_are_entitled",
                violation_error_message=_("到会人数不能超过有表决权人数。"),
            ),
            models.CheckConstraint(
                condition=Q(present__gte=F("votes_for") + F("votes_against") + F("abstained")),
                name="motion_votes_do_not_exceed_those_present",
                violation_error_message=_("票数合计不能超过到会有表决权人数。"),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def has_quorum(self):
        """More than half of those entitled are there (the portal's rule, stricter than BR's half)."""
        return 2 * self.present > self.entitled

    @property
    def is_carried(self):
        """Whether the motion passed."""
        return self.has_quorum and 2 * self.votes_for > self.entitled


class Decision(models.Model):
    """What was decided, who answers for it and by when; it stands on that person's page until done."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="decisions")
    text = models.CharField(_("决定事项"), max_length=300)
    owner = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("责任人")
    )
    due = models.DateField(_("完成时限"), null=True, blank=True)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("决定事项")
        verbose_name_plural = _("决定事项")
        ordering = ["due", "pk"]

    def __str__(self):
        return self.text


class Correction(models.Model):
    """A correction of signed minutes: a visible revision beside the text, never instead of it."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="corrections")
    text = models.TextField(_("更正内容"), max_length=2000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("更正人")
    )
    at = models.DateTimeField(_("更正时间"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("更正")
        verbose_name_plural = _("更正")
        ordering = ["at", "pk"]

    def __str__(self):
        return self.text[:40]
