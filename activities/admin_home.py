"""What waits for a secretary on the admin's first screen: drafts, lists that were not finished, suggestions."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.choices import ActivityState, AttendanceState, SuggestionState
from activities.models import Activity, Attendance, Suggestion
from staff.admin_home import WaitingPanel, listed


def panel(user):
    """The panel of meetings and suggestions; its counts take one query."""
    now = timezone.now()
    mine = Activity.objects.permitted(user, "change")
    open_rows = Attendance.objects.filter(state=AttendanceState.EXPECTED).values("activity")
    past = mine.filter(state__in=(ActivityState.SCHEDULED, ActivityState.HELD), ends__lt=now, pk__in=open_rows)
    waiting = Suggestion.objects.permitted(user, "change").filter(state=SuggestionState.LOGGED)
    drafts, logged = mine.filter(state=ActivityState.DRAFT), reverse("activities_suggestion:index") + "?state=logged"
    register = reverse("activities_activity:index")
    tasks = listed(
        {
            "drafts": (_("未安排的活动草稿"), drafts, f"{register}?state=draft"),
            "past": (_("出席名单未完成的活动"), past, register),
            "waiting": (_("待立案的建议"), waiting, logged),
        }
    )
    return WaitingPanel(_("组织生活"), tasks, order=110)
