"""What the pages of branches and of their activities show to whom."""

from django.utils import timezone

from activities import access, attendance, compliance
from activities.models import Activity, ActivityPage, Attendance, BranchPage
from staff.access import roles
from staff.choices import COMMITTEE_POSTS, OrganisationKind, Role
from staff.models import Member, PartyOrganisation, Post

SHOWN = 6
# The order in which a committee is named.
POST_ORDER = {kind: number for number, kind in enumerate(COMMITTEE_POSTS)}


def tree(user):
    """The branches' pages that `user` may read, in the order of their tree, each with how deep it stands."""
    pages = list(BranchPage.objects.visible_to(user).in_tree_order())
    for page in pages:
        page.level = page.depth - pages[0].depth
    return pages


def page(branch_page, user, *, now):
    """What the page of a branch shows: names to people of the bureau, what is due to those who answer for it."""
    organisation, held, day = branch_page.organisation, roles(user), timezone.localdate(now)
    rows = Activity.objects.listed_for(user).of_organisation(organisation).with_hosts().with_page()
    shown = {
        "organisation": organisation,
        "next_activities": rows.coming(now)[:SHOWN],
        "past_activities": rows.took_place(now).order_by("-starts", "-pk")[:SHOWN],
        "stories": stories(branch_page, user),
        "below": BranchPage.objects.child_of(branch_page).visible_to(user).in_tree_order(),
        "inside": held.inside,
        "today": day,
    }
    if held.inside:
        posts = Post.objects.on(day).filter(organisation=organisation, kind__in=COMMITTEE_POSTS)
        shown["committee"] = sorted(posts.select_related("member"), key=lambda post: POST_ORDER[post.kind])
        shown["members"] = Member.objects.on_roll(organisation, day).count()
    q = access.organisations(held, Role.SECRETARY, Role.OFFICE)
    if q is not None and PartyOrganisation.objects.filter(q, pk=organisation.pk).exists():
        shown["keeps"] = True
        if organisation.kind == OrganisationKind.BRANCH:
            shown["cells"] = [
                cell
                for _branch, cells in compliance.table([organisation], day)[1]
                for cell in cells
                if cell.state != compliance.State.NOT_APPLICABLE
            ]
    return shown


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
        "may_check_in": mine is not None and attendance.may_check_in(activity=record, row=mine, at=now),
        "inside": held.inside,
        "coming": record.ends >= now,
    }
