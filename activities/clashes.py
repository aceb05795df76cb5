"""What speaks against a day, a time or a place, in words: shown before something is arranged, never forbidding it.

Any number of gatherings costs the same queries, so that a year's plan can show the clashes of each row.
"""

from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import fixed_days, rolls
from activities.choices import ActivityState
from activities.models import Activity, ActivityHost, Attendance
from staff.choices import OrganisationKind, UnitKind
from staff.models import Leave, PartyOrganisation, Posting
from staff.wording import listed

NAMED = 8
AHEAD = (ActivityState.DRAFT, ActivityState.SCHEDULED)


@dataclass(frozen=True)
class Gathering:
    """What is to be held: by whom, when and where, with those expected ({member: name}); `pk` once it is stored."""

    hosts: tuple
    starts: object
    ends: object
    place: str
    expected: dict
    pk: int | None = None

    @property
    def days(self):
        """Its first and its last local day."""
        return timezone.localdate(self.starts), timezone.localdate(self.ends)

    def meets(self, other):
        """Whether the two touch in time."""
        return self.starts < other.ends and self.ends > other.starts


@dataclass(frozen=True)
class Clash:
    """One thing that speaks against it: about the day, the people or the place; with the names of those concerned."""

    about: str
    text: str
    names: tuple = ()

    @property
    def named(self):
        """The names, as many as fit a line."""
        names = listed(self.names[:NAMED])
        return _("%(names)s等") % {"names": names} if len(self.names) > NAMED else names


def moment(at):
    """Day and time, as the language in force writes them."""
    return f"{date_format(timezone.localtime(at), 'MONTH_DAY_FORMAT')} {timezone.localtime(at):%H:%M}"


def gathering(*, hosts, kinds, starts, ends, place="", apart_from=None):
    """A Gathering of `kinds` at `hosts`, with those whom the rolls of its day expect."""
    people = rolls.expected(kinds=kinds, hosts=hosts, day=timezone.localdate(starts)).order_by("spelling", "pk")
    expected = dict(people.values_list("pk", "name"))
    return Gathering(tuple(hosts), starts, ends, place, expected, apart_from.pk if apart_from else None)


def of(planned, *, user):
    """The clashes of one Gathering, as `user` may read them."""
    return of_each([planned], user=user)[0]


def of_each(gatherings, *, user, holidays=None):
    """The clashes of each of `gatherings`, as `user` may read them: titles and leave only of what they may see.

    `holidays` is the table of their days, where it is at hand.
    """
    gatherings = list(gatherings)
    if not gatherings:
        return []
    first = min(planned.days[0] for planned in gatherings)
    last = max(planned.days[1] for planned in gatherings)
    members = {pk for planned in gatherings for pk in planned.expected}
    holidays = fixed_days.table(first, last) if holidays is None else holidays
    away = _away(members, first, last, user)
    others = _others(gatherings, members, user)
    return [
        [*_day(planned, holidays), *_people(planned, others), *_place(planned, others), *_absent(planned, away)]
        for planned in gatherings
    ]


def token(found):
    """Stands for these clashes in a form, so that what was confirmed is what was shown."""
    return sha256("\n".join(clash.text for clash in found).encode()).hexdigest()[:16] if found else ""


def _day(planned, holidays):
    reason = fixed_days.objection(planned.days[0], holidays)
    return [Clash("day", _("当天是%(reason)s。") % {"reason": reason})] if reason else []


def _away(members, first, last, user):
    """The days on which members serve elsewhere or are on approved leave: [(member, first, last, leave, named), …]."""
    postings = Posting.objects.served().within(first, last).filter(member__in=members).order_by()
    leaves = Leave.objects.in_force().within(first, last).filter(posting__member__in=members).order_by()
    seen = Leave.objects.visible_to(user).order_by().filter(pk=OuterRef("pk"))
    leaves = leaves.annotate(member=F("posting__member"), named=Exists(seen))
    return [
        *((*row, False, True) for row in postings.values_list("member", "starts", "ends")),
        *((*row[:3], True, row[3]) for row in leaves.values_list("member", "starts", "ends", "named")),
    ]


