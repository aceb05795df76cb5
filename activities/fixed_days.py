"""The fixed theme day of a branch (固定党日): which day a month has, and where it moves when it cannot be kept.

BR: on a day that is the same every month as far as possible. A day that is a holiday, a weekend or a weekend day worked
in exchange (调休) gives way to the next ordinary working day of its month, or at the month's end to the one before.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staff.choices import MonthWeek, Weekday
from staff.models import Holiday, PartyOrganisation

SATURDAY = 5
ONE = timedelta(days=1)
# How far ahead the next theme day is looked for: a year that is planned in full leaves the month after it.
HORIZON = timedelta(days=500)


@dataclass(frozen=True)
class PlannedDay:
    """The day on which something is to be held, the day that the rule names, and why the two differ."""

    day: date
    meant: date
    reason: str = ""

    @property
    def moved(self):
        """Whether the rule's own day could not be kept."""
        return self.day != self.meant


def table(first, last):
    """The office's table of holidays and exchanged weekends from `first` to `last`, by day."""
    return {row.day: row for row in Holiday.objects.filter(day__range=(first, last))}


def objection(day, known):
    """Why nobody should be called on `day`, in words; empty for an ordinary working day. `known` is from `table`."""
    row = known.get(day)
    if row is not None and not row.works:
        return row.label
    if day.weekday() < SATURDAY:
        return ""
    return _("调休上班日") if row is not None else _("周末")


def month_end(day):
    """The last day of the month of `day`."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - ONE


def moved_to_ordinary(meant, known, *, last=None):
    """`meant` as a PlannedDay: itself, or the next ordinary day up to `last` (the month's end), or the one before."""
    reason = objection(meant, known)
    if not reason:
        return PlannedDay(meant, meant)
    last = last or month_end(meant)
    later = (meant + ONE * n for n in range(1, (last - meant).days + 1))
    earlier = (meant - ONE * n for n in range(1, 32))
    for days in (later, earlier):
        for day in days:
            if not objection(day, known):
                return PlannedDay(day, meant, reason)
    return PlannedDay(meant, meant)


def named_day(organisation, year, month):
    """The day that the organisation's rule names in a month, wherever it falls; None without a fixed day."""
    first = date(year, month, 1)
    if organisation.theme_week:
        day = first + ONE * ((organisation.theme_weekday - first.isoweekday()) % 7)
        if organisation.theme_week == MonthWeek.LAST:
            weeks = (month_end(first) - day).days // 7
        else:
            weeks = organisation.theme_week - 1
        return day + 7 * ONE * weeks
    if organisation.theme_day:
        return first.replace(day=min(organisation.theme_day, month_end(first).day))
    return None


def theme_day(organisation, year, month, known):
    """The organisation's theme day of a month, moved where it must be; None without a fixed day."""
    meant = named_day(organisation, year, month)
    return meant and moved_to_ordinary(meant, known)


def next_theme_day(organisation, after, *, had=frozenset()):
    """The theme day that comes next after the day `after` in a month that has `had` none: months are (year, month).

    Without a fixed day, the next ordinary working day.
    """
    known = table(after, after + HORIZON)
    if named_day(organisation, after.year, after.month) is None:
        tomorrow = after + ONE
        return moved_to_ordinary(tomorrow, known, last=tomorrow + 30 * ONE)
    year, month = after.year, after.month
    while True:
        planned = theme_day(organisation, year, month, known)
        if planned.day > after and ((year, month) not in had or planned.day > after + HORIZON):
            return planned
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def in_words(organisation):
    """The organisation's rule in words: 每月15日, 每月第三个星期五."""
    if organisation.theme_week:
        which = {"week": MonthWeek(organisation.theme_week).label, "day": Weekday(organisation.theme_weekday).label}
        return _("每月%(week)s%(day)s") % which
    return _("每月%(day)d日") % {"day": organisation.theme_day} if organisation.theme_day else ""


def move_in_words(planned):
    """Why a day is not the one that the rule names; empty when it is."""
    if not planned or not planned.moved:
        return ""
    return _("原定%(day)s，因%(reason)s调整") % {
        "day": date_format(planned.meant, "MONTH_DAY_FORMAT"),
        "reason": planned.reason,
    }


@transaction.atomic
def fix(*, organisation, by, day=None, week=None, weekday=None):
    """Hold the organisation's theme day on a day of the month, or on its n-th weekday, from now on."""
    organisation = PartyOrganisation.objects.select_for_update().get(pk=organisation.pk)
    organisation.theme_day, organisation.theme_week, organisation.theme_weekday = day, week, weekday
    organisation.full_clean(exclude=["path", "depth", "numchild"])
    organisation.save(update_fields=["theme_day", "theme_week", "theme_weekday"])
    log(
        instance=organisation,
        action="activities.plan.fix_day",
        user=by,
        data={"day": day, "week": week, "weekday": weekday},
    )
    return organisation
