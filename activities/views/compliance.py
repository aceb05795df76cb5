"""Branches × rules of party life: held, due, overdue."""

from django.core.paginator import Paginator
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from activities import compliance
from staff import workbooks
from staff.access import InsideMixin


class ComplianceView(InsideMixin, TemplateView):
    """Where the branches of one's scope stand in the current periods."""

    template_name = "activities/compliance.html"
    paginate_by = 20

    def may_enter(self, held):
        """Those who answer for branches."""
        return held.holds(*compliance.READERS)

    def get(self, request, *args, **kwargs):
        """The page, or the workbook of all branches in scope."""
        self.day = timezone.localdate()
        self.branches = compliance.branches_of(request.user)
        if not workbooks.wanted(request):
            return super().get(request, *args, **kwargs)
        rules, rows = compliance.table(self.branches, self.day)
        headers = [_("党支部"), _("所在单位"), *[rule.get_kind_display() for rule in rules]]
        lines = (
            [branch.name, branch.unit.name, *[f"{cell.label} {cell.held}/{cell.needed}" for cell in cells]]
            for branch, cells in rows
        )
        return workbooks.export(_("组织生活落实情况"), headers, lines)

    def get_context_data(self, **kwargs):
        """A page of branches with their cells."""
        page = Paginator(self.branches, self.paginate_by).get_page(self.request.GET.get("page"))
        if not page.paginator.count and self.request.GET.get("page"):
            raise Http404
        rules, rows = compliance.table(page.object_list, self.day)
        return super().get_context_data(rules=rules, rows=rows, page_obj=page, day=self.day, **kwargs)
