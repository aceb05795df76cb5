"""Attendance: the secretary's list, marked whole or one by one, guests, make-ups."""

from hashlib import sha256

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from activities import attendance, attendance_books, rolls
from activities.choices import AWAY, AttendanceState
from activities.forms.attendance import GuestsForm, MakeUpForm
from activities.models import Guest, Invitation
from activities.views.activities import KeptActivityMixin, kept
from staff import workbooks
from staff.access import inside
from staff.wording import listed

# What leave is mostly for, to choose by a touch.
REASONS = (
    gettext_lazy("因公出差"),
    gettext_lazy("病假"),
    gettext_lazy("事假"),
    gettext_lazy("外出培训"),
    gettext_lazy("值班"),
    gettext_lazy("年休假"),
)


def _dress(row, *, proposed="", posted=None):
    """Put beside a row what its line shows: the list's word or what was just typed, and what was seen before."""
    state = "" if row.state == AttendanceState.EXPECTED else row.state
    row.proposed = proposed
    row.seen = _seen(row.state, row.reason)
    row.shown_state, row.shown_reason = state, row.reason
    if posted is not None:
        row.shown_state = posted.get(f"state-{row.member_id}", "")
        row.shown_reason = posted.get(f"reason-{row.member_id}", "")
        row.seen = posted.get(f"seen-{row.member_id}", row.seen)
    row.choices = [(mark.value, mark.label, mark.value == row.shown_state) for mark in attendance.MARKS]
    return row


def _seen(state, reason):
    """How a line says what the list said of somebody when the page was made."""
    return f"{state}|{reason}"


def _was(seen):
    """The (state, reason) that `_seen` wrote."""
    state, _bar, reason = seen.partition("|")
    return state, reason


class AttendanceView(KeptActivityMixin, TemplateView):
    """The list of those expected; marked with one touch each, or whole, which needs no scripts."""

    template_name = "activities/attendance.html"

    def get(self, request, *args, **kwargs):
        """The page, or the list as a workbook."""
        if workbooks.wanted(request):
            name = f"{_('出席')} {self.activity.title}"
            return workbooks.export(name, attendance_books.HEADS, attendance_books.rows(self.activity))
        return super().get(request, *args, **kwargs)

    def rows(self, posted=None):
        """Each expected person with what the list says or was just typed, and the leave proposed for the deployed."""
        people = list(self.activity.attendances.select_related("member__unit").order_by("member__spelling", "pk"))
        away = rolls.deployed(members=[row.member_id for row in people], day=self.activity.day)
        return [_dress(row, proposed=away.get(row.member_id, ""), posted=posted) for row in people]

    def get_context_data(self, **kwargs):
        """The list, its sum, the guests, who may make up."""
        rows = kwargs.pop("rows", None) or self.rows()
        figures = attendance.turnout(self.activity)
        begun = timezone.now() >= self.activity.starts
        return super().get_context_data(
            rows=rows,
            figures=figures,
            quorum=figures.quorum([row.kind for row in self.activity.kinds.all()]),
            reasons=REASONS,
            any_proposed=any(row.proposed and not row.shown_state for row in rows),
            open=self.activity.state in attendance.OPEN_STATES,
            away=[row for row in rows if row.state in AWAY] if begun else [],
            guests=self.activity.guests.all(),
            guest_form=kwargs.pop("guest_form", None) or self.guest_form(),
            make_up_form=MakeUpForm(initial={"day": timezone.localdate()}),
            **kwargs,
        )

    def guest_form(self):
        """The form of guests, with the unit of the only partner."""
        partners = list(self.activity.partners.all()[:2])
        return GuestsForm(initial={"unit": partners[0].name[:80]} if len(partners) == 1 else {})

    def post(self, request, *args, **kwargs):
        """Store all marks at once; the other button says "present" of all the rest, "leave" of who is deployed."""
        rest = request.POST.get("do") == "rest"
        rows = self.rows(posted=request.POST)
        asking = self.asking() if rest else {}
        marks, seen = {}, {}
        for row in rows:
            state = row.shown_state
            if rest and not state and row.member_id not in asking:
                state = AttendanceState.LEAVE if row.proposed else AttendanceState.PRESENT
            if state:
                marks[row.member_id] = (state, row.shown_reason)
                seen[row.member_id] = _was(row.seen)
        try:
            done = attendance.mark(activity=self.activity, marks=marks, seen=seen, at=timezone.now(), by=request.user)
        except ValidationError as error:
            return self.render_to_response(self.get_context_data(rows=rows, errors=error.messages), status=422)
        if done.stale:
            told = listed(f"{row.member.name}({row.get_state_display()})" for row in done.stale)
            messages.warning(request, _("以下人员刚被他人登记，未作改动，请核对：%(names)s。") % {"names": told})
        if open_ := [name for member, name in asking.items() if member not in marks]:
            told = {"names": listed(open_)}
            messages.warning(request, _("请假待批，未登记为实到，请先审批或逐人登记：%(names)s。") % told)
        messages.success(request, _("出席情况已保存。"))
        return redirect("activities:attendance", self.activity.pk)

    def asking(self):
        """Those whose leave nobody has decided on, by name: whether they are there cannot be taken for granted."""
        rows = Invitation.objects.asking().filter(attendance__activity=self.activity)
        rows = rows.filter(attendance__state=AttendanceState.EXPECTED).order_by("attendance__member__spelling")
        return dict(rows.values_list("attendance__member", "attendance__member__name"))


