"""Minutes of one kind of an activity: draft, signatures, decisions, corrections."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from activities import attendance, minutes
from activities.choices import Kind
from activities.forms.activities import CorrectionForm, DecisionForm, MinutesForm
from activities.models import Activity, Decision, Minutes
from activities.views.activities import kept
from staff.access import InsideMixin, allowed, inside, roles
from staff.forms.fields import put_errors


def _kind(activity, kind):
    """The activity's kind as a choice, or nothing found."""
    if kind not in Kind.values or not activity.kinds.filter(kind=kind).exists():
        raise Http404
    return Kind(kind)


class MinutesView(InsideMixin, FormView):
    """The minutes for those who may read them; the form for those who keep them until they are signed."""

    template_name = "activities/minutes.html"
    form_class = MinutesForm

    def dispatch(self, request, *args, **kwargs):
        """Find the activity and its minutes."""
        if request.user.is_authenticated:
            seen = Activity.objects.visible_to(request.user).with_hosts()
            self.activity = get_object_or_404(seen, pk=kwargs["pk"])
            self.kind = _kind(self.activity, kwargs["kind"])
            self.keeps = allowed(request.user, "change", self.activity)
            rows = Minutes.objects.visible_to(request.user) if not self.keeps else Minutes.objects.all()
            rows = rows.filter(activity=self.activity, kind=self.kind, organisation=self.activity.lead)
            self.minutes = rows.select_related("chair", "recorder").first()
            if self.minutes is None and not self.keeps:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """The draft as it stands."""
        row = self.minutes
        if row is None:
            return {"version": 0, "text": self.activity.agenda}
        number = {
            part: f"{person.employee_number} {person.name}" if person else ""
            for part, person in (("chair", row.chair), ("recorder", row.recorder))
        }
        return {"version": row.version, "text": row.text, **number}

    def get_context_data(self, **kwargs):
        """The minutes, who came, and what may be done."""
        row, member = self.minutes, roles(self.request.user).member
        return super().get_context_data(
            activity=self.activity,
            kind=self.kind,
            minutes=row,
            keeps=self.keeps,
            editable=self.keeps and not (row and row.is_locked),
            figures=attendance.turnout(self.activity),
            signs=bool(row) and bool(minutes.signer_parts(row, member)),
            decisions=row.decisions.select_related("owner") if row else [],
            corrections=row.corrections.all() if row else [],
            decision_form=DecisionForm(prefix="decision"),
            correction_form=CorrectionForm(prefix="correction"),
            today=timezone.localdate(),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        """Only those who keep the record write its minutes."""
        if not self.keeps:
            raise Http404
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        """Store the draft, unless somebody was quicker."""
        try:
            minutes.save(
                activity=self.activity,
                kind=self.kind,
                organisation=self.activity.lead,
                by=self.request.user,
                **form.cleaned_data,
            )
        except ValidationError as error:
            put_errors(form, error)
            return self.render_to_response(self.get_context_data(form=form), status=422)
        messages.success(self.request, _("会议记录已保存。"))
        return redirect("activities:minutes", self.activity.pk, self.kind)

    def form_invalid(self, form):
        """What is wrong, with the text kept."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _minutes(activity, kind):
    return get_object_or_404(Minutes, activity=activity, kind=_kind(activity, kind), organisation=activity.lead)


def _answer(request, act, done, pk, kind):
    """Do it and go back to the minutes with what became of it."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("activities:minutes", pk, kind)


@require_POST
@inside
def sign(request, pk, kind):
    """Chair or recorder signs the version that they read."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    row = _minutes(activity, kind)
    member = roles(request.user).member
    if not minutes.signer_parts(row, member):
        raise Http404
    version = int(request.POST.get("version", "0")) if request.POST.get("version", "0").isdigit() else 0

    def act():
        minutes.sign(minutes=row, member=member, version=version, at=timezone.now(), by=request.user)

    return _answer(request, act, _("已签字。"), pk, kind)


@require_POST
@inside
def decide(request, pk, kind):
    """Add a decision."""
    row = _minutes(kept(request.user, pk), kind)
    form = DecisionForm(request.POST, prefix="decision")

    def act():
        if not form.is_valid():
            raise ValidationError([message for errors in form.errors.values() for message in errors])
        minutes.decide(minutes=row, by=request.user, **form.cleaned_data)

    return _answer(request, act, _("决定事项已登记。"), pk, kind)


@require_POST
@inside
def correct(request, pk, kind):
    """Add a correction to signed minutes."""
    row = _minutes(kept(request.user, pk), kind)
    form = CorrectionForm(request.POST, prefix="correction")

    def act():
        if not form.is_valid():
            raise ValidationError(_("请填写更正内容。"))
        minutes.correct(minutes=row, by=request.user, **form.cleaned_data)

    return _answer(request, act, _("更正已追加。"), pk, kind)


@require_POST
@inside
def complete(request, pk):
    """Mark a decision done: by who answers for it, or who keeps the record."""
    decision = get_object_or_404(Decision.objects.select_related("minutes__activity"), pk=pk)
    member, activity = roles(request.user).member, decision.minutes.activity
    mine = member is not None and decision.owner_id == member.pk
    if not mine and not allowed(request.user, "change", activity):
        raise Http404
    try:
        minutes.complete(decision=decision, day=timezone.localdate(), by=request.user)
        messages.success(request, _("事项已办结。"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(activity)
