"""Recording a visit, on a phone in the field; and a week's visits on one screen."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
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
        holders = self.plot.assignments.on(timezone.localdate()).filter(member__isnull=False).values("member")
        owners = Member.objects.in_service(timezone.localdate()).filter(Q(unit=self.plot.unit) | Q(pk__in=holders))
        return FindingRows(data, prefix="findings", form_kwargs={"owners": owners})

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
                messages.success(request, _("走访已登记。"))
                return redirect(self.plot)
        return self.render_to_response(self.get_context_data(form=form, findings=findings), status=422)
