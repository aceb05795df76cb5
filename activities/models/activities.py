"""Activities as records: what was arranged, by whom, who was expected and who came."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from activities.choices import (
    AWAY,
    RECORD_ONLY,
    THERE,
    TONES,
    ActivityState,
    AttendanceState,
    CheckInWay,
    GuestKind,
    Kind,
    SignUpState,
)
from activities.models.agreements import AgreementItem, JointAgreement
from activities.querysets import ActivityQuerySet, AttendanceQuerySet
from staff.models import Member, PartyOrganisation
from staff.querysets import ScopedQuerySet


class Activity(index.Indexed, models.Model):
    """A meeting or activity: the record, of which `ActivityPage` is the published face."""

    title = models.CharField(_("主题"), max_length=120)
    starts = models.DateTimeField(_("开始时间"), db_index=True)
    ends = models.DateTimeField(_("结束时间"))
    # Only a draft may leave the place open.
    place = models.CharField(_("地点"), max_length=120, blank=True)
    agenda = models.TextField(_("议程"), blank=True, max_length=4000)
    note = models.CharField(_("注意事项"), blank=True, max_length=300)
    partners = models.ManyToManyField(
        PartyOrganisation,
        blank=True,
        related_name="partner_activities",
        limit_choices_to={"external": True},
        verbose_name=_("共建单位"),
    )
    agreement = models.ForeignKey(
        JointAgreement,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("所属共建协议"),
    )
    project = models.ForeignKey(
        AgreementItem,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("共建项目"),
    )
    sign_up = models.BooleanField(_("开放报名"), default=False)
    capacity = models.PositiveIntegerField(_("名额"), null=True, blank=True)
    sign_up_until = models.DateTimeField(_("报名截止"), null=True, blank=True)
    hour_reminder = models.BooleanField(_("开始前1小时再提醒"), default=False)
    # The start of which the reminders went out, so that each goes once and again when the activity is moved.
    day_reminder_for = models.DateTimeField(null=True, editable=False)
    hour_reminder_for = models.DateTimeField(null=True, editable=False)
    check_in = models.CharField(_("签到方式"), max_length=10, choices=CheckInWay, default=CheckInWay.CODE)
    state = models.CharField(
        _("状态"), max_length=10, choices=ActivityState, default=ActivityState.DRAFT, db_index=True
    )
    cancelled_because = models.CharField(_("取消原因"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # Raised with every change, so that somebody with an older form is told instead of overwriting.
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActivityQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=3),
        index.SearchField("place"),
        index.SearchField("agenda"),
        index.AutocompleteField("title"),
    ]

    class Meta:
        verbose_name = _("活动")
        verbose_name_plural = _("活动")
        ordering = ["-starts", "-pk"]
        indexes = [models.Index(fields=["state", "starts"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="activity_ends_after_it_starts",
                violation_error_message=_("结束时间须晚于开始时间。"),
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
                name="activity_capacity_is_positive",
                violation_error_message=_("名额至少1人。"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=(ActivityState.DRAFT, ActivityState.CANCELLED)) | ~Q(place=""),
                name="arranged_activity_has_a_place",
                violation_error_message=_("请填写地点。"),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        """An activity ends after it starts."""
        super().clean()
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValidationError({"ends": _("结束时间须晚于开始时间。")})

    def get_absolute_url(self):
        """The record's page."""
        return reverse("activities:detail", args=[self.pk])

    @property
    def state_tone(self):
        """Tone of the state's badge."""
        return TONES[self.state]

    @property
    def day(self):
        """The local day on which it begins."""
        return timezone.localdate(self.starts)

    @property
    def sign_up_closes(self):
        """Until when one may sign up: its deadline, the start at the latest."""
        return min(self.sign_up_until, self.starts) if self.sign_up_until else self.starts

    @property
    def lead(self):
        """The organisation that leads; it owns the page."""
        return next((host.organisation for host in self.hosts.all() if host.lead), None)

    @property
    def kind_labels(self):
        """The kinds that it counts as, in words."""
        return [kind.get_kind_display() for kind in self.kinds.all()]

    @property
    def has_face(self):
        """Whether it may be published: a committee meeting or a talk has a record and no page."""
        return not any(kind.kind in RECORD_ONLY for kind in self.kinds.all())


