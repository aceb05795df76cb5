"""The page of one activity: the reader's own part first, then what it is; a keeper's tools; names as far as allowed."""

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.utils import timezone
from django.views.generic import DetailView

from activities import attendance, calls, mine
from activities.choices import CheckInWay
from activities.forms.activities import PublishForm
from activities.models import Activity, Attendance
from activities.views.activities import OPEN
from staff.access import allowed, roles
from staff.choices import Role

NAMES = 30
# A list no longer than this stands open; a longer one is folded.
SHORT = 12


class ActivityView(DetailView):
    """An activity's record: its facts for all who may see it, figures for all concerned, names for those permitted."""

    template_name = "activities/activity_detail.html"

    def dispatch(self, request, *args, **kwargs):
        """Signed-out readers go to sign-in and come back."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        """Activities that the reader may see."""
        rows = Activity.objects.visible_to(self.request.user).select_related("agreement", "project")
        return rows.with_hosts().with_page().prefetch_related("partners")

    def get_context_data(self, **kwargs):
        """The reader's own part, the list as far as they may see it, and what they may do."""
        user, activity, now = self.request.user, self.object, timezone.now()
        held = roles(user)
        keeps = allowed(user, "change", activity)
        own = mine.of(activity=activity, member=held.member, at=now)
        if own.row is not None:
            calls.opened(row=own.row, at=now)
        begun = now >= activity.starts
        arranged = activity.state in attendance.OPEN_STATES
        there = own.row is not None and own.row.is_there
        page = getattr(activity, "page", None)
        readable = page is not None and page.live and page.readable_by(user)
        return super().get_context_data(
            activity=activity,
            own=own,
            keeps=keeps,
            begun=begun,
            arranged=arranged,
            is_open=activity.state in OPEN,
            standing=calls.standing(activity) if keeps and arranged and not begun else None,
            figures=attendance.turnout(activity) if held.inside and begun else None,
            guests=activity.guests.all() if keeps and begun else [],
            shows_code=arranged and activity.check_in != CheckInWay.LIST,
            page_url=page.get_url(self.request) if readable else None,
            page_face=page,
            may_publish=keeps and activity.has_face and arranged,
            publish_form=PublishForm() if held.holds(Role.OFFICE) else None,
            kinds=[(row.kind, row.get_kind_display()) for row in activity.kinds.all()],
            reads_minutes=arranged and (keeps or there or held.holds(Role.MANAGEMENT)),
            **self.names(user, own.row, keeps),
        )

    def names(self, user, own, keeps):
        """A page of the list for who sees more of it than themselves."""
        rows = Attendance.objects.visible_to(user).filter(activity=self.object)
        rows = rows.select_related("member__unit", "invitation").order_by("state", "member__spelling", "pk")
        found = Paginator(rows, NAMES)
        wanted = self.request.GET.get("page")
        if not keeps and found.count <= (own is not None):
            return {"page_obj": None}
        return {"page_obj": found.get_page(wanted), "folded": found.count > SHORT and not wanted}
