"""Plots: mine and those of my scope, a plot with its visits, recording a visit, and how well an area is covered."""

import uuid
from itertools import chain

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, FormView, TemplateView

from staff import access, plots, visits, workbooks
from staff.forms.fields import put_errors
from staff.forms.plots import AssignForm, CloseFindingForm, EndAssignmentForm, FindingRows, PlotFilter, VisitForm
from staff.models import Assignment, Division, Finding, Member, Plot
from staff.policies import READERS
from staff.views.lists import ScopedListView

COVER_QUESTIONS = {"empty": "empty", "thin": "thin", "overdue": "overdue"}


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
        rows = Plot.objects.visible_to(self.request.user).open_on(self.day).with_cover(self.day)
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
        holders = list(holders.select_related("member__unit", "officer_organisation").order_by("role", "starts"))
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
                "due": plots.state_of(plot, day),
                "thin": plots.is_thin(plot),
                "page": shown,
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


class CoverageView(access.InsideMixin, TemplateView):
    """Which villages are held, thin, empty or overdue: county, then township, then village."""

    template_name = "staff/coverage.html"

    def may_enter(self, held):
        """Those who answer for plots of others."""
        return held.holds(*READERS)

    def get(self, request, *args, **kwargs):
        """The page, or the workbook."""
        self.below = self.division()
        rows, self.total = plots.coverage(
            plots=Plot.objects.permitted(request.user, "change"), day=timezone.localdate(), below=self.below
        )
        self.rows = rows
        if not workbooks.wanted(request):
            return super().get(request, *args, **kwargs)
        headers = [_("区划"), _("责任田"), _("有人负责"), _("力量不足"), _("无人负责"), _("走访逾期")]
        lines = ([row.name, row.plots, row.held, row.thin, row.empty, row.overdue] for row in chain(rows, [self.total]))
        return workbooks.export(_("责任田覆盖"), headers, lines)

    def division(self):
        """The division looked into, or None for the whole bureau."""
        code = self.request.GET.get("division", "")[:12]
        return get_object_or_404(Division.objects.select_related("parent"), code=code) if code else None

    def get_context_data(self, **kwargs):
        """The rows with the way back up."""
        return super().get_context_data(below=self.below, rows=self.rows, total=self.total, **kwargs)
