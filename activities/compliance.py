"""Whether branches hold what the rules of party life ask for: branches × rules, seen on a day (三会一课)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Case, Count, F, Value, When
from django.db.models.functions import Length, Substr
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import access
from activities.choices import ActivityState, Condition, Every, Kind
from activities.models import ActivityHost, MeetingRule
from staff.access import roles
from staff.choices import OrganisationKind, PartyStatus, Role
from staff.models import Member, PartyOrganisation

BR = "《中国共产党支部工作条例(试行)》"
# The defaults of `domain/rules.md`; the office edits them, and what it edited stays.
DEFAULT_RULES = (
    (Kind.GENERAL, Every.QUARTER, Condition.ALWAYS, BR),
    (Kind.COMMITTEE, Every.MONTH, Condition.COMMITTEE, BR),
    (Kind.GROUP, Every.MONTH, Condition.GROUPS, BR),
    (Kind.LECTURE, Every.QUARTER, Condition.ALWAYS, "本单位规定"),
    (Kind.THEME_DAY, Every.MONTH, Condition.ALWAYS, BR),
    (Kind.LIFE, Every.YEAR, Condition.ALWAYS, BR),
    (Kind.APPRAISAL, Every.YEAR, Condition.ALWAYS, BR),
)
# A branch committee is needed from so many full members (BR).
COMMITTEE_FROM = 7
# What is due once a year is held as a rule in the fourth quarter (BR), so it is not called due before.
YEARLY_DUE_FROM = 10
READERS = (Role.SECRETARY, Role.MANAGEMENT, Role.OFFICE)


class State(models.TextChoices):
    """Where a branch stands with one rule in one period; derived, never stored."""

    HELD = "held", gettext_lazy("已开展")
    PLANNED = "planned", gettext_lazy("已安排")
    DUE = "due", gettext_lazy("待开展")
    OVERDUE = "overdue", gettext_lazy("已逾期")
    NOT_YET = "not_yet", gettext_lazy("未到期")
    NOT_APPLICABLE = "not_applicable", gettext_lazy("不适用")


TONES = {
    State.HELD: "green",
    State.PLANNED: "blue",
    State.DUE: "amber",
    State.OVERDUE: "red",
    State.NOT_YET: "muted",
    State.NOT_APPLICABLE: "muted",
}


@dataclass(frozen=True)
class Facts:
    """What decides which rules apply to a branch, and what it has held: counts by (kind, month)."""

    full_members: int
    groups: int
    held: Counter
    planned: Counter

    def count(self, counted, kind, first, last):
        """How many of `kind` in the months from `first` to `last`."""
        return sum(n for (of, month), n in counted.items() if of == kind and first <= month <= last)


@dataclass(frozen=True)
class Cell:
    """One branch and one rule in the period from `first` to `last`, with why it stands as it does."""

    branch: object
    rule: object
    first: date
    last: date
    held: int
    needed: int
    state: State
    why: str = ""

    @property
    def label(self):
        """The state in words."""
        return self.state.label

    @property
    def tone(self):
        """Tone of the state's badge."""
        return TONES[self.state]


def seed_rules():
    """Put the default rules into the table; those already there stay as the office left them."""
    for kind, every, condition, source in DEFAULT_RULES:
        MeetingRule.objects.get_or_create(
            kind=kind, defaults={"every": every, "condition": condition, "source": source}
        )


