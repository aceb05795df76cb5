"""Figures over time: by topic, party organisation, lead unit or session, month by month or year by year."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.choices import SuggestionState
from activities.fates import ADOPTED, SATISFIED
from activities.models import Activity
from activities.suggestions.figures import Figure
from staff.models import PartyOrganisation, Unit

BY = {
    "topic": gettext_lazy("主题"),
    "branch": gettext_lazy("党组织"),
    "unit": gettext_lazy("主办单位"),
    "activity": gettext_lazy("活动场次"),
}
FIELDS = {"topic": "topic", "branch": "organisation", "unit": "lead_unit", "activity": "activity"}
FIGURES = {
    "logged": gettext_lazy("登记"),
    "accepted": gettext_lazy("立案率"),
    "adopted": gettext_lazy("采纳率"),
    "in_time": gettext_lazy("按期答复率"),
    "satisfied": gettext_lazy("满意率"),
}
ANSWERED, RATED = Q(answered_on__isnull=False), ~Q(rating="")
# Of each figure its part and its whole; without a whole it is a plain count.
PARTS = {
    "logged": (None, None),
    "accepted": (Q(accepted_on__isnull=False), None),
    "adopted": (ANSWERED & Q(verdict__in=ADOPTED), ANSWERED),
    "in_time": (ANSWERED & Q(answered_in_time=True), ANSWERED),
    "satisfied": (Q(rating__in=SATISFIED), RATED),
}


@dataclass(frozen=True)
class Span:
    """One column: a month or a year, its first day, and what the register's filter calls it."""

    label: str
    first: date
    until: date
    asked: dict


@dataclass(frozen=True)
class Line:
    """One row: what it is, its figure in each span and in all; `asked` is the register's filter, None without one."""

    label: str
    cells: list
    total: Figure
    asked: dict | None


def spans(years, year=None):
    """The twelve months of `year`, or each of `years`, the earliest first."""
    if year is None:
        return [Span(str(one), date(one, 1, 1), date(one + 1, 1, 1), {"year": one}) for one in sorted(years)]
    firsts = [date(year, month, 1) for month in range(1, 13)]
    return [
        Span(str(MONTHS[day.month]), day, day + relativedelta(months=1), {"year": year, "month": day.month})
        for day in firsts
    ]


def over_time(rows, *, by, figure, columns, user):
    """A line for each topic, organisation, unit or session that occurs, those with most first; merged ones count once.

    Two queries, whatever there is: the counts, and the names.
    """
    if not columns:
        return []
    part, whole = PARTS[figure]
    field = FIELDS[by]
    whens = [When(logged_on__gte=one.first, logged_on__lt=one.until, then=Value(n)) for n, one in enumerate(columns)]
    counted = (
        rows.exclude(state=SuggestionState.MERGED)
        .filter(logged_on__gte=columns[0].first, logged_on__lt=columns[-1].until)
        .order_by()
        .annotate(column=Case(*whens, output_field=IntegerField()))
        .values_list(field, "column")
        .annotate(part=Count("pk", filter=part), whole=Count("pk", filter=whole))
    )
    found = {}
    for key, column, n, of in counted:
        found.setdefault(key, {})[column] = (n, of)
    named = _names(by, found, user)
    lines = []
    for key, cells in found.items():
        label, asked = named(key)
        figures = [_figure(figure, label, *cells.get(n, (0, 0))) for n in range(len(columns))]
        total = _figure(figure, label, *(sum(pair[n] for pair in cells.values()) for n in (0, 1)))
        lines.append(Line(label, figures, total, asked))
    return sorted(lines, key=lambda line: (-(line.total.whole or line.total.part), line.label))


def _figure(figure, label, part, whole):
    return Figure(label, part, None if figure == "logged" else whole, figure)


def _names(by, keys, user):
    """What answers for a key its name and the register's filter that lists just its rows."""
    if by == "topic":
        return lambda key: (_(key), {"topic": key}) if key else (_("未分主题"), None)
    if by == "activity":
        rows, none = Activity.objects.visible_to(user), _("日常建议")
    else:
        rows, none = (PartyOrganisation.objects, _("未知")) if by == "branch" else (Unit.objects, _("未交办"))
    known = rows.in_bulk([key for key in keys if key])

    def named(key):
        row = known.get(key)
        if row is None:
            return none, None
        label = f"{row.day} {row.title}" if by == "activity" else str(row)
        # The register shows an organisation with all below it: it lists just its own where nothing below has any.
        below = by != "activity" and any(other.is_descendant_of(row) for other in known.values())
        return label, None if below else {by: row.pk}

    return named
