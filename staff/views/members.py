"""The directory and a member's page."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import DetailView

from staff import access, members
from staff.forms.members import MemberFilter
from staff.models import (
    Assignment,
    Invitation,
    Member,
    PartyOrganisation,
    Post,
    Posting,
    Transfer,
    Unit,
    WorkbookImport,
)
from staff.views.lists import ScopedListView


class MemberListView(ScopedListView):
    """The directory: found by name, pinyin, initials or number, within a unit or branch."""

    template_name = "staff/member_list.html"
    filename = _("通讯录")
    headers = (_("工号"), _("姓名"), _("单位"), _("所在支部"), _("政治面貌"), _("职务岗位"), _("手机"))

    def get_queryset(self):
        """Those in service who match the filters."""
        day = timezone.localdate()
        self.filter = MemberFilter(self.request.GET)
        rows = Member.objects.visible_to(self.request.user).in_service(day).select_related("unit", "branch")
        if text := self.filter.value("q"):
            rows = rows.matching(text)
        if unit := self.filter.value("unit"):
            rows = rows.filter(unit__in=Unit.objects.below(unit).order_by().values("pk"))
        if branch := self.filter.value("branch"):
            rows = rows.filter(branch__in=PartyOrganisation.objects.below(branch).order_by().values("pk"))
        posts = Post.objects.on(day).select_related("organisation")
        return rows.prefetch_related(Prefetch("posts", posts, to_attr="posts_now"))

    def get_context_data(self, **kwargs):
        """Add whether the reader brings workbooks in, invites people and merges records."""
        return super().get_context_data(
            invites=access.allowed(self.request.user, "add", Invitation),
            imports=access.allowed(self.request.user, "add", WorkbookImport),
            merges=access.allowed(self.request.user, "merge", Member),
            **kwargs,
        )

    def exported(self, rows):
        """Only people whose contact data the reader's work needs; who took them out is recorded."""
        return members.exportable(user=self.request.user, members=rows, detail=str(self.filter.value("unit") or ""))

    def workbook_row(self, member):
        """One line of the workbook."""
        return [
            member.employee_number,
            member.name,
            member.unit.name,
            member.branch.name if member.branch else "",
            member.get_party_status_display(),
            member.position,
            member.phone,
        ]


class MemberView(access.InsideMixin, DetailView):
    """One person: work, posts, what they hold and where they serve, as far as the reader may see it."""

    template_name = "staff/member_detail.html"

    def get_queryset(self):
        """People of the bureau."""
        return Member.objects.visible_to(self.request.user).select_related("unit", "branch", "group", "user")

    def get_context_data(self, **kwargs):
        """Posts, plots and postings of the person."""
        user, day, member = self.request.user, timezone.localdate(), self.object
        may_invite = access.allowed(user, "add", Invitation)
        postings = Posting.objects.visible_to(user).filter(member=member)
        return super().get_context_data(
            member=member,
            is_self=member.user_id == user.pk,
            may_contact=access.allowed(user, "contact", member),
            may_invite=may_invite,
            serves=member.serves(day),
            invitation=Invitation.objects.filter(user=member.user_id).select_related("made_by__member").first()
            if may_invite
            else None,
            posts=Post.objects.filter(member=member).select_related("organisation").order_by("-starts", "-pk"),
            day=day,
            transfers=Transfer.objects.visible_to(user)
            .filter(member=member)
            .select_related("from_branch", "to_branch", "from_unit", "to_unit"),
            may_move=access.allowed(user, "add", Transfer),
            may_post=access.allowed(user, "add", Post),
            holdings=Assignment.objects.visible_to(user).on(day).of(member).select_related("plot__unit"),
            postings=postings.with_leave(day).select_related("host_unit", "round").order_by("-starts")[:10],
            **kwargs,
        )


@require_POST
@access.inside
def member_phone(request, pk):
    """The phone in full, for those whose work needs it; the look is recorded. Without htmx, a page of its own."""
    member = get_object_or_404(Member.objects.permitted(request.user, "contact"), pk=pk)
    context = {"member": member, "phone": members.phone(member=member, by=request.user)}
    return render(request, "staff/_phone.html" if request.htmx else "staff/phone.html", context)


@require_GET
@access.inside
def member_options(request):
    """Matches for a person field, as options: the text comes under the field's own name."""
    text = next((value for value in request.GET.values() if value.strip()), "")[:40].strip()
    people = Member.objects.visible_to(request.user).in_service(timezone.localdate())
    found = people.matching(text.partition(" ")[0]).select_related("unit")[:8] if text else ()
    return render(request, "staff/_member_options.html", {"people": found})
