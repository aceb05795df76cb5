"""Calendar feeds: one for everybody, and a private one for a user under a token of which only a hash is kept."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from wagtail.log_actions import log

from activities.choices import ActivityState
from activities.models import Activity, ActivityPage, FeedToken
from staff.access import roles

SPAN = timedelta(days=365)
STATUS = {ActivityState.CANCELLED: "CANCELLED"}


def public_activities(moment):
    """What everybody may read about, the past year and the year ahead of `moment`."""
    faces = ActivityPage.objects.visible_to(None).order_by().values("activity")
    return _span(Activity.objects.filter(pk__in=faces), moment)


def own_activities(user, moment):
    """The activities at which `user` is expected."""
    member = roles(user).member
    if member is None:
        return Activity.objects.none()
    return _span(Activity.objects.visible_to(user).for_member(member), moment)


def _span(activities, moment):
    rows = activities.exclude(state=ActivityState.DRAFT).between(moment - SPAN, moment + SPAN)
    return rows.order_by("starts", "pk").with_hosts().with_page()


def calendar(*, name, activities, link, at):
    """A calendar of `activities` with its time zone; `link` answers with the full address of one."""
    cal = Calendar()
    cal.add("prodid", "-//Zerentian//activities//ZH")
    cal.add("version", "2.0")
    cal.add("x-wr-calname", name)
    for activity in activities:
        event = Event()
        event.add("uid", f"activity-{activity.pk}@zerentian")
        event.add("sequence", activity.version)
        event.add("dtstamp", at)
        event.add("dtstart", timezone.localtime(activity.starts))
        event.add("dtend", timezone.localtime(activity.ends))
        event.add("summary", activity.title)
        event.add("location", activity.place)
        event.add("description", _("主办：%(host)s") % {"host": "、".join(str(host) for host in activity.hosts.all())})
        event.add("url", link(activity))
        event.add("status", STATUS.get(activity.state, "CONFIRMED"))
        cal.add_component(event)
    cal.add_missing_timezones()
    return cal.to_ical()


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
