"""What decides where branches stand: their members, groups and what they held, read in few queries for all at once."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Length, Substr
from django.utils import timezone

from activities import access
from activities.choices import AWAY, ActivityState, Every, Kind, Pair
from activities.compliance.rules import READERS, before, period
from activities.models import ActivityHost, Attendance
from staff.access import roles
from staff.choices import COMMITTEE_POSTS, OrganisationKind, PartyStatus
from staff.models import Member, PartyOrganisation, Post

# Up to so many organisations their activities are looked up one by one, above that all of the time are gone through.
FEW = 40


@dataclass
class Facts:
    """A branch's figures, and what it holds of each kind: (month, whether still ahead, its part or None, a key).

    A part is what cannot stand in for another: the group that met, or who talked with whom.
    """

    full_members: int = 0
    groups: int = 0
    founded_on: date | None = None
    kinds: dict = field(default_factory=dict)

    def count(self, kind, first, last, times=1):
        """How many of `kind` were held and are planned from `first` to `last`, and the key of the only one held.

        Meetings count for each part, and of each no more than it needs: one cannot stand in for another.
        """
        begins, ends = _month(first), _month(last)
        held = planned = 0
        only, of_parts = None, {}
        for month, ahead, part, key in self.kinds.get(kind, ()):
            if not begins <= month <= ends:
                continue
            if part is not None:
                of_parts[part, ahead] = of_parts.get((part, ahead), 0) + 1
                if of_parts[part, ahead] > times:
                    continue
            if ahead:
                planned += 1
            else:
                held += 1
                only = key
        return held, planned, only if held == 1 else None


def branches_of(user):
    """The branches that `user` answers for, in the order of their tree."""
    q = access.organisations(roles(user), *READERS)
    rows = PartyOrganisation.objects.filter(kind=OrganisationKind.BRANCH, external=False).select_related("unit")
    return rows.none() if q is None else rows.filter(q)


def facts_of(branches, rules, on, first=None, last=None):
    """What decides where `branches` stand with `rules` on the day `on`, in the periods from `first` to `last`.

    Three queries however many branches they are, and one more where heart-to-heart talks took place.
    """
    branches = list(branches)
    found = {branch.pk: Facts(founded_on=branch.founded_on) for branch in branches}
    by_path = {branch.path: found[branch.pk] for branch in branches}
    members = Member.objects.in_service(on).filter(branch__in=found, party_status=PartyStatus.FULL).order_by()
    for branch, number in members.values_list("branch").annotate(n=Count("pk")):
        found[branch].full_members = number
    hosts = {key: (facts, None) for key, facts in found.items()}
    for key, path in _groups(by_path).values_list("pk", "path"):
        facts = by_path[path[: -PartyOrganisation.steplen]]
        facts.groups += 1
        hosts[key] = facts, key
    rows = list(_held(list(hosts), rules, first or on, last or on, on))
    pairs = _pairs([key for _host, kind, _slot, key in rows if kind == Kind.TALK], on)
    for host, kind, slot, key in rows:
        facts, group = hosts[host]
        if group is None or kind == Kind.GROUP:
            parts = pairs.get(key, ()) if kind == Kind.TALK else [group]
            facts.kinds.setdefault(kind, []).extend((slot // 2, slot % 2, part, key) for part in parts)
    return found


def _pairs(talks, on):
    """Who talked with whom at the activities `talks`: {key: pairs}; the committee is that of the day `on`."""
    if not talks:
        return {}
    posts = Post.objects.on(on).filter(kind__in=COMMITTEE_POSTS, member=OuterRef("member"))
    rows = Attendance.objects.filter(activity__kinds__kind=Kind.TALK, activity__gte=min(talks)).exclude(state__in=AWAY)
    rows = rows.order_by().values("activity").annotate(seats=Count("pk", filter=Exists(posts)), all=Count("pk"))
    return {row["activity"]: _pairs_of(row["seats"], row["all"] - row["seats"]) for row in rows}


def _pairs_of(seats, others):
    """The pairs among so many of the committee and so many others."""
    found = {Pair.COMMITTEE: seats > 1, Pair.MIXED: seats and others, Pair.MEMBERS: others > 1}
    return [pair for pair, there in found.items() if there]


def _held(organisations, rules, first, last, on):
    """What the organisations held and planned, as (organisation, kind, twice the month and one if ahead, a key).

    The months are those of the periods from `first` to `last` and of the ones before; yearly kinds need the whole year.
    """
    begins = before(Every.QUARTER, period(Every.QUARTER, first)[0])[0]
    year = date(first.year, 1, 1)
    wanted = {
        "activity__state__in": (ActivityState.SCHEDULED, ActivityState.HELD),
        "activity__starts__gte": _midnight(min(begins, year)),
        "activity__starts__lt": _midnight(date(last.year + 1, 1, 1)),
    }
    rows = ActivityHost.objects.order_by()
    if len(organisations) <= FEW:
        wanted["organisation__in"] = organisations
    else:
        # Not by the bare key: SQLite would look up every organisation under every activity.
        rows = rows.annotate(host=F("organisation_id") + 0)
        wanted["host__in"] = organisations
    yearly = Q()
    if year < begins:
        kinds = [rule.kind for rule in rules if rule.every == Every.YEAR]
        yearly = Q(activity__starts__gte=_midnight(begins)) | Q(activity__kinds__kind__in=kinds)
    slots = Case(
        # What lies before is of yearly kinds, whichever its month.
        When(activity__starts__lt=_midnight(begins), then=Value(2 * _month(year))),
        *(When(activity__starts__lt=moment, then=Value(slot)) for slot, moment in _slots(begins, last, on)),
    )
    rows = rows.filter(yearly, **wanted).annotate(slot=slots)
    return rows.values_list("organisation_id", "activity__kinds__kind", "slot", "activity_id")


def _month(day):
    """Months in one row of numbers, so that periods over a year's end are ranges like others."""
    return 12 * day.year + day.month - 1


def _slots(first, last, on):
    """The months from that of `first` to the end of the year of `last`, parted at the end of the day `on`.

    They are told apart by the moments at which they are over, which any database compares without knowing a time zone.
    """
    tonight = on + timedelta(days=1)
    start = first.replace(day=1)
    while start.year <= last.year:
        month = _month(start)
        end = (start + timedelta(days=31)).replace(day=1)
        if start < tonight < end:
            yield 2 * month, _midnight(tonight)
        yield 2 * month + (end > tonight), _midnight(end)
        start = end


def _groups(paths):
    """The groups below the branches of `paths`: each stands one step of its path below its branch."""
    above = Substr("path", 1, Length("path") - PartyOrganisation.steplen)
    groups = PartyOrganisation.objects.filter(kind=OrganisationKind.GROUP).order_by()
    return groups.annotate(above=above).filter(above__in=list(paths))


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
