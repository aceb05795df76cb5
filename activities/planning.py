"""Arranging, changing and cancelling activities; whoever is expected is put on the list and told."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities import calls, fixed_days, kind_templates, notices, reminders, signups
from activities.calls import locked
from activities.choices import ActivityState, Kind
from activities.models import Activity, ActivityHost, ActivityKind

# The one table of what may become of an activity.
TRANSITIONS = {
    ActivityState.DRAFT: {ActivityState.SCHEDULED, ActivityState.CANCELLED},
    ActivityState.SCHEDULED: {ActivityState.HELD, ActivityState.CANCELLED},
    ActivityState.HELD: set(),
    ActivityState.CANCELLED: set(),
}
USUAL_START = time(15, 0)
USUAL_LENGTH = timedelta(hours=2)
# A hike of two days says nothing about how long the next meeting takes.
LONGEST = timedelta(hours=12)
RECENT = 60
# What is not bound to a day is proposed for so many days from now.
NOTICE = timedelta(days=3)
# Whoever arranges a theme day while those of so many days are planned already wants one beside them.
FAR = timedelta(days=92)


def _check(kinds, hosts, lead):
    """An activity counts as at least one kind and has at least one host, one of which leads."""
    if not kinds:
        raise ValidationError({"kinds": _("请选择活动类型。")})
    if lead is None:
        raise ValidationError({"lead": _("请选择牵头组织。")})
    if lead not in hosts:
        raise ValidationError({"hosts": _("牵头组织须是主办组织之一。")})
    if any(host.external for host in hosts):
        raise ValidationError({"hosts": _("共建单位请填在“共建单位”一栏。")})


@transaction.atomic
def arrange(*, hosts, lead, kinds, by, partners=(), schedule=True, **fields):
    """Arrange an activity of `kinds` at `hosts`, led by `lead`; when it is scheduled those expected are told."""
    _check(kinds, hosts, lead)
    activity = Activity(created_by=by, **fields)
    activity.full_clean(validate_unique=False)
    activity.save()
    _put_hosts(activity, hosts, lead)
    _put_kinds(activity, kinds)
    activity.partners.set(partners)
    if not schedule:
        log(instance=activity, action="activities.activity.draft", user=by)
        return activity
    log(instance=activity, action="activities.activity.arrange", user=by)
    return _schedule(activity, by)


def _put_hosts(activity, hosts, lead):
    wanted = {host.pk: host for host in hosts}
    activity.hosts.exclude(organisation__in=wanted).delete()
    activity.hosts.update(lead=False)
    present = {row.organisation_id for row in activity.hosts.all()}
    ActivityHost.objects.bulk_create(
        ActivityHost(activity=activity, organisation=host) for pk, host in wanted.items() if pk not in present
    )
    activity.hosts.filter(organisation=lead).update(lead=True)


def _put_kinds(activity, kinds):
    activity.kinds.exclude(kind__in=kinds).delete()
    present = set(activity.kinds.values_list("kind", flat=True))
    ActivityKind.objects.bulk_create(
        ActivityKind(activity=activity, kind=kind) for kind in dict.fromkeys(kinds) if kind not in present
    )


def _move(activity, state):
    if state not in TRANSITIONS[activity.state]:
        raise ValidationError(
            _("活动当前为“%(state)s”，不能进行此操作。") % {"state": activity.get_state_display()}, code="state"
        )
    activity.state = state


@transaction.atomic
def schedule(*, activity, by):
    """Send out a draft: those expected are listed and told."""
    return _schedule(locked(activity), by)


def _schedule(activity, by):
    _move(activity, ActivityState.SCHEDULED)
    if not activity.place.strip():
        raise ValidationError({"place": _("请填写地点。")})
    activity.save(update_fields=["state"])
    now = timezone.now()
    calls.refresh_list(activity, at=now, by=by)
    log(instance=activity, action="activities.activity.schedule", user=by)
    calls.call(activity=activity, at=now, by=by)
    return activity


@transaction.atomic
def change(*, activity, version, by, hosts=None, lead=None, kinds=None, partners=None, **fields):
    """Change an activity that is not over, if nobody has changed it since `version`; a new time or place is told.

    Raises ValidationError "stale" when somebody has.
    """
    activity = locked(activity)
    if activity.version != version:
        raise ValidationError(_("该活动已被他人修改，请核对最新内容后再次提交。"), code="stale")
    if activity.state not in (ActivityState.DRAFT, ActivityState.SCHEDULED):
        raise ValidationError(
            _("活动当前为“%(state)s”，不能修改。") % {"state": activity.get_state_display()}, code="state"
        )
    before = (activity.starts, activity.ends, activity.place)
    for name, value in fields.items():
        setattr(activity, name, value)
    activity.version += 1
    now = timezone.now()
    if activity.state == ActivityState.SCHEDULED and activity.starts != before[0]:
        reminders.moved(activity, now)
    activity.full_clean(validate_unique=False)
    activity.save()
    if hosts is not None:
        _check(kinds, hosts, lead)
        _put_hosts(activity, hosts, lead)
    if kinds is not None:
        _put_kinds(activity, kinds)
    if partners is not None:
        activity.partners.set(partners)
    log(instance=activity, action="activities.activity.change", user=by)
    if activity.state == ActivityState.SCHEDULED:
        new = calls.refresh_list(activity, at=now, by=by)
        if (activity.starts, activity.ends, activity.place) != before and now < max(activity.ends, before[1]):
            notices.moved(activity, before=before, apart_from=new, by=by)
        calls.call(activity=activity, members=new, at=now, by=by)
        signups.fill_places(activity=activity, at=now)
    return activity


@transaction.atomic
def cancel(*, activity, reason, by):
    """Call an activity off with a reason; those expected are told, and what was published says so."""
    if not reason.strip():
        raise ValidationError({"reason": _("请填写取消原因。")})
    activity = locked(activity)
    was_scheduled = activity.state == ActivityState.SCHEDULED
    _move(activity, ActivityState.CANCELLED)
    activity.cancelled_because = reason.strip()
    activity.version += 1
    activity.full_clean(validate_unique=False)
    activity.save()
    log(instance=activity, action="activities.activity.cancel", user=by)
    if was_scheduled:
        notices.cancelled(activity, by=by)
    return activity


@dataclass(frozen=True)
class Habits:
    """What an organisation has done of late, latest first: when, how long, where and under what title, by kind."""

    recent: list

    def of(self, kind):
        """The hour at which `kind` usually starts, its length and its place."""
        row = next((row for row in self.recent if kind in row.known_kinds), None)
        if row is None:
            return USUAL_START, USUAL_LENGTH, self.recent[0].place if self.recent else ""
        length = row.ends - row.starts
        return (
            timezone.localtime(row.starts).time().replace(second=0, microsecond=0),
            length if length <= LONGEST else USUAL_LENGTH,
            row.place,
        )

    @property
    def titles(self):
        """Titles used before, each once."""
        return list(dict.fromkeys(row.title for row in self.recent))[:8]

    @property
    def places(self):
        """Places used before, each once."""
        return list(dict.fromkeys(row.place for row in self.recent if row.place))[:8]

    def latest(self, kind):
        """The latest activity of `kind`, or None."""
        return next((row for row in self.recent if kind in row.known_kinds), None)


def habits(organisation):
    """What `organisation` and those below it have done or arranged of late, drafts apart, in two queries."""
    rows = Activity.objects.of_organisation(organisation).filter(
        state__in=(ActivityState.SCHEDULED, ActivityState.HELD)
    )
    recent = list(rows.order_by("-starts", "-pk").prefetch_related("kinds")[:RECENT])
    for row in recent:
        row.known_kinds = {kind.kind for kind in row.kinds.all()}
    return Habits(recent)


def theme_months(organisation, after):
    """The months from that of the day `after` on that have a theme day already, as (year, month)."""
    rows = Activity.objects.filter(pk__in=ActivityHost.objects.filter(organisation=organisation).values("activity"))
    rows = rows.of_kind(Kind.THEME_DAY).exclude(state=ActivityState.CANCELLED)
    first = timezone.make_aware(datetime.combine(after.replace(day=1), time.min))
    days = (timezone.localdate(starts) for starts in rows.filter(starts__gte=first).values_list("starts", flat=True))
    return {(day.year, day.month) for day in days}


def proposal(organisation, *, on, kind=Kind.THEME_DAY, day=None):
    """What the form starts with for `organisation` on the day `on`: next theme day, usual hour and place, texts."""
    known = habits(organisation)
    if day:
        planned = fixed_days.PlannedDay(day, day)
    elif kind == Kind.THEME_DAY:
        planned = _next_theme_day(organisation, on, after=on)
    else:
        planned = _soon(on)
    start, length, place = known.of(kind)
    starts = timezone.make_aware(datetime.combine(planned.day, start))
    texts = kind_templates.for_organisation(organisation)
    return {
        "starts": starts,
        "ends": starts + length,
        "place": place,
        "titles": known.titles,
        "places": known.places,
        "agenda": texts[kind].agenda,
        "note": texts[kind].note,
        "texts": list(texts.values()),
        "moved": fixed_days.move_in_words(planned),
        "like": known.latest(kind),
    }


def _soon(on):
    """The first ordinary working day on which people can still be called."""
    soon, last = on + NOTICE, on + 10 * NOTICE
    return fixed_days.moved_to_ordinary(soon, fixed_days.table(soon, last), last=last)


def _next_theme_day(organisation, on, *, after):
    """The next fixed day after `after` of a month that has none; where all of a long time have, one more is soon."""
    planned = fixed_days.next_theme_day(organisation, after, had=theme_months(organisation, on))
    return _soon(on) if planned.day > after + FAR else planned


def again(activity, *, on):
    """When `activity` would be held again after `on`: a theme day on the lead's next fixed day, else a month later."""
    prefetch_related_objects([activity], "hosts__organisation")
    if any(row.kind == Kind.THEME_DAY for row in activity.kinds.all()):
        planned = _next_theme_day(activity.lead, on, after=max(on, activity.day))
    else:
        planned = _same_day_after(activity.day, on)
    starts = timezone.make_aware(datetime.combine(planned.day, timezone.localtime(activity.starts).time()))
    return planned, starts, starts + (activity.ends - activity.starts)


def _same_day_after(day, on):
    """The same day of the first month after that of `day` in which it lies after `on`, moved to an ordinary day."""
    year, month = day.year, day.month
    known = fixed_days.table(day, max(day, on) + timedelta(days=70))
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        end = fixed_days.month_end(date(year, month, 1))
        planned = fixed_days.moved_to_ordinary(end.replace(day=min(day.day, end.day)), known)
        if planned.day > on:
            return planned
