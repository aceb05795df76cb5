"""Workbooks brought in by the browser: upload, what each row would do, the word to write, the report."""

import io

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import FormView, ListView

from staff import access, workbooks
from staff.choices import ImportKind, RowOutcome
from staff.forms.fields import put_errors
from staff.forms.imports import ConfirmForm, WorkbookForm
from staff.imports import jobs, write_template
from staff.models import ImportRow, WorkbookImport


class ImportersMixin(access.InsideMixin):
    """For those who may bring workbooks in."""

    def dispatch(self, request, *args, **kwargs):
        """Nothing is here for anybody else."""
        if request.user.is_authenticated and not access.allowed(request.user, "add", WorkbookImport):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ImportListView(ImportersMixin, FormView):
    """The form, the templates, and the reader's own workbooks of the last week."""

    template_name = "staff/import_list.html"
    form_class = WorkbookForm

    def get_initial(self):
        """The kind that the link asked for."""
        return {"kind": self.request.GET.get("kind") or ImportKind.MEMBERS}

    def form_valid(self, form):
        """Take it in, and on to its page."""
        return redirect(jobs.bring_in(by=self.request.user, **form.cleaned_data))

    def form_invalid(self, form):
        """The form again, with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        """Add the reader's workbooks."""
        own = WorkbookImport.objects.visible_to(self.request.user)[:20]
        return super().get_context_data(workbooks=own, kinds=ImportKind.choices, **kwargs)


@require_GET
@access.inside
def template(request, kind):
    """The empty workbook of a kind."""
    if kind not in ImportKind.values or not access.allowed(request.user, "add", WorkbookImport):
        raise Http404
    made = io.BytesIO()
    write_template(kind, made)
    answer = HttpResponse(made.getvalue(), content_type=workbooks.XLSX)
    name = _("%(kind)s导入模板") % {"kind": ImportKind(kind).label}
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return answer


def _own(request, pk):
    return get_object_or_404(WorkbookImport.objects.visible_to(request.user), pk=pk)


class ImportView(ImportersMixin, ListView):
    """One workbook: how far it is, what its rows would do, and the word to write them."""

    template_name = "staff/import_detail.html"
    paginate_by = 50

    def get_queryset(self):
        """Its rows: what is wrong first, then changes, then new records."""
        self.workbook = _own(self.request, self.kwargs["pk"])
        chosen = self.request.GET.get("outcome")
        self.outcome = chosen if chosen in RowOutcome.values else self._first()
        return self.workbook.rows.filter(outcome=self.outcome)

    def _first(self):
        counts = {RowOutcome.REFUSED: self.workbook.bad, RowOutcome.CHANGED: self.workbook.changed}
        return next((outcome for outcome, count in counts.items() if count), RowOutcome.NEW)

    def post(self, request, *args, **kwargs):
        """The word to write it."""
        workbook = _own(request, self.kwargs["pk"])
        form = ConfirmForm(request.POST, workbook=workbook)
        if form.is_valid():
            try:
                jobs.confirm(workbook=workbook, by=request.user, **form.cleaned_data)
                return redirect(workbook)
            except ValidationError as error:
                put_errors(form, error)
        self.object_list = self.get_queryset()
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        """Add the tabs and the form."""
        workbook = self.workbook
        counts = {RowOutcome.REFUSED: workbook.bad, RowOutcome.CHANGED: workbook.changed, RowOutcome.NEW: workbook.new}
        context = {
            "workbook": workbook,
            "outcome": self.outcome,
            "tabs": [(outcome.value, outcome.label, count) for outcome, count in counts.items()],
            "form": ConfirmForm(workbook=workbook) if workbook.may_be_confirmed else None,
        }
        return super().get_context_data(**{**context, **kwargs})


@require_GET
@access.inside
def progress(request, pk):
    """How far it is, asked for every second; once it is through, the whole page is asked for anew."""
    workbook = _own(request, pk)
    answer = render(request, "staff/_import_progress.html", {"workbook": workbook})
    if not workbook.is_working:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@access.inside
def discard(request, pk):
    """Take it away."""
    try:
        jobs.discard(workbook=_own(request, pk))
        messages.success(request, _("已删除，未写入任何内容。"))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("staff:imports")


@require_GET
@access.inside
def report(request, pk):
    """What became of each row, as a workbook to work through."""
    workbook = _own(request, pk)
    rows = ImportRow.objects.filter(workbook=workbook).order_by("number").iterator(2000)
    heads = (_("行号"), _("结果"), _("记录"), _("列"), _("原值"), _("新值或说明"))
    return workbooks.export(_("导入报告"), heads, _lines(rows))


def _lines(rows):
    for row in rows:
        start = [row.number, row.get_outcome_display(), row.label]
        for detail in row.detail or [["", "", ""]]:
            yield [*start, *detail]
