"""Where a branch stands with a rule in a period, judged from facts already read."""

from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.choices import Condition, Every, Kind, Pair
from activities.compliance.facts import facts_of
from activities.compliance.rules import COMMITTEE_FROM, TONES, YEARLY_DUE_FROM, State, before, period
from activities.models import MeetingRule


class Cell(NamedTuple):
    """One branch and one rule in the period from `first` to `last`, with why it stands as it does.

    `only` is the key of the activity that is counted when it is a single one.
    """

    branch: object
    rule: object
    first: object
    last: object
    held: int
    needed: int
    state: State
    why: str = ""
    only: int | None = None

    @property
    def label(self):
        """The state in words."""
        return self.state.label

    @property
    def tone(self):
        """Tone of the state's badge."""
        return TONES[self.state]


def judge(*, branch, rule, facts, on, within=None):
    """Where `branch` stands with `rule` on `on` in the period `within` (first and last day), by default that of `on`.

    A period that is over without it is overdue; so is the one under way when the one before passed without it and it
    has not been made good.
    """
    first, last = within or period(rule.every, on)
    needed = rule.times * _parts(rule, facts)
    if excuse := _excuse(rule, facts, first, last):
        return Cell(branch, rule, first, last, 0, needed, State.NOT_APPLICABLE, excuse)
    held, planned, only = facts.count(rule.kind, first, last, rule.times)
    state, why = State.DUE, ""
    if held >= needed:
        state = State.HELD
    elif last < on:
        state, why = State.OVERDUE, _("本期未按要求开展")
    elif first <= on and _missed_before(rule, facts, first, needed):
        state, why = State.OVERDUE, _("上期未按要求开展，本期仍未开展")
    elif held + planned >= needed:
        state = State.PLANNED
    elif first > on:
        state = State.NOT_YET
    elif rule.every == Every.YEAR and on.month < YEARLY_DUE_FROM:
        state, why = State.NOT_YET, _("一般在第四季度开展")
    if rule.kind == Kind.TALK and state == State.DUE:
        why = _("支部委员之间、委员与党员之间、党员之间每年各至少1次")
    return Cell(branch, rule, first, last, held, needed, state, why, only)


def _parts(rule, facts):
    """How many there are that a rule asks for one by one: groups, or pairs of a talk (without a committee two)."""
    if rule.kind == Kind.GROUP:
        return facts.groups
    if rule.kind == Kind.TALK:
        return len(Pair) - (facts.full_members < COMMITTEE_FROM)
    return 1


def _missed_before(rule, facts, first, needed):
    """Whether the period before the one that begins on `first` passed without it; years are not carried over."""
    if rule.every == Every.YEAR:
        return False
    begins, ends = before(rule.every, first)
    if facts.founded_on and begins < facts.founded_on:
        return False
    return facts.count(rule.kind, begins, ends, rule.times)[0] < needed


def _excuse(rule, facts, first, last):
    """Why the rule does not ask anything of the branch in the period; empty when it does."""
    if facts.founded_on and first < facts.founded_on:
        day = date_format(facts.founded_on, "DATE_FORMAT")
        return (
            _("支部于%(day)s成立") % {"day": day}
            if last < facts.founded_on
            else _("支部于%(day)s成立，自下期起开展") % {"day": day}
        )
    if rule.condition == Condition.COMMITTEE and facts.full_members < COMMITTEE_FROM:
        return _("正式党员不足%(n)d人，不设支委会") % {"n": COMMITTEE_FROM}
    if rule.condition == Condition.GROUPS and not facts.groups:
        return _("未设党小组")
    return ""


def table(branches, on):
    """The rules, and for each of `branches` its cells in their order: [(branch, [cell, …]), …]."""
    branches = list(branches)
    rules = list(MeetingRule.objects.all())
    facts = facts_of(branches, rules, on)
    return rules, [
        (branch, [judge(branch=branch, rule=rule, facts=facts[branch.pk], on=on) for rule in rules])
        for branch in branches
    ]


def due_meetings(branches, on):
    """What the branches still owe on the day `on`, overdue first: for the cockpit and a secretary's own day."""
    _rules, rows = table(branches, on)
    cells = [cell for _branch, row in rows for cell in row if cell.state in (State.DUE, State.OVERDUE)]
    return sorted(cells, key=lambda cell: (cell.state != State.OVERDUE, cell.last))