def _absent(planned, away):
    """Those who serve elsewhere, and those on leave from there, on the first day: the portal proposes leave."""
    day = planned.days[0]
    gone = [row for row in away if row[0] in planned.expected and row[1] <= day <= row[2]]
    on_leave = {member: named for member, _first, _last, leave, named in gone if leave}
    posted = {member for member, *_rest in gone} - on_leave.keys()
    found = []
    if posted:
        text = ngettext(
            "有%(n)d名党员当天在外派驻，将提示按请假登记", "有%(n)d名党员当天在外派驻，将提示按请假登记", len(posted)
        )
        found.append(Clash("away", text % {"n": len(posted)}, _names(planned, posted)))
    if on_leave:
        text = ngettext("有%(n)d名党员当天休假", "有%(n)d名党员当天休假", len(on_leave))
        names = _names(planned, {member for member, named in on_leave.items() if named})
        found.append(Clash("away", text % {"n": len(on_leave)}, names))
    return found


def _names(planned, members):
    return tuple(name for pk, name in planned.expected.items() if pk in members)


@dataclass(frozen=True)
class _Other:
    """Another activity, drafted or arranged: its time and place, the paths of its hosts, where they sit, its list."""

    pk: int
    title: str
    starts: object
    ends: object
    place: str
    hosts: tuple
    seats: frozenset
    listed: frozenset


def _others(gatherings, members, user):
    """What else touches the time of any of `gatherings` and may concern their people or their place."""
    starts = min(planned.starts for planned in gatherings)
    ends = max(planned.ends for planned in gatherings)
    hosts = {host for planned in gatherings for host in planned.hosts}
    related, housed = Q(), Q()
    for host in hosts:
        related |= Q(organisation__path__startswith=host.path)
        if host.kind == OrganisationKind.GROUP:
            related |= Q(organisation__path=host.path[: -PartyOrganisation.steplen])
    for seat in {_seat(host.unit) for host in hosts}:
        deepest = len(seat) // PartyOrganisation.steplen + 1
        housed |= Q(organisation__unit__path__startswith=seat, organisation__unit__depth__lte=deepest)
    of_hosts = ActivityHost.objects.filter(related).order_by().values("activity")
    in_house = ActivityHost.objects.filter(housed).order_by().values("activity")
    places = {planned.place for planned in gatherings if planned.place}
    listed = Attendance.objects.filter(member__in=members).order_by()
    near = Activity.objects.visible_to(user).between(starts, ends).filter(state__in=AHEAD)
    taken = Q(place__in=places, pk__in=in_house)
    rows = near.filter(Q(pk__in=of_hosts) | Q(pk__in=listed.values("activity")) | taken)
    rows = list(rows.order_by("starts", "pk").values_list("pk", "title", "starts", "ends", "place"))
    keys = [row[0] for row in rows] or [0]  # a day without others costs the same queries
    lists, held = defaultdict(set), defaultdict(list)
    for activity, member in listed.filter(activity__in=keys).values_list("activity", "member"):
        lists[activity].add(member)
    for row in ActivityHost.objects.filter(activity__in=keys).select_related("organisation__unit"):
        held[row.activity_id].append(row.organisation)
    return [
        _Other(
            *row,
            tuple(host.path for host in held[row[0]]),
            frozenset(_seat(host.unit) for host in held[row[0]]),
            frozenset(lists[row[0]]),
        )
        for row in rows
    ]


def _touching(planned, others):
    return [other for other in others if other.pk != planned.pk and planned.meets(other)]


def _people(planned, others):
    """Other activities of the same people at that time: on whose list they stand, or whose hosts are theirs."""
    found = []
    for other in _touching(planned, others):
        both = other.listed & planned.expected.keys()
        if not both and (other.listed or not _same_hosts(planned, other)):
            continue
        words = {"title": other.title, "when": moment(other.starts), "n": len(both)}
        if both:
            text = ngettext(
                "同一时间另有“%(title)s”(%(when)s)，%(n)d人两边都应到",
                "同一时间另有“%(title)s”(%(when)s)，%(n)d人两边都应到",
                len(both),
            )
        else:
            text = _("同一时间另有“%(title)s”(%(when)s)。")
        found.append(Clash("people", text % words, _names(planned, both)))
    return found


def _same_hosts(planned, other):
    return any(
        path.startswith(host.path) or host.path.startswith(path) for host in planned.hosts for path in other.hosts
    )


def _seat(unit):
    """Where a unit sits: departments share the house of what is above them."""
    return unit.path[: -unit.steplen] if unit.kind == UnitKind.DEPARTMENT else unit.path


def _place(planned, others):
    """The place is taken by another activity of the same house: a room of that name is everywhere."""
    seats = {_seat(host.unit) for host in planned.hosts}
    return [
        Clash(
            "place",
            _("“%(place)s”在该时间已安排“%(title)s”(%(when)s)。")
            % {"place": other.place, "title": other.title, "when": moment(other.starts)},
        )
        for other in _touching(planned, others)
        if planned.place and other.place == planned.place and seats & other.seats
    ]