class ActivityHost(models.Model):
    """An organisation that holds an activity; exactly one leads, compliance counts for each."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="hosts")
    organisation = models.ForeignKey(
        PartyOrganisation, on_delete=models.PROTECT, related_name="hosted", verbose_name=_("主办组织")
    )
    lead = models.BooleanField(_("牵头"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("主办组织")
        verbose_name_plural = _("主办组织")
        ordering = ["-lead", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "organisation"], name="host_once"),
            models.UniqueConstraint(fields=["activity"], condition=Q(lead=True), name="activity_has_one_lead"),
        ]

    def __str__(self):
        return str(self.organisation)


class ActivityKind(models.Model):
    """One of the kinds that an activity counts as; a theme day with a party lecture counts for both."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="kinds")
    kind = models.CharField(_("类型"), max_length=15, choices=Kind, db_index=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动类型")
        verbose_name_plural = _("活动类型")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "kind"], name="kind_once")]

    def __str__(self):
        return self.get_kind_display()


class Attendance(models.Model):
    """One member expected at an activity and what became of it: expected = present + leave + absent."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendances", verbose_name=_("人员"))
    state = models.CharField(_("出席情况"), max_length=10, choices=AttendanceState, default=AttendanceState.EXPECTED)
    reason = models.CharField(_("事由"), max_length=200, blank=True)
    checked_in_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    made_up_on = models.DateField(_("补课日期"), null=True, blank=True)
    made_up_note = models.CharField(_("补课说明"), max_length=200, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("出席记录")
        verbose_name_plural = _("出席记录")
        ordering = ["pk"]
        indexes = [models.Index(fields=["member", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "member"],
                name="attendance_once",
                violation_error_message=_("该人员已在名单中。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=AttendanceState.LEAVE) | ~Q(reason=""),
                name="leave_has_a_reason",
                violation_error_message=_("请假须填写事由。"),
            ),
            models.CheckConstraint(
                condition=Q(made_up_on__isnull=True) | Q(state__in=AWAY),
                name="only_who_was_away_makes_up",
                violation_error_message=_("只有请假或缺席的人员可以登记补课。"),
            ),
        ]

    def __str__(self):
        return f"{self.member} · {self.get_state_display()}"

    @property
    def is_there(self):
        """Present or late."""
        return self.state in THERE

    @property
    def state_tone(self):
        """Tone of the state's badge."""
        return TONES[self.state]


class SignUp(models.Model):
    """A member's place, or place on the waiting list, at an open activity."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="sign_ups")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="sign_ups", verbose_name=_("人员"))
    state = models.CharField(_("状态"), max_length=10, choices=SignUpState, default=SignUpState.SIGNED)
    at = models.DateTimeField(_("报名时间"), default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("报名")
        verbose_name_plural = _("报名")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "member"], name="sign_up_once")]

    def __str__(self):
        return f"{self.member} · {self.get_state_display()}"


class Guest(models.Model):
    """Somebody at an activity outside the sum of those expected: observer, walk-in, partner's person."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="guests")
    kind = models.CharField(_("身份"), max_length=10, choices=GuestKind, default=GuestKind.PARTNER)
    name = models.CharField(_("姓名"), max_length=40)
    unit = models.CharField(_("单位"), max_length=80, blank=True)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="visited", verbose_name=_("人员")
    )
    checked_in_at = models.DateTimeField(_("签到时间"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("列席来宾")
        verbose_name_plural = _("列席来宾")
        ordering = ["kind", "pk"]
        constraints = [
            # Somebody of the bureau is known by who they are: two of one name and unit may both come.
            models.UniqueConstraint(
                fields=["activity", "name", "unit"],
                condition=Q(member__isnull=True),
                name="guest_once",
                violation_error_message=_("该来宾已登记。"),
            ),
            models.UniqueConstraint(
                fields=["activity", "member"], name="guest_member_once", violation_error_message=_("该来宾已登记。")
            ),
        ]

    def __str__(self):
        return self.name
