"""A round on one screen: each person's postings, leave and moves as bars over days. Pure functions over fetched rows.

Places are percentages of the window, so the page scales without a script; every bar also has its words.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from dateutil.relativedelta import relativedelta
from django.utils import formats
from django.utils.translation import gettext as _

from staff.choices import PostingState
from staff.periods import days_between

MONTH, QUARTER, WHOLE = "month", "quarter", "whole"
MONTHS = {MONTH: 1, QUARTER: 3}
# Bars narrower than this hold no text of their own, in percent.
NARROW = 9


@dataclass(frozen=True)
class Window:
    """The days shown, both counted."""

    first: date
    last: date
    zoom: str = WHOLE

    @property
    def days(self):
        """How many days are shown."""
        return days_between(self.first, self.last)

    def at(self, day):
        """Where `day` begins, in percent."""
        return round((day - self.first).days * 100 / self.days, 3)

    def shows(self, day):
        """Whether `day` is in the window."""
        return self.first <= day <= self.last

    def clip(self, starts, ends):
        """The part of a period that is shown, or None."""
        first, last = max(starts, self.first), min(ends, self.last)
        return (first, last) if first <= last else None

    def step(self, by):
        """The first day of the window before or after, None for the whole."""
        months = MONTHS.get(self.zoom)
        return self.first + relativedelta(months=months * by) if months else None


def window(*, zoom, starts, ends, on):
    """The window for `zoom`: the whole period, or the month or quarter that holds `on`."""
    if zoom not in MONTHS:
        return Window(starts, ends, WHOLE)
    month = on.month if zoom == MONTH else on.month - (on.month - 1) % 3
    first = on.replace(month=month, day=1)
    return Window(first, first + relativedelta(months=MONTHS[zoom]) - timedelta(days=1), zoom)


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    x: float
    label: str


def ticks(window):
    """Lines by day in a month, by week in a quarter, by month in a longer stretch."""
    if window.zoom == MONTH:
        days = [window.first + timedelta(days=n) for n in range(0, window.days, 2)]
        return [Tick(window.at(day), str(day.day)) for day in days]
    if window.zoom == QUARTER:
        first = window.first + timedelta(days=-window.first.weekday() % 7)
        days = [first + timedelta(weeks=n) for n in range(-(-days_between(first, window.last) // 7))]
        return [Tick(window.at(day), formats.date_format(day, "MONTH_DAY_FORMAT")) for day in days]
    first = window.first.replace(day=1)
    starts = [first + relativedelta(months=n) for n in range(window.days // 28 + 2)]
    # On a very long stretch every third month or year is enough.
    every = 1 if window.days <= 430 else 3 if window.days <= 1300 else 12
    shown = [day for day in starts[::every] if window.shows(day)]
    return [Tick(window.at(day), formats.date_format(day, "YEAR_MONTH_FORMAT")) for day in shown]


@dataclass(frozen=True)
class Bar:
    """A stretch of days: a posting, or leave that lies on it."""

    kind: str
    x: float
    width: float
    label: str
    title: str
    # How far from its left edge the label begins, in pixels: past the sign of a move.
    inset: int = 8

    @property
    def middle(self):
        """Where the label is centred."""
        return round(self.x + self.width / 2, 3)


@dataclass(frozen=True)
class Row:
    """One person of the round: bars, the days of moves, and the same in words."""

    member: object
    url: str
    host: str
    bars: list
    leaves: list
    moves: list
    words: list


def row(*, postings, window):
    """The row of one person from their postings in order (with `leaves` prefetched), clipped to the window."""
    bars, leaves, moves, words = [], [], [], []
    for posting in postings:
        words.append(_posting_words(posting))
        if bar := _bar(posting.state, posting, str(posting.host_unit), words[-1], window, inset=15 if bars else 8):
            bars.append(bar)
        for leave in posting.leaves.all():
            if not leave.is_in_force:
                continue
            text = _("请假 %(starts)s 至 %(ends)s") % {"starts": leave.starts, "ends": leave.ends}
            words.append(text)
            if bar := _bar("leave", leave, _("假"), text, window, narrow=1.2):
                leaves.append(bar)
    for before, after in pairwise(postings):
        words.append(
            _("%(day)s 由%(old)s调至%(new)s") % {"day": after.starts, "old": before.host_unit, "new": after.host_unit}
        )
        if window.shows(after.starts):
            moves.append(window.at(after.starts))
    last = postings[-1]
    return Row(last.member, last.get_absolute_url(), str(last.host_unit), bars, leaves, moves, words)


def _posting_words(posting):
    state = _("（%(state)s）") % {"state": posting.get_state_display()}
    facts = {"unit": posting.host_unit, "duty": posting.duty, "starts": posting.starts, "ends": posting.ends}
    text = _("%(unit)s · %(duty)s，%(starts)s 至 %(ends)s") % facts
    return text if posting.state == PostingState.IN_POST else text + state


def _bar(kind, period, label, title, window, *, narrow=NARROW, inset=8):
    shown = window.clip(period.starts, period.ends)
    if shown is None:
        return None
    x, end = window.at(shown[0]), window.at(shown[1] + timedelta(days=1))
    width = round(end - x, 3)
    return Bar(kind, x, width, label if width >= narrow else "", title, inset)
