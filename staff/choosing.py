"""Whose turn it is to be deployed: nobody is chosen again before the others of their office unless there is a reason.

Somebody's turn is counted in rounds: whoever has been chosen in fewer of them than another of their unit goes first.
All of a bureau is ranked from three queries, and what matters of those shown is fetched for them alone.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Prefetch
from django.utils import formats
from django.utils.translation import gettext as _

from staff.models import Assignment, Leave, Member, Post, Posting


@dataclass(frozen=True)
class Standing:
    """Where somebody stands in the turn of their unit: how often and when last chosen, and who should go first."""

    pk: int
    times: int = 0
    last: date | None = None
    # How many of the unit were chosen less often and could still go in this round; how many more often, of how many.
    before: int = 0
    gone: int = 0
    colleagues: int = 0
    here: bool = False

    @property
    def out_of_turn(self):
        """Whether choosing them asks for a reason."""
        return self.before > 0

    @property
    def proposed(self):
        """Whether the portal puts them forward: their turn, and not in this round already."""
        return not self.here and not self.before

    @property
    def why(self):
        """Why the portal proposes them, or why others go first, in words."""
        if self.here:
            return _("已在本轮次名单中")
        if self.before:
            facts = {"times": self.times, "before": self.before}
            return _("已下沉%(times)d次，本单位还有%(before)d人次数更少") % facts
        if not self.times:
            facts = {"gone": self.gone, "all": self.colleagues}
            return _("从未下沉，本单位%(all)d人中已有%(gone)d人去过") % facts if self.gone else _("从未下沉")
        last = formats.date_format(self.last, "SHORT_DATE_FORMAT") if self.last else ""
        return _("本单位人员均已下沉%(times)d次及以上，上次至%(last)s") % {"times": self.times, "last": last}


def standings(*, round, people, day):
    """The standing of each of `people` (a queryset) for `round`, those whose turn it is first; three queries."""
    times = {}
    chosen = Posting.objects.exclude(round=round).order_by().values("member")
    for pk, count, last in chosen.annotate(n=Count("round", distinct=True), last=Max("ends")).values_list(
        "member", "n", "last"
    ):
        times[pk] = (count, last)
    here = set(Posting.objects.filter(round=round).order_by().values_list("member", flat=True))
    wanted = list(people.in_service(day).order_by("spelling", "pk").values_list("pk", "unit"))
    offices = defaultdict(list)
    for pk, unit in _colleagues({unit for _pk, unit in wanted}, day):
        offices[unit].append((times.get(pk, (0, None))[0] + (pk in here), pk in here))
    found = []
    for pk, unit in wanted:
        count, last = times.get(pk, (0, None))
        office = offices[unit]
        before = 0 if pk in here else sum(1 for other, chosen in office if not chosen and other < count)
        gone = sum(1 for other, _chosen in office if other > count)
        found.append(Standing(pk, count, last, before, gone, len(office), pk in here))
    return sorted(found, key=_turn)


def _turn(one):
    """The order of a list: those whose turn it is first, and of them those whose office has gone through the most."""
    share = one.gone / one.colleagues if one.colleagues else 0
    return (one.here, one.out_of_turn, -share, one.times, one.last or date.min)


def _colleagues(units, day):
    people = Member.objects.in_service(day).order_by()
    # A list of many units would outgrow a statement's parameters; then everybody is asked for.
    return (people.filter(unit__in=units) if len(units) <= 200 else people).values_list("pk", "unit")


def standing(*, round, member, day):
    """The standing of one person for `round`."""
    found = standings(round=round, people=Member.objects.filter(pk=member.pk), day=day)
    return found[0] if found else Standing(member.pk)


@dataclass(frozen=True)
class Candidate:
    """A person with what matters when choosing: the turn, earlier service, plots, posts, and what is in the way."""

    member: Member
    standing: Standing
    served: list = field(default_factory=list)
    days: int = 0
    plots: list = field(default_factory=list)
    posts: list = field(default_factory=list)
    conflict: Posting | None = None
    on_leave: bool = False

    @property
    def available(self):
        """Whether they can be ticked: in no posting of these days and not of the unit that asks."""
        return self.conflict is None and not self.standing.here

    @property
    def last(self):
        """The latest posting that was a fact."""
        return self.served[0] if self.served else None


def candidates(*, standings, starts, ends, day):
    """The candidates of one screen, in the order of `standings`; five queries however many there are."""
    pks = [one.pk for one in standings]
    people = Member.objects.select_related("unit").in_bulk(pks)
    postings = defaultdict(list)
    leaves = Prefetch("leaves", Leave.objects.in_force())
    rows = Posting.objects.filter(member__in=pks).select_related("round", "host_unit").prefetch_related(leaves)
    for posting in rows.order_by("-starts", "-pk"):
        postings[posting.member_id].append(posting)
    plots = defaultdict(list)
    held = Assignment.objects.on(day).filter(member__in=pks).order_by("plot__name")
    for pk, name in held.values_list("member", "plot__name"):
        plots[pk].append(name)
    posts = defaultdict(list)
    for post in Post.objects.on(day).filter(member__in=pks).select_related("organisation").order_by("pk"):
        posts[post.member_id].append(f"{post.organisation} {post.get_kind_display()}")
    found = []
    for one in standings:
        mine = postings[one.pk]
        served = [posting for posting in mine if posting.is_served]
        away = [leave for posting in served for leave in posting.leaves.all() if leave.in_force(day)]
        found.append(
            Candidate(
                member=people[one.pk],
                standing=one,
                served=served,
                days=sum(posting.days_in_post(day) for posting in served),
                plots=plots[one.pk],
                posts=posts[one.pk],
                conflict=next((row for row in mine if row.starts <= ends and row.ends >= starts), None),
                on_leave=bool(away),
            )
        )
    return found
