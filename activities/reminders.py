"""Reminders that time brings: the day before, an hour before where wanted, and once to who has not opened a call."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from activities import calls, notices
from activities.choices import ActivityState, AttendanceState
from activities.models import Activity, Invitation

# In the morning of the day before, and so long before the start.
DAY_BEFORE_AT = time(9, 0)
HOUR_BEFORE = timedelta(hours=1)
# Who has not opened a call after so long gets a second notice, when the start is no further away than this.
OPENED_AFTER = timedelta(days=1)
UNOPENED_BEFORE = timedelta(days=3)

DAY_TEXT = gettext_lazy("明天有活动：%(title)s，%(when)s，%(place)s。")
HOUR_TEXT = gettext_lazy("活动即将开始：%(title)s，%(when)s，%(place)s。")


def day_before(starts):
    """The moment of the reminder of an activity that begins at `starts`."""
    day = timezone.localdate(starts) - timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, DAY_BEFORE_AT))


def due(now):
    """Send the reminders that are due by `now`; called again, it sends none twice."""
    coming = Activity.objects.filter(state=ActivityState.SCHEDULED, starts__gt=now)
    tomorrow = coming.filter(_not_yet("day_reminder_for"), starts__lt=now + timedelta(days=2))
    for activity in tomorrow.order_by("starts", "pk"):
        if now >= day_before(activity.starts):
            _remind(activity, "day_reminder_for", since=day_before(activity.starts), text=DAY_TEXT)
    soon = coming.filter(_not_yet("hour_reminder_for"), hour_reminder=True, starts__lte=now + HOUR_BEFORE)
    for activity in soon.order_by("starts", "pk"):
        _remind(activity, "hour_reminder_for", since=activity.starts - HOUR_BEFORE, text=HOUR_TEXT)
    waiting = Invitation.objects.unopened().filter(
        reminded_at=None,
        called_at__lte=now - OPENED_AFTER,
        attendance__state=AttendanceState.EXPECTED,
        attendance__member__user__is_active=True,
    )
    near = coming.filter(starts__lte=now + UNOPENED_BEFORE, pk__in=waiting.order_by().values("attendance__activity"))
    for activity in near.order_by("starts", "pk"):
        calls.remind_unopened(activity=activity, at=now, by=None)


def _not_yet(field):
    """Activities whose reminder did not go out for the start that they have now."""
    return Q(**{f"{field}__isnull": True}) | ~Q(**{field: F("starts")})


@transaction.atomic
def _remind(activity, field, *, since, text):
    """Remind those expected, but for those told of the activity since the reminder fell due; claimed before it goes."""
    claimed = Activity.objects.filter(_not_yet(field), pk=activity.pk, starts=activity.starts)
    if not claimed.update(**{field: activity.starts}):
        return
    rows = activity.attendances.filter(state=AttendanceState.EXPECTED).exclude(invitation__called_at__gte=since)
    notices.begins(activity, members=rows.order_by().values_list("member", flat=True), what=field, text=text)


def moved(activity, at):
    """A new start of which everybody is told at `at`: reminders that have fallen due by then need not follow."""
    if at >= day_before(activity.starts):
        activity.day_reminder_for = activity.starts
    if at >= activity.starts - HOUR_BEFORE:
        activity.hour_reminder_for = activity.starts
