"""What the register lists of what a reader asks for, at the cost of a page however long the register has become.

What narrows it to a part (topic, organisation, unit, days, session) is asked of the database, which counts the fates of
that part in an index; a state or a figure then is a choice among the few fates that occur. Words that very many
suggestions hold are not counted: the newest that hold them are listed, and the reader is told so.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from wagtail.search.backends import get_search_backend

from activities import fates
from activities.fates import Fate
from activities.models import Suggestion
from activities.suggestions.similar import matching
from activities.suggestions.table import waiting_for
from staff import pulse
from staff.models import PartyOrganisation, Unit

# Words that more suggestions hold are looked for in so many of the newest alone.
MOST_HITS, NEWEST = 1000, 1000
WORDS = re.compile(r"\w+")
SPOKEN_IN = ("text", "topic", "answer", "number")
# Whose next step is owed: these depend on the day and on the reader, not on the fate.
OWED = ("overdue", "waiting")
PARTS = ("topic", "year", "month", "branch", "unit", "activity")


@dataclass(frozen=True)
class Found:
    """The rows in their order, how many there are, and their figures (None where too many hold the words)."""

    rows: object
    count: int
    outcomes: dict | None = field(repr=False)


def find(rows, asked, *, day, user):
    """Those of `rows` that `asked` (the register's filters) wants."""
    part = narrowed(rows, asked, day=day, user=user)
    if text := asked.value("q"):
        hits = get_search_backend().hits(text, [Suggestion], MOST_HITS + 1)
        if len(hits) > MOST_HITS:
            newest = list(_chosen(part, asked).values_list("pk", flat=True)[:NEWEST])
            saying = list(_saying(rows.filter(pk__in=newest), text).order_by().values_list("pk", flat=True))
            return Found(rows.filter(pk__in=saying), len(saying), None)
        part = part.filter(pk__in=[key for _kind, key in hits])
    counted = part.fates() if text or asked.value("figure") in OWED else _kept(part, asked)
    wanted = {number: n for number, n in counted.items() if _wants(asked, Fate.of(number))}
    found = part if len(wanted) == len(counted) else part.filter(fate__in=sorted(wanted))
    return Found(found, sum(wanted.values()), fates.outcomes(wanted))


def every(rows, asked, *, day, user):
    """All of `rows` that `asked` wants, whatever it costs: for a workbook."""
    rows = _chosen(narrowed(rows, asked, day=day, user=user), asked)
    return matching(rows, asked.value("q")) if asked.value("q") else rows


def narrowed(rows, asked, *, day, user):
    """The part of the register that is asked for, whatever became of its suggestions."""
    if asked.value("figure") == "waiting":
        rows = waiting_for(user).order_by(*rows.query.get_meta().ordering)
    for name in ("topic", "activity"):
        if asked.value(name):
            rows = rows.filter(**{name: asked.value(name)})
    if days := _days(asked):
        rows = rows.filter(days)
    if asked.value("branch"):
        rows = _below(rows, "organisation", PartyOrganisation, asked.value("branch"))
    if asked.value("unit"):
        rows = _below(rows.filter(lead_unit__isnull=False), "lead_unit", Unit, asked.value("unit"))
    if asked.value("figure") == "overdue":
        # What `overdue` asks for, said by fates: these lie in the order of the register.
        late = [one for one in Suggestion.objects.occurring("fate") if Fate.of(one).counts_as("open")]
        rows = rows.filter(fate__in=late, due__lt=day)
    return rows


def _kept(part, asked):
    """The fates of a part, kept until somebody changes something."""
    values = (asked.value(name) for name in PARTS)
    key = ":".join(str(getattr(value, "pk", value)) for value in values)
    return pulse.remember(f"suggestions:fates:{key}", part.fates)


def _wants(asked, fate):
    """Whether the state and the figure asked for are those of `fate`."""
    state, figure = asked.value("state"), asked.value("figure")
    return (not state or fate.state == state) and (not figure or figure in OWED or fate.counts_as(figure))


def _chosen(rows, asked):
    """Those of `rows` with the state and the figure asked for."""
    if not (asked.value("state") or asked.value("figure")):
        return rows
    return rows.filter(fate__in=[one for one in Suggestion.objects.occurring("fate") if _wants(asked, Fate.of(one))])


def _saying(rows, text):
    """Those of `rows` that say each word of `text`."""
    for word in WORDS.findall(text):
        said = Q()
        # Chinese has no capitals: to look for them is most of what it costs.
        look = "contains" if word == word.swapcase() else "icontains"
        for place in SPOKEN_IN:
            said |= Q(**{f"{place}__{look}": word})
        rows = rows.filter(said)
    return rows


def _days(asked):
    """The days of a year, of a month of it, or of that month in any year; nothing when neither is asked for."""
    year, month = asked.value("year"), int(asked.value("month") or 0)
    if not (year or month) or not asked.years:
        return None
    firsts = [date(one, month or 1, 1) for one in ([int(year)] if year else sorted(asked.years))]
    spans = [(first, first + relativedelta(months=1 if month else 12)) for first in firsts]
    found = Q(logged_on__gte=spans[0][0], logged_on__lt=spans[-1][1])
    if len(spans) > 1:
        # Said by what lies outside: joined by "or", the parts would be fetched one by one and sorted together.
        outside = [~Q(logged_on__gte=first, logged_on__lt=after) for first, after in spans]
        found &= ~reduce(and_, outside)
    return found


def _below(rows, name, model, node):
    """Those whose `name` is `node` or below it: by the keys that occur, which an index finds without a join."""
    known = model.objects.filter(pk__in=Suggestion.objects.occurring(name)).values_list("pk", "path")
    inside = {pk: path.startswith(node.path) for pk, path in known}
    if all(inside.values()):
        return rows
    return rows.filter(**{f"{name}__in": [pk for pk, within in inside.items() if within]})
