"""Rounds, a round's roster, who is where on a day, and a posting with its changes, leave and reports."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView

from staff import access, leaves, rosters, rounds
from staff.choices import ChangeKind, PostingState, Role, RoundState
from staff.forms import deployment as forms
from staff.forms.fields import put_errors
from staff.models import Leave, Posting, PostingChange, Round, Unit
from staff.views.lists import ScopedListView

ARRANGERS = (Role.MANAGEMENT, Role.OFFICE)


def _headers(*texts):
    return tuple(gettext_lazy(text) for text in texts)


class RoundListView(ScopedListView):
    """Rounds with how many people they need, have, and have on duty today."""

    template_name = "staff/round_list.html"

    def get_queryset(self):
        """Rounds that the reader may know of, the newest first."""
        return Round.objects.visible_to(self.request.user).with_figures(timezone.localdate())


class RoundView(ScopedListView):
    """A round: what host units asked for and have, and the people in it that the reader may see."""

    template_name = "staff/round_detail.html"
    paginate_by = 100
    filename = gettext_lazy("下沉人员名单")
    headers = _headers("接收单位", "姓名", "派出单位", "岗位职责", "开始日期", "结束日期", "状态", "在岗天数")

    def get_queryset(self):
        """Postings of the round by host unit."""
        self.day = timezone.localdate()
        rounds = Round.objects.visible_to(self.request.user).with_figures(self.day)
        self.round = get_object_or_404(rounds, pk=self.kwargs["pk"])
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
        user = self.request.user
        changes = access.allowed(user, "change", self.round)
        return context | {
            "round": self.round,
            "needs": self.round.needs.select_related("host_unit").with_filled().order_by("host_unit__path", "pk"),
            "rows": [(posting, posting.days_in_post(self.day)) for posting in context["object_list"]],
            "adds": access.roles(user).holds(*ARRANGERS) and self.round.state != RoundState.CLOSED,
            "changes": changes,
            **(self.pending() if changes else {}),
        }

    def pending(self):
        """How many wait for approval, and how many still serve: what the buttons of the round depend on."""
        proposed, serving = Q(state=PostingState.PROPOSED), Q(state=PostingState.IN_POST)
        return self.round.postings.aggregate(proposed=Count("pk", filter=proposed), serving=Count("pk", filter=serving))

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


class RosterView(ScopedListView):
    """Who is where on a day, by host unit or by home unit."""

    template_name = "staff/roster.html"
    paginate_by = 200
    filename = gettext_lazy("当日派驻名册")
    headers = _headers("接收单位", "派出单位", "姓名", "岗位职责", "开始日期", "结束日期", "当日状态")

    def get_queryset(self):
        """Postings under way on the day."""
        self.filter = forms.RosterFilter(self.request.GET)
        self.day = self.filter.value("on") or timezone.localdate()
        self.by = "home_unit" if self.filter.value("by") else "host_unit"
        rows = Posting.objects.visible_to(self.request.user).on(self.day).with_leave(self.day)
        rows = rows.select_related("member", "home_unit", "host_unit", "round")
        return rows.order_by(f"{self.by}__path", "member__spelling", "pk")

    def get_context_data(self, **kwargs):
        """Add the day with its neighbours and the totals."""
        context = super().get_context_data(**kwargs)
        away = self.object_list.filter(away=True).count()
        return context | {
            "day": self.day,
            "before": self.day - timedelta(days=1),
            "after": self.day + timedelta(days=1),
            "by": self.by,
            "groups": _grouped(context["object_list"], self.by),
            "total": context["paginator"].count,
            "away": away,
            "on_duty": context["paginator"].count - away,
        }

    def workbook_row(self, posting):
        """One line of the workbook."""
        return [
            posting.host_unit.name,
            posting.home_unit.name,
            posting.member.name,
            posting.duty,
            posting.starts,
            posting.ends,
            _("请假") if posting.away else _("在岗"),
        ]


def _grouped(postings, by):
    """The postings under their units, in the order they come."""
    groups = {}
    for posting in postings:
        groups.setdefault(getattr(posting, by), []).append(posting)
    return groups.items()


class PostingAddView(access.InsideMixin, FormView):
    """Put somebody forward for a round."""

    template_name = "staff/posting_form.html"
    form_class = forms.PostingForm

    def may_enter(self, held):
        """Those who arrange postings."""
        return held.holds(*ARRANGERS)

    def get_form_kwargs(self):
        """The round, and who asks."""
        rounds = Round.objects.visible_to(self.request.user).exclude(state=RoundState.CLOSED)
        self.round = get_object_or_404(rounds, pk=self.kwargs["pk"])
        return super().get_form_kwargs() | {"round": self.round, "user": self.request.user}

    def get_initial(self):
        """From tomorrow or the round's first day, to its last."""
        round = get_object_or_404(Round, pk=self.kwargs["pk"])
        return {
            "starts": max(round.starts, timezone.localdate()),
            "ends": round.ends,
            "need": self.request.GET.get("need"),
        }

    def get_context_data(self, **kwargs):
        """Add the round."""
        context = super().get_context_data(**kwargs)
        return context | {"round": self.round}

    def form_valid(self, form):
        """Propose; who serves elsewhere on one of the days is named beside the field."""
        try:
            posting = rosters.propose(round=self.round, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        text = _("已提出%(name)s的派驻，待批准后生效。") % {"name": posting.member}
        messages.success(self.request, text)
        return redirect(self.round)

    def form_invalid(self, form):
        """The form with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


@dataclass(frozen=True)
class Action:
    """One form of a posting's page: its label, its shape, what it calls, and who may use it."""

    label: str
    form: type
    run: callable
    when: callable
    done: str

    @property
    def is_change(self):
        """Whether it changes the posting itself, so that a stale form must be refused."""
        return issubclass(self.form, forms.ChangeForm | forms.WithdrawForm)


def _arranges(view):
    return view.arranges and view.object.state == PostingState.IN_POST


def _withdraws(view):
    return view.arranges and view.object.state == PostingState.PROPOSED


def _serves(view):
    return (view.own or view.arranges) and view.object.state == PostingState.IN_POST


def _writes(view):
    return view.own and view.object.state != PostingState.PROPOSED


ACTIONS = {
    "extend": Action(gettext_lazy("延期"), forms.ExtendForm, rosters.extend, _arranges, gettext_lazy("已延期。")),
    "early-end": Action(
        gettext_lazy("提前结束"), forms.EndForm, rosters.end_early, _arranges, gettext_lazy("已登记提前结束。")
    ),
    "move": Action(gettext_lazy("调整岗位"), forms.MoveForm, rosters.move, _arranges, gettext_lazy("已调整岗位。")),
    "recall": Action(gettext_lazy("召回"), forms.EndForm, rosters.recall, _arranges, gettext_lazy("已登记召回。")),
    "replace": Action(
        gettext_lazy("接替"), forms.ReplaceForm, rosters.replace, _arranges, gettext_lazy("已登记接替。")
    ),
    "withdraw": Action(
        gettext_lazy("撤回拟派"), forms.WithdrawForm, rosters.withdraw, _withdraws, gettext_lazy("已撤回。")
    ),
    "leave": Action(
        gettext_lazy("申请请假"), forms.LeaveForm, leaves.request, _serves, gettext_lazy("请假已提交，待审批。")
    ),
    "report": Action(
        gettext_lazy("填写日志"), forms.ReportForm, rosters.write_report, _writes, gettext_lazy("日志已保存。")
    ),
}


class PostingView(access.InsideMixin, DetailView):
    """A posting: facts, history, leave, reports and shifts; below them what the reader may do."""

    template_name = "staff/posting_detail.html"
    history_shown = 20

    def get_queryset(self):
        """Postings that the reader may see."""
        rows = Posting.objects.visible_to(self.request.user).with_leave(timezone.localdate())
        related = ("member__unit", "round", "need", "home_unit", "host_unit", "replaces__member")
        return rows.select_related(*related).prefetch_related("leaves")

    def get_object(self, queryset=None):
        """The posting, with what the reader is to it."""
        self.object = super().get_object(queryset)
        self.own = self.object.member.user_id == self.request.user.pk
        self.arranges = access.allowed(self.request.user, "change", self.object)
        return self.object

    def get_context_data(self, **kwargs):
        """All that hangs on the posting, and the forms."""
        user, day, posting = self.request.user, timezone.localdate(), self.object
        mine = Leave.objects.filter(posting=posting)
        changes = PostingChange.objects.filter(posting=posting).select_related("old_host_unit", "new_host_unit")
        return super().get_context_data(
            **{
                "posting": posting,
                "today": day,
                "own": self.own,
                "days": posting.days_in_post(day),
                "is_long": rosters.is_long(posting),
                "history": changes,
                "moves": ChangeKind.MOVE,
                "leaves": [
                    (leave, forms.ReturnForm(initial={"day": day}, auto_id=f"return{leave.pk}_%s"))
                    for leave in posting.leaves.all()
                ],
                "decidable": set(mine.permitted(user, "decide").values_list("pk", flat=True)),
                "returnable": set(mine.permitted(user, "return").values_list("pk", flat=True)),
                "reports": posting.reports.all()[: self.history_shown],
                "duties": posting.duties.select_related("shift").order_by("-shift__starts")[: self.history_shown],
                "opinions": posting.opinions.all(),
                "actions": self.forms(kwargs.pop("bound", None)),
                **kwargs,
            }
        )

    def forms(self, bound):
        """The forms of what the reader may do now: (name, action, form, open)."""
        found = []
        for name, action in ACTIONS.items():
            if not action.when(self):
                continue
            if bound and bound[0] == name:
                found.append((name, action, bound[1], True))
                continue
            initial = {"version": rosters.version(self.object), "day": timezone.localdate()}
            found.append((name, action, action.form(posting=self.object, initial=initial, auto_id=f"{name}_%s"), False))
        return found


class PostingActionView(PostingView):
    """One form of a posting's page: on an error, or after somebody else's change, the page comes back with it open."""

    def get(self, request, *args, **kwargs):
        """The forms are on the posting's page."""
        return redirect(self.get_object())

    def post(self, request, *args, **kwargs):
        """Do it, or show the page with what is wrong."""
        self.get_object()
        name = kwargs["action"]
        action = ACTIONS.get(name)
        if action is None or not (self.own or self.arranges):
            raise Http404
        form = action.form(request.POST, posting=self.object, auto_id=f"{name}_%s")
        if not action.when(self):
            messages.error(request, _("这条派驻的状态已改变，不能再做此操作。以下为最新情况。"))
            return redirect(self.object)
        if form.is_valid():
            data = dict(form.cleaned_data)
            seen = {"seen": data.pop("version")} if action.is_change else {}
            try:
                result = action.run(posting=self.object, by=request.user, **seen, **data)
            except ValidationError as error:
                put_errors(form, error)
                self.refresh(form)
            else:
                messages.success(request, action.done)
                return redirect(self.object.round if result is None else self.object)
        return self.render_to_response(self.get_context_data(bound=(name, form)), status=422)

    def refresh(self, form):
        """The page shows the posting as it is now, so the form that comes back carries its present version."""
        if "version" in form.fields:
            form.data = form.data.copy()
            form.data["version"] = rosters.version(self.object)


def _act(request, run, done, back, **arguments):
    """Call a domain function and say what came of it."""
    try:
        run(by=request.user, **arguments)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, done)
    return redirect(back)


