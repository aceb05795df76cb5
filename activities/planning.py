"""Arranging, changing and cancelling activities; whoever is expected is put on the list and told."""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from activities import rolls
from activities.choices import ActivityState, AttendanceState, Kind
from activities.models import Activity, ActivityHost, ActivityKind, Attendance
from staff.choices import NotificationKind
from staff.models import Posting, User
from staff.notifications import notify
from staff.workdays import exceptions, is_working_day

# The one table of what may become of an activity.
TRANSITIONS = {
    ActivityState.DRAFT: {ActivityState.SCHEDULED, ActivityState.CANCELLED},
    ActivityState.SCHEDULED: {ActivityState.HELD, ActivityState.CANCELLED},
    ActivityState.HELD: set(),
    ActivityState.CANCELLED: set(),
}
USUAL_START = time(9, 0)
USUAL_LENGTH = timedelta(hours=2)


def locked(activity):
    """The activity as it stands now, kept from others until the transaction ends."""
    return Activity.objects.select_for_update().get(pk=activity.pk)


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
    activity.save(update_fields=["state"])
    fill_list(activity)
    log(instance=activity, action="activities.activity.schedule", user=by)
    _tell(activity, _("%(title)s：%(when)s，%(place)s"), by, "arranged")
    return activity


def fill_list(activity):
    """Make the list those expected: who is no longer expected leaves it unless already marked, who is new comes in."""
    wanted = set(rolls.expected_members(activity).order_by().values_list("pk", flat=True))
    signed = set(activity.sign_ups.filter(state="signed").values_list("member", flat=True))
    present = dict(activity.attendances.values_list("member", "state"))
    gone = [
        member
        for member, state in present.items()
        if state == AttendanceState.EXPECTED and member not in wanted | signed
    ]
    activity.attendances.filter(member__in=gone).delete()
    Attendance.objects.bulk_create(
        [Attendance(activity=activity, member_id=member) for member in sorted((wanted | signed) - present.keys())]
    )


def _tell(activity, text, by, what):
    """Tell those expected, but for the one who does it; once a version."""
    users = User.objects.filter(is_active=True, member__in=activity.attendances.order_by().values("member")).exclude(
        pk=by.pk if by else None
    )
    notify(
        users=list(users),
        kind=NotificationKind.ACTIVITY,
        text=text
        % {
            "title": activity.title,
            "when": _moment(activity.starts),
            "place": activity.place,
            "reason": activity.cancelled_because,
        },
        address=activity.get_absolute_url(),
        key=f"activity:{activity.pk}:{what}:{activity.version}",
    )


@transaction.atomic
def _moment(at):
    """Day and time, as the language in force writes them."""
    return f"{date_format(timezone.localtime(at), 'MONTH_DAY_FORMAT')} {timezone.localtime(at):%H:%M}"


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
        fill_list(activity)
        if (activity.starts, activity.ends, activity.place) != before:
            _tell(activity, _("时间或地点有变：%(title)s，%(when)s，%(place)s"), by, "moved")
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
        _tell(activity, _("活动取消：%(title)s(%(when)s)。原因：%(reason)s"), by, "cancelled")
    return activity


def next_theme_day(organisation, after):
    """The organisation's theme day that comes next after the day `after`, moved to the next working day off holidays.

    BR: on a day that is the same every month as far as possible. A month that is too short takes its last day. Without
    a fixed day it is the next working day.
    """
    if not organisation.theme_day:
        return _next_working_day(after + timedelta(days=1))
    year, month = after.year, after.month
    while True:
        day = _next_working_day(_day_of_month(year, month, organisation.theme_day))
        if day > after:
            return day
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _day_of_month(year, month, number):
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(number, last))


def _next_working_day(day):
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def proposal(organisation, *, on):
    """What the form starts with for `organisation`, seen on `on`: next theme day, the last hour, place and titles."""
    last = Activity.objects.of_organisation(organisation).filter(hosts__organisation=organisation)
    recent = list(last.order_by("-starts")[:20])
    day = next_theme_day(organisation, on)
    start = timezone.localtime(recent[0].starts).time() if recent else USUAL_START
    starts = timezone.make_aware(datetime.combine(day, start))
    length = recent[0].ends - recent[0].starts if recent else USUAL_LENGTH
    if length > timedelta(hours=12):
        length = USUAL_LENGTH
    return {
        "starts": starts,
        "ends": starts + length,
        "place": recent[0].place if recent else "",
        "titles": list(dict.fromkeys(row.title for row in recent))[:8],
        "places": list(dict.fromkeys(row.place for row in recent))[:8],
    }


def clashes(*, hosts, starts, ends, apart_from=None):
    """What speaks against a time, in words: the hosts' other activities, a holiday, how many members are deployed."""
    found = []
    hosting = ActivityHost.objects.filter(organisation__in=hosts).values("activity")
    others = Activity.objects.between(starts, ends).filter(
        pk__in=hosting, state__in=(ActivityState.DRAFT, ActivityState.SCHEDULED)
    )
    if apart_from is not None:
        others = others.exclude(pk=apart_from.pk)
    found += [
        _("同一时间另有“%(title)s”(%(when)s)。") % {"title": other.title, "when": _moment(other.starts)}
        for other in others[:3]
    ]
    day = timezone.localdate(starts)
    table = exceptions(day, day)
    if table.get(day) is False:
        found.append(_("当天是法定节假日。"))
    elif day.weekday() > 4 and not table.get(day):
        found.append(_("当天是周末。"))
    expected = rolls.expected(kinds=[Kind.THEME_DAY], hosts=hosts, day=day)
    away = Posting.objects.on(day).filter(member__in=expected.order_by().values("pk")).count()
    if away:
        found.append(_("有%(n)d名党员当天在外派驻，将提示按请假登记。") % {"n": away})
    return found
