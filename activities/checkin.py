"""Checking in: a code on the screen that changes every half minute, and what a member's phone does with it.

The code is an HMAC over the activity and the current half minute: nothing of it is stored, any process can make and
check it, and a photograph of it is worth nothing once the next half minute is over. Whoever scans it in time gets a
ticket, signed and kept by their browser, so that signing in first or a slow tap does not cost them their place.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities.attendance import OPEN_STATES, Turnout, counts
from activities.choices import AttendanceState, CheckInWay, GuestKind, Kind
from activities.models import ActivityKind, Attendance, Guest
from activities.rolls import NO_VOTE, Quorum

SECONDS = 30
# The code on the screen and the one before it.
ACCEPTED = 2
# So long after scanning one may still sign in and tap.
TICKET = timedelta(minutes=10)
# A member checks in from so long before the start until the end; who comes this late is marked late.
OPENS_BEFORE = timedelta(minutes=30)
LATE_AFTER = timedelta(minutes=15)


def _step(at):
    """The number of the half minute in which `at` lies."""
    return int(at.timestamp()) // SECONDS


def _code(activity, step):
    digest = salted_hmac("activities.checkin", f"{activity}:{step}", algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:12]).decode()


def code(*, activity, at):
    """The code of the activity with the id `activity` at the moment `at`."""
    return _code(activity, _step(at))


def seconds_left(at):
    """How long the code of `at` stays on the screen."""
    return SECONDS - int(at.timestamp()) % SECONDS


def accepts(*, activity, code, at):
    """Whether `code` stands on the screen of the activity at `at`, or did so in the half minute before."""
    step = _step(at)
    # Each is compared, so that the time taken does not tell which.
    matches = [constant_time_compare(_code(activity, step - back), code) for back in range(ACCEPTED)]
    return any(matches)


def ticket(*, activity, at):
    """What a browser keeps that has scanned a good code at `at`."""
    return signing.dumps([activity, int(at.timestamp())], salt="activities.checkin.ticket")


def scanned_at(*, activity, ticket, at):
    """The moment at which the bearer of `ticket` scanned this activity's code, or None when it is none or too old."""
    try:
        which, when = signing.loads(ticket or "", salt="activities.checkin.ticket")
        scanned = datetime.fromtimestamp(when, UTC)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return scanned if which == activity and scanned <= at <= scanned + TICKET else None


def window(activity):
    """From when to when a member checks in."""
    return activity.starts - OPENS_BEFORE, activity.ends


def is_open(*, activity, at):
    """Whether members check in at the moment `at`."""
    opens, closes = window(activity)
    return activity.state in OPEN_STATES and activity.check_in != CheckInWay.LIST and opens <= at <= closes


def may_check_in(*, activity, row, at):
    """Whether the one whose attendance `row` is may check in at `at` by a button, without having scanned the code."""
    may = activity.check_in == CheckInWay.BUTTON and is_open(activity=activity, at=at)
    return may and row is not None and not row.is_there


def may_scan(*, activity, row, at):
    """Whether the one whose attendance `row` is is asked to scan the code on the screen at `at`."""
    return is_open(activity=activity, at=at) and row is not None and not row.is_there


class Standing(StrEnum):
    """Where somebody stands who opens the page of check-in."""

    READY = "ready"
    THERE = "there"
    GUEST = "guest"
    STRANGER = "stranger"
    SCAN = "scan"
    BY_LIST = "by_list"
    EARLY = "early"
    OVER = "over"
    CLOSED = "closed"


def standing(*, activity, row, guest, scanned, at):
    """What somebody is told: `row` is their attendance, `guest` what they came as, `scanned` when they scanned."""
    moment = scanned or at
    opens, closes = window(activity)
    if row is not None and row.is_there:
        return Standing.THERE
    if guest is not None:
        return Standing.GUEST
    if activity.state not in OPEN_STATES:
        return Standing.CLOSED
    if activity.check_in == CheckInWay.LIST:
        return Standing.BY_LIST
    if moment < opens:
        return Standing.EARLY
    if moment > closes:
        return Standing.OVER
    if scanned is None and activity.check_in != CheckInWay.BUTTON:
        return Standing.SCAN
    return Standing.READY if row is not None else Standing.STRANGER


