"""What decides where branches stand: their members, groups and what they held, read in few queries for all at once."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Count, F, Max, Value, When
from django.db.models.functions import Length, Substr
from django.utils import timezone

from activities import access
from activities.choices import ActivityState, Every, Kind
from activities.compliance.rules import READERS, before, period
from activities.models import ActivityHost
from staff.access import roles
from staff.choices import OrganisationKind, PartyStatus
from staff.models import Member, PartyOrganisation

# Up to so many organisations their activities are looked up one by one, above that all of the time are gone through.
FEW = 40


@dataclass
class Facts:
    """A branch's figures, and its activities by kind (of its groups: by group, too) and month: [held, planned, a key]."""

    full_members: int = 0
    groups: int = 0
    founded_on: date | None = None
    months: dict = field(default_factory=lambda: defaultdict(dict))

    def add(self, kind, group, month, ahead, number, key):
        """Count `number` activities in `month`; one of them has the key `key`."""
        found = self.months[kind].setdefault((group, month), [0, 0, None])
        found[ahead] += number
        found[2] = key if not ahead and found[0] == 1 else None if not ahead else found[2]

    def count(self, kind, first, last, times=1):
        """How many of `kind` were held and are planned from `first` to `last`, and the only one's key, if it is one.

        Meetings of groups count for each group, and of each no more than it needs: one cannot stand in for another.
        """
        found = self.months.get(kind)
        if not found:
            return 0, 0, None
        begins, ends = month_number(first), month_number(last)
        held = planned = 0
        keys = []
        of_group = Counter()
        for (group, month), (done, ahead, key) in found.items():
            if begins <= month <= ends:
                if group:
                    of_group[group, False] += done
                    of_group[group, True] += ahead
                else:
                    held += done
                    planned += ahead
                if done:
                    keys.append(key)
        for (_group, ahead), number in of_group.items():
            if ahead:
                planned += min(number, times)
            else:
                held += min(number, times)
        return held, planned, keys[0] if len(keys) == 1 else None


def month_number(day):
    """Months in one row of numbers, so that periods over a year's end are ranges like others."""
    return day.year * 12 + day.month - 1


def branches_of(user):
    """The branches that `user` answers for, in the order of their tree."""
    q = access.organisations(roles(user), *READERS)
    rows = PartyOrganisation.objects.filter(kind=OrganisationKind.BRANCH, external=False).select_related("unit")
    return rows.none() if q is None else rows.filter(q)


def facts_of(branches, on, first=None, last=None):
    """The facts of `branches` as the day `on` knows them, for the periods of that day and those from `first` to `last`.

    Three queries however many branches they are.
    """
    branches = list(branches)
    step = PartyOrganisation.steplen
    found = {branch.pk: Facts(founded_on=branch.founded_on) for branch in branches}
    by_path = {branch.path: found[branch.pk] for branch in branches}
    members = Member.objects.in_service(on).filter(branch__in=found, party_status=PartyStatus.FULL).order_by()
    for branch, number in members.values_list("branch").annotate(n=Count("pk")):
        found[branch].full_members = number
    groups = dict(_groups(by_path).values_list("pk", "path"))
    for path in groups.values():
        by_path[path[:-step]].groups += 1
    owing = period(Every.QUARTER, on)[0]
    first = min(first or on, date(on.year, 1, 1), before(Every.QUARTER, owing)[0])
    last = max(last or on, date(on.year, 12, 31))
    for path, kind, month, ahead, number, key in _held([*found, *groups], first, last, on):
        facts, group = by_path.get(path), ""
        if facts is None and kind == Kind.GROUP:
            facts, group = by_path.get(path[:-step]), path
        if facts is not None:
            facts.add(kind, group, month, ahead, number, key)
    return found


def _held(organisations, first, last, on):
    """What the organisations held and planned: (path, kind, month, whether ahead of `on`, how many, a key)."""
    starts, ends = _midnight(first), _midnight(last + timedelta(days=1))
    # Months are told apart by their first moments, which any database compares without knowing a time zone.
    month = Case(*(When(activity__starts__lt=end, then=Value(number)) for number, end in _months(first, last)))
    tonight = timezone.make_aware(datetime.combine(on, time.max))
    rows = ActivityHost.objects.filter(activity__state__in=(ActivityState.SCHEDULED, ActivityState.HELD))
    if len(organisations) <= FEW:
        rows = rows.filter(organisation__in=organisations)
    else:
        # Not by the bare key: SQLite would look up every organisation under every activity.
        rows = rows.annotate(host=F("organisation_id") + 0).filter(host__in=organisations)
    return (
        rows.filter(activity__starts__gte=starts, activity__starts__lt=ends)
        .order_by()
        .annotate(month=month, ahead=Case(When(activity__starts__gt=tonight, then=Value(1)), default=Value(0)))
        .values_list("organisation__path", "activity__kinds__kind", "month", "ahead")
        .annotate(n=Count("pk"), key=Max("activity"))
    )


def _groups(paths):
    """The groups below the branches of `paths`: each stands one step of its path below its branch."""
    above = Substr("path", 1, Length("path") - PartyOrganisation.steplen)
    groups = PartyOrganisation.objects.filter(kind=OrganisationKind.GROUP).order_by()
    return groups.annotate(above=above).filter(above__in=list(paths))


def _months(first, last):
    """The months from that of `first` to that of `last`, each by its number and the moment at which it is over."""
    start = first.replace(day=1)
    while start <= last:
        end = (start + timedelta(days=31)).replace(day=1)
        yield month_number(start), _midnight(end)
        start = end


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
