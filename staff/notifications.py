"""What reaches people: `notify` is called by whoever has something to say; the rest (badge, page, e-mail) follows."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from staff.models import Notification, Preference

# What goes along with mail of a kind: for each a function that answers a message with its files (name, content, type).
ENCLOSURES = {}


def enclose(kind, files):
    """From now on mail of `kind` takes along what `files(notification)` answers; called by the app that knows it."""
    ENCLOSURES[kind] = files


def unread_count(user):
    """How many notifications `user` has not opened."""
    return Notification.objects.filter(user=user).unread().count()


def notify(*, users, kind, text, address="", key=""):
    """Put `text` before each of `users` once per `key`, and send it on by e-mail to those who want that kind.

    Mail goes out after the commit, by the task worker, never inside a request.
    """
    muted = dict(Preference.objects.filter(user__in=users).values_list("user", "muted"))
    rows = [
        Notification(
            user=user,
            kind=kind,
            text=text[:300],
            address=address,
            key=key,
            mail=bool(user.email) and kind not in muted.get(user.pk, ()),
        )
        for user in users
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.mail for row in rows):
        transaction.on_commit(send_mails.enqueue)


@task()
def send_mails():
    """Send what waits to go out by e-mail; each row is claimed before its mail is sent, so nothing goes twice."""
    for pk in Notification.objects.to_mail().values_list("pk", flat=True)[:500]:
        if Notification.objects.to_mail().filter(pk=pk).update(mailed_at=timezone.now()):
            _mail(Notification.objects.select_related("user").get(pk=pk))
    if Notification.objects.to_mail().exists():
        send_mails.enqueue()


def _mail(row):
    """Send one message with its address in full and what is enclosed with its kind."""
    link = f"{settings.BASE_URL.rstrip('/')}{row.address}" if row.address.startswith("/") else row.address
    mail = EmailMessage(
        _("责任田：%(kind)s") % {"kind": row.get_kind_display()}, f"{row.text}\n\n{link}".strip(), to=[row.user.email]
    )
    for file in ENCLOSURES.get(row.kind, lambda _row: ())(row):
        mail.attach(*file)
    mail.send()
