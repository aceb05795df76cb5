"""What hangs on minutes row by row: motions with their votes, who is left out of them, decisions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from activities import decisions, motions, votes
from activities.forms.minutes import DecisionForm, DoneForm, LeftOutForm, MotionForm, as_typed
from activities.models import Decision, LeftOut, Motion
from activities.views.minutes import written
from activities.views.minutes_steps import answer, wrong
from activities.vote_rules import RULES, kinds_of
from staff.access import InsideMixin, inside
from staff.forms.fields import put_errors


class RowView(InsideMixin, FormView):
    """A form for one row of minutes: a new one by the address of the minutes, one that stands there by its own.

    A view says by `store(**data)` what becomes of what was typed.
    """

    model = None
    row = None

    def dispatch(self, request, *args, **kwargs):
        """Find the minutes, if one writes them, and the row."""
        if request.user.is_authenticated:
            if "host" in kwargs:
                self.found = written(request.user, kwargs["pk"], kwargs["kind"], kwargs["host"])
            else:
                rows = self.model.objects.permitted(request.user, "change").select_related("minutes")
                self.row = get_object_or_404(rows, pk=kwargs["pk"])
                self.found = written(request.user, *_address(self.row.minutes))
            if self.found.row.is_locked:
                messages.error(request, _("会议记录已签字锁定，只能追加更正。"))
                return redirect(self.found.address)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """The minutes, and the row."""
        return super().get_context_data(
            activity=self.found.activity, minutes=self.found.row, row=self.row, address=self.found.address, **kwargs
        )

    def form_valid(self, form):
        """Store it, or say beside the field why not."""
        try:
            self.store(minutes=self.found.row, at=timezone.now(), by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        return redirect(self.found.address)

    def form_invalid(self, form):
        """What is wrong, with what was typed kept."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _address(minutes):
    return minutes.activity_id, minutes.kind, minutes.organisation_id


class MotionView(RowView):
    """A motion with its vote: E and P are shown, and the rule; the verdict is what the figures say."""

    template_name = "activities/motion_form.html"
    form_class = MotionForm
    model = Motion

    def get_form_kwargs(self):
        """The votes that such a meeting takes."""
        return super().get_form_kwargs() | {"meeting": self.found.row.kind}

    def get_initial(self):
        """As it stands."""
        names = ("kind", "title", "votes_for", "votes_against", "abstained", "written")
        return {name: getattr(self.row, name) for name in names} if self.row else {}

    def get_context_data(self, **kwargs):
        """E, P and the rules that may apply."""
        rules = [(kind.label, RULES[kind]) for kind in kinds_of(self.found.row.kind)]
        return super().get_context_data(voters=votes.electorate(self.found.row), rules=rules, **kwargs)

    def store(self, **data):
        """Record it."""
        motions.record(motion=self.row, **data)
        messages.success(self.request, _("表决已登记。"))


class DecisionView(RowView):
    """A decision with who answers for it and by when."""

    template_name = "activities/decision_form.html"
    form_class = DecisionForm
    model = Decision

    def get_prefix(self):
        """The form on the page of the minutes sends here, too."""
        return None if self.row else "decision"

    def get_initial(self):
        """As it stands."""
        row = self.row
        return {"text": row.text, "owner": as_typed(row.owner), "due": row.due} if row else {}

    def store(self, **data):
        """Write it down."""
        decisions.decide(decision=self.row, **data)
        messages.success(self.request, _("决定事项已登记。"))


class LeftOutView(RowView):
    """Somebody who does not count among those entitled to vote."""

    template_name = "activities/left_out_form.html"
    form_class = LeftOutForm
    model = LeftOut

    def get_initial(self):
        """What the portal proposes, if one came by that."""
        wanted = self.request.GET.get("member", "")
        proposed = votes.electorate(self.found.row).proposed if wanted else ()
        for member, reason, note in proposed:
            if str(member.pk) == wanted:
                return {"member": as_typed(member), "reason": reason, "note": note}
        return {}

    def get_context_data(self, **kwargs):
        """Whether it takes effect at once."""
        return super().get_context_data(confirms=self.found.confirms, **kwargs)

    def store(self, **data):
        """Note it; the secretary's note is the confirmation."""
        motions.leave_out(confirms=self.found.confirms, **data)
        messages.success(self.request, _("已登记，不计入表决基数。") if self.found.confirms else _("已提请书记确认。"))


def _row(model, user, action, pk):
    return get_object_or_404(model.objects.permitted(user, action).select_related("minutes"), pk=pk)


@require_POST
@inside
def confirm_left_out(request, pk):
    """The secretary confirms a reason."""
    row = _row(LeftOut, request.user, "confirm", pk)

    def act():
        motions.confirm_left_out(row=row, at=timezone.now(), by=request.user)

    return answer(request, row.minutes.get_absolute_url(), act, _("已确认，不计入表决基数。"))


@require_POST
@inside
def count_again(request, pk):
    """Somebody counts among those entitled after all."""
    row = _row(LeftOut, request.user, "change", pk)

    def act():
        motions.count_again(row=row, at=timezone.now(), by=request.user)

    return answer(request, row.minutes.get_absolute_url(), act, _("已恢复计入表决基数。"))


@require_POST
@inside
def remove_motion(request, pk):
    """Take a motion back."""
    row = _row(Motion, request.user, "delete", pk)

    def act():
        motions.remove(motion=row, at=timezone.now(), by=request.user)

    return answer(request, row.minutes.get_absolute_url(), act, _("表决已删除。"))


@require_POST
@inside
def remove_decision(request, pk):
    """Take a decision back."""
    row = _row(Decision, request.user, "delete", pk)

    def act():
        decisions.remove(decision=row, at=timezone.now(), by=request.user)

    return answer(request, row.minutes.get_absolute_url(), act, _("决定事项已删除。"))


@require_POST
@inside
def complete(request, pk):
    """Mark a decision done: by who answers for it, or who writes the minutes."""
    rows = Decision.objects.permitted(request.user, "complete").select_related("minutes__activity")
    decision = get_object_or_404(rows, pk=pk)
    form = DoneForm(request.POST)
    back = request.POST.get("next", "")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, None):
        back = decision.minutes.activity.get_absolute_url()

    def act():
        if not form.is_valid():
            raise wrong(form)
        decisions.complete(decision=decision, day=timezone.localdate(), by=request.user, **form.cleaned_data)

    return answer(request, back, act, _("事项已办结。"))
