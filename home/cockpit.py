"""The cockpit of management (驾驶舱): the first figures of a scope, each counted by the database from its records."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q, Sum
from django.db.models.functions import Substr

from activities import compliance
from activities.models import Suggestion
from staff.access import either, roles
from staff.choices import Role, RoundState
from staff.models import Need, Plot, Posting, Unit, Visit

LEADERS = (Role.MANAGEMENT, Role.OFFICE)
# County bureaus stand one step below the city bureau, departments of the city beside them.
COUNTY_PATH = 2 * Unit.steplen
WEEK = timedelta(days=7)


@dataclass
class Row:
    """One line: what it is of, its figures, and how much of the whole is in order (for the bar)."""

    unit: object
    figures: dict = field(default_factory=dict)
    part: int = 0
    whole: int = 0

    def __getattr__(self, name):
        """A figure by its name, zero where nothing was counted."""
        if name.startswith("__"):
            raise AttributeError(name)
        return self.figures.get(name, 0)


@dataclass(frozen=True)
class Table:
    """Lines of one subject with their sums."""

    rows: list
    total: dict


def scope(user, field):
    """The rows whose unit `field` lies in the scope that `user` leads; None for who leads nothing."""
    return roles(user).unit_q(field, *LEADERS)


def deployed(user, on):
    """Who serves where today, by host unit: on duty, on leave, and how many each host unit asked for."""
    serving = Posting.objects.filter(scope(user, "host_unit")).on(on).with_leave(on).order_by()
    counted = serving.values_list("host_unit__path").annotate(
        on_duty=Count("pk", filter=Q(away=False)), away=Count("pk", filter=Q(away=True))
    )
    figures = {unit: {"on_duty": on_duty, "away": away} for unit, on_duty, away in counted}
    needs = Need.objects.filter(scope(user, "host_unit"), round__state=RoundState.APPROVED)
    needs = needs.filter(round__starts__lte=on).filter(Q(round__ends__gte=on) | Q(round__ends__isnull=True))
    for unit, headcount in needs.order_by().values_list("host_unit__path").annotate(n=Sum("headcount")):
        figures.setdefault(unit, {})["needed"] = headcount
    return figures


def visited(user, on):
    """How the plots in season of each county stand: overdue, due within a week, visits of the last seven days."""

    def late(day):
        return Q(pk__in=Plot.objects.overdue(day).order_by().values("pk"))

    county = Substr("unit__path", 1, COUNTY_PATH)
    plots = Plot.objects.filter(scope(user, "unit")).in_season(on).order_by().annotate(county=county)
    counted = plots.values_list("county").annotate(
        plots=Count("pk"), overdue=Count("pk", filter=late(on)), late=Count("pk", filter=late(on + WEEK))
    )
    figures = {
        unit: {"plots": n, "overdue": overdue, "soon": max(0, later - overdue), "in_time": n - overdue}
        for unit, n, overdue, later in counted
    }
    visits = Visit.objects.filter(scope(user, "assignment__plot__unit")).between(on - WEEK + timedelta(days=1), on)
    county = Substr("assignment__plot__unit__path", 1, COUNTY_PATH)
    for unit, n in visits.order_by().annotate(county=county).values_list("county").annotate(n=Count("pk")):
        figures.setdefault(unit, {})["visits"] = n
    return figures


def meetings(user, on):
    """What branches owe by the meeting rules: those due and those overdue, by branch, the most overdue first."""
    figures, branches = {}, {}
    for cell in compliance.due_meetings(compliance.branches_of(user), on):
        row = figures.setdefault(cell.branch.pk, {"due": 0, "overdue": 0})
        row["overdue" if cell.state == compliance.State.OVERDUE else "due"] += 1
        branches[cell.branch.pk] = cell.branch
    table = _table(figures, branches)
    table.rows.sort(key=lambda row: (-row.overdue, -row.due))
    return table


def suggested(user, on):
    """Suggestions in hand by the unit that leads them, those overdue among them; and the outcomes of this year."""
    mine = Suggestion.objects.filter(either(scope(user, "organisation__unit"), scope(user, "lead_unit")))
    counted = (
        mine.open()
        .filter(lead_unit__isnull=False)
        .order_by()
        .values_list("lead_unit__path")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due__lt=on)))
    )
    figures = {unit: {"open": n, "overdue": late} for unit, n, late in counted}
    return figures, mine.filter(logged_on__year=on.year).outcomes()


def _table(figures, units, part="", whole=""):
    rows = [
        Row(units[key], row, part=row.get(part, 0), whole=max(row.get(whole, 0), row.get(part, 0)))
        for key, row in figures.items()
        if key in units
    ]
    rows.sort(key=lambda row: row.unit.path)
    names = {name for row in rows for name in row.figures}
    return Table(rows, {name: sum(row.figures.get(name, 0) for row in rows) for name in names})


def of(user, on):
    """All that the cockpit shows of the scope that `user` leads, on the day `on`; its units are fetched once."""
    serving, calls = deployed(user, on), visited(user, on)
    suggestions, outcomes = suggested(user, on)
    units = {unit.path: unit for unit in Unit.objects.filter(path__in={*serving, *calls, *suggestions})}
    return {
        "on": on,
        "deployed": _table(serving, units, part="on_duty", whole="needed"),
        "visited": _table(calls, units, part="in_time", whole="plots"),
        "meetings": meetings(user, on),
        "suggested": _table(suggestions, units),
        "outcomes": outcomes,
    }
