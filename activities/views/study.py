"""Study hours: branches, one branch's members, one's own; what was studied elsewhere is entered here."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView

from activities import study
from activities.forms.activities import KEEPERS
from activities.forms.compliance import StudyForm, YearFilter
from activities.models import StudyRecord, StudyRule
from activities.views.compliance import BranchesView
from staff import workbooks
from staff.access import InsideMixin, inside, roles
from staff.forms.fields import put_errors
from staff.models import PartyOrganisation


class StudyView(BranchesView):
    """Hours of a year: of one branch's members, or of all branches of one's scope in one line each."""

    filter_class = YearFilter

    @cached_property
    def year(self):
        """The year looked at."""
        return self.filter.value("year") or self.day.year

    def get(self, request, *args, **kwargs):
        """The page, or the workbook of the same rows: of members, whatever the page shows."""
        self.branches = self.filter.chosen()
        if not workbooks.wanted(request):
            return super().get(request, *args, **kwargs)
        members = list(
            study.roll(self.branches, self.day).select_related("branch").order_by("branch__path", "spelling")
        )
        headers = [
            _("党支部"),
            _("姓名"),
            _("适用对象"),
            _("应学学时"),
            _("活动学时"),
            _("登记学时"),
            _("资料学时"),
            _("合计"),
            _("还差"),
        ]
        lines = (
            [
                row.member.branch.name, row.member.name, row.duty_label, row.required, float(row.attended),
                float(row.recorded), float(row.read), float(row.total), float(row.lacking),
            ]
            for row in study.of_members(members, year=self.year, on=self.day)
        )  # fmt: skip
        return workbooks.export(_("%(year)d年学习学时") % {"year": self.year}, headers, lines)

    def get_template_names(self):
        """One branch, or many."""
        return [f"activities/study{'' if len(self.branches) == 1 else '_branches'}.html"]

    def get_context_data(self, **kwargs):
        """The rows, the rules that they are held against, and whether the reader enters records."""
        context = super().get_context_data(
            filter=self.filter, year=self.year, rules=StudyRule.objects.all(), kinds=study.counted_kinds(), **kwargs
        )
        if len(self.branches) == 1:
            return context | self.of_branch(self.branches[0])
        page = self.paged(self.branches, 20)
        return context | {
            "page_obj": page,
            "rows": study.of_branches(page.object_list, year=self.year, on=self.day),
        }

    def of_branch(self, branch):
        """One branch's members with their hours, and what was entered."""
        rows = study.of_members(list(study.roll([branch], self.day)), year=self.year, on=self.day)
        records = StudyRecord.objects.filter(member__branch=branch, day__year=self.year).select_related("member")
        return {
            "branch": branch,
            "rows": rows,
            "reached": sum(row.is_reached for row in rows),
            "records": self.paged(records, 30),
            "keeps": roles(self.request.user).over_organisation(branch, *KEEPERS),
        }


def kept_branch(user, key):
    """The branch `key` if `user` keeps its records; else nothing is found."""
    branch = get_object_or_404(PartyOrganisation.objects.select_related("unit"), pk=key if str(key).isdigit() else 0)
    if not roles(user).over_organisation(branch, *KEEPERS):
        raise Http404
    return branch


class StudyAddView(InsideMixin, FormView):
    """Enter what members of a branch studied elsewhere: once for all who took part."""

    template_name = "activities/study_form.html"
    form_class = StudyForm

    def dispatch(self, request, *args, **kwargs):
        """Find the branch, if one keeps its records."""
        if request.user.is_authenticated:
            self.branch = kept_branch(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """The members to choose from."""
        members = study.roll([self.branch], timezone.localdate())
        return super().get_form_kwargs() | {"members": members}

    def get_context_data(self, **kwargs):
        """Add the branch."""
        return super().get_context_data(branch=self.branch, back=self.address(), **kwargs)

    def address(self):
        """The branch's page of hours."""
        return f"{reverse('activities:study')}?branch={self.branch.pk}"

    def form_valid(self, form):
        """Store it, or say why not."""
        data = form.cleaned_data
        try:
            made = study.record(**data, today=timezone.localdate(), by=self.request.user)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已为%(n)d人登记学习记录。") % {"n": len(made)})
        return redirect(self.address())

    def form_invalid(self, form):
        """What is wrong, with the text kept."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


@require_POST
@inside
def remove(request, pk):
    """Take a record back."""
    row = get_object_or_404(StudyRecord.objects.permitted(request.user, "delete").select_related("member"), pk=pk)
    branch = row.member.branch_id
    study.remove(row=row, by=request.user)
    messages.success(request, _("学习记录已删除。"))
    return redirect(f"{reverse('activities:study')}?branch={branch}")


@require_safe
@inside
def mine(request):
    """My own hours this year, for my page."""
    member, day = roles(request.user).member, timezone.localdate()
    rows = study.of_members([member], year=day.year, on=day) if member is not None and member.in_party else []
    return render(request, "activities/_study_mine.html", {"hours": rows[0] if rows else None, "year": day.year})
