"""What the pages of branches and of their activities show to whom."""

from dataclasses import dataclass, field

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import checkin, compliance, fixed_days
from activities.models import Activity, ActivityHost, ActivityPage, Attendance, BranchPage
from staff.access import roles
from staff.choices import COMMITTEE_POSTS, OrganisationKind, Role, UnitKind
from staff.models import Member, Post, Unit

SHOWN = 6
# A county bureau stands at the top of the units or one step below the city bureau.
COUNTY_STEPS = (2 * Unit.steplen, Unit.steplen)
# The order in which a committee is named.
POST_ORDER = {kind: number for number, kind in enumerate(COMMITTEE_POSTS)}


@dataclass
class Bureau:
    """A county bureau, or the city's own offices, with the pages of its party organisations in tree order."""

    name: str
    own: bool = False
    branches: int = 0
    pages: list = field(default_factory=list)


def by_bureau(index, user, *, request=None):
    """The branches' pages below `index` that `user` may read, by county bureau; two queries whatever their number.

    Each page comes as (name, kind, address): addresses are those of `index` with the rest of the path.
    """
    pages = list(BranchPage.objects.visible_to(user).in_tree_order())
    counties = Unit.objects.filter(kind=UnitKind.COUNTY).values_list("path", "name")
    names = dict(counties) if pages else {}
    member = roles(user).member
    home = member.unit.path if member is not None else ""
    kinds = {kind.value: str(kind.label) for kind in OrganisationKind}
    root, cut = index.get_url(request) or index.url_path, len(index.url_path)
    found = {}
    for page in pages:
        organisation, path = page.organisation, page.organisation.unit.path
        county = next((path[:step] for step in COUNTY_STEPS if path[:step] in names), "")
        if county not in found:
            own = home.startswith(county) if county else bool(home) and not any(home.startswith(one) for one in names)
            found[county] = Bureau(names.get(county) or _("市局机关"), own)
        bureau = found[county]
        bureau.branches += organisation.kind == OrganisationKind.BRANCH
        bureau.pages.append((organisation.name, kinds[organisation.kind], f"{root}{page.url_path[cut:]}"))
    return list(found.values())


def page(branch_page, user, *, now):
    """What the page of a branch shows: names to people of the bureau, what is due to those who answer for it."""
    organisation, held, day = branch_page.organisation, roles(user), timezone.localdate(now)
    is_branch = organisation.kind == OrganisationKind.BRANCH
    rows = Activity.objects.listed_for(user).of_organisation(organisation)
    coming = list(rows.coming(now)[:SHOWN])
    past = list(rows.took_place(now).order_by("-starts", "-pk")[:SHOWN])
    # The rows of a branch need not say who holds them; those of a committee do.
    bring = ([] if is_branch else [hosts_by_name()]) + ([] if held.inside else [activity_faces()])
    prefetch_related_objects(coming + past, *bring)
    told = list(stories(branch_page, user))
    pictures = [image for image in (branch_page.picture, *(story.picture for story in told)) if image]
    prefetch_related_objects(pictures, Prefetch("renditions", to_attr="prefetched_renditions"))
    shown = {
        "organisation": organisation,
        "is_branch": is_branch,
        "next_activities": [(row, row.get_absolute_url() if held.inside else _face(row)) for row in coming],
        "past_activities": [(row, row.get_absolute_url() if held.inside else _face(row)) for row in past],
        "stories": told,
        "below": [] if is_branch else BranchPage.objects.child_of(branch_page).visible_to(user).in_tree_order(),
        "inside": held.inside,
        "keeps": held.over_organisation(organisation, Role.SECRETARY, Role.OFFICE),
        "today": day,
        "fixed_day": fixed_days.in_words(organisation),
    }
    if held.inside:
        posts = Post.objects.on(day).filter(organisation=organisation, kind__in=COMMITTEE_POSTS)
        shown["committee"] = sorted(posts.select_related("member"), key=lambda post: POST_ORDER[post.kind])
        shown["members"] = Member.objects.on_roll(organisation, day).count()
    return shown


def hosts_by_name():
    """The hosts of activities with their organisations, in one query."""
    return Prefetch("hosts", ActivityHost.objects.select_related("organisation"))


def activity_faces():
    """The addresses of published pages, without their text."""
    return Prefetch("page", ActivityPage.objects.only("activity", "url_path", "title", "live", "audience"))


def _face(row):
    page = getattr(row, "page", None)
    return page.url if page is not None and page.live else None


def standing(organisation, *, on):
    """Where a branch stands with the rules that apply to it."""
    return [
        cell
        for _branch, cells in compliance.table([organisation], on)[1]
        for cell in cells
        if cell.state != compliance.State.NOT_APPLICABLE
    ]


def stories(branch_page, user):
    """The newest published activities of a branch that have a picture."""
    pages = ActivityPage.objects.visible_to(user).descendant_of(branch_page).filter(picture__isnull=False)
    return pages.defer_streamfields().select_related("picture", "activity").order_by("-activity__starts")[:3]


def activity(activity_page, user, *, now):
    """What the page of an activity shows from the record, and to a member what is expected of them."""
    record = activity_page.activity
    held = roles(user)
    mine = Attendance.objects.filter(activity=record, member=held.member).first() if held.member else None
    return {
        "activity": record,
        "hosts": [host.organisation for host in record.hosts.select_related("organisation")],
        "partners": record.partners.all(),
        "mine": mine,
        "may_check_in": mine is not None and checkin.may_scan(activity=record, row=mine, at=now),
        "inside": held.inside,
        "coming": record.ends >= now,
    }
