"""Who is expected at an activity: for each kind its roll of the hosts on the day (BR, local rules of attendance)."""

from django.db.models import Q

from activities.choices import BY_NAME, Kind
from staff.choices import COMMITTEE_POSTS, OrganisationKind
from staff.models import Member, Post


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


def has_committee(*, posts):
    """Whether an organisation has a committee: three posts of it or more are held (BR: 3 to 5 members)."""
    return posts >= 3


def hosting_kinds(organisation):
    """The kinds that an organisation of its level may hold: a group its group meeting and what goes by name."""
    if organisation.kind == OrganisationKind.GROUP:
        return [Kind.GROUP, *BY_NAME]
    return list(Kind)
