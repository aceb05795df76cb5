"""What the rules of organisation (BR) say about branches: when they elect, how large they and their committees are.

Each finding is a hint with its rule and source: it is the party committee that decides.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import access
from activities.choices import Kind
from activities.compliance.rules import BR, COMMITTEE_FROM, READERS
from activities.models import Activity, Speech
from staff.access import roles
from staff.choices import COMMITTEE_POSTS, OrganisationKind, PartyStatus, PostKind
from staff.models import Member, PartyOrganisation, Post

# The rules in words, each with its source; the figures that they rest on stand below.
RULES = (
    (gettext_lazy("换届"), gettext_lazy("支部每届任期一般3年，村和社区支部5年；期满前6个月提示。"), BR),
    (gettext_lazy("支部人数"), gettext_lazy("正式党员3人以上成立支部，一般不超过50人。"), BR),
    (gettext_lazy("支委会"), gettext_lazy("正式党员7人以上设支委会，委员3至5人，一般不超过7人。"), BR),
    (gettext_lazy("书记讲党课"), gettext_lazy("党委书记每年至少讲1次党课，以党课会议记录中的发言为准。"), BR),
)
SMALLEST, LARGEST = 3, 50
COMMITTEE_SMALLEST, COMMITTEE_LARGEST = 3, 7
WARNED = 6


@dataclass(frozen=True)
class Election:
    """A term that is over or ends soon."""

    organisation: object
    days: int

    @property
    def is_over(self):
        """Whether the term has ended without an election."""
        return self.days < 0

    @property
    def days_over(self):
        """For how many days."""
        return -self.days


@dataclass
class Standing:
    """An organisation with its figures and what speaks against them."""

    organisation: object
    members: int = 0
    committee: int = 0
    election: Election | None = None
    hints: list = field(default_factory=list)


def warned_until(day):
    """The last day of a term of which the portal warns on `day`: six months ahead."""
    year, month = day.year + (day.month + WARNED - 1) // 12, (day.month + WARNED - 1) % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def elections(organisations, day):
    """Of `organisations` those whose term is over or ends within six months, the longest over first."""
    until = warned_until(day)
    ending = [row for row in organisations if row.term_ends is not None and row.term_ends <= until]
    ending.sort(key=lambda row: (row.term_ends, row.path))
    return [Election(row, (row.term_ends - day).days) for row in ending]


def standings(organisations, day):
    """All of `organisations` with their figures, their election and their hints; four queries."""
    rows = list(organisations)
    keys = [row.pk for row in rows]
    full = Member.objects.in_service(day).filter(branch__in=keys, party_status=PartyStatus.FULL).order_by()
    members = Counter(dict(full.values_list("branch").annotate(n=Count("pk"))))
    posts = Post.objects.on(day).filter(organisation__in=keys, kind__in=COMMITTEE_POSTS).order_by()
    seats = Counter(dict(posts.values_list("organisation").annotate(n=Count("member", distinct=True))))
    soon = {election.organisation.pk: election for election in elections(rows, day)}
    lectures = _owed_lectures(rows, day)
    return [
        Standing(
            row,
            members[row.pk],
            seats[row.pk],
            soon.get(row.pk),
            hints(row, members[row.pk], seats[row.pk]) + lectures.get(row.pk, []),
        )
        for row in rows
    ]


def _owed_lectures(organisations, day):
    """What to say of party committees whose secretary gave no party lecture in the year of `day`; two queries."""
    committees = [row.pk for row in organisations if row.kind == OrganisationKind.COMMITTEE]
    if not committees:
        return {}
    posts = Post.objects.on(day).filter(organisation__in=committees, kind=PostKind.SECRETARY).select_related("member")
    secretaries = {post.organisation_id: post.member for post in posts}
    lectures = Activity.objects.counted(date(day.year, 1, 1), date(day.year, 12, 31), day).order_by()
    spoken = Speech.objects.filter(minutes__kind=Kind.LECTURE, minutes__activity__in=lectures.values("pk"))
    given = set(spoken.filter(member__in=secretaries.values()).order_by().values_list("member", flat=True))
    text = _("党委书记%(name)s%(year)d年还没有讲党课的记录。")
    return {
        key: [text % {"name": member.name, "year": day.year}]
        for key, member in secretaries.items()
        if member.pk not in given
    }


def hints(organisation, members, seats):
    """What the rules say about a branch of so many full members and committee posts."""
    if organisation.kind != OrganisationKind.BRANCH:
        return []
    found = []
    if members < SMALLEST:
        found.append(_("正式党员%(n)d人，不足3人：可与其他支部成立联合党支部。") % {"n": members})
    if members > LARGEST:
        found.append(_("正式党员%(n)d人，超过50人：可考虑分设支部。") % {"n": members})
    if members >= COMMITTEE_FROM and seats < COMMITTEE_SMALLEST:
        found.append(_("正式党员%(n)d人，应设支委会，现任委员%(seats)d人，少于3人。") % {"n": members, "seats": seats})
    if seats > COMMITTEE_LARGEST:
        found.append(_("现任委员%(seats)d人，超过7人。") % {"seats": seats})
    if not organisation.term_ends:
        found.append(_("未登记本届期满日期。"))
    return found


def electing(user):
    """The organisations with a term of which `user` answers for the elections: branches and those above them."""
    q = access.organisations(roles(user), *READERS)
    rows = PartyOrganisation.objects.filter(external=False).exclude(kind=OrganisationKind.GROUP)
    return rows.none() if q is None else rows.filter(q).select_related("unit")
