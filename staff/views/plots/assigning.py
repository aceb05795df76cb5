"""Assigning many plots at once, from one table."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from staff import plots
from staff.choices import AssignmentRole
from staff.forms.assigning import AssignRows, PasteForm, by_name, pasted
from staff.forms.fields import put_table_errors
from staff.models import Plot
from staff.views.plots.handovers import KeepersMixin

MORE = 5


class AssignManyView(KeepersMixin, TemplateView):
    """A table of who is to hold what: all rows are stored, or none, and a wrong one keeps what was typed."""

    template_name = "staff/plot_assign_many.html"

    def plots(self):
        """The plots that one assigns, by what may be typed for them."""
        rows = Plot.objects.permitted(self.request.user, "change").open_on(timezone.localdate())
        return by_name(rows.select_related("unit").only("name", "unit__name", "unit__short_name", "closed_on"))

    def get(self, request, *args, **kwargs):
        """Empty rows, the first of them with the plot that the address names."""
        day = timezone.localdate().isoformat()
        first = {"plot": request.GET.get("plot", "")[:120]}
        return self.show(self.table([first | {"role": AssignmentRole.LEAD, "starts": day}], extra=MORE))

    def table(self, rows, extra=0):
        """The table as if `rows` had been typed, not looked at yet."""
        day = timezone.localdate().isoformat()
        rows = rows + [{"role": AssignmentRole.LEAD, "starts": day}] * extra
        return AssignRows(initial=rows, prefix="rows", form_kwargs={"plots": {}})

    def show(self, table, status=200, paste=None):
        """The page."""
        self.known = getattr(self, "known", None) or self.plots()
        names = [name for name, found in self.known.items() if len(found) == 1 and " · " not in name]
        names += [name for name, found in self.known.items() if " · " in name and len(self.known[found[0].name]) > 1]
        context = {"rows": table, "paste": paste or PasteForm(), "names": names}
        return self.render_to_response(self.get_context_data(**context), status=status)

    def post(self, request, *args, **kwargs):
        """Store the table; "paste" turns pasted lines into rows, "more" adds empty ones."""
        if "paste" in request.POST:
            form = PasteForm(request.POST)
            if form.is_valid() and (rows := pasted(form.cleaned_data["table"])):
                return self.show(self.table(rows, extra=1))
            return self.show(self.table([], extra=MORE), paste=form)
        data = request.POST.copy()
        self.known = self.plots()
        if "more" in data:
            total = data.get("rows-TOTAL_FORMS", "")
            count = int(total) if total.isdecimal() and len(total) < 4 else 0
            names = AssignRows.form.base_fields
            typed = [{name: data.get(f"rows-{number}-{name}", "") for name in names} for number in range(count)]
            return self.show(self.table(typed, extra=MORE))
        table = AssignRows(data, prefix="rows", form_kwargs={"plots": self.known})
        if table.is_valid() and self.store(table):
            return redirect("staff:plots")
        return self.show(table, status=422)

    def store(self, table):
        """Whether the rows were stored; what is wrong with one stands in its row."""
        wanted = {place: form.cleaned_data for place, form in enumerate(table.forms) if form.has_changed()}
        try:
            done = plots.assign_many(rows=wanted, by=self.request.user)
        except ValidationError as error:
            put_table_errors(table, error)
            return False
        if not done:
            table.non_form_errors().append(_("请至少填写一行。"))
            return False
        messages.success(self.request, _("已分派%(number)d项。") % {"number": len(done)})
        return True
