"""Receipts of a notice (已读): who has read it, who has not, and the one reminder to those who have not; no ranking."""

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from home import readers as readers_of
from home.models import NoticePage, Receipt
from staff.choices import NotificationKind
from staff.models import Notification
from staff.notifications import notify, worded

BATCH = 500


def kept_pages(user):
    """Notices that ask for a receipt and whose readers `user` keeps."""
    return readers_of.kept(NoticePage, user).filter(receipt_wanted=True)


def key(notice):
    """Under which a reminder of the notice reaches somebody once."""
    return f"receipt:{notice.pk}"


def readers(notice, user, day):
    """Those of `user`'s people for whom the notice is, by unit and name: when they read it, whether reminded."""
    given = Receipt.objects.filter(notice=notice, user=OuterRef("user"))
    reminders = Notification.objects.filter(key=key(notice), user=OuterRef("user"))
    rows = readers_of.people(notice, user, day)
    rows = rows.annotate(read_at=Subquery(given.values("at")[:1]), reminded=Exists(reminders))
    return rows.order_by("unit__path", "spelling", "pk")


def counts(people):
    """How many have read, have not, and have no account to read with."""
    unread = Q(read_at=None)
    return people.order_by().aggregate(
        read=Count("pk", filter=~unread),
        unread=Count("pk", filter=unread),
        without=Count("pk", filter=unread & Q(user=None)),
    )


@transaction.atomic
def remind(*, notice, by):
    """Remind those of `by`'s people who have not read the notice, nobody twice; answers how many were reminded."""
    people = readers(notice, by, timezone.localdate()).filter(read_at=None, reminded=False, user__is_active=True)
    users = [member.user for member in people.select_related("user")]
    words = {"title": notice.title}
    if notice.act_by:
        text = gettext_lazy("请阅读并确认通知：%(title)s（%(day)s前办理）")
        words["day"] = notice.act_by
    else:
        text = gettext_lazy("请阅读并确认通知：%(title)s")
    for start in range(0, len(users), BATCH):
        notify(
            users=users[start : start + BATCH],
            kind=NotificationKind.NOTICE,
            text=worded(text, words),
            address=notice.get_url(),
            key=key(notice),
        )
    if users:
        log(instance=notice, action="home.notice.remind", user=by, data={"people": len(users)})
    return len(users)
