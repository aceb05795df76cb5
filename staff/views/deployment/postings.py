"""A posting with its history, contact, plots, leave and reports; below them what the reader may do."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from staff import access, leaves, opinions, rosters
from staff.choices import ChangeKind, PostingState
from staff.forms import deployment as forms
from staff.forms.fields import put_errors
from staff.models import Assignment, Leave, Member, Posting, PostingChange


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
        return "version" in self.form.base_fields


def _arranges(view):
    return view.arranges and view.object.state == PostingState.IN_POST


def _withdraws(view):
    return view.arranges and view.object.state == PostingState.PROPOSED


def _serves(view):
    return (view.own or view.arranges) and view.object.state == PostingState.IN_POST


def _notes(view):
    return view.arranges and view.object.state == PostingState.IN_POST and rosters.is_long(view.object)


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
    "membership": Action(
        gettext_lazy("登记组织关系"),
        forms.MembershipForm,
        rosters.note_membership,
        _notes,
        gettext_lazy("已登记组织关系办理情况。"),
    ),
    "withdraw": Action(
        gettext_lazy("撤回拟派"), forms.WithdrawForm, rosters.withdraw, _withdraws, gettext_lazy("已撤回。")
    ),
    "leave": Action(
        gettext_lazy("申请请假"), forms.LeaveForm, leaves.request, _serves, gettext_lazy("请假已提交，待审批。")
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
                "contact": self.contact(),
                "plots": self.plots(day),
                "handovers": self.handovers(),
                "successor": Posting.objects.visible_to(user).filter(replaces=posting).select_related("member").first(),
                "history": changes,
                "moves": ChangeKind.MOVE,
                "leaves": [(leave, self.return_form(leave)) for leave in posting.leaves.all()],
                "decidable": set(mine.permitted(user, "decide").values_list("pk", flat=True)),
                "returnable": set(mine.permitted(user, "return").values_list("pk", flat=True)),
                "reports": posting.reports.all()[: self.history_shown],
                "duties": posting.duties.select_related("shift").order_by("-shift__starts")[: self.history_shown],
                "opinions": opinions.of(posting, user, day),
                "coming": timezone.now(),
                "writes": self.own and posting.is_served and posting.starts <= day,
                "actions": self.forms(kwargs.pop("bound", None)),
                **kwargs,
            }
        )

    def return_form(self, leave, data=None):
        """Where the day of coming back from `leave` is written."""
        return forms.ReturnForm(data, initial={"day": timezone.localdate()}, auto_id=f"return{leave.pk}_%s")

    def contact(self):
        """The host's contact of this posting and whether the reader's work needs the phone, or None."""
        found = Member.objects.filter(pk=rosters.contact_of(self.object)).select_related("unit").first()
        return found and {"member": found, "phone": access.allowed(self.request.user, "contact", found)}

    def handovers(self):
        """What the predecessor handed over, for whoever took over and those who read this posting."""
        if not self.object.replaces_id:
            return []
        return PostingChange.objects.filter(posting=self.object.replaces_id).exclude(handover="")

    def plots(self, day):
        """The plots that somebody under way still holds, for those who arrange the handover."""
        if not self.arranges or self.object.ends < day:
            return []
        held = Assignment.objects.on(max(day, self.object.starts)).of(self.object.member)
        return held.select_related("plot").order_by("plot__name")

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


class LeaveReturnView(PostingView):
    """The day of coming back from a leave: on an error the posting's page comes back with what was typed."""

    def post(self, request, *args, **kwargs):
        """Note it, or show the page with what is wrong."""
        rows = Leave.objects.permitted(request.user, "return").select_related("posting")
        self.leave = get_object_or_404(rows, pk=kwargs["pk"])
        self.kwargs["pk"] = self.leave.posting_id
        self.get_object()
        self.form = super().return_form(self.leave, request.POST)
        if self.form.is_valid():
            try:
                leaves.come_back(leave=self.leave, by=request.user, **self.form.cleaned_data)
            except ValidationError as error:
                if getattr(error, "code", "") == "stale":
                    messages.error(request, " ".join(error.messages))
                    return redirect(self.object)
                put_errors(self.form, error)
            else:
                messages.success(request, _("已销假。"))
                return redirect(self.object)
        return self.render_to_response(self.get_context_data(), status=422)

    def return_form(self, leave, data=None):
        """The form that was sent, and empty ones for other leave."""
        return self.form if leave == self.leave else super().return_form(leave, data)
