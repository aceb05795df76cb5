"""Activities: the list, publishing and calling off; finding the one whose record one keeps."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView, ListView

from activities import planning, publishing
from activities.choices import ActivityState
from activities.forms.activities import (
    KEEPERS,
    ActivityFilter,
    CancelForm,
    PublishForm,
)
from activities.models import Activity
from staff import workbooks
from staff.access import InsideMixin, inside, roles
from staff.choices import Role
from staff.forms.fields import put_errors
from staff.wording import listed

OPEN = (ActivityState.DRAFT, ActivityState.SCHEDULED)
HEADERS = tuple(
    gettext_lazy(text)
    for text in ("主题", "类型", "主办组织", "开始时间", "结束时间", "地点", "状态", "应到", "实到", "请假", "缺席")
)


def kept(user, pk):
    """The activity `pk` if `user` keeps its record; else nothing is found."""
    return get_object_or_404(Activity.objects.permitted(user, "change"), pk=pk)


class KeptActivityMixin(InsideMixin):
    """A view of the activity of the address, for whoever keeps its record."""

    def dispatch(self, request, *args, **kwargs):
        """Find the activity, if one keeps its record."""
        if request.user.is_authenticated:
            self.activity = kept(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """Add the activity."""
        return super().get_context_data(activity=self.activity, **kwargs)


class ActivityListView(ListView):
    """What branches do: everybody sees what has a public page, the bureau all that is arranged."""

    template_name = "activities/activity_list.html"
    paginate_by = 20

    def get(self, request, *args, **kwargs):
        """The page, or the workbook for those who keep records."""
        if not workbooks.wanted(request):
            return super().get(request, *args, **kwargs)
        if not roles(request.user).holds(*KEEPERS, Role.MANAGEMENT):
            raise Http404
        rows = self.get_queryset().with_turnout().prefetch_related("kinds")
        return workbooks.export(_("活动"), HEADERS, (self.workbook_row(row) for row in rows))

    def get_queryset(self):
        """Matching activities: those still to come first, soonest on top; or the past."""
        self.now = timezone.now()
        self.filter = ActivityFilter(self.request.GET, user=self.request.user)
        self.past = self.request.GET.get("when") == "past"
        rows = self.filter.apply(Activity.objects.listed_for(self.request.user)).with_host_names()
        if not roles(self.request.user).inside:
            # People of the bureau are led to the records, all others to the published pages.
            rows = rows.with_page()
        if self.filter.value("month") or self.filter.value("period"):
            return rows.order_by("starts", "pk")
        if self.past:
            return rows.filter(ends__lt=self.now).order_by("-starts", "-pk")
        return rows.filter(ends__gte=self.now).order_by("starts", "pk")

    def get_context_data(self, **kwargs):
        """The filters, and whom the list serves."""
        held = roles(self.request.user)
        context = super().get_context_data(**kwargs)
        own = records_of(context["object_list"], self.request.user)
        rows = [
            (row, row.get_absolute_url() if row.pk in own else page_address(row, self.request))
            for row in context["object_list"]
        ]
        keeps = held.holds(*KEEPERS)
        return context | {
            "filter": self.filter,
            "rows": rows,
            "past": self.past,
            "by_month": bool(self.filter.value("month") or self.filter.value("period")),
            "keeps": keeps,
            "exports": keeps or held.holds(Role.MANAGEMENT),
            "today": timezone.localdate(),
        }

    def workbook_row(self, row):
        """One line of the workbook."""
        hosts = listed(host.organisation.name for host in row.hosts.all())
        figures = [row.expected, row.present, row.on_leave, row.absent]
        kinds = listed(str(label) for label in row.kind_labels)
        return [row.title, kinds, hosts, row.starts, row.ends, row.place, row.get_state_display(), *figures]


def records_of(rows, user):
    """The numbers of those among `rows` whose record `user` opens: a partner those of its agreements."""
    held = roles(user)
    if held.is_partner:
        seen = Activity.objects.visible_to(user).filter(pk__in=[row.pk for row in rows])
        return set(seen.values_list("pk", flat=True))
    return {row.pk for row in rows} if held.inside else set()


def page_address(activity, request):
    """Where the activity's published page stands, if it has one."""
    page = getattr(activity, "page", None)
    return page.get_url(request) if page is not None and page.live else None


class ActivityCancelView(KeptActivityMixin, FormView):
    """Call an activity off, with a reason."""

    template_name = "activities/activity_cancel.html"
    form_class = CancelForm

    def form_valid(self, form):
        """Cancel it, or say why not."""
        try:
            planning.cancel(activity=self.activity, reason=form.cleaned_data["reason"], by=self.request.user)
        except ValidationError as error:
            put_errors(form, error)
            return self.render_to_response(self.get_context_data(form=form), status=422)
        messages.success(self.request, _("活动已取消，已通知应到人员。"))
        return redirect(self.activity)


@require_POST
@inside
def publish(request, pk):
    """Schedule a draft, and publish the page of what has one."""
    activity = kept(request.user, pk)
    form = PublishForm(request.POST)
    chosen = form.cleaned_data["audience"] if form.is_valid() and roles(request.user).holds(Role.OFFICE) else None
    try:
        if activity.state == ActivityState.DRAFT:
            activity = planning.schedule(activity=activity, by=request.user)
        if activity.has_face:
            publishing.publish(activity=activity, by=request.user, audience=chosen)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("活动已安排并发布。"))
    return redirect(activity)
