"""The digest: what waits and what is unread in one mail, daily or weekly, at the hour that its reader chose.

`due` (in the tick) asks for it once a period; the task worker makes the mail when it sends it, from the same day that
the reader's page shows. When there is nothing to say, nothing is sent.
"""

from django.core import signing
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from home import day as days
from staff.channels import absolute
from staff.choices import Channel
from staff.models import Delivery, Preference, User
from staff.notifications import post

# A tick that was away at the hour makes up for it within this time; later the next period is soon enough.
LATE = 3
UNREAD = 10
SALT = "home.digest.off"


def due(now):
    """Ask for the digests whose hour has come; each person's once a period, however many ticks run."""
    local = timezone.localtime(now)
    today = local.date()
    wanted = [Preference.Digest.DAILY]
    if today.isoweekday() == 1:
        wanted.append(Preference.Digest.WEEKLY)
    rows = Preference.objects.filter(
        digest__in=wanted, digest_hour__range=(local.hour - LATE, local.hour), user__is_active=True
    ).exclude(user__email="")
    users = list(rows.values_list("user", flat=True))
    keys = {user: f"{Channel.DIGEST}:{user}:{today:%Y%m%d}" for user in users}
    asked = set(
        Delivery.objects.filter(channel=Channel.DIGEST, user__in=rows.values("user")).values_list("key", flat=True)
    )
    post(
        [
            Delivery(key=key, channel=Channel.DIGEST, user_id=user, next_at=now)
            for user, key in keys.items()
            if key not in asked
        ]
    )


def mail(delivery):
    """The mail that `delivery` is, in the language in force; None when there is nothing to say, or no wish for it."""
    user = delivery.user
    if not Preference.objects.filter(user=user).exclude(digest=Preference.Digest.NEVER).exists():
        return None
    on = timezone.localdate()
    parts = sections(user, on)
    if not parts:
        return None
    lines = [_("%(day)s 需要您关注的事项：") % {"day": date_format(on, "DATE_FORMAT")}]
    for title, entries in parts:
        lines += ["", f"【{title}】", *entries]
    off = absolute(reverse("home:digest_off", args=[token(user)]))
    lines += [
        "",
        _("打开我的一天：%(address)s") % {"address": absolute(reverse("home:me"))},
        _("不再接收邮件摘要：%(address)s") % {"address": off},
    ]
    headers = {"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    subject = _("责任田：%(day)s的事项") % {"day": date_format(on, "MONTH_DAY_FORMAT")}
    return EmailMessage(subject, "\n".join(lines), to=[user.email], headers=headers)


def sections(user, on):
    """What the digest says, as headings with their lines; empty when there is nothing."""
    mine = days.of(user, on=on)
    unread = [row.text for row in days.unread(user, most=UNREAD)]
    found = [
        (_("今天"), [_line(task) for task in mine.today]),
        (_("等我处理"), [_line(task) for task in mine.decides]),
        (_("待确认的通知"), [notice.title for notice in mine.notices]),
        (_("接下来七天"), [_line(task) for task in mine.week]),
        (_("未读消息"), unread),
    ]
    return [(title, [f"· {line}" for line in lines]) for title, lines in found if lines]


def _line(task):
    known = [*task.meta, task.label]
    return " · ".join([task.title, *(str(part) for part in known if part)])


def token(user):
    """What stands in the link that switches the digest off without signing in."""
    return signing.dumps(user.pk, salt=SALT)


def owner(text):
    """Whose digest the link with the token `text` switches off; None when it is not ours."""
    try:
        return User.objects.filter(pk=signing.loads(text, salt=SALT)).first()
    except signing.BadSignature:
        return None


def switch_off(*, user):
    """No more digests for `user`."""
    Preference.objects.filter(user=user).update(digest=Preference.Digest.NEVER)
