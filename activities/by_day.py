"""Activities by the days that they touch: what a calendar shows of each day, and how many more there are.

However many activities there are, two queries answer the counts and no more rows than are shown. One that goes on
past midnight, or for days, stands on every day that it touches.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, F, IntegerField, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from activities import fixed_days
from staff.periods import midnight
from staff.workdays import works

ONE = timedelta(days=1)
NOON, EVENING = 12, 18


@dataclass(frozen=True)
class Entry:
    """An activity on one of the days that it touches."""

    activity: object
    day: date

    @property
    def begins(self):
        """Whether it begins on this day."""
        return self.activity.day == self.day

    @property
    def finishes(self):
        """Whether it is over by the end of this day."""
        return self.activity.ends <= midnight(self.day + ONE)

    @property
    def hour(self):
        """The hour from which it takes place on this day."""
        return timezone.localtime(self.activity.starts).hour if self.begins else 0

    @property
    def hours(self):
        """When it takes place on this day, in words."""
        return self._words(both=True)

    @property
    def short_hours(self):
        """The same for a narrow place: of what begins and ends on this day the beginning alone."""
        return self._words(both=False)

    def _words(self, *, both):
        starts, ends = _clock(self.activity.starts), _clock(self.activity.ends)
        if self.begins and self.finishes:
            return f"{starts}–{ends}" if both else starts
        if self.begins:
            return _("%(time)s起") % {"time": starts}
        return _("至%(time)s") % {"time": ends} if self.finishes else _("全天")


def _clock(moment):
    return time_format(timezone.localtime(moment).time(), "H:i")


@dataclass(frozen=True)
class Day:
    """A day of a calendar: what takes place on it, how many more there are, and whether the bureau works."""

    day: date
    works: bool
    name: str
    entries: tuple
    total: int

    @property
    def more(self):
        """How many take place besides those shown."""
        return self.total - len(self.entries)

    @property
    def parts(self):
        """What is shown in the morning, in the afternoon and in the evening."""
        hours = ((0, NOON), (NOON, EVENING), (EVENING, 24))
        return [[row for row in self.entries if first <= row.hour < last] for first, last in hours]


def days(first, last):
    """Every day from `first` to `last`."""
    return [first + ONE * n for n in range((last - first).days + 1)]


def touching(rows, first, last):
    """Those of `rows` that touch a day from `first` to `last`, in the order in which they begin."""
    return rows.between(midnight(first), midnight(last + ONE)).order_by("starts", "pk")


def marked(first, last):
    """Each day with whether the bureau works and what the office's table calls it, by day; one query."""
    known = fixed_days.table(first, last)
    table = {day: row.works for day, row in known.items()}
    return {day: (works(day, table), known[day].label if day in known else "") for day in days(first, last)}


def spread(rows, first, last, *, shown):
    """The days from `first` to `last` as `Day`, each with the `shown` of `rows` that begin first."""
    here = days(first, last)
    placed = _placed(touching(rows, first, last), here)
    counts = _counts(placed)
    totals = [0] * len(here)
    for (begins, ends), number in counts.items():
        for place in range(begins, ends + 1):
            totals[place] += number
    on = [[] for _day in here]
    for row in _first_of_each(placed, shown):
        for place in range(row.first_place, row.last_place + 1):
            if len(on[place]) < shown:
                on[place].append(Entry(row, here[place]))
    marks = marked(first, last)
    return [Day(day, *marks[day], tuple(on[n]), totals[n]) for n, day in enumerate(here)]


def how_many(rows, first, last):
    """How many of `rows` touch a day from `first` to `last`, each counted once."""
    return touching(rows, first, last).order_by().count()


def _placed(rows, here):
    """Adds the places among `here` of the first and of the last day that a row touches."""
    ends = [midnight(day + ONE) for day in here]
    last = Value(len(here) - 1)

    def place(lookup):
        whens = [When(**{lookup: end}, then=Value(n)) for n, end in enumerate(ends)]
        return Case(*whens, default=last, output_field=IntegerField())

    return rows.annotate(first_place=place("starts__lt"), last_place=place("ends__lte"))


def _counts(placed):
    """How many rows there are from each first to each last day."""
    spans = placed.order_by().values("first_place", "last_place").annotate(number=Count("pk"))
    return {(row["first_place"], row["last_place"]): row["number"] for row in spans}


def _first_of_each(placed, shown):
    """The first `shown` rows of each span of days: whatever a day shows is among them."""
    order = Window(RowNumber(), partition_by=[F("first_place"), F("last_place")], order_by=["starts", "pk"])
    return placed.annotate(number=order).filter(number__lte=shown).order_by("starts", "pk")
