"""The rules themselves: what is due how often by which source, their periods, the states that they lead to."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from activities.choices import Condition, Every, Kind, StudyDuty
from activities.models import MeetingRule, StudyRule
from staff import seeded
from staff.choices import Role

BR, ED, LOCAL = seeded.know(
    gettext_noop("《中国共产党支部工作条例(试行)》"),
    gettext_noop("《中国共产党党员教育管理工作条例》"),
    gettext_noop("本单位规定"),
)
# The defaults of the rules of party life; the office edits them, and what it edited stays. The last figure is the hours
# of study that one activity of the kind counts: the source (ED) names none, so it is the bureau's own to set.
DEFAULT_RULES = (
    (Kind.GENERAL, Every.QUARTER, Condition.ALWAYS, BR, 1),
    (Kind.COMMITTEE, Every.MONTH, Condition.COMMITTEE, BR, 1),
    (Kind.GROUP, Every.MONTH, Condition.GROUPS, BR, 1),
    (Kind.LECTURE, Every.QUARTER, Condition.ALWAYS, LOCAL, 3),
    (Kind.THEME_DAY, Every.MONTH, Condition.ALWAYS, BR, 2),
    (Kind.LIFE, Every.YEAR, Condition.ALWAYS, BR, 3),
    (Kind.APPRAISAL, Every.YEAR, Condition.ALWAYS, BR, 0),
    (Kind.TALK, Every.YEAR, Condition.ALWAYS, BR, 0),
)
DEFAULT_STUDY = ((StudyDuty.MEMBER, 32, ED), (StudyDuty.COMMITTEE, 56, ED))
# A branch committee is needed from so many full members (BR).
COMMITTEE_FROM = 7
# What is due once a year is held as a rule in the fourth quarter (BR), so it is not called due before.
YEARLY_DUE_FROM = 10
READERS = (Role.SECRETARY, Role.MANAGEMENT, Role.OFFICE)


class State(models.TextChoices):
    """Where a branch stands with one rule in one period; derived, never stored."""

    HELD = "held", _("已开展")
    PLANNED = "planned", _("已安排")
    DUE = "due", _("待开展")
    OVERDUE = "overdue", _("已逾期")
    NOT_YET = "not_yet", _("未到期")
    NOT_APPLICABLE = "not_applicable", _("不适用")


TONES = {
    State.HELD: "green",
    State.PLANNED: "blue",
    State.DUE: "amber",
    State.OVERDUE: "red",
    State.NOT_YET: "muted",
    State.NOT_APPLICABLE: "muted",
}


def seed_rules():
    """Put the default rules into the tables; those already there stay as the office left them."""
    for kind, every, condition, source, hours in DEFAULT_RULES:
        defaults = {"every": every, "condition": condition, "source": source, "study_hours": hours}
        MeetingRule.objects.get_or_create(kind=kind, defaults=defaults)
    for duty, hours, source in DEFAULT_STUDY:
        StudyRule.objects.get_or_create(duty=duty, defaults={"hours": hours, "source": source})


def due(now):
    """Give a new bureau the rules of its sources; the admin adds and removes none, so each missing one is new."""
    if MeetingRule.objects.count() < len(DEFAULT_RULES) or StudyRule.objects.count() < len(DEFAULT_STUDY):
        seed_rules()


def month_end(year, month):
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def period(every, on):
    """The first and last day of the period that `on` lies in."""
    if every == Every.YEAR:
        return date(on.year, 1, 1), date(on.year, 12, 31)
    first = (on.month - 1) // 3 * 3 + 1 if every == Every.QUARTER else on.month
    last = first + 2 if every == Every.QUARTER else first
    return date(on.year, first, 1), month_end(on.year, last)


def before(every, first):
    """The period before the one that begins on `first`."""
    return period(every, first - timedelta(days=1))


def periods(every, first, last):
    """The periods of which a day lies between `first` and `last`, in order."""
    day = first
    while day <= last:
        begins, ends = period(every, day)
        yield begins, ends
        day = ends + timedelta(days=1)


def period_of(key):
    """The first and last day of the period that an address names: 2026, 2026-Q4, 2026-11."""
    year, _dash, part = key.partition("-")
    if not part:
        return period(Every.YEAR, date(int(year), 1, 1))
    if part.startswith("Q"):
        return period(Every.QUARTER, date(int(year), 3 * int(part[1]), 1))
    return period(Every.MONTH, date(int(year), int(part), 1))
