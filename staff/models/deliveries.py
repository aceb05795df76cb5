"""Messages on their way out of the portal, and the robots of group chats that take them."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from staff.choices import Channel, DeliveryState, RobotService
from staff.models.accounts import Notification, User
from staff.querysets import ScopedQuerySet
from staff.sealed import SealedField

# Who claimed a message and did not finish within this time has died over it.
LOST_AFTER = timedelta(seconds=600)
# What of a robot is encrypted.
SEALED = ("url", "secret")


class RobotQuerySet(ScopedQuerySet):
    """Questions about robots."""

    def of_bureau(self):
        """The one for what all may read, which the system administrator keeps."""
        return self.filter(user__isnull=True)

    def as_stored(self):
        """What lies in the database of each, as it lies there."""
        stored = {f"stored_{name}": Cast(name, models.CharField()) for name in SEALED}
        return self.order_by("pk").annotate(**stored).values("pk", *stored)


class Robot(models.Model):
    """The webhook of a group robot: one's own, or the bureau's (no user)."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, null=True, editable=False, related_name="robot")
    service = models.CharField(_("平台"), max_length=10, choices=RobotService, default=RobotService.DINGTALK)
    url = SealedField(_("Webhook 地址"), blank=True)
    secret = SealedField(_("加签密钥"), blank=True)

    objects = RobotQuerySet.as_manager()

    class Meta:
        verbose_name = _("群机器人")
        verbose_name_plural = _("群机器人")
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=Q(user__isnull=True), name="one_robot_of_the_bureau")
        ]

    def __str__(self):
        return str(_("单位群机器人") if self.user_id is None else _("个人机器人"))

    def clean(self):
        """Only an address that the portal may call, so that nobody points it at machines inside the network."""
        super().clean()
        if self.url and not callable_address(self.url):
            raise ValidationError(
                {
                    "url": _("请填写以 https:// 开头的机器人地址，主机限于：%(hosts)s。")
                    % {"hosts": "、".join(settings.ROBOT_HOSTS)}
                }
            )


def callable_address(url):
    """Whether `url` is an https address of a host that the portal may call; plain http only on this machine."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    local = host in ("localhost", "127.0.0.1")
    if host not in settings.ROBOT_HOSTS or parts.username or (port not in (None, 443) and not local):
        return False
    schemes = ("https", "http") if local else ("https",)
    return parts.scheme in schemes and url.isascii() and url.isprintable() and " " not in url


class DeliveryQuerySet(ScopedQuerySet):
    """Questions about what leaves the portal."""

    def to_send(self, now):
        """Waiting, with the time of the next attempt come."""
        return self.filter(state=DeliveryState.WAITING, next_at__lte=now)

    def lost(self, now):
        """Claimed and never finished: whether they went out nobody knows."""
        return self.filter(state=DeliveryState.SENDING, claimed_at__lt=now - LOST_AFTER)

    def failed(self):
        """Given up, the newest first."""
        return self.filter(state=DeliveryState.FAILED).order_by("-claimed_at", "-pk")


class Delivery(models.Model):
    """One message on one channel: to be sent once, tried again with growing pauses, given up in the end.

    `key` is unique, so that whatever asks for it twice sends it once. A message to the group carries its own text.
    """

    key = models.CharField(max_length=140, unique=True, editable=False)
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("账号")
    )
    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    text = models.CharField(_("内容"), max_length=300, blank=True)
    address = models.CharField(_("链接"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    next_at = models.DateTimeField(_("下次发送"))
    claimed_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    error = models.CharField(_("原因"), max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("外发消息")
        verbose_name_plural = _("外发消息")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "next_at"])]

    def __str__(self):
        return f"{self.get_channel_display()} · {self.get_state_display()}"