def period(every, on):
    """The first and last day of the period that `on` lies in."""
    if every == Every.YEAR:
        return date(on.year, 1, 1), date(on.year, 12, 31)
    first = (on.month - 1) // 3 * 3 + 1 if every == Every.QUARTER else on.month
    last = first + 2 if every == Every.QUARTER else first
    return date(on.year, first, 1), date(on.year + last // 12, last % 12 + 1, 1) - timedelta(days=1)


def judge(*, branch, rule, facts, on):
    """Where `branch` stands with `rule` on `on`, from facts already read.

    Overdue: the period before passed without it and it has not been made good in this one.
    """
    first, last = period(rule.every, on)
    excuse = _excuse(rule, facts)
    needed = rule.times * (facts.groups if rule.kind == Kind.GROUP else 1)
    held = facts.count(facts.held, rule.kind, first, last)
    cell = {"branch": branch, "rule": rule, "first": first, "last": last, "held": held, "needed": needed}
    if excuse:
        return Cell(**cell, state=State.NOT_APPLICABLE, why=excuse)
    if held >= needed:
        return Cell(**cell, state=State.HELD)
    if rule.every != Every.YEAR:
        before = period(rule.every, first - timedelta(days=1))
        if facts.count(facts.held, rule.kind, *before) < needed:
            return Cell(**cell, state=State.OVERDUE, why=_("上期未按要求开展，本期仍未开展"))
    if held + facts.count(facts.planned, rule.kind, first, last) >= needed:
        return Cell(**cell, state=State.PLANNED)
    if rule.every == Every.YEAR and on.month < YEARLY_DUE_FROM:
        return Cell(**cell, state=State.NOT_YET, why=_("一般在第四季度开展"))
    return Cell(**cell, state=State.DUE)


def _excuse(rule, facts):
    if rule.condition == Condition.COMMITTEE and facts.full_members < COMMITTEE_FROM:
        return _("正式党员不足7人，不设支委会")
    if rule.condition == Condition.GROUPS and not facts.groups:
        return _("未设党小组")
    return ""


def branches_of(user):
    """The branches that `user` answers for, in the order of their tree."""
    q = access.organisations(roles(user), *READERS)
    rows = PartyOrganisation.objects.filter(kind=OrganisationKind.BRANCH, external=False).select_related("unit")
    return rows.none() if q is None else rows.filter(q)


def facts_of(branches, on):
    """The facts of `branches` on the day `on`, from three queries however many they are."""
    branches = list(branches)
    by_path = {branch.path: branch.pk for branch in branches}
    step = PartyOrganisation.steplen
    members = dict(
        Member.objects.in_service(on)
        .filter(branch__in=branches, party_status=PartyStatus.FULL)
        .order_by()
        .values_list("branch")
        .annotate(n=Count("pk"))
    )
    below = dict(_groups(branches).values_list("pk", "path"))
    groups = Counter(by_path[path[:-step]] for path in below.values())
    first = min(date(on.year, 1, 1), period(Every.QUARTER, period(Every.QUARTER, on)[0] - timedelta(days=1))[0])
    tonight = timezone.make_aware(datetime.combine(on, time.max))
    months = list(_months(first, on.year + 1))
    # Months are told apart by their first moments, which any database compares without knowing a time zone.
    ends = [_midnight(end) for _start, end in months]
    month = Case(*(When(activity__starts__lt=end, then=Value(place)) for place, end in enumerate(ends)))
    rows = (
        # Not by the bare key: SQLite would look up every organisation under every activity.
        ActivityHost.objects.annotate(host=F("organisation_id") + 0)
        .filter(host__in=[*by_path.values(), *below])
        .filter(activity__state__in=(ActivityState.SCHEDULED, ActivityState.HELD))
        .filter(activity__starts__gte=_midnight(first), activity__starts__lt=ends[-1])
        .order_by()
        .annotate(month=month, ahead=Case(When(activity__starts__gt=tonight, then=True), default=False))
        .values_list("organisation__path", "activity__kinds__kind", "month", "ahead")
    )
    held, planned = defaultdict(Counter), defaultdict(Counter)
    for path, kind, place, ahead, n in rows.annotate(n=Count("pk")):
        branch = by_path.get(path) or (by_path.get(path[:-step]) if kind == Kind.GROUP else None)
        if branch:
            (planned if ahead else held)[branch][kind, months[place][0]] += n
    return {
        branch.pk: Facts(members.get(branch.pk, 0), groups[branch.pk], held[branch.pk], planned[branch.pk])
        for branch in branches
    }


def _groups(branches):
    """The groups of `branches`: each stands one step of its path below its branch."""
    above = Substr("path", 1, Length("path") - PartyOrganisation.steplen)
    groups = PartyOrganisation.objects.filter(kind=OrganisationKind.GROUP).order_by()
    return groups.annotate(above=above).filter(above__in=[branch.path for branch in branches])


def _months(first, last_year):
    """The months from that of `first` to the end of `last_year`, each as its first day and that of the next."""
    start = first.replace(day=1)
    while start.year <= last_year:
        end = (start + timedelta(days=31)).replace(day=1)
        yield start, end
        start = end


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def table(branches, on):
    """The rules, and for each of `branches` its cells in their order: [(branch, [cell, …]), …]."""
    branches = list(branches)
    rules = list(MeetingRule.objects.all())
    facts = facts_of(branches, on)
    return rules, [
        (branch, [judge(branch=branch, rule=rule, facts=facts[branch.pk], on=on) for rule in rules])
        for branch in branches
    ]


def due_meetings(branches, on):
    """What the branches still owe on the day `on`, overdue first: for the cockpit and a secretary's own day."""
    _rules, rows = table(branches, on)
    cells = [cell for _branch, row in rows for cell in row if cell.state in (State.DUE, State.OVERDUE)]
    return sorted(cells, key=lambda cell: (cell.state != State.OVERDUE, cell.last))
