"""Rounds: the list, one with its needs and people, drawing it up, the office's approval, the order."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import FormView, TemplateView

from staff import access, choosing, orders, rosters, rounds
from staff.choices import PostingState, Role, RoundState
from staff.forms import deployment as forms
from staff.forms.fields import put_errors, put_table_errors
from staff.forms.rounds import ARRANGERS, DecisionForm, NeedRows, RoundForm, hosts
from staff.models import Member, Posting, Round, Unit
from staff.views.deployment.base import ArrangerMixin, OfficeMixin, act
from staff.views.lists import ScopedListView


class RoundListView(ScopedListView):
    """Rounds with how many people they need, have, and have on duty today."""

    template_name = "staff/round_list.html"

    def get_queryset(self):
        """Rounds that the reader may know of, the newest first."""
        return Round.objects.visible_to(self.request.user).with_figures(timezone.localdate())

    def get_context_data(self, **kwargs):
        """Whether the reader draws up rounds, and decides on leave."""
        held = access.roles(self.request.user)
        return super().get_context_data(
            keeps=access.allowed(self.request.user, "change", Round), arranges=held.holds(*ARRANGERS), **kwargs
        )


class RoundView(ScopedListView):
    """A round: what host units asked for and have, and the people in it that the reader may see."""

    template_name = "staff/round_detail.html"
    paginate_by = 100
    filename = gettext_lazy("下沉人员名单")
    headers = tuple(
        gettext_lazy(text)
        for text in ("接收单位", "姓名", "派出单位", "岗位职责", "开始日期", "结束日期", "状态", "在岗天数")
    )

    def get_queryset(self):
        """Postings of the round by host unit."""
        self.day = timezone.localdate()
        found = Round.objects.visible_to(self.request.user).with_figures(self.day)
        self.round = get_object_or_404(found, pk=self.kwargs["pk"])
        rows = Posting.objects.visible_to(self.request.user).filter(round=self.round)
        units = Unit.objects.filter(pk__in=self.round.postings.order_by().values("host_unit"))
        self.filter = forms.RoundFilter(self.request.GET, units=units)
        if unit := self.filter.value("unit"):
            rows = rows.filter(host_unit=unit)
        if state := self.filter.value("state"):
            rows = rows.filter(state=state)
        rows = rows.with_leave(self.day).select_related("member", "home_unit", "host_unit")
        return rows.prefetch_related("leaves").order_by("host_unit__path", "starts", "pk")

    def get_context_data(self, **kwargs):
        """Add the needs, the days served, and what the reader may do."""
        context = super().get_context_data(**kwargs)
        user, round = self.request.user, self.round
        is_open = round.state != RoundState.CLOSED
        keeps = access.allowed(user, "change", Round)
        arranges = access.roles(user).holds(*ARRANGERS)
        needs = round.needs.select_related("host_unit").with_filled().order_by("host_unit__path", "pk")
        return context | {
            "round": round,
            "needs": [(need, max(0, need.headcount - need.filled)) for need in needs],
            "missing": sum(max(0, need.headcount - need.filled) for need in needs),
            "rows": [(posting, posting.days_in_post(self.day)) for posting in context["object_list"]],
            "arranges": arranges,
            "adds": arranges and is_open,
            "asks": keeps and is_open or arranges and round.state == RoundState.DRAFT,
            "keeps": keeps,
            **(self.pending() if keeps else {}),
        }

    def pending(self):
        """How many wait for approval, and how many still serve: what the buttons of the round depend on."""
        proposed, serving = Q(state=PostingState.PROPOSED), Q(state=PostingState.IN_POST)
        return self.round.postings.aggregate(
            proposed=Count("pk", filter=proposed), serving=Count("pk", filter=serving), people=Count("pk")
        )

    def workbook_row(self, posting):
        """One line of the workbook."""
        return [
            posting.host_unit.name,
            posting.member.name,
            posting.home_unit.name,
            posting.duty,
            posting.starts,
            posting.ends,
            _("请假") if posting.away and posting.state == PostingState.IN_POST else posting.get_state_display(),
            posting.days_in_post(self.day),
        ]


class RoundAddView(OfficeMixin, FormView):
    """A new round; `?from=` takes an earlier one as its draft, a year later and without its people."""

    template_name = "staff/round_form.html"
    form_class = RoundForm

    def source(self):
        """The round that is copied, if any."""
        wanted = self.request.GET.get("from", "")
        return get_object_or_404(Round, pk=wanted) if wanted.isdecimal() and len(wanted) < 10 else None

    def get_initial(self):
        """The earlier round's facts moved on by whole years past today; else from next Monday."""
        source, day = self.source(), timezone.localdate()
        if source is None:
            monday = day + timedelta(days=7 - day.weekday())
            return {"starts": monday, "ends": monday + timedelta(days=90)}
        years = max(1, day.year - source.starts.year + (source.starts.replace(year=day.year) <= day))
        ends = source.ends + relativedelta(years=years) if source.ends else None
        year, new = str(source.starts.year), str(source.starts.year + years)
        name = source.name.replace(year, new) if year in source.name else ""
        return {
            "name": name,
            "starts": source.starts + relativedelta(years=years),
            "ends": ends,
            "note": source.note,
        }

    def get_context_data(self, **kwargs):
        """Add what is copied."""
        source = self.source()
        copied = source.needs.count() if source else 0
        return super().get_context_data(source=source, copied=copied, **kwargs)

    def form_valid(self, form):
        """Make the draft, then ask what host units need."""
        try:
            round = rounds.create(by=self.request.user, source=self.source(), **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已建立轮次草稿，请填写用人需求。"))
        return redirect("staff:round_needs", round.pk)

    def form_invalid(self, form):
        """The form with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class RoundEditView(OfficeMixin, FormView):
    """A round's name, order number, period and requirements."""

    template_name = "staff/round_form.html"
    form_class = RoundForm

    def dispatch(self, request, *args, **kwargs):
        """Find the round among those that the reader keeps."""
        rounds_kept = Round.objects.permitted(request.user, "change").exclude(state=RoundState.CLOSED)
        if request.user.is_authenticated:
            self.round = get_object_or_404(rounds_kept, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """The round as it is."""
        names = ("pk", "name", "order_number", "starts", "ends", "note")
        return {name: getattr(self.round, name) for name in names}

    def get_context_data(self, **kwargs):
        """Add the round."""
        return super().get_context_data(round=self.round, **kwargs)

    def form_valid(self, form):
        """Store it; what its postings do not allow is named beside the field."""
        try:
            rounds.edit(round=self.round, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("已保存。"))
        return redirect(self.round)

    def form_invalid(self, form):
        """The form with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class NeedsView(ArrangerMixin, TemplateView):
    """What host units ask for, all on one screen: the office's, or those of one's own units while it is a draft."""

    template_name = "staff/round_needs.html"

    def prepare(self):
        """The round, the needs that the reader draws up, and the units they may name."""
        self.round = self.open_round()
        mine = self.round.needs.permitted(self.request.user, "ask")
        office = access.roles(self.request.user).holds(Role.OFFICE)
        if self.round.state != RoundState.DRAFT and not office:
            raise Http404
        self.needs = {
            need.pk: need for need in mine.select_related("host_unit", "contact").order_by("host_unit__path", "pk")
        }
        self.units = {unit.pk: unit for unit in hosts(access.roles(self.request.user))}
        for need in self.needs.values():
            self.units.setdefault(need.host_unit_id, need.host_unit)

    def rows(self, data=None):
        """The table of rows, as it was sent or as the needs are."""
        return NeedRows(
            data,
            prefix="needs",
            form_kwargs={"units": self.units},
            initial=[
                {
                    "pk": need.pk,
                    "host_unit": need.host_unit_id,
                    "place": need.place,
                    "duty": need.duty,
                    "headcount": need.headcount,
                    "contact": f"{need.contact.employee_number} {need.contact.name}" if need.contact else "",
                }
                for need in self.needs.values()
            ],
        )

    def get(self, request, *args, **kwargs):
        """The rows and three empty ones."""
        self.prepare()
        return self.render_to_response({"round": self.round, "rows": self.rows()})

    def post(self, request, *args, **kwargs):
        """Store all rows, or show them with what is wrong; "more" asks for further empty rows."""
        self.prepare()
        data = request.POST.copy()
        if "more" in data:
            total = data.get("needs-TOTAL_FORMS", "")
            data["needs-TOTAL_FORMS"] = str(int(total) + 5) if total.isdecimal() and len(total) < 5 else "5"
            return self.render_to_response({"round": self.round, "rows": self.rows(data)})
        table = self.rows(data)
        if table.is_valid() and self.store(table):
            messages.success(request, _("用人需求已保存。"))
            return redirect(self.round)
        return self.render_to_response({"round": self.round, "rows": table}, status=422)

    def store(self, table):
        """Whether the rows were stored; what is wrong with one stands in its row."""
        wanted = {}
        for place, form in enumerate(table.forms):
            need = self.needs.get(form.cleaned_data.get("pk"))
            delete = bool(form.cleaned_data.get("DELETE"))
            if form.has_changed() and (need or not delete):
                wanted[place] = {"need": need, "delete": delete, "facts": None if delete else form.facts()}
        try:
            rounds.set_needs(round=self.round, rows=wanted, by=self.request.user)
        except ValidationError as error:
            put_table_errors(table, error)
            return False
        return True


class ApprovalView(OfficeMixin, TemplateView):
    """What is proposed in a round, each with what speaks for and against it, for the office to approve or not."""

    template_name = "staff/round_approval.html"

    def prepare(self, data=None):
        """The round, and its proposals with a form each."""
        found = Round.objects.permitted(self.request.user, "change").exclude(state=RoundState.CLOSED)
        self.round = get_object_or_404(found, pk=self.kwargs["pk"])
        proposed = self.round.postings.filter(state=PostingState.PROPOSED)
        proposed = proposed.select_related("member__unit", "home_unit", "host_unit", "need")
        self.rows = [
            (posting, DecisionForm(data if self.asked(posting, data) else None, prefix=f"posting-{posting.pk}"))
            for posting in proposed.order_by("host_unit__path", "pk")
        ]

    def asked(self, posting, data):
        """Whether the form that was sent held this proposal: one made meanwhile is not decided unseen."""
        return data is not None and f"posting-{posting.pk}-decision" in data

    def context(self):
        """The proposals with the turn of each, and the needs that stay short."""
        day = timezone.localdate()
        people = Member.objects.filter(pk__in=[posting.member_id for posting, _form in self.rows])
        times = {one.pk: one.times for one in choosing.standings(round=self.round, people=people, day=day)}
        short = [
            need for need in self.round.needs.select_related("host_unit").with_filled() if need.filled < need.headcount
        ]
        return {
            "round": self.round,
            "rows": [
                {
                    "posting": posting,
                    "form": form,
                    "times": times.get(posting.member_id, 0),
                    "is_long": rosters.is_long(posting),
                }
                for posting, form in self.rows
            ],
            "short": short,
        }

    def get(self, request, *args, **kwargs):
        """The proposals."""
        self.prepare()
        return self.render_to_response(self.context())

    def post(self, request, *args, **kwargs):
        """Decide on those that were shown; a round without proposals is approved as it is."""
        self.prepare(request.POST)
        shown = [(posting, form) for posting, form in self.rows if form.is_bound]
        if all(form.is_valid() for _posting, form in shown):
            verdicts = {
                posting: form.cleaned_data["reason"] if form.cleaned_data["decision"] == form.DECLINE else None
                for posting, form in shown
                if form.cleaned_data["decision"] != form.WAIT
            }
            return act(request, rounds.decide, _("已审批。"), self.round, round=self.round, verdicts=verdicts)
        return self.render_to_response(self.context(), status=422)


@require_POST
@access.inside
def close_round(request, pk):
    """Close a round in which nobody serves any more."""
    round = get_object_or_404(Round.objects.permitted(request.user, "change"), pk=pk)
    return act(request, rounds.close, _("本轮次已结束。"), round, round=round)


@require_POST
@access.inside
def discard_round(request, pk):
    """Delete a draft that nobody is proposed in."""
    round = get_object_or_404(Round.objects.permitted(request.user, "change"), pk=pk)
    back = reverse("staff:rounds") if round.state == RoundState.DRAFT and not round.postings.exists() else round
    return act(request, rounds.discard, _("已删除。"), back, round=round)


@require_GET
@access.inside
def round_order(request, pk):
    """The order with its list as a Word file; management takes out an extract of its own units."""
    held = access.roles(request.user)
    if not held.holds(*ARRANGERS):
        raise Http404
    round = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    postings = Posting.objects.visible_to(request.user).filter(round=round).holding_a_place()
    if round.state != RoundState.DRAFT:
        postings = postings.exclude(state=PostingState.PROPOSED)
    rows = postings.select_related("member", "home_unit", "host_unit", "need").order_by("host_unit__path", "pk")
    paper = orders.order(round=round, postings=list(rows), extract=not held.holds(Role.OFFICE))
    return paper.response(_("%(name)s通知") % {"name": round.name})
