"""Leave from postings: what waits for one's decision, who is away, deciding and coming back."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from staff import access, leaves
from staff.choices import LeaveState
from staff.forms import deployment as forms
from staff.models import Leave
from staff.periods import days_between
from staff.views.deployment.base import act
from staff.views.lists import ScopedListView


class LeaveListView(ScopedListView):
    """Leave of one's scope, what waits for a decision first; those whose leave it is to decide do so here."""

    template_name = "staff/leave_list.html"
    paginate_by = 50
    filename = gettext_lazy("派驻人员请假")
    headers = (
        gettext_lazy("姓名"),
        gettext_lazy("接收单位"),
        gettext_lazy("开始日期"),
        gettext_lazy("结束日期"),
        gettext_lazy("天数"),
        gettext_lazy("事由"),
        gettext_lazy("状态"),
        gettext_lazy("销假日期"),
    )

    def get_queryset(self):
        """Leave that the reader may see, by what is to do and then by day."""
        self.day = timezone.localdate()
        self.filter = forms.LeaveFilter(self.request.GET)
        rows = Leave.objects.visible_to(self.request.user).select_related("posting__member", "posting__host_unit")
        state = self.filter.value("state")
        if state == forms.LeaveFilter.AWAY:
            rows = rows.in_force().on(self.day)
        elif state == forms.LeaveFilter.LATE:
            rows = rows.unreturned(self.day)
        elif state:
            rows = rows.filter(state=state)
        return rows.waiting_first()

    def get_context_data(self, **kwargs):
        """Add which the reader decides on, and the figures."""
        context = super().get_context_data(**kwargs)
        user, shown = self.request.user, [leave.pk for leave in context["object_list"]]
        seen = Leave.objects.visible_to(user)
        mine = Leave.objects.filter(pk__in=shown)
        return context | {
            "rows": [(leave, days_between(leave.starts, leave.ends)) for leave in context["object_list"]],
            "decidable": set(mine.permitted(user, "decide").order_by().values_list("pk", flat=True)),
            "today": self.day,
            "waiting": seen.filter(state=LeaveState.REQUESTED).count(),
            "away": seen.in_force().on(self.day).count(),
            "late": seen.unreturned(self.day).count(),
        }

    def workbook_row(self, leave):
        """One line of the workbook."""
        return [
            leave.posting.member.name,
            leave.posting.host_unit.name,
            leave.starts,
            leave.ends,
            days_between(leave.starts, leave.ends),
            leave.reason,
            leave.get_state_display(),
            leave.returned_on,
        ]


@require_POST
@access.inside
def decide_leave(request, pk):
    """Approve or refuse leave that is the reader's to decide; back to the list if it came from there."""
    leave = get_object_or_404(Leave.objects.permitted(request.user, "decide").select_related("posting"), pk=pk)
    approve = request.POST.get("approve") == "yes"
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = leave.posting
    return act(request, leaves.decide, _("已审批。"), back, leave=leave, approve=approve)
