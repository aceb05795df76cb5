"""Attendance on paper and as a workbook: the sign-in sheet for Word and for printing, the list out and in again."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from activities import attendance_books, sheets
from activities.forms.attendance import WorkbookForm
from activities.models import Activity
from activities.views.activities import KeptActivityMixin
from staff.access import inside


def _printed(user, pk):
    """The activity whose record `user` keeps, with what heads a sheet."""
    return get_object_or_404(Activity.objects.permitted(user, "change").with_hosts(), pk=pk)


@require_safe
@inside
def sign_in_sheet(request, pk):
    """The sign-in sheet as a page to print."""
    activity = _printed(request.user, pk)
    return render(request, "activities/sign_in_sheet.html", {"activity": activity, "sheet": sheets.sheet(activity)})


@require_safe
@inside
def sign_in_paper(request, pk):
    """The sign-in sheet as a Word file."""
    activity = _printed(request.user, pk)
    return sheets.paper(activity).response(f"{_('签到表')} {activity.title}")


class AttendanceWorkbookView(KeptActivityMixin, FormView):
    """The list filled in as a workbook: each row reported, nothing stored when one is wrong unless asked for."""

    template_name = "activities/attendance_workbook.html"
    form_class = WorkbookForm

    def form_valid(self, form):
        """Read it in and report."""
        report = attendance_books.take_in(
            activity=self.activity,
            file=form.cleaned_data["file"],
            partial=form.cleaned_data["partial"],
            at=timezone.now(),
            by=self.request.user,
        )
        wrong = report.trouble or (report.bad and not report.written)
        context = self.get_context_data(form=form, report=report)
        return self.render_to_response(context, status=422 if wrong else 200)

    def form_invalid(self, form):
        """What is wrong with the file."""
        return self.render_to_response(self.get_context_data(form=form), status=422)
