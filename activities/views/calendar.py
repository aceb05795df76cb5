"""The month, and the calendar feeds."""

import calendar
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from activities import feeds
from activities.choices import ActivityState
from activities.forms.activities import ActivityFilter, midnight
from activities.models import Activity
from activities.views.activities import page_address
from staff.access import InsideMixin, roles, to_sign_in
from staff.models import Holiday

ICS = "text/calendar; charset=utf-8"
YEARS = range(2000, 2100)
# So many of a day's activities are shown; the rest is one click away.
SHOWN_A_DAY = 4


@require_safe
def this_month(request):
    """The month that is now, with the filters kept."""
    today = timezone.localdate()
    return redirect_to(today.year, today.month, request)


def redirect_to(year, month, request):
    """The address of a month with the filters of this one."""
    answer = redirect("activities:month", year=year, month=month)
    if request.GET:
        answer["Location"] += f"?{request.GET.urlencode()}"
    return answer


class MonthView(TemplateView):
    """A month of activities: a grid on a PC, a list of days on a phone; holidays are marked."""

    template_name = "activities/month.html"

    def get_context_data(self, year, month, **kwargs):
        """The weeks with their days, each with what takes place on it."""
        if year not in YEARS or not 1 <= month <= 12:
            raise Http404
        request = self.request
        first = date(year, month, 1)
        last = first.replace(day=calendar.monthrange(year, month)[1])
        chosen = ActivityFilter(request.GET, user=request.user, month=False)
        rows = chosen.apply(Activity.objects.listed_for(request.user)).order_by("starts", "pk")
        rows = rows.filter(starts__gte=midnight(first), starts__lt=midnight(last + timedelta(days=1)))
        inside = roles(request.user).inside
        by_day = {}
        for row in rows.only("title", "starts", "state") if inside else rows.with_page():
            row.address = row.get_absolute_url() if inside else page_address(row, request)
            by_day.setdefault(row.day, []).append(row)
        holidays = {row.day: row for row in Holiday.objects.filter(day__range=(first, last))}
        today = timezone.localdate()
        weeks = [
            [
                {
                    "day": day,
                    "other": day.month != month,
                    "today": day == today,
                    "holiday": holidays.get(day),
                    "shown": by_day.get(day, [])[:SHOWN_A_DAY],
                    "more": max(0, len(by_day.get(day, [])) - SHOWN_A_DAY),
                }
                for day in week
            ]
            for week in calendar.Calendar(firstweekday=0).monthdatescalendar(year, month)
        ]
        return super().get_context_data(
            filter=chosen,
            weeks=weeks,
            first=first,
            before=first - timedelta(days=1),
            after=last + timedelta(days=1),
            total=sum(map(len, by_day.values())),
            weekdays=[_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")],
            **kwargs,
        )


@require_safe
def invitation(request, pk):
    """One activity for a calendar: for those who see its record, and for everybody what has a public page."""
    rows = Activity.objects.listed_for(request.user).exclude(state=ActivityState.DRAFT).filter(pk=pk)
    activity = rows.with_hosts().with_page().first()
    if activity is None:
        if request.user.is_authenticated:
            raise Http404
        return to_sign_in(request)
    record = roles(request.user).inside
    address = activity.get_absolute_url() if record else page_address(activity, request) or "/"
    link = request.build_absolute_uri(address)
    body = feeds.invitation(activity, link=link, at=timezone.now(), details=record)
    answer = HttpResponse(body, content_type=ICS)
    answer["Content-Disposition"] = f'attachment; filename="{feeds.filename(activity)}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def public_feed(request):
    """What everybody may subscribe to."""
    now = timezone.now()

    def link(activity):
        return request.build_absolute_uri(page_address(activity, request) or "/")

    body = feeds.feed(name=_("公开活动"), activities=feeds.public_activities(now), link=link, at=now)
    return HttpResponse(body, content_type=ICS)


@require_safe
def own_feed(request, token):
    """A member's own activities, postings and shifts, for whoever holds the token; revoked ones lead nowhere."""
    user = feeds.owner_of(token)
    if user is None:
        raise Http404
    now = timezone.now()
    body = feeds.feed(
        name=_("我的活动"),
        activities=feeds.own_activities(user, now),
        link=lambda one: request.build_absolute_uri(getattr(one, "address", None) or one.get_absolute_url()),
        at=now,
        details=True,
        duties=feeds.own_duties(user, now),
    )
    answer = HttpResponse(body, content_type=ICS)
    answer["Cache-Control"] = "private, no-store"
    return answer


class FeedTokenView(InsideMixin, TemplateView):
    """The private feed: its address is shown once, and a new one makes the old one void."""

    template_name = "activities/feed_token.html"

    def get_context_data(self, **kwargs):
        """Whether a feed is open."""
        return super().get_context_data(open=self.request.user.feed_tokens.filter(revoked_at=None).exists(), **kwargs)

    def post(self, request, *args, **kwargs):
        """Open a feed, or close it."""
        if request.POST.get("do") == "revoke":
            feeds.revoke_tokens(user=request.user)
            messages.success(request, _("日历订阅已停用。"))
            return redirect("activities:feed_token")
        token = feeds.create_token(user=request.user)
        address = request.build_absolute_uri(f"/activities/mine/{token}.ics")
        return self.render_to_response(self.get_context_data(address=address))
