"""The page of branches × rules × periods: a span of the year, its columns, and each branch's cells in plain tuples."""

from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from activities.choices import Every
from activities.compliance.facts import facts_of
from activities.compliance.rules import State, month_end, periods
from activities.compliance.standing import judge
from activities.models import MeetingRule

OWED = (State.OVERDUE, State.DUE)


class Span(NamedTuple):
    """What the page looks at: a year, or a quarter or a month of it."""

    year: int
    quarter: int | None = None
    month: int | None = None

    @classmethod
    def of(cls, day, *, year=None, quarter=None, month=None):
        """The span asked for; without any wish the quarter of `day`, a year alone is that whole year."""
        if month:
            return cls(year or day.year, (month - 1) // 3 + 1, month)
        if quarter or year:
            return cls(year or day.year, quarter)
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def first(self):
        """Its first day."""
        return date(self.year, self.month or 3 * (self.quarter or 1) - 2, 1)

    @property
    def last(self):
        """Its last day."""
        return month_end(self.year, self.month or 3 * (self.quarter or 4))


class Column(NamedTuple):
    """One rule in one period; `key` names the period in addresses."""

    rule: object
    first: date
    last: date
    kind: str
    label: str
    key: str
    begins: bool


class Row(NamedTuple):
    """A branch with its cells, (state, column's name, text, address, hint), and how many it owes in the span."""

    branch: object
    cells: list
    overdue: int
    due: int
    notes: list
    plans: bool


def label_of(every, first):
    """How a period is called within its year, and how it stands in addresses."""
    if every == Every.YEAR:
        return _("全年"), f"{first.year}"
    if every == Every.QUARTER:
        quarter = (first.month + 2) // 3
        names = (_("一季度"), _("二季度"), _("三季度"), _("四季度"))
        return names[quarter - 1], f"{first.year}-Q{quarter}"
    return _("%(month)d月") % {"month": first.month}, f"{first:%Y-%m}"


def columns(rules, span):
    """The columns of the span: for each rule the periods of which a day lies in it."""
    found = []
    for rule in rules:
        kind, begins = str(rule.get_kind_display()), True
        for first, last in periods(rule.every, span.first, span.last):
            label, key = label_of(rule.every, first)
            found.append(Column(rule, first, last, kind, label, key, begins))
            begins = False
    return found


class Grid:
    """All branches of somebody's scope in a span, judged on a day; four queries whatever its size."""

    def __init__(self, branches, span, on):
        self.branches, self.span, self.on = list(branches), span, on
        self.rules = list(MeetingRule.objects.all())
        self.facts = facts_of(self.branches, on, span.first, span.last)
        self.columns = columns(self.rules, span)

    def judged(self, branch):
        """The branch's cells in the order of the columns."""
        facts, on = self.facts[branch.pk], self.on
        return [
            judge(branch=branch, rule=column.rule, facts=facts, on=on, within=(column.first, column.last))
            for column in self.columns
        ]

    def lines(self):
        """Each branch with its cells and how many of them are overdue and due."""
        found = []
        for branch in self.branches:
            cells = self.judged(branch)
            states = [cell.state for cell in cells]
            found.append((branch, cells, states.count(State.OVERDUE), states.count(State.DUE)))
        return found

    def heads(self):
        """The head above the columns: each rule with how many columns stand below it."""
        counted = {}
        for column in self.columns:
            counted[column.rule] = counted.get(column.rule, 0) + 1
        return [(rule, str(rule.get_kind_display()), str(rule.get_every_display()), n) for rule, n in counted.items()]

    def notes(self, branch):
        """What holds for the branch whatever the period."""
        facts = self.facts[branch.pk]
        return [_("正式党员%(n)d人") % {"n": facts.full_members}]

    def painted(self, lines, plans):
        """Lines as the page shows them: `plans(branch)` says whether the reader may arrange what is due there."""
        words = {state.value: str(state.label) for state in State}
        activities, new = reverse("activities:list"), reverse("activities:create")
        one = reverse("activities:detail", args=[0])
        rows = []
        for branch, cells, overdue, due in lines:
            may = plans(branch)
            counted = f"{activities}?branch={branch.pk}&kind="
            painted = []
            for cell, column in zip(cells, self.columns, strict=True):
                state, address = cell.state.value, ""
                text = words[state]
                if cell.needed > 1 or cell.held > 1:
                    text = f"{text} {cell.held}/{cell.needed}" if cell.held or cell.needed else text
                if cell.only:
                    address = one.replace("0", str(cell.only))
                elif cell.held:
                    address = f"{counted}{cell.rule.kind}&period={column.key}"
                painted.append((state, column, text, address, cell.why, may and cell.state in OWED and self.open(column)))
            rows.append(Row(branch, painted, overdue, due, self.notes(branch), may))
        return rows

    def open(self, column):
        """Whether something can still be arranged in the column's period."""
        return column.last >= self.on