@require_safe
@inside
def now(request, pk):
    """How the list stands, for a page that is open on it; nothing is sent again while nothing has changed."""
    activity = kept(request.user, pk)
    known = list(activity.attendances.order_by("pk").values_list("member", "state", "reason"))
    etag = f'"{sha256(f"{known} {get_language()}".encode()).hexdigest()[:24]}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        figures = attendance.turnout(activity)
        context = {"figures": figures, "quorum": figures.quorum([row.kind for row in activity.kinds.all()])}
        states = {
            member: ["" if state == AttendanceState.EXPECTED else state, _seen(state, reason), reason]
            for member, state, reason in known
        }
        turnout = render_to_string("activities/_turnout.html", context, request)
        answer = JsonResponse({"rows": states, "turnout": turnout})
        answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_POST
@inside
def mark_one(request, pk, member):
    """One person's mark at a touch; answers their line and the figures, or leads back to the list."""
    activity = kept(request.user, pk)
    row = get_object_or_404(activity.attendances.select_related("member__unit"), member=member)
    mark = (request.POST.get(f"state-{member}", ""), request.POST.get(f"reason-{member}", ""))
    seen = {member: _was(request.POST[f"seen-{member}"])} if f"seen-{member}" in request.POST else None
    error, stale = "", False
    try:
        done = attendance.mark(activity=activity, marks={member: mark}, seen=seen, at=timezone.now(), by=request.user)
        row, stale = next(iter(done.changed), row), bool(done.stale)
        proposed = "" if row.state != AttendanceState.EXPECTED else rolls.deployed(members=[member], day=activity.day)
        _dress(row, proposed=proposed.get(member, "") if proposed else "")
    except ValidationError as refused:
        error = " ".join(refused.messages)
        _dress(row, posted=request.POST)
    if not request.htmx:
        return redirect("activities:attendance", pk)
    context = {
        "activity": activity,
        "row": row,
        "error": error,
        "stale": stale,
        "reasons": REASONS,
        "open": activity.state in attendance.OPEN_STATES,
    }
    figures = attendance.turnout(activity)
    context |= {"figures": figures, "quorum": figures.quorum([row.kind for row in activity.kinds.all()])}
    return render(request, "activities/_marked.html", context)


@require_POST
@inside
def make_up(request, pk, member):
    """Write down a make-up, or take it back."""
    activity = kept(request.user, pk)
    row = get_object_or_404(activity.attendances, member=member)
    if request.POST.get("do") == "undo":
        attendance.undo_make_up(activity=activity, member=row.member_id, by=request.user)
        messages.success(request, _("补课登记已撤销。"))
        return redirect("activities:attendance", pk)
    form = MakeUpForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([text for errors in form.errors.values() for text in errors])
        today = timezone.localdate()
        attendance.make_up(activity=activity, member=row.member_id, today=today, by=request.user, **form.cleaned_data)
        messages.success(request, _("补课已登记。"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("activities:attendance", pk)


@require_POST
@inside
def add_guest(request, pk):
    """Write down guests, a line each."""
    view = AttendanceView()
    view.setup(request, pk=pk)
    view.activity = kept(request.user, pk)
    form = GuestsForm(request.POST)
    if form.is_valid():
        kind, people = form.cleaned_data["kind"], form.cleaned_data["pairs"]
        try:
            new = attendance.add_guests(activity=view.activity, kind=kind, people=people, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            known = len(people) - len(new)
            text = ngettext("已登记%(n)d人。", "已登记%(n)d人。", len(new)) % {"n": len(new)}
            if known:
                text += _("%(n)d人此前已登记。") % {"n": known}
            messages.success(request, text)
            return redirect("activities:attendance", pk)
    return view.render_to_response(view.get_context_data(guest_form=form), status=422)


@require_POST
@inside
def remove_guest(request, pk, guest):
    """Take a guest off the list."""
    activity = kept(request.user, pk)
    attendance.remove_guest(guest=get_object_or_404(Guest, pk=guest, activity=activity), by=request.user)
    return redirect("activities:attendance", activity.pk)
