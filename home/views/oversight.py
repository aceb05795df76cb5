"""Reporting an update or a comment to the party office, and the office's list of what was reported."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView

from home import oversight
from home.forms import HandleForm, ReportForm
from home.models import Comment, Report, ReportOutcome, Update
from staff.access import InsideMixin, inside, roles
from staff.choices import Role
from staff.forms.fields import put_errors

SHOWN = 50


class ReportView(InsideMixin, FormView):
    """Bring an update or a comment before the party office."""

    form_class = ReportForm
    template_name = "home/report_form.html"
    model = Update

    def may_enter(self, held):
        """Members of staff."""
        return held.member is not None

    def target(self):
        """What somebody else wrote and I may read."""
        rows = self.model.objects.visible_to(self.request.user).select_related("author")
        if self.model is Comment:
            rows = rows.filter(removed_at=None)
        return get_object_or_404(rows.exclude(author=roles(self.request.user).member), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        """The words in question, and whether I reported them before."""
        target = self.target()
        known = Report.objects.filter(by=self.request.user, **{self.model._meta.model_name: target}).exists()
        return super().get_context_data(target=target, known=known, **kwargs)

    def form_valid(self, form):
        """Once a person."""
        target = self.target()
        oversight.report(target=target, by=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("已举报，党建办会处理并告知您结果。"))
        return redirect(target)


def listed(user, refused=None):
    """What waits for the office, the oldest first and each with its form, and what was decided last."""
    rows = Report.objects.visible_to(user).select_related("author__unit", "by__member", "handled_by__member")
    waiting = list(rows.filter(outcome=ReportOutcome.WAITING).select_related("update", "comment")[:SHOWN])
    for row in waiting:
        row.form = HandleForm(report=row, auto_id=f"report{row.pk}_%s")
        if refused is not None and refused.report.pk == row.pk:
            row.form = refused
    done = rows.exclude(outcome=ReportOutcome.WAITING).order_by("-handled_at", "-pk")[:SHOWN]
    return {"waiting": waiting, "done": done}


@require_safe
@inside
def reports(request):
    """What was reported, for the office."""
    if not roles(request.user).holds(Role.OFFICE):
        raise Http404
    return render(request, "home/report_list.html", listed(request.user))


@require_POST
@inside
def handle(request, pk):
    """Hide what was reported, or leave it, with a reason either way."""
    if not roles(request.user).holds(Role.OFFICE):
        raise Http404
    report = get_object_or_404(Report.objects.select_related("update", "comment"), pk=pk)
    form = HandleForm(request.POST, report=report, auto_id=f"report{report.pk}_%s")
    if form.is_valid():
        try:
            oversight.handle(report=report, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("举报已处理，举报人会收到结果。"))
            return redirect("home:reports")
    if not report.is_waiting:
        messages.error(request, _("这条举报已经处理过了。"))
        return redirect("home:reports")
    return render(request, "home/report_list.html", listed(request.user, refused=form))
