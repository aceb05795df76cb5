"""Importing in the browser: choose a workbook, read the report, confirm. The file waits in storage in between."""

import re
import uuid
from datetime import timedelta
from tempfile import NamedTemporaryFile

from django import forms
from django.core.files.storage import default_storage
from django.core.validators import FileExtensionValidator
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from staff import imports, workbooks
from staff.access import roles
from staff.choices import Role

FOLDER = "imports"
WAITS = timedelta(hours=2)
LABELS = {
    "members": gettext_lazy("人员"),
    "plots": gettext_lazy("责任田"),
    "postings": gettext_lazy("派驻"),
}


def may_import(held):
    """The office and the system administrator."""
    return held.holds(Role.OFFICE, Role.SYSADMIN)


class UploadForm(forms.Form):
    """A workbook."""

    file = forms.FileField(
        label=gettext_lazy("Excel 工作簿"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        validators=[
            FileExtensionValidator(["xlsx", "xlsm"], gettext_lazy("请选择 .xlsx 文件。旧版 .xls 请先另存为 .xlsx。"))
        ],
    )


class ImportMixin:
    """Open to who may import; the kind is one of the three."""

    def dispatch(self, request, *args, **kwargs):
        """Others find nothing."""
        if not may_import(roles(request.user)) or kwargs.get("kind", "members") not in imports.KINDS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ImportListView(ImportMixin, TemplateView):
    """The three imports."""

    template_name = "staff/admin/import_list.html"
    extra_context = {"kinds": LABELS.items()}


class ImportView(ImportMixin, TemplateView):
    """One import: the file, its report, and the confirmation."""

    template_name = "staff/admin/import.html"

    def get_context_data(self, **kwargs):
        """The kind in words."""
        return super().get_context_data(**{"form": UploadForm(), "label": LABELS[self.kwargs["kind"]], **kwargs})

    def post(self, request, kind):
        """Check a file that was chosen, or write one that was checked."""
        if token := request.POST.get("token"):
            return self.confirm(token)
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        file = form.cleaned_data["file"]
        report = imports.run(kind=kind, file=file, by=request.user, dry_run=True)
        token = ""
        if report.new or report.changed:
            self.sweep()
            token = uuid.uuid4().hex
            file.seek(0)
            default_storage.save(self.place(token), file)
        return self.render_to_response(self.get_context_data(report=report, token=token))

    def confirm(self, token):
        """Write what was checked; the file goes, whatever comes of it."""
        place = self.place(token) if re.fullmatch(r"[0-9a-f]{32}", token) else ""
        if not place or not default_storage.exists(place):
            return self.render_to_response(self.get_context_data(gone=_("核对过的文件已失效，请重新选择文件。")))
        try:
            with default_storage.open(place) as file:
                report = imports.run(
                    kind=self.kwargs["kind"],
                    file=file,
                    by=self.request.user,
                    partial=bool(self.request.POST.get("partial")),
                )
        finally:
            default_storage.delete(place)
        return self.render_to_response(self.get_context_data(report=report, done=True))

    def place(self, token):
        """Where the user's checked file waits: nobody confirms another's."""
        return f"{FOLDER}/{self.request.user.pk}-{self.kwargs['kind']}-{token}.xlsx"

    def sweep(self):
        """Throw away files that nobody confirmed."""
        if not default_storage.exists(FOLDER):
            return
        for name in default_storage.listdir(FOLDER)[1]:
            path = f"{FOLDER}/{name}"
            if default_storage.get_modified_time(path) < timezone.now() - WAITS:
                default_storage.delete(path)


class TemplateWorkbookView(ImportMixin, TemplateView):
    """The empty workbook."""

    def get(self, request, kind):
        """Its download."""
        file = NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 (the response closes it)
        imports.write_template(kind, file)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=f"{LABELS[kind]}.xlsx", content_type=workbooks.XLSX)
