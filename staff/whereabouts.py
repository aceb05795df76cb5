"""Who is where on a day: the roster's rows, and how many each host unit has of those that it asked for."""

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, Q, Sum, When

from staff.choices import RoundState
from staff.models import Need, Posting, Round

HOST, HOME = "host", "home"
ON_DUTY, AWAY = "on", "away"
# What a row of the roster shows: plain values, since a bureau's roster has thousands.
FIELDS = ("pk", "name", "unit", "other", "duty", "starts", "ends", "away")


def _short(field):
    """A unit's name as it is written in lists."""
    short = f"{field}__short_name"
    return Case(When(Q(**{short: ""}), then=F(f"{field}__name")), default=F(short), output_field=CharField())


def roster(*, postings, day, by=HOST, unit=None, state=None):
    """The postings under way on `day` among `postings`, by unit and name, with what a row shows (`FIELDS`)."""
    mine, other = (f"{by}_unit", "home_unit" if by == HOST else "host_unit")
    rows = postings.on(day).with_leave(day)
    if unit is not None:
        rows = rows.filter(**{f"{mine}__path__startswith": unit.path})
    if state in {ON_DUTY, AWAY}:
        rows = rows.filter(away=state == AWAY)
    shown = rows.annotate(name=F("member__name"), unit=_short(mine), other=_short(other))
    return shown.order_by(f"{mine}__path", "member__spelling", "pk")


def totals(rows):
    """How many of the roster's rows there are (`total`), and how many of them are on leave (`gone`): one query."""
    return rows.order_by().aggregate(total=Count("pk"), gone=Count("pk", filter=Q(away=True)))


@dataclass(frozen=True)
class Strength:
    """A host unit on a day: asked for, there, on leave."""

    unit: str
    needed: int
    there: int
    away: int

    @property
    def missing(self):
        """How many are not there that were asked for."""
        return max(0, self.needed - self.there)


def strengths(*, day, unit=None):
    """Each host unit of the rounds under way on `day`, in the order of the tree, with what it asked for and has.

    Two queries. The numbers are the unit's, whoever asks: who they are is the roster's matter.
    """
    needs = Need.objects.filter(round__in=_rounds(day))
    there = Posting.objects.on(day).with_leave(day).filter(round__in=_rounds(day))
    if unit is not None:
        needs = needs.filter(host_unit__path__startswith=unit.path)
        there = there.filter(host_unit__path__startswith=unit.path)
    found = {}
    asked = needs.order_by().values("host_unit__path").annotate(name=_short("host_unit"), n=Sum("headcount"))
    for row in asked:
        found[row["host_unit__path"]] = [row["name"], row["n"], 0, 0]
    serving = there.order_by().values("host_unit__path").annotate(name=_short("host_unit"))
    for row in serving.annotate(n=Count("member", distinct=True), gone=Count("pk", filter=Q(away=True))):
        entry = found.setdefault(row["host_unit__path"], [row["name"], 0, 0, 0])
        entry[2:] = [row["n"], row["gone"]]
    return [Strength(*found[path]) for path in sorted(found)]


def _rounds(day):
    """Rounds whose people may be out on `day`."""
    return Round.objects.on(day).exclude(state=RoundState.DRAFT).order_by().values("pk")