@require_POST
@access.inside
def approve_round(request, pk):
    """Approve a round and all that is proposed in it."""
    round = get_object_or_404(Round.objects.permitted(request.user, "change"), pk=pk)
    return _act(request, rounds.approve, _("已批准。"), round, round=round)


@require_POST
@access.inside
def close_round(request, pk):
    """Close a round in which nobody serves any more."""
    round = get_object_or_404(Round.objects.permitted(request.user, "change"), pk=pk)
    return _act(request, rounds.close, _("本轮次已结束。"), round, round=round)


@require_POST
@access.inside
def decide_leave(request, pk):
    """Approve or refuse leave that is the reader's to decide."""
    leave = get_object_or_404(Leave.objects.permitted(request.user, "decide").select_related("posting"), pk=pk)
    approve = request.POST.get("approve") == "yes"
    return _act(request, leaves.decide, _("已审批。"), leave.posting, leave=leave, approve=approve)


@require_POST
@access.inside
def return_from_leave(request, pk):
    """Note the day of coming back."""
    leave = get_object_or_404(Leave.objects.permitted(request.user, "return").select_related("posting"), pk=pk)
    form = forms.ReturnForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写有效的返岗日期。"))
        return redirect(leave.posting)
    return _act(request, leaves.come_back, _("已销假。"), leave.posting, leave=leave, day=form.cleaned_data["day"])
