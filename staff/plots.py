"""Who holds which plot: assigning, ending, and how well an area is covered."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staff.choices import DivisionLevel, DueState, NotificationKind
from staff.models import Assignment, Division, Plot
from staff.notifications import notify
from staff.visits import due

# How many digits of a division's code name its county, township and village.
CODE_LENGTHS = {DivisionLevel.COUNTY: 6, DivisionLevel.TOWNSHIP: 9, DivisionLevel.VILLAGE: 12}


@transaction.atomic
def assign(
    *, plot, member=None, officer_name="", officer_phone="", officer_organisation=None, role, starts, ends=None, by
):
    """Give a plot to a member, or note a partner's grid officer. Raises when they hold it in that part already."""
    plot = Plot.objects.select_for_update().get(pk=plot.pk)
    if plot.closed_on and plot.closed_on <= starts:
        raise ValidationError(_("该责任田已撤销，不能再分派。"), code="transition")
    assignment = Assignment(
        plot=plot,
        member=member,
        officer_name=officer_name,
        officer_phone=officer_phone,
        officer_organisation=officer_organisation,
        role=role,
        starts=starts,
        ends=ends,
    )
    assignment.full_clean()
    same = Q(member=member) if member else Q(officer_name=officer_name)
    held = plot.assignments.filter(same, role=role).filter(Q(ends__isnull=True) | Q(ends__gte=starts))
    if (held.filter(starts__lte=ends) if ends else held).exists():
        raise ValidationError({"member" if member else "officer_name": _("该人员在这段时间已承担同一分工。")})
    assignment.save()
    log(instance=assignment, action="staff.plot.assign", user=by, data={"plot": plot.pk})
    if member and member.user and member.user != by:
        notify(
            users=[member.user],
            kind=NotificationKind.PLOT,
            text=_("您自%(day)s起为%(plot)s的%(role)s。")
            % {"day": starts, "plot": plot.name, "role": assignment.get_role_display()},
            address=plot.get_absolute_url(),
            key=f"assignment:{assignment.pk}",
        )
    return assignment


class RowErrors(ValidationError):
    """Some rows of a table cannot be stored; `rows` has the error of each, by its place."""

    def __init__(self, rows):
        super().__init__(_("有%(number)d行需要修改，尚未保存。") % {"number": len(rows)})
        self.rows = rows


@transaction.atomic
def assign_many(*, rows, by):
    """Store a table of assignments, all or none: `rows` are what `assign` takes, by their place in the table.

    Raises `RowErrors` with what is wrong in each row.
    """
    stored, errors = [], {}
    for place, row in rows.items():
        try:
            with transaction.atomic():
                stored.append(assign(by=by, **row))
        except ValidationError as error:
            errors[place] = error
    if errors:
        raise RowErrors(errors)
    return stored


@transaction.atomic
def end_assignment(*, assignment, on, by):
    """Make `on` the last day of somebody's holding. Visits made under it stay; none may lie after its end."""
    assignment = Assignment.objects.select_for_update(of=("self",)).select_related("plot").get(pk=assignment.pk)
    if assignment.ends and assignment.ends <= on:
        raise ValidationError({"ends": _("该分工已于%(day)s结束。") % {"day": assignment.ends}}, code="stale")
    if assignment.visits.filter(day__gt=on).exists():
        raise ValidationError({"ends": _("该日之后已有走访记录，请选择更晚的日期。")})
    assignment.ends = on
    assignment.full_clean()
    assignment.save()
    log(instance=assignment, action="staff.plot.end_assignment", user=by, data={"plot": assignment.plot_id})
    return assignment


@dataclass
class Cover:
    """How well the plots of one division are held and visited on a day."""

    code: str
    name: str
    plots: int = 0
    held: int = 0
    thin: int = 0
    empty: int = 0
    overdue: int = 0

    @property
    def opens(self):
        """Whether there is a level below."""
        return 0 < len(self.code) < CODE_LENGTHS[DivisionLevel.VILLAGE]

    def add(self, plot, state):
        """Count one plot, its due state given."""
        self.plots += 1
        self.held += plot.holders > 0
        self.empty += plot.holders == 0
        self.thin += is_thin(plot)
        self.overdue += state == DueState.OVERDUE


def is_thin(plot):
    """Whether a held plot lacks technicians or grid officers (fetched `with_cover`)."""
    return plot.holders > 0 and (
        plot.technicians < plot.technicians_needed or plot.grid_officers < plot.grid_officers_needed
    )


def state_of(plot, day):
    """Due state of a plot fetched `with_cover`, whoever visits it; None when nobody holds it."""
    return due(plot=plot, since=plot.held_since, last_visit=plot.last_visit, day=day) if plot.holders else None


def coverage(*, plots, day, below=None):
    """Cover of the divisions one level under `below` (a Division, or None for the counties), and of all together.

    `plots` are what the reader may see. A plot that lies in several divisions counts in each of them, and once in the
    total. Villages without any plot are listed too: they are what the page is for.
    """
    length = 6 if below is None else CODE_LENGTHS.get(_next_level(below), 12)
    found = plots.open_on(day).with_cover(day)
    if below is not None:
        found = found.within(below.code)
    places = defaultdict(set)
    pairs = Plot.divisions.through.objects.filter(plot__in=found.order_by().values("pk"))
    for plot, code in pairs.values_list("plot", "division"):
        if below is None or code.startswith(below.code):
            places[plot].add(code[:length])
    rows = {row.code: Cover(row.code, row.name) for row in _divisions(below)}
    total = Cover("", _("合计"))
    for plot in found:
        due_state = state_of(plot, day)
        state = due_state.state if due_state else None
        total.add(plot, state)
        for code in places.get(plot.pk, ("",)):
            rows.setdefault(code, Cover(code, _("未标注区划"))).add(plot, state)
    listed = sorted(rows.values(), key=lambda row: (row.code == "", row.code))
    keep_empty = below is not None and below.level == DivisionLevel.TOWNSHIP
    return [row for row in listed if row.plots or keep_empty], total


def _next_level(division):
    levels = list(DivisionLevel)
    return levels[min(levels.index(DivisionLevel(division.level)) + 1, len(levels) - 1)]


def _divisions(below):
    if below is None:
        return Division.objects.filter(level=DivisionLevel.COUNTY)
    return Division.objects.filter(parent=below)
