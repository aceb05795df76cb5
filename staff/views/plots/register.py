"""Plots: mine and those of my scope, and one plot with its holders, visits and what they found."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from staff import access, plots, visits
from staff.forms.fields import put_errors
from staff.forms.plots import AssignForm, CloseFindingForm, EndAssignmentForm, PlotFilter
from staff.models import Assignment, Division, Finding, Handover, Plot
from staff.policies import READERS
from staff.views.lists import ScopedListView
from staff.views.plots.handovers import waiting

COVER_QUESTIONS = {"held": "held", "empty": "empty", "thin": "thin", "overdue": "overdue"}


class PlotListView(ScopedListView):
    """我的责任田: mine first, each with what is due and one button; below them those of my unit and scope."""

    template_name = "staff/plot_list.html"
    filename = gettext_lazy("责任田")
    headers = tuple(
        gettext_lazy(text)
        for text in ("名称", "类别", "责任单位", "户数", "责任人数", "最近走访", "应走访日期", "状态")
    )

    def get_queryset(self):
        """Open plots of one's scope that match the filters, with who holds them and the last visit."""
        self.day = timezone.localdate()
        self.filter = PlotFilter(self.request.GET)
        reach = "change" if self.filter.value("kept") else "view"
        rows = Plot.objects.permitted(self.request.user, reach).open_on(self.day).with_cover(self.day)
        if text := self.filter.value("q"):
            rows = rows.filter(name__icontains=text)
        if kind := self.filter.value("kind"):
            rows = rows.filter(kind=kind)
        if code := self.filter.value("division"):
            rows = rows.within(code)
        if cover := self.filter.value("cover"):
            rows = getattr(rows, COVER_QUESTIONS[cover])(self.day)
        return rows.select_related("unit").order_by("unit__path", "name", "pk")

    def get_context_data(self, **kwargs):
        """Add what is mine, and the due state of each plot shown."""
        context = super().get_context_data(**kwargs)
        member = access.roles(self.request.user).member
        mine = Assignment.objects.on(self.day).of(member).select_related("plot__unit").with_last_visit()
        first = context["page_obj"].number == 1 and not self.filter.changed_data
        context["mine"] = [
            (row, visits.due(plot=row.plot, since=row.starts, last_visit=row.last_visit, day=self.day))
            for row in (mine if member and first else ())
        ]
        context["mine"].sort(key=lambda pair: (pair[1].on is None, pair[1].on))
        context["rows"] = [(plot, plots.state_of(plot, self.day)) for plot in context["object_list"]]
        context["covers"] = access.roles(self.request.user).holds(*READERS)
        if context["covers"]:
            context["to_hand_over"] = waiting(self.request.user, self.day).order_by().count()
        return context

    def workbook_row(self, plot):
        """One line of the workbook."""
        state = plots.state_of(plot, self.day)
        return [
            plot.name,
            plot.get_kind_display(),
            plot.unit.name,
            plot.households,
            plot.holders,
            plot.last_visit,
            state.on if state else None,
            state.label if state else _("无人负责"),
        ]


