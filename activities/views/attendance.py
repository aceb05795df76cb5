"""Attendance: the secretary's list, guests, the member's own check-in, places at open activities."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from activities import attendance
from activities.choices import AttendanceState
from activities.forms.activities import GuestForm
from activities.models import Activity, Guest
from activities.views.activities import kept
from staff.access import InsideMixin, inside, roles

LABELS = [
    (AttendanceState.PRESENT.value, AttendanceState.PRESENT.label),
    (AttendanceState.LATE.value, AttendanceState.LATE.label),
    (AttendanceState.LEAVE.value, AttendanceState.LEAVE.label),
    (AttendanceState.ABSENT.value, AttendanceState.ABSENT.label),
]


class AttendanceView(InsideMixin, TemplateView):
    """The list of those expected, marked in one go; written for a phone, without scripts."""

    template_name = "activities/attendance.html"

    def dispatch(self, request, *args, **kwargs):
        """Find the activity, if one keeps its record."""
        if request.user.is_authenticated:
            self.activity = kept(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def rows(self, posted=None):
        """Each expected person with what the list says or was just typed, and the leave proposed for the deployed."""
        people = list(self.activity.attendances.select_related("member").order_by("member__spelling", "pk"))
        away = attendance.deployed(members=[row.member_id for row in people], day=self.activity.day)
        for row in people:
            row.proposed = away.get(row.member_id, "")
            state = "" if row.state == AttendanceState.EXPECTED else row.state
            row.shown_state, row.shown_reason = state or ("leave" if row.proposed else ""), row.reason or row.proposed
            if posted is not None:
                row.shown_state = posted.get(f"state-{row.member_id}", "")
                row.shown_reason = posted.get(f"reason-{row.member_id}", "")
            row.choices = [(value, label, value == row.shown_state) for value, label in LABELS]
        return people

    def get_context_data(self, **kwargs):
        """The list, its sum, the guests."""
        return super().get_context_data(
            activity=self.activity,
            rows=kwargs.pop("rows", None) or self.rows(),
            figures=attendance.turnout(self.activity),
            guests=self.activity.guests.all(),
            guest_form=kwargs.pop("guest_form", None) or GuestForm(),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        """Store all marks at once; the second button says "present" of everybody who is not marked."""
        marks = {}
        rest = request.POST.get("do") == "rest"
        rows = self.rows(posted=request.POST)
        for row in rows:
            state = row.shown_state or (AttendanceState.PRESENT if rest else "")
            if state:
                marks[row.member_id] = (state, row.shown_reason)
        try:
            attendance.mark(activity=self.activity, marks=marks, at=timezone.now(), by=request.user)
        except ValidationError as error:
            return self.render_to_response(self.get_context_data(rows=rows, errors=error.messages), status=422)
        messages.success(request, _("出席情况已保存。"))
        return redirect("activities:attendance", self.activity.pk)


@require_POST
@inside
def add_guest(request, pk):
    """Write down a guest."""
    activity = kept(request.user, pk)
    form = GuestForm(request.POST)
    try:
        if form.is_valid():
            attendance.add_guest(activity=activity, by=request.user, **form.cleaned_data)
            messages.success(request, _("来宾已登记。"))
        else:
            messages.error(request, _("请填写来宾姓名。"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("activities:attendance", activity.pk)


@require_POST
@inside
def remove_guest(request, pk, guest):
    """Take a guest off the list."""
    activity = kept(request.user, pk)
    attendance.remove_guest(guest=get_object_or_404(Guest, pk=guest, activity=activity), by=request.user)
    return redirect("activities:attendance", activity.pk)


def _own(request, pk, act, done):
    """What a member does for themselves at an activity that they see."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    member = roles(request.user).member
    try:
        if member is None:
            raise ValidationError(_("您的账号未关联人员信息。"))
        act(activity=activity, member=member, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect(activity)


@require_POST
@inside
def check_in(request, pk):
    """The member's own check-in."""
    return _own(request, pk, attendance.check_in, _("签到成功。"))


@require_POST
@inside
def sign_up(request, pk):
    """Take a place at an open activity."""
    return _own(request, pk, attendance.sign_up, _("报名已提交。"))


@require_POST
@inside
def withdraw(request, pk):
    """Give the place back."""
    return _own(request, pk, attendance.withdraw, _("已取消报名。"))
