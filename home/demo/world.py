"""What the parts of the demo bureau share while they are loaded: the day, chance, and who is where."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone


@dataclass
class World:
    """One copy of the demo bureau; `copy` is 0 for the first, and names of later copies carry their number."""

    today: date
    seed: int
    copy: int
    holidays: dict
    units: dict = field(default_factory=dict)
    organisations: dict = field(default_factory=dict)
    members: list = field(default_factory=list)
    by_unit: dict = field(default_factory=lambda: defaultdict(list))
    by_branch: dict = field(default_factory=lambda: defaultdict(list))
    by_group: dict = field(default_factory=lambda: defaultdict(list))
    committee: dict = field(default_factory=lambda: defaultdict(list))
    partners: dict = field(default_factory=lambda: defaultdict(list))
    users: dict = field(default_factory=dict)
    joint: dict = field(default_factory=lambda: defaultdict(list))
    postings: list = field(default_factory=list)
    plots: list = field(default_factory=list)
    pictures: dict = field(default_factory=dict)

    def rng(self, subject):
        """Chance for one subject, so that a change in one part leaves the others as they were."""
        return Random(f"{self.seed}:{self.copy}:{subject}")

    def label(self, name):
        """`name` as this copy of the bureau has it."""
        return name if self.copy == 0 else f"{name}·{self.copy + 1}"

    def ago(self, days):
        """The day `days` before today."""
        return self.today - timedelta(days=days)

    def at(self, day, hour, minute=0):
        """A moment of a day in the bureau's time."""
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    def working_day(self, day):
        """`day`, or the first working day after it."""
        while not self.holidays.get(day, day.weekday() < 5):
            day += timedelta(days=1)
        return day

    @property
    def branches(self):
        """The bureau's branches, in the order of the tree."""
        return [one for one in self.organisations.values() if one.kind == "branch" and not one.external]


def months_back(day, count):
    """(year, month) of the `count` months that end with that of `day`, oldest first."""
    found = []
    year, month = day.year, day.month
    for _step in range(count):
        found.append((year, month))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found[::-1]
