"""Minutes (会议记录): what was said, moved and decided; once signed they are locked and only corrected in the open."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities.choices import Kind, MinutesState
from activities.models.activities import Activity
from activities.querysets import DecisionQuerySet
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
    agenda = models.TextField(_("议程"), blank=True, max_length=4000)
    text = models.TextField(_("会议内容"), blank=True, max_length=20000)
    state = models.CharField(_("状态"), max_length=10, choices=MinutesState, default=MinutesState.DRAFT)
    chair_signed_at = models.DateTimeField(_("主持人签字时间"), null=True, blank=True)
    recorder_signed_at = models.DateTimeField(_("记录人签字时间"), null=True, blank=True)
    # Raised with each change of the text, so that somebody with an older one is told instead of overwriting.
    version = models.PositiveIntegerField(default=1, editable=False)
    # Raised with each change of the text, the motions or the decisions: a signature stands under all of them.
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, editable=False)
    # Who was expected and came, as it stood when both had signed: what is put right later does not change it.
    roll = models.JSONField(null=True, editable=False)

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

    def get_absolute_url(self):
        """The page of the minutes."""
        return reverse("activities:minutes", args=[self.activity_id, self.kind, self.organisation_id])

    @property
    def is_locked(self):
        """Whether signed: a correction is then a revision of its own."""
        return self.state == MinutesState.SIGNED


class Speech(models.Model):
    """What one speaker said; the speaker is of the bureau, or a guest known by name."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="speeches")
    number = models.PositiveSmallIntegerField(editable=False)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("发言人")
    )
    name = models.CharField(_("发言人"), max_length=40)
    text = models.TextField(_("发言内容"), blank=True, max_length=4000)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("发言")
        verbose_name_plural = _("发言")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["minutes", "number"], name="speech_has_its_place")]

    def __str__(self):
        return f"{self.name}：{self.text[:30]}"


class Decision(models.Model):
    """What was decided, who answers for it and by when; it stands on that person's page until done."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="decisions")
    text = models.CharField(_("决定事项"), max_length=300)
    owner = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("责任人")
    )
    due = models.DateField(_("完成时限"), null=True, blank=True)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    done_note = models.CharField(_("完成情况"), max_length=200, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("决定事项")
        verbose_name_plural = _("决定事项")
        ordering = ["due", "pk"]

    def __str__(self):
        return self.text


class MinutesFile(models.Model):
    """A photo or paper that belongs to minutes; whoever reads the minutes reads it."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to="minutes/%Y/%m/")
    name = models.CharField(_("文件名"), max_length=120)
    photo = models.BooleanField(default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("会议记录附件")
        verbose_name_plural = _("会议记录附件")
        ordering = ["pk"]

    def __str__(self):
        return self.name


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
