"""How a message leaves the portal: by mail, or through the webhook of a group robot (DingTalk, WeCom, Feishu).

Each attempt is claimed in the database before anything is sent, so that two workers never send one message. What fails
is tried again with growing pauses and then given up; the administrator finds it with its reason, in which no address
and no secret stands.
"""

import base64
import hashlib
import hmac
import json
import smtplib
import time
from datetime import timedelta
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from staff.choices import Channel, DeliveryState, RobotService
from staff.models import Delivery, Preference, Robot
from staff.models.deliveries import callable_address
from staff.wording import colon

# After a failed attempt the next one waits so long; after the last the message is given up.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (60, 300, 1200, 3600, 14400))
TIMEOUT = 8
MOST_AT_ONCE = 500
# An answer of a robot is short; more is not read.
LONGEST_ANSWER = 4096
LONGEST_TEXT = 600

# What goes along with mail of a kind: for each a function that answers a message with its files (name, content, type).
ENCLOSURES = {}
# How mail of a channel is made that belongs to no single notification: a function of the delivery, None for no mail.
COMPOSERS = {}


class NotSent(Exception):
    """An attempt that failed, with the reason in words for the administrator."""


def enclose(kind, files):
    """From now on mail of `kind` takes along what `files(notification)` answers; called by the app that knows it."""
    ENCLOSURES[kind] = files


def compose(channel, mail):
    """From now on a delivery of `channel` is the mail that `mail(delivery)` makes; called by the app that knows it."""
    COMPOSERS[channel] = mail


def send_waiting(now):
    """Send what waits and whose time has come, a limited number; each is claimed first."""
    for pk in list(Delivery.objects.to_send(now).order_by("next_at", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE]):
        claim = {"state": DeliveryState.SENDING, "claimed_at": timezone.now()}
        if Delivery.objects.to_send(now).filter(pk=pk).update(**claim):
            _attempt(Delivery.objects.select_related("user", "notification__user").get(pk=pk))


def give_up_lost(now):
    """Whoever claimed these died over them; whether they went out nobody knows, so they are not sent again."""
    reason = _("发送中断，为避免重复未再发送。")
    Delivery.objects.lost(now).update(state=DeliveryState.FAILED, error=reason)


def _attempt(row):
    """Send one claimed message, and keep what came of it."""
    attempts = row.attempts + 1
    result = {"attempts": attempts}
    try:
        with override(_language(row.user_id)):
            sent = SENDERS[row.channel](row)
        result |= {"state": DeliveryState.SENT if sent else DeliveryState.DROPPED, "error": ""}
    except NotSent as failure:
        result["error"] = str(failure)[:200]
        if attempts > len(PAUSES):
            result["state"] = DeliveryState.FAILED
        else:
            result |= {"state": DeliveryState.WAITING, "next_at": timezone.now() + PAUSES[attempts - 1]}
    Delivery.objects.filter(pk=row.pk, state=DeliveryState.SENDING).update(**result)


def _language(user):
    """The language of the reader; the bureau's for its group."""
    chosen = Preference.objects.filter(user=user).values_list("language", flat=True).first() if user else None
    return chosen or settings.LANGUAGE_CODE


def absolute(address):
    """An address of the portal in full."""
    return f"{settings.BASE_URL.rstrip('/')}{address}" if address.startswith("/") else address


# --- mail -------------------------------------------------------------------------------------------------------------


def _mail(row):
    """One notification with its address in full and what is enclosed with its kind."""
    if not _reachable(row.user):
        return False
    told = row.notification
    mail = EmailMessage(
        pgettext("mail", "责任田：%(kind)s") % {"kind": told.get_kind_display()},
        f"{told.text}\n\n{absolute(told.address)}".strip(),
        to=[row.user.email],
    )
    for file in ENCLOSURES.get(told.kind, lambda _row: ())(told):
        mail.attach(*file)
    return _post_mail(mail)


def _composed(row):
    """Mail that the app which asked for it makes now; none when there is nothing to say any more."""
    mail = COMPOSERS[row.channel](row) if _reachable(row.user) else None
    return _post_mail(mail) if mail is not None else False


def _reachable(user):
    return user.is_active and bool(user.email)


