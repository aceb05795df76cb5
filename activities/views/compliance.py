"""Branches × rules of party life × periods: held, due, overdue, and why not due."""

from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import TemplateView

from activities import compliance, terms
from activities.compliance.grid import Grid
from activities.forms.activities import KEEPERS
from activities.forms.compliance import ComplianceFilter, ScopeFilter
from staff import workbooks
from staff.access import InsideMixin, roles


class BranchesView(InsideMixin, TemplateView):
    """What the pages for those who answer for branches share: the branches of one's scope, filtered, seen today."""

    filter_class = ScopeFilter

    def may_enter(self, held):
        """Those who answer for branches."""
        return held.holds(*compliance.READERS)

    @cached_property
    def day(self):
        """Today."""
        return timezone.localdate()

    @cached_property
    def filter(self):
        """The filters over the branches of the reader's scope."""
        return self.filter_class(self.request.GET, branches=compliance.branches_of(self.request.user), on=self.day)

    def paged(self, rows, size):
        """The page of `rows` that is asked for; 404 for a page of nothing."""
        page = Paginator(rows, size).get_page(self.request.GET.get("page"))
        if not page.paginator.count and self.request.GET.get("page"):
            raise Http404
        return page


class ComplianceView(BranchesView):
    """Where the branches of one's scope stand in a quarter, a month or a year.

    `?unit=` (a unit's key: it and all below), `?branch=`, `?year=`, `?quarter=`, `?month=`, `?behind=on`.
    """

    template_name = "activities/compliance.html"
    filter_class = ComplianceFilter
    paginate_by = 20

    def get(self, request, *args, **kwargs):
        """The page, or the workbook of all branches that match."""
        self.grid = Grid(self.filter.chosen(), self.filter.span, self.day)
        self.lines = self.grid.lines()
        if self.filter.value("behind"):
            self.lines = [line for line in self.lines if line[2]]
        if not workbooks.wanted(request):
            return super().get(request, *args, **kwargs)
        headers = [_("党支部"), _("所在单位"), _("逾期"), _("待开展")]
        headers += [column.name for column in self.grid.columns]
        return workbooks.export(_("组织生活落实情况"), headers, (self.workbook_row(*line) for line in self.lines))

    def workbook_row(self, branch, cells, overdue, due):
        """One line of the workbook: each state with its figures, or why nothing is asked."""
        texts = [
            cell.why if cell.state == compliance.State.NOT_APPLICABLE else f"{cell.label} {cell.held}/{cell.needed}"
            for cell in cells
        ]
        return [branch.name, branch.unit.name, overdue, due, *texts]

    def get_context_data(self, **kwargs):
        """A page of branches with their cells, and what the whole scope owes."""
        held = roles(self.request.user)
        page = self.paged(self.lines, self.paginate_by)
        return super().get_context_data(
            filter=self.filter,
            grid=self.grid,
            rows=self.grid.painted(page.object_list, lambda branch: held.over_organisation(branch, *KEEPERS)),
            page_obj=page,
            totals={
                "branches": len(self.lines),
                "behind": sum(1 for line in self.lines if line[2]),
                "overdue": sum(line[2] for line in self.lines),
                "due": sum(line[3] for line in self.lines),
            },
            elections=terms.elections(self.grid.branches, self.day),
            span=self.filter.span,
            arrange=pgettext("button", "安排"),
            ledger_url=reverse("activities:ledger"),
            legend=compliance.State.choices,
            quarters=[(number, name) for number, name in self.filter.fields["quarter"].choices if number],
            day=self.day,
            **kwargs,
        )