REFUSALS = {
    Standing.CLOSED: lambda: _("活动未安排或已取消，不能签到。"),
    Standing.BY_LIST: lambda: _("本次活动由书记登记出席，无需签到。"),
    Standing.EARLY: lambda: _("不在签到时间内：开始前30分钟至活动结束可以签到。"),
    Standing.OVER: lambda: _("不在签到时间内：开始前30分钟至活动结束可以签到。"),
    Standing.SCAN: lambda: _("请扫描现场屏幕上的二维码签到。"),
    Standing.STRANGER: lambda: _("您不在本次活动的应到名单中。"),
}
CODES = {Standing.EARLY: "window", Standing.OVER: "window", Standing.STRANGER: "not_expected"}


def _refuse(found):
    raise ValidationError(REFUSALS[found](), code=CODES.get(found, found.value))


@transaction.atomic
def check_in(*, activity, member, at, scanned=None):
    """A member's own check-in; sent twice it is stored once, and late is late by the moment of scanning.

    Only their own row is locked: a hall full of phones does not wait for one another.
    """
    row = Attendance.objects.select_for_update().filter(activity=activity, member=member).first()
    found = standing(activity=activity, row=row, guest=None, scanned=scanned, at=at)
    if found == Standing.THERE:
        return row
    if found != Standing.READY:
        _refuse(found)
    moment = scanned or at
    late = moment > activity.starts + LATE_AFTER
    row.state = AttendanceState.LATE if late else AttendanceState.PRESENT
    row.reason, row.checked_in_at = "", moment
    row.made_up_on, row.made_up_note = None, ""
    row.save(update_fields=["state", "reason", "checked_in_at", "made_up_on", "made_up_note"])
    log(instance=activity, action="activities.attendance.check_in", user=member.user, data={"member": member.pk})
    return row


@transaction.atomic
def come_as(*, activity, member, kind, at, scanned=None):
    """Somebody of the bureau who is not expected and comes as a walk-in or observer; sent twice it is stored once."""
    if kind not in (GuestKind.WALK_IN, GuestKind.OBSERVER):
        raise ValidationError(_("请选择列席或临时到会。"), code="kind")
    row = Attendance.objects.filter(activity=activity, member=member).first()
    found = standing(activity=activity, row=row, guest=None, scanned=scanned, at=at)
    if found in (Standing.READY, Standing.THERE):
        raise ValidationError(_("您在应到名单中，请直接签到。"), code="expected")
    if found != Standing.STRANGER:
        _refuse(found)
    told = {"kind": kind, "name": member.name, "unit": str(member.unit), "checked_in_at": scanned or at}
    guest, made = Guest.objects.get_or_create(activity=activity, member=member, defaults=told)
    if made:
        log(instance=activity, action="activities.attendance.come_as", user=member.user, data={"kind": kind})
    return guest


@dataclass(frozen=True)
class Screen:
    """What the screen in the hall shows at a moment."""

    activity: object
    turnout: Turnout
    quorum: Quorum | None
    guests: int
    open: bool
    code: str
    seconds_left: int

    @property
    def stamp(self):
        """Another one whenever the screen shows something else."""
        activity = self.activity
        shown = (activity.pk, activity.state, activity.check_in, activity.starts, activity.ends, activity.place)
        return repr((shown, self.turnout, self.guests, self.open, self.code))


def screen(*, activities, at):
    """The screen of the one activity of the queryset `activities`, in one query; None when there is none."""
    guests = Guest.objects.filter(activity=OuterRef("pk")).order_by().values("activity")
    voting = ActivityKind.objects.filter(activity=OuterRef("pk")).exclude(kind__in=NO_VOTE)
    figures = counts("attendances__")
    row = (
        activities.annotate(
            **figures,
            visitors=Coalesce(Subquery(guests.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
            votes=Exists(voting),
            votes_of_all=Exists(voting.exclude(kind=Kind.COMMITTEE)),
        )
        .order_by()
        .first()
    )
    if row is None:
        return None
    turnout = Turnout(**{name: getattr(row, name) for name in figures})
    quorum = Quorum(turnout.entitled, turnout.entitled_there, half_is_enough=not row.votes_of_all)
    now_open = is_open(activity=row, at=at)
    return Screen(
        activity=row,
        turnout=turnout,
        quorum=quorum if row.votes else None,
        guests=row.visitors,
        open=now_open,
        code=code(activity=row.pk, at=at) if now_open else "",
        seconds_left=seconds_left(at),
    )
