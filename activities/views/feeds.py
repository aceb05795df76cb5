"""Calendars that leave the portal: the invitation to one activity, the feed for everybody, a member's own."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from activities import feeds
from activities.choices import ActivityState
from activities.models import Activity
from activities.views.activities import page_address
from staff.access import InsideMixin, roles, to_sign_in

ICS = "text/calendar; charset=utf-8"


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
