"""Calling an activity: changes to the list that kinds and rolls give, and what each person called knows and answers."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.choices import ANSWER_TONES, AnswerState, ListChangeKind
from activities.models.activities import Activity, Attendance
from activities.querysets import InvitationQuerySet
from staff.models import Member
from staff.querysets import ScopedQuerySet


class ListChange(models.Model):
    """Somebody who is expected beside the roll, or left out of it with a reason (名单调整)."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="list_changes")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="list_changes", verbose_name=_("人员"))
    kind = models.CharField(_("调整"), max_length=10, choices=ListChangeKind)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("名单调整")
        verbose_name_plural = _("名单调整")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "member"], name="list_change_once"),
            models.CheckConstraint(
                condition=~Q(kind=ListChangeKind.LEFT_OUT) | ~Q(reason=""),
                name="left_out_with_a_reason",
                violation_error_message=_("请填写不列入名单的原因。"),
            ),
        ]

    def __str__(self):
        return f"{self.member} · {self.get_kind_display()}"

    def clean(self):
        """Nobody is left out without a reason."""
        super().clean()
        if self.kind == ListChangeKind.LEFT_OUT and not self.reason:
            raise ValidationError({"reason": _("请填写不列入名单的原因。")})


class Invitation(models.Model):
    """What somebody on the list was sent, when they opened it, and their answer: coming, or leave to be decided."""

    attendance = models.OneToOneField(Attendance, on_delete=models.CASCADE, related_name="invitation")
    called_at = models.DateTimeField(_("通知时间"), null=True, blank=True)
    opened_at = models.DateTimeField(_("查看时间"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("提醒时间"), null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=10, choices=AnswerState, default=AnswerState.OPEN)
    reason = models.CharField(_("请假事由"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    decision = models.CharField(_("不准假原因"), max_length=200, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动通知与答复")
        verbose_name_plural = _("活动通知与答复")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=(AnswerState.OPEN, AnswerState.COMING)) | ~Q(reason=""),
                name="leave_asked_with_a_reason",
                violation_error_message=_("请填写请假事由。"),
            ),
            models.CheckConstraint(
                condition=~Q(answer=AnswerState.REFUSED) | ~Q(decision=""),
                name="leave_refused_with_a_reason",
                violation_error_message=_("请填写不准假的原因。"),
            ),
        ]

    def __str__(self):
        return f"{self.attendance} · {self.get_answer_display()}"

    @property
    def answer_tone(self):
        """Tone of the answer's badge."""
        return ANSWER_TONES[self.answer]
