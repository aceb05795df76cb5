"""The year's ledger of a branch as a page, a workbook and a paper; and the list of elections due."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities import ledger, terms
from activities.forms.compliance import YearFilter
from activities.views.compliance import BranchesView
from staff import workbooks
from staff.access import roles


class LedgerView(BranchesView):
    """One branch and one year: every activity with its list and its minutes; `?format=xlsx` and `?format=docx`."""

    template_name = "activities/ledger.html"
    filter_class = YearFilter

    def get(self, request, *args, **kwargs):
        """The page, the workbook or the paper."""
        branches = self.filter.chosen()
        member = roles(request.user).member
        own = next((row for row in branches if member is not None and row.pk == member.branch_id), None)
        branch = own or next(iter(branches), None)
        year = self.filter.value("year") or self.day.year
        self.ledger = ledger.of_branch(branch, year=year, on=self.day) if branch else None
        form = request.GET.get("format")
        if form in ("xlsx", "docx") and self.ledger is None:
            raise Http404
        if form == "xlsx":
            return workbooks.export(self.ledger.title, ledger.HEADERS, (line.cells() for line in self.ledger.lines))
        if form == "docx":
            return ledger.paper(self.ledger, on=self.day).response(f"{self.ledger.title}.docx")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """The ledger and the filters."""
        return super().get_context_data(ledger=self.ledger, filter=self.filter, headers=ledger.HEADERS, **kwargs)


class TermsView(BranchesView):
    """Elections due or overdue, and what the rules say about the size of branches and committees."""

    template_name = "activities/terms.html"

    def get(self, request, *args, **kwargs):
        """The page, or the workbook of all organisations in scope with their terms."""
        self.rows = terms.standings(terms.electing(request.user), self.day)
        if not workbooks.wanted(request):
            return super().get(request, *args, **kwargs)
        headers = [
            _("党组织"),
            _("所在单位"),
            _("上次换届"),
            _("本届期满"),
            pgettext("count", "正式党员"),
            _("任职委员"),
            _("有关提示"),
        ]
        return workbooks.export(_("换届与班子"), headers, (self.workbook_row(row) for row in self.rows))

    def workbook_row(self, row):
        """One line of the workbook."""
        one = row.organisation
        hints = [*row.hints]
        if row.election:
            hints.insert(0, _("已届满") if row.election.is_over else _("半年内届满"))
        return [one.name, one.unit.name, one.term_starts, one.term_ends, row.members, row.committee, "；".join(hints)]

    def get_context_data(self, **kwargs):
        """Those that elect, soonest first, and those with a hint."""
        electing = sorted((row for row in self.rows if row.election), key=lambda row: row.organisation.term_ends)
        return super().get_context_data(
            electing=electing,
            hinted=[row for row in self.rows if row.hints],
            rules=terms.RULES,
            total=len(self.rows),
            day=timezone.localdate(),
            **kwargs,
        )
