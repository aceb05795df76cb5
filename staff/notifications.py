"""What reaches people: `notify` is called by whoever has something to say; the rest (badge, page, mail, robot) follows.

A message to one person stands in the portal at once. On other channels it leaves as a `Delivery`, which the task worker
sends (`staff.channels`); nothing is sent inside a request.
"""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone, translation
from django.utils.formats import date_format
from django_tasks import task
from wagtail.log_actions import log

from staff import channels
from staff.choices import Channel, DeliveryState
from staff.models import Delivery, Notification, Preference, Robot

# So many messages of a group are shown; the rest are counted.
SHOWN = 10


def with_rows(user, groups):
    """`groups` (see `grouped`) of `user` as dicts, each with its newest messages as `rows`; one query for all."""
    groups = [dict(group) for group in groups]
    if not groups:
        return groups
    own = Notification.objects.filter(user=user).annotate(on=TruncDate("created_at"))
    place = Window(
        RowNumber(), partition_by=[F("kind"), F("address"), TruncDate("created_at")], order_by=F("pk").desc()
    )
    wanted = own.filter(on__in={group["day"] for group in groups}).annotate(place=place).filter(place__lte=SHOWN)
    found = {}
    for row in wanted.order_by("-pk"):
        found.setdefault((row.kind, row.address, row.on), []).append(row)
    for group in groups:
        group["rows"] = found.get((group["kind"], group["address"], group["day"]), [])
    return groups


def read(row):
    """Somebody opens a message: it is read, and what stands with it."""
    day = timezone.localdate(row.created_at)
    together = Notification.objects.filter(user=row.user_id, kind=row.kind, address=row.address, created_at__date=day)
    together.unread().update(read_at=timezone.now())


def notify(*, users, kind, text, address="", key=""):
    """Put `text` before each of `users` once per `key`, and send it on by e-mail and robot to those who want that kind.

    `text` answers the words when it is called, once in the language of each reader; words that somebody typed may
    stand for themselves. It goes out after the commit, by the task worker.
    """
    users = list({user.pk: user for user in users}.values())
    if key:
        told = set(Notification.objects.filter(user__in=users, key=key).values_list("user", flat=True))
        users = [user for user in users if user.pk not in told]
    if not users:
        return
    chosen = {row.user_id: row for row in Preference.objects.filter(user__in=users)}
    words = _in_each_language(text, {row.language for row in chosen.values()})
    rows = [
        Notification(user=user, kind=kind, text=words[_language(chosen, user)], address=address, key=key)
        for user in users
    ]
    stored = Notification.objects.bulk_create(rows, ignore_conflicts=bool(key))
    if key:
        # What another process stored meanwhile comes along: its deliveries have the same keys, and stand once.
        stored = Notification.objects.filter(user__in=users, key=key).only("pk", "user")
    _send_on({row.user_id: row.pk for row in stored}, users, kind, chosen)


def worded(text, facts):
    """`text`, translated lazily, with its `facts`, put into words when it is called: for `notify`.

    A day among the facts is written as the reader's language writes days.
    """
    return lambda: text % {name: date_format(fact) if isinstance(fact, date) else fact for name, fact in facts.items()}


def _language(chosen, user):
    return chosen[user.pk].language if user.pk in chosen else settings.LANGUAGE_CODE


def _in_each_language(text, languages):
    found = {}
    for language in {settings.LANGUAGE_CODE, *languages}:
        with translation.override(language):
            found[language] = str(text() if callable(text) else text)[:300]
    return found


def _send_on(numbers, users, kind, chosen):
    """A delivery for each channel on which one of `users` wants `kind`; `numbers` are their notifications."""
    muted = {user: (row.muted, row.robot_muted) for user, row in chosen.items()}
    robots = set(Robot.objects.filter(user__in=users).exclude(url="").values_list("user", flat=True))
    now = timezone.now()
    out = []
    for user in users:
        no_mail, no_robot = muted.get(user.pk, ((), ()))
        wanted = {
            Channel.MAIL: bool(user.email) and kind not in no_mail,
            Channel.ROBOT: user.pk in robots and kind not in no_robot,
        }
        number = numbers[user.pk]
        out += [
            Delivery(key=f"{channel}:{number}", channel=channel, user_id=user.pk, notification_id=number, next_at=now)
            for channel, wants in wanted.items()
            if wants
        ]
    post(out)


def announce(*, text, address, key):
    """Tell the bureau's group, where it has a robot, what all of the bureau may read; once per `key`.

    `text` answers the words as for `notify`: they are in the bureau's language, whoever tells.
    """
    if channels.bureau_robot() is not None:
        post(
            [
                Delivery(
                    key=f"{Channel.GROUP}:{key}",
                    channel=Channel.GROUP,
                    text=_in_each_language(text, ())[settings.LANGUAGE_CODE],
                    address=address,
                    next_at=timezone.now(),
                )
            ]
        )


def post(deliveries):
    """Keep what is to leave the portal, each `key` once, and wake the task worker after the commit."""
    if deliveries:
        Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
        transaction.on_commit(send_waiting.enqueue)


@transaction.atomic
def send_again(*, by):
    """Send once more all that was given up, as the administrator `by` asks. Answers how many."""
    failed = Delivery.objects.failed().order_by()
    number = failed.update(state=DeliveryState.WAITING, attempts=0, next_at=timezone.now(), error="")
    if number:
        log(instance=by, action="staff.delivery.again", user=by, data={"number": number})
        transaction.on_commit(send_waiting.enqueue)
    return number


@task()
def send_waiting():
    """Send what is to leave the portal by now; each is claimed before it is sent, so nothing goes twice."""
    channels.send_waiting(timezone.now())
    if Delivery.objects.to_send(timezone.now()).exists():
        send_waiting.enqueue()


def due(now):
    """Try again what did not go out, when its time has come; give up what a worker died over."""
    channels.give_up_lost(now)
    if Delivery.objects.to_send(now).exists():
        send_waiting.enqueue()