class PlotView(access.InsideMixin, DetailView):
    """A plot: its facts, who holds it, what is due, what visits found. Those who keep it assign it here."""

    template_name = "staff/plot_detail.html"
    visits_a_page = 10

    def get_queryset(self):
        """Plots of one's scope."""
        places = Prefetch("divisions", Division.objects.select_related("parent__parent"))
        plots_seen = Plot.objects.visible_to(self.request.user).with_cover(timezone.localdate())
        return plots_seen.select_related("unit").prefetch_related(places)

    def get_context_data(self, **kwargs):
        """Holders, due state, visits and open findings."""
        user, day, plot = self.request.user, timezone.localdate(), self.object
        member = access.roles(user).member
        holders = plot.assignments.within(day, day.replace(year=day.year + 1))
        open_findings = Finding.objects.open().filter(visit__assignment__plot=plot).select_related("owner", "visit")
        shown = Paginator(visits.visits_of(plot), self.visits_a_page).get_page(self.request.GET.get("page"))
        holders = list(
            holders.select_related("member__unit", "officer_organisation")
            .prefetch_related("letters")
            .order_by("role", "starts")
        )
        keeps = access.allowed(user, "change", plot)
        closable = set(open_findings.permitted(user, "close").order_by().values_list("pk", flat=True))
        forms = {"assign_form": AssignForm(initial={"starts": day})} if keeps else {}
        return super().get_context_data(
            **{
                "plot": plot,
                "today": day,
                "holders": [(row, self.end_form(row, day, kwargs) if keeps else None) for row in holders],
                "holds": any(row.member_id == member.pk and row.in_force(day) for row in holders) if member else False,
                "keeps": keeps,
                "suggests": member is not None,
                "due": plots.state_of(plot, day),
                "thin": plots.is_thin(plot),
                "page": shown,
                "handovers": Handover.objects.filter(assignment__plot=plot).select_related(
                    "assignment__member", "successor__member"
                )[:5],
                "open_findings": [(row, self.close_form(row, closable, kwargs)) for row in open_findings],
                **forms,
                **kwargs,
            }
        )

    def end_form(self, holder, day, bound):
        """The form beside a holder whose holding has no end yet: the one that came back, or a fresh one."""
        if holder.ends:
            return None
        if bound.get("bound_to") == holder.pk and "bound_end_form" in bound:
            return bound["bound_end_form"]
        return EndAssignmentForm(initial={"ends": day}, auto_id=f"end{holder.pk}_%s")

    def close_form(self, finding, closable, bound):
        """The form beside a finding that the reader may close: the one that came back, or a fresh one."""
        if finding.pk not in closable:
            return None
        if bound.get("bound_to") == finding.pk and "bound_close_form" in bound:
            return bound["bound_close_form"]
        return CloseFindingForm(auto_id=f"close{finding.pk}_%s")


class PlotActionView(PlotView):
    """A form of the plot's page: on an error the page comes back with what was typed."""

    http_method_names = ["get", "post"]
    form_class = None
    form_name = None
    done = ""

    def get(self, request, *args, **kwargs):
        """The forms are on the plot's page."""
        return redirect("staff:plot", pk=self.target()[0].pk)

    def post(self, request, *args, **kwargs):
        """Do it, or show the page with what is wrong."""
        self.object, target = self.target()
        form = self.form_class(request.POST)
        if form.is_valid():
            try:
                self.act(target, form.cleaned_data)
            except ValidationError as error:
                put_errors(form, error)
            else:
                messages.success(request, self.done)
                return redirect(self.object)
        return self.render_to_response(
            self.get_context_data(**{self.form_name: form, "bound_to": target.pk}), status=422
        )

    def plot(self, pk):
        """The plot as its page shows it."""
        return get_object_or_404(self.get_queryset(), pk=pk)


class AssignView(PlotActionView):
    """Give a plot to somebody."""

    form_class = AssignForm
    form_name = "assign_form"
    done = gettext_lazy("已分派。")

    def target(self):
        """The plot, if one keeps it."""
        if not Plot.objects.permitted(self.request.user, "change").filter(pk=self.kwargs["pk"]).exists():
            raise Http404
        plot = self.plot(self.kwargs["pk"])
        return plot, plot

    def act(self, plot, data):
        """Assign it."""
        plots.assign(plot=plot, by=self.request.user, **data)


class EndAssignmentView(PlotActionView):
    """End somebody's holding."""

    form_class = EndAssignmentForm
    form_name = "bound_end_form"
    done = gettext_lazy("责任分工已结束。")

    def target(self):
        """The assignment, if one keeps it."""
        rows = Assignment.objects.permitted(self.request.user, "change")
        assignment = get_object_or_404(rows, pk=self.kwargs["pk"])
        return self.plot(assignment.plot_id), assignment

    def act(self, assignment, data):
        """End it."""
        plots.end_assignment(assignment=assignment, on=data["ends"], by=self.request.user)


class CloseFindingView(PlotActionView):
    """Mark a finding mended."""

    form_class = CloseFindingForm
    form_name = "bound_close_form"
    done = gettext_lazy("问题已销号。")

    def target(self):
        """The finding, if one may close it."""
        rows = Finding.objects.permitted(self.request.user, "close").select_related("visit__assignment")
        finding = get_object_or_404(rows, pk=self.kwargs["pk"])
        return self.plot(finding.visit.assignment.plot_id), finding

    def act(self, finding, data):
        """Close it."""
        visits.close_finding(finding=finding, day=timezone.localdate(), by=self.request.user, **data)