def _post_mail(mail):
    try:
        mail.send()
    except smtplib.SMTPResponseException as error:
        raise NotSent(_("邮件服务器拒绝(%(code)s)。") % {"code": error.smtp_code}) from None
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(_("邮件未能发出(%(error)s)。") % {"error": type(error).__name__}) from None
    return True


# --- robots -----------------------------------------------------------------------------------------------------------


def bureau_robot():
    """The robot of the bureau's group: the one that the administrator entered, or that of the environment; or None."""
    kept = Robot.objects.of_bureau().exclude(url="").first()
    if kept is not None:
        return kept
    if settings.ROBOT_URL:
        return Robot(service=settings.ROBOT_SERVICE, url=settings.ROBOT_URL, secret=settings.ROBOT_SECRET)
    return None


def _to_own_robot(row):
    """One notification through the robot that its reader entered."""
    robot = Robot.objects.filter(user=row.user_id).exclude(url="").first()
    if robot is None or not row.user.is_active:
        return False
    return call(robot, row.notification.text, row.notification.address)


def _to_group(row):
    """What all may read through the bureau's robot."""
    robot = bureau_robot()
    return call(robot, row.text, row.address) if robot is not None else False


def call(robot, text, address):
    """Put a text with its link through a robot; raises NotSent with the reason."""
    if not callable_address(robot.url):
        raise NotSent(_("机器人地址不在允许的范围内。"))
    words = f"{settings.SITE_NAME}{colon()}{text[:LONGEST_TEXT]}\n{absolute(address)}".strip()
    url, body = signed(robot, words, at=time.time())
    request = Request(
        url, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json; charset=utf-8"}
    )
    try:
        with OPENER.open(request, timeout=TIMEOUT) as answer:
            said = answer.read(LONGEST_ANSWER)
    except HTTPError as error:
        error.close()
        raise NotSent(_("机器人答复 HTTP %(code)s。") % {"code": error.code}) from None
    except (TimeoutError, URLError) as error:
        if isinstance(getattr(error, "reason", error), TimeoutError):
            raise NotSent(_("机器人在 %(seconds)s 秒内没有答复。") % {"seconds": TIMEOUT}) from None
        raise NotSent(_("无法连接机器人。")) from None
    except (OSError, HTTPException):
        raise NotSent(_("与机器人的连接中断。")) from None
    return _accepted(said)


def _accepted(said):
    """True when the robot took the message: all three answer with a number, 0 for taken."""
    try:
        answer = json.loads(said)
        code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
    except (ValueError, AttributeError):
        raise NotSent(_("机器人的答复无法识别。")) from None
    if code != 0:
        raise NotSent(_("机器人拒绝了消息(%(code)s)。") % {"code": str(code)[:20]})
    return True


def signed(robot, words, *, at):
    """The address and the body of a text for one of the three services, signed as it wants."""
    if robot.service == RobotService.WECOM:  # its address is the key
        return robot.url, {"msgtype": "text", "text": {"content": words}}
    if robot.service == RobotService.FEISHU:
        body = {"msg_type": "text", "content": {"text": words}}
        if robot.secret:
            stamp = str(int(at))
            body |= {"timestamp": stamp, "sign": _sign(key=f"{stamp}\n{robot.secret}", words="")}
        return robot.url, body
    url = robot.url
    if robot.secret:
        stamp = str(int(at * 1000))
        proof = urlencode({"timestamp": stamp, "sign": _sign(key=robot.secret, words=f"{stamp}\n{robot.secret}")})
        parts = urlsplit(url)
        url = urlunsplit(parts._replace(query=f"{parts.query}&{proof}" if parts.query else proof))
    return url, {"msgtype": "text", "text": {"content": words}}


def _sign(*, key, words):
    return base64.b64encode(hmac.new(key.encode(), words.encode(), hashlib.sha256).digest()).decode()


class NoRedirect(HTTPRedirectHandler):
    """A robot does not send the portal elsewhere: what would lead on is an answer like any other failure."""

    def redirect_request(self, *args, **kwargs):
        """Nowhere."""


OPENER = build_opener(NoRedirect)

SENDERS = {
    Channel.MAIL: _mail,
    Channel.DIGEST: _composed,
    Channel.INVITATION: _composed,
    Channel.ROBOT: _to_own_robot,
    Channel.GROUP: _to_group,
}
