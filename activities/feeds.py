"""Calendars: one activity as an invitation, a feed for everybody, and a private one for a user under a token.

Of the token only a hash is kept.
"""

import hashlib
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress
from wagtail.log_actions import log

from activities.choices import ActivityState, AttendanceState
from activities.models import Activity, ActivityPage, Attendance, FeedToken
from staff import diary
from staff.access import roles
from staff.wording import listed

SPAN = timedelta(days=365)
STATUS = {ActivityState.CANCELLED: "CANCELLED"}
# So often a calendar asks a feed again.
REFRESH = timedelta(hours=1)
MIME = "text/calendar"
RECORD = re.compile(r"^/activities/(\d+)/$")


def public_activities(moment):
    """What everybody may read about, the past year and the year ahead of `moment`."""
    faces = ActivityPage.objects.visible_to(None).order_by().values("activity")
    return _span(Activity.objects.filter(pk__in=faces), moment)


def own_activities(user, moment):
    """The activities at which `user` is expected, each with whether they have leave (`away`)."""
    member = roles(user).member
    if member is None:
        return []
    rows = list(_span(Activity.objects.visible_to(user).for_member(member), moment))
    leave = Attendance.objects.filter(member=member, state=AttendanceState.LEAVE, activity__in=rows)
    away = set(leave.values_list("activity", flat=True))
    for row in rows:
        row.away = row.pk in away
    return rows


def _span(activities, moment):
    rows = activities.exclude(state=ActivityState.DRAFT).between(moment - SPAN, moment + SPAN)
    return rows.order_by("starts", "pk").with_hosts().with_page()


def own_duties(user, moment):
    """The postings and shifts of `user`, the past year and the year ahead of `moment`."""
    member = roles(user).member
    return diary.entries(member, moment - SPAN, moment + SPAN) if member else []


def feed(*, name, activities, link, at, details=False, duties=()):
    """A calendar of `activities` and `duties` with its time zone; `link` answers with the full address of one."""
    cal = _calendar()
    cal.add("x-wr-calname", name)
    cal.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    cal.add("x-published-ttl", "PT1H")
    for activity in activities:
        cal.add_component(_event(activity, link(activity), at, details=details))
    for entry in duties:
        cal.add_component(_duty(entry, link(entry), at))
    return _text(cal)


def invitation(activity, *, link, at, details=True):
    """One activity to be put into a calendar; called off, it takes itself out of it."""
    cal = _calendar()
    cal.add("method", "CANCEL" if activity.state == ActivityState.CANCELLED else "PUBLISH")
    event = _event(activity, link, at, details=details)
    organizer = vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}")
    organizer.params["cn"] = str(activity.lead or "")
    event.add("organizer", organizer)
    cal.add_component(event)
    return _text(cal)


def _calendar():
    cal = Calendar()
    cal.add("prodid", "-//Zerentian//activities//ZH")
    cal.add("version", "2.0")
    return cal


def _text(cal):
    cal.add_missing_timezones()
    return cal.to_ical()


def _event(activity, link, at, *, details):
    """An activity as every calendar of ours shows it: its number and the version raised with each change say which."""
    away = getattr(activity, "away", False)
    lines = [_("主办：%(host)s") % {"host": listed(str(host) for host in activity.hosts.all())}]
    if details:
        lines += [text for text in (activity.note, activity.agenda) if text]
    event = Event()
    event.add("uid", f"activity-{activity.pk}@zerentian")
    event.add("sequence", activity.version)
    event.add("dtstamp", at)
    event.add("dtstart", timezone.localtime(activity.starts))
    event.add("dtend", timezone.localtime(activity.ends))
    event.add("summary", _("(请假)%(title)s") % {"title": activity.title} if away else activity.title)
    event.add("location", activity.place)
    event.add("description", "\n".join(lines))
    event.add("url", link)
    event.add("status", STATUS.get(activity.state, "CONFIRMED"))
    event.add("transp", "TRANSPARENT" if away else "OPAQUE")
    return event


def _duty(entry, link, at):
    """A posting or shift; a posting takes no time of its days, so that they stay open for appointments."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", at)
    event.add("dtstart", entry.starts)
    # The end of whole days is the day after the last one (RFC 5545).
    event.add("dtend", entry.ends + timedelta(days=1) if entry.whole_days else entry.ends)
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", entry.text)
    event.add("url", link)
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.whole_days else "OPAQUE")
    return event


def enclosure(notification):
    """The invitation that goes along with mail about an activity, to those expected or told that it is off."""
    match = RECORD.match(notification.address)
    activity = Activity.objects.filter(pk=match[1]).with_hosts().first() if match else None
    if activity is None:
        return []
    rows = activity.attendances.filter(member__user=notification.user_id).exclude(state=AttendanceState.LEAVE)
    if not rows.exists():
        return []
    link = f"{settings.BASE_URL.rstrip('/')}{notification.address}"
    return [(filename(activity), invitation(activity, link=link, at=timezone.now()), MIME)]


def filename(activity):
    """The name of an invitation's file."""
    return f"activity-{activity.pk}.ics"


def digest(token):
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_token(*, user):
    """A new token for `user`'s private feed, shown this once; earlier ones no longer work."""
    revoke_tokens(user=user)
    token = secrets.token_urlsafe(24)
    row = FeedToken.objects.create(user=user, digest=digest(token))
    log(instance=row, action="activities.feed.create", user=user)
    return token


@transaction.atomic
def revoke_tokens(*, user):
    """Make all of `user`'s tokens void."""
    for row in FeedToken.objects.filter(user=user, revoked_at=None):
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        log(instance=row, action="activities.feed.revoke", user=user)


def owner_of(token):
    """Whose feed `token` opens: an active user's, as long as it is not revoked; None otherwise."""
    row = FeedToken.objects.filter(digest=digest(token), revoked_at=None, user__is_active=True)
    found = row.select_related("user").first()
    return found.user if found else None
