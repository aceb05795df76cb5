"""The page of branches × rules × periods: a span of the year, its columns, and each branch's cells in plain tuples."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities.choices import Every
from activities.compliance.facts import facts_of
from activities.compliance.rules import COMMITTEE_FROM, State, month_end, periods
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
    """One rule in one period; `name` says both, `label` and `key` the period in words and in addresses."""

    rule: object
    first: date
    last: date
    name: str
    label: str
    key: str
    opens: bool


class Row(NamedTuple):
    """A branch with its notes, how many of its cells are overdue and due, and the cells.

    A cell is what the template writes: state, column's name, words, address of what it counts, hint, address of the
    form that arranges what is due. There are a thousand of them and none holds what somebody typed: they are escaped
    where they are made.
    """

    branch: object
    notes: str
    overdue: int
    due: int
    cells: list


def label_of(every, first):
    """How a period is called within its year, and how it stands in addresses."""
    if every == Every.YEAR:
        return _("全年"), f"{first.year}"
    if every == Every.QUARTER:
        quarter = (first.month + 2) // 3
        names = (_("一季度"), _("二季度"), _("三季度"), _("四季度"))
        return names[quarter - 1], f"{first.year}-Q{quarter}"
    return date_format(first, pgettext("short date format", "n月")), f"{first:%Y-%m}"


def columns(rules, span):
    """The columns of the span: for each rule the periods of which a day lies in it; the first `opens` the rule."""
    found = []
    for rule in rules:
        kind, opens = str(rule.get_kind_display()), True
        for first, last in periods(rule.every, span.first, span.last):
            label, key = label_of(rule.every, first)
            found.append(Column(rule, first, last, escape(f"{kind} {label}"), label, key, opens))
            opens = False
    return found


class Grid:
    """All branches of somebody's scope in a span, judged on a day; four queries whatever its size."""

    def __init__(self, branches, span, on):
        self.branches, self.span, self.on = list(branches), span, on
        self.rules = list(MeetingRule.objects.all())
        self.facts = facts_of(self.branches, self.rules, on, span.first, span.last)
        self.columns = columns(self.rules, span)

    def judged(self, branch):
        """The branch's cells in the order of the columns."""
        facts, on = self.facts[branch.pk], self.on
        return [
            judge(branch=branch, rule=column.rule, facts=facts, on=on, within=(column.first, column.last))
            for column in self.columns
        ]

    def lines(self):
        """Each branch with its cells and how many of them are overdue and due; the most overdue first."""
        found = []
        for branch in self.branches:
            cells = self.judged(branch)
            states = [cell.state for cell in cells]
            found.append((branch, cells, states.count(State.OVERDUE), states.count(State.DUE)))
        return sorted(found, key=lambda line: -line[2])

    def heads(self):
        """The head above the columns: each rule with how many columns stand below it."""
        counted = Counter(column.rule for column in self.columns)
        return [(str(rule.get_kind_display()), str(rule.get_every_display()), n) for rule, n in counted.items()]

    def notes(self, branch):
        """What explains the branch's cells whatever the period."""
        facts = self.facts[branch.pk]
        notes = [_("正式党员%(n)d人") % {"n": facts.full_members}]
        if facts.full_members < COMMITTEE_FROM:
            notes.append(_("不设支委会"))
        notes.append(_("党小组%(n)d个") % {"n": facts.groups} if facts.groups else _("未设党小组"))
        if facts.founded_on and facts.founded_on >= self.span.first:
            notes.append(_("%(day)s成立") % {"day": date_format(facts.founded_on, "DATE_FORMAT")})
        return " · ".join(notes)

    def painted(self, lines, plans):
        """Lines as the page shows them; `plans(branch)` says whether the reader may arrange what is due there."""
        words = {state: escape(state.label) for state in State}
        addresses = reverse("activities:list"), reverse("activities:detail", args=[0]), reverse("activities:create")
        return [
            Row(branch, self.notes(branch), overdue, due, list(self._cells(cells, words, addresses, plans(branch))))
            for branch, cells, overdue, due in lines
        ]

    def _cells(self, cells, words, addresses, plans):
        # A bureau's year has a thousand cells. What is marked safe is built of escaped words, keys and numbers of ours
        # alone, which spares escaping each of them again.
        all_of, one, new = addresses
        for cell, column in zip(cells, self.columns, strict=True):
            state, address, plan, words_of = cell.state, "", "", words[cell.state]
            if state != State.NOT_APPLICABLE and (cell.held > 1 or cell.needed > 1):
                words_of = mark_safe(f"{words_of} {cell.held}/{cell.needed}")
            if cell.only:
                address = mark_safe(one.replace("0", str(cell.only)))
            elif cell.held:
                address = mark_safe(
                    f"{all_of}?branch={cell.branch.pk}&amp;kind={cell.rule.kind}&amp;period={column.key}"
                )
            if plans and state in OWED and column.last >= self.on:
                plan = f"{new}?branch={cell.branch.pk}&kind={cell.rule.kind}"
            yield mark_safe(state.value), column.name, words_of, address, cell.why, plan
