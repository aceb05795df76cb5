"""What every list of the staff pages shares: pages of twenty, filters in the address, a workbook of the same rows."""

from django.http import Http404
from django.views.generic import ListView

from staff import workbooks
from staff.access import InsideMixin, roles
from staff.choices import Role

# Who takes lists out of the portal, each from their own scope.
EXPORTERS = (Role.SECRETARY, Role.MANAGEMENT, Role.OFFICE)


def may_export(user):
    """Whether lists are offered to `user` as workbooks."""
    return roles(user).holds(*EXPORTERS)


class ScopedListView(InsideMixin, ListView):
    """A list of what the reader may see; `?format=xlsx` answers the same rows as a workbook.

    A view names its `filename`, `headers` and `workbook_row`, or has none of them and no workbook.
    """

    paginate_by = 20
    filename = None
    headers = ()

    def get(self, request, *args, **kwargs):
        """The page, or the workbook."""
        if not (self.filename and workbooks.wanted(request)):
            return super().get(request, *args, **kwargs)
        if not may_export(request.user):
            raise Http404
        rows = self.exported(self.get_queryset())
        return workbooks.export(str(self.filename), self.headers, (self.workbook_row(row) for row in rows))

    def exported(self, rows):
        """The rows that go into the workbook."""
        return rows

    def get_context_data(self, **kwargs):
        """Add the filters, and whether a workbook is offered."""
        exports = bool(self.filename) and may_export(self.request.user)
        return super().get_context_data(filter=getattr(self, "filter", None), exports=exports, **kwargs)
