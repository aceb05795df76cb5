"""Accounts and what hangs on them: roles given, preferences, notifications, and the record of who saw what."""

from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.choices import GRANTED_ROLES, AccessAction, NotificationKind, Role
from staff.models.organisation import PartyOrganisation, Unit
from staff.periods import Period
from staff.querysets import ScopedQuerySet


class User(AbstractUser):
    """An account; what it may do comes from posts and grants, never from flags."""


class Grant(Period):
    """A role given to a user over a unit, an organisation or the bureau, for a time (`staff.access.roles` reads it)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants", verbose_name=_("账号"))
    role = models.CharField(_("角色"), max_length=20, choices=[(role.value, role.label) for role in GRANTED_ROLES])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("单位范围"))
    organisation = models.ForeignKey(
        PartyOrganisation, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("组织范围")
    )
    given_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("授予人"),
    )

    class Meta(Period.Meta):
        verbose_name = _("角色授权")
        verbose_name_plural = _("角色授权")
        ordering = ["-starts", "-pk"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(role=Role.PARTNER) | Q(organisation__isnull=False),
                name="grant_of_a_partner_names_its_organisation",
                violation_error_message=_("共建单位账号须指定其党组织。"),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.MANAGEMENT) | Q(unit__isnull=False),
                name="grant_of_management_names_a_unit",
                violation_error_message=_("管理层须指定单位范围。"),
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"

    def clean(self):
        """A partner needs its organisation, management its unit."""
        super().clean()
        if self.role == Role.PARTNER and not self.organisation_id:
            raise ValidationError({"organisation": _("共建单位账号须指定其党组织。")})
        if self.role == Role.MANAGEMENT and not self.unit_id:
            raise ValidationError({"unit": _("管理层须指定单位范围。")})


class Preference(models.Model):
    """How one user wants the portal: language, size, digest, and which kinds reach them by e-mail and robot."""

    class Digest(models.TextChoices):
        """How often what waits is sent together."""

        NEVER = "never", _("不发送")
        DAILY = "daily", _("每天")
        WEEKLY = "weekly", _("每周一")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="preference")
    language = models.CharField(
        _("语言"), max_length=10, choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans"
    )
    large_text = models.BooleanField(_("大字版"), default=False)
    digest = models.CharField(_("邮件摘要"), max_length=10, choices=Digest, default=Digest.NEVER)
    digest_hour = models.PositiveSmallIntegerField(
        _("发送时间"), default=8, choices=[(hour, f"{hour:02d}:00") for hour in range(24)]
    )
    muted = models.JSONField(_("不发邮件的类别"), default=list, blank=True)
    robot_muted = models.JSONField(_("不发群机器人的类别"), default=list, blank=True)

    class Meta:
        verbose_name = _("个人设置")
        verbose_name_plural = _("个人设置")
        constraints = [models.CheckConstraint(condition=Q(digest_hour__lte=23), name="digest_at_an_hour_of_the_day")]

    def __str__(self):
        return str(self.user)


class InvitationQuerySet(ScopedQuerySet):
    """Questions about invitations."""

    def open(self, now):
        """Those whose link still opens something."""
        return self.filter(accepted_at__isnull=True, expires_at__gt=now)

    def expired(self, now):
        """Those that nobody used in time."""
        return self.filter(accepted_at__isnull=True, expires_at__lte=now)

    def accepted(self):
        """Those whose account has its password."""
        return self.filter(accepted_at__isnull=False)


class Invitation(models.Model):
    """The right to set an account's password once, by a link; only a hash of it is kept, and a new one replaces it."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="invitation", verbose_name=_("账号"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    by_mail = models.BooleanField(_("邮件邀请"), default=False)
    sent_at = models.DateTimeField(_("邀请时间"), default=timezone.now)
    expires_at = models.DateTimeField(_("有效期至"))
    accepted_at = models.DateTimeField(_("开通时间"), null=True, blank=True)
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("邀请人")
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("邀请")
        verbose_name_plural = _("邀请")

    def __str__(self):
        return str(self.user)

    @property
    def expired(self):
        """Whether nobody used it in time."""
        return self.accepted_at is None and self.expires_at <= timezone.now()


class NotificationQuerySet(ScopedQuerySet):
    """Questions about what reached a user."""

    def unread(self):
        """Not yet opened by the one it is for."""
        return self.filter(read_at__isnull=True)

    def grouped(self):
        """One row for those of one kind that lead to one address on one day: how many, how many unread, the newest."""
        groups = self.annotate(day=TruncDate("created_at")).order_by().values("kind", "address", "day")
        return groups.annotate(
            newest=Max("pk"), count=Count("pk"), unread=Count("pk", filter=Q(read_at__isnull=True))
        ).order_by("-day", "-newest")


class Notification(models.Model):
    """What reaches one user in the portal; the task worker sends it on where the user wants that (`Delivery`)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(_("类别"), max_length=20, choices=NotificationKind)
    text = models.CharField(_("内容"), max_length=300)
    address = models.CharField(_("链接"), max_length=300, blank=True)
    key = models.CharField(_("去重标识"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("时间"), auto_now_add=True)
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"])]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], condition=~Q(key=""), name="notification_once_per_key")
        ]

    def __str__(self):
        return self.text


class AccessEvent(models.Model):
    """Who looked at, exported or revealed what is masked to others; rows are only ever added."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="access_events", verbose_name=_("账号"))
    action = models.CharField(_("动作"), max_length=20, choices=AccessAction)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, verbose_name=_("对象类型"))
    object_id = models.BigIntegerField(_("对象编号"), null=True, blank=True)
    target = GenericForeignKey("content_type", "object_id")
    detail = models.CharField(_("说明"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("查阅记录")
        verbose_name_plural = _("查阅记录")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.user} · {self.get_action_display()}"
