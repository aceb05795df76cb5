"""Recording a visit, on a phone in the field; and a week's visits on one screen."""

import uuid
from pathlib import Path

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from staff import access, visits
from staff.forms.fields import put_errors
from staff.forms.plots import FindingRows, VisitForm
from staff.models import Member, Plot


class VisitAddView(access.InsideMixin, FormView):
    """Record a visit: written for a phone in one hand; what was typed stays when something is wrong."""

    template_name = "staff/visit_form.html"
    form_class = VisitForm

    def dispatch(self, request, *args, **kwargs):
        """Find the plot, and under which holdings the reader may record a visit."""
        if request.user.is_authenticated:
            self.plot = get_object_or_404(Plot.objects.visible_to(request.user).select_related("unit"), pk=kwargs["pk"])
            self.assignments = self.holdings()
        return super().dispatch(request, *args, **kwargs)

    def holdings(self):
        """One's own holdings of the plot; for those who keep the plot everybody's."""
        member = access.roles(self.request.user).member
        held = self.plot.assignments.on(timezone.localdate()).select_related("member")
        mine = held.of(member) if member else held.none()
        if member and self.request.method == "POST" and self.request.POST.get("queued"):
            # A visit kept on a phone may come in after its holding has ended.
            mine = self.plot.assignments.of(member).select_related("member")
        rows = mine if mine.exists() else held if access.allowed(self.request.user, "change", self.plot) else mine
        if not rows:
            raise Http404
        return rows

    def get_initial(self):
        """Today, under the first holding, with a token of its own."""
        return {"token": uuid.uuid4(), "day": timezone.localdate(), "assignment": self.assignments[0]}

    def get_form_kwargs(self):
        """The holdings to choose from."""
        return super().get_form_kwargs() | {"assignments": self.assignments, "day": timezone.localdate()}

    def get_context_data(self, **kwargs):
        """Add the rows for findings, and the people of the plot to choose their owners from."""
        kwargs.setdefault("findings", self.rows())
        people = Member.objects.filter(assignments__in=self.plot.assignments.on(timezone.localdate())).distinct()
        return super().get_context_data(plot=self.plot, people=people.select_related("unit"), **kwargs)

    def rows(self, data=None):
        """The rows for findings; who mends them holds the plot or works in its unit, so that they can see it."""
        owners = visits.owners(self.plot, timezone.localdate())
        return FindingRows(data, prefix="findings", form_kwargs={"owners": owners})

    @property
    def from_queue(self):
        """Whether the phone's queue asks (visit.js), which shows what comes back by itself."""
        return self.request.headers.get("X-Visit-Queue") == "1"

    def post(self, request, *args, **kwargs):
        """Store the visit once, or come back with what was typed."""
        form, findings = self.get_form(), self.rows(request.POST)
        if all([form.is_valid(), findings.is_valid()]):
            data = form.cleaned_data
            rows = [row for row in findings.cleaned_data if row.get("text")]
            try:
                visits.record(findings=rows, by=request.user, **data)
            except ValidationError as error:
                put_errors(form, error)
            else:
                if self.from_queue:
                    return JsonResponse({"stored": True, "address": self.plot.get_absolute_url()})
                messages.success(request, _("走访已登记。"))
                return redirect(self.plot)
        if self.from_queue:
            return JsonResponse({"errors": in_words(form, findings)}, status=422)
        return self.render_to_response(self.get_context_data(form=form, findings=findings), status=422)


def in_words(form, findings):
    """What is wrong, each with the name of its field."""
    named = [
        f"{one.fields[name].label}：{text}" if name in one.fields and one.fields[name].label else text
        for one in (form, *findings.forms)
        for name, texts in one.errors.items()
        for text in texts
    ]
    return named + list(findings.non_form_errors())


@require_safe
@access.inside
def worker(request):
    """The script that lets the visit form open without a network; it may speak for all addresses of plots."""
    path = finders.find("portal/visit-worker.js")
    content = Path(path).read_text() if path else staticfiles_storage.open("portal/visit-worker.js").read().decode()
    response = HttpResponse(content, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/plots/"
    response["Cache-Control"] = "no-cache"
    return response
