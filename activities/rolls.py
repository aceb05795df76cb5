"""Who is expected at an activity: for each kind its roll of the hosts on the day (BR, local rules of attendance)."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from activities.choices import BY_NAME, Kind
from staff.choices import COMMITTEE_POSTS, OrganisationKind, PartyStatus
from staff.models import Member, Post, Posting

# Kinds that come together without deciding anything by vote.
NO_VOTE = (*BY_NAME, Kind.JOINT)


def kind_roll(*, kind, organisation, day):
    """The members whom `kind` names in `organisation` on `day`, from dated moves and posts; none for kinds by name."""
    if kind in BY_NAME:
        return Member.objects.none()
    if kind == Kind.COMMITTEE:
        posts = Post.objects.on(day).filter(organisation=organisation, kind__in=COMMITTEE_POSTS)
        return Member.objects.in_service(day).filter(pk__in=posts.values("member"))
    return Member.objects.on_roll(organisation, day)


def expected(*, kinds, hosts, day):
    """The members expected by any of `kinds` at any of `hosts` on `day`, each once."""
    q = Q(pk__in=[])
    for kind in kinds:
        for host in hosts:
            if kind in BY_NAME:
                continue
            q |= Q(pk__in=kind_roll(kind=kind, organisation=host, day=day).order_by().values("pk"))
    return Member.objects.filter(q)


def expected_members(activity):
    """The members expected at `activity`."""
    return expected(
        kinds=[row.kind for row in activity.kinds.all()],
        hosts=[row.organisation for row in activity.hosts.select_related("organisation")],
        day=activity.day,
    )


def deployed(*, members, day):
    """Of `members` those who serve elsewhere on `day`, each with the reason for the leave that is proposed."""
    postings = Posting.objects.on(day).filter(member__in=members).select_related("host_unit")
    return {posting.member_id: _("派驻%(unit)s") % {"unit": posting.host_unit} for posting in postings}


def has_committee(*, posts):
    """Whether an organisation has a committee: three posts of it or more are held (BR: 3 to 5 members)."""
    return posts >= 3


def hosting_kinds(organisation):
    """The kinds that an organisation of its level may hold: a group its group meeting and what goes by name."""
    if organisation.kind == OrganisationKind.GROUP:
        return [Kind.GROUP, *BY_NAME]
    return list(Kind)


def entitled(prefix=""):
    """Those entitled to vote, as a Q over members: probationary members have no vote (BR 11)."""
    return Q(**{f"{prefix}party_status": PartyStatus.FULL})


@dataclass(frozen=True)
class Quorum:
    """Whether a gathering may decide: E those expected who are entitled to vote, P those of them present."""

    entitled: int
    present: int
    half_is_enough: bool

    @property
    def needed(self):
        """How many of those entitled must be there: half for a committee, else more than half."""
        return (self.entitled + 1) // 2 if self.half_is_enough else self.entitled // 2 + 1

    @property
    def missing(self):
        """How many are still wanted."""
        return max(0, self.needed - self.present)

    @property
    def stands(self):
        """Whether enough are there."""
        return self.entitled > 0 and not self.missing


def quorum(*, kinds, entitled, present):
    """The quorum of a gathering that counts as `kinds`, the stricter rule of them; None where nothing is voted on.

    BR 11 asks for half or more, the portal for more than half; a committee needs half of its members.
    """
    voting = [kind for kind in kinds if kind not in NO_VOTE]
    if not voting:
        return None
    return Quorum(entitled, present, half_is_enough=all(kind == Kind.COMMITTEE for kind in voting))
