"""My own pages: my day, my notifications, my settings. They work for an account without a member, too."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import ListView, TemplateView, UpdateView

from activities.models import FeedToken
from home import day, digest, study
from home.middleware import remember
from home.preference_forms import PreferenceForm
from staff import notifications, robots
from staff.access import roles
from staff.choices import Channel
from staff.forms.robots import RobotForm
from staff.models import Delivery, Notification, Preference, Robot


class MeView(LoginRequiredMixin, TemplateView):
    """我的一天: what is expected of me today and this week."""

    template_name = "home/me.html"

    def get_context_data(self, **kwargs):
        """My day, and what I have not opened."""
        user = self.request.user
        today = timezone.localdate()
        mine = day.of(user, on=today)
        return super().get_context_data(
            day=mine,
            posting=day.posting_of(mine.member, today),
            unread=day.unread(user),
            suggestions=day.own_suggestions(mine.member),
            study_open=study.still_open(mine.member, user, today) if mine.member else 0,
            **kwargs,
        )


class NotificationListView(LoginRequiredMixin, ListView):
    """All that reached me, newest first; what is of one kind and day and leads to one address stands together."""

    template_name = "home/notification_list.html"
    paginate_by = 20

    def get_queryset(self):
        """My own, all or those not opened, in groups."""
        rows = Notification.objects.filter(user=self.request.user)
        return (rows.unread() if self.request.GET.get("show") == "unread" else rows).grouped()

    def get_context_data(self, **kwargs):
        """The groups of the page, each with its newest messages."""
        context = super().get_context_data(**kwargs)
        context["object_list"] = notifications.with_rows(self.request.user, context["object_list"])
        return context


@login_required
def open_notification(request, pk):
    """Mark one as read, with those that stand with it, and go where it leads."""
    row = get_object_or_404(Notification, pk=pk, user=request.user)
    notifications.read(row)
    if row.address.startswith("/") and url_has_allowed_host_and_scheme(row.address, None):
        return redirect(row.address)
    return redirect("home:notifications")


@require_POST
@login_required
def read_all(request):
    """Mark everything as read."""
    Notification.objects.filter(user=request.user).unread().update(read_at=timezone.now())
    messages.success(request, _("已全部标为已读。"))
    return redirect("home:notifications")


class PreferenceView(LoginRequiredMixin, UpdateView):
    """My settings: language, size, messages; and the ways to password, second factor, sessions, calendar."""

    form_class = PreferenceForm
    template_name = "home/preferences.html"
    success_url = reverse_lazy("home:preferences")

    def get_object(self, queryset=None):
        """My own row; not stored before something was chosen."""
        user = self.request.user
        return Preference.objects.filter(user=user).first() or Preference(user=user)

    def robot_form(self, data=None):
        """The form of my own robot."""
        user = self.request.user
        robot = Robot.objects.filter(user=user).first() or Robot(user=user)
        return RobotForm(data, instance=robot, prefix="own")

    def get_context_data(self, **kwargs):
        """My robot and what went wrong with it, and whether a calendar of mine is subscribed to."""
        user = self.request.user
        feeds = FeedToken.objects.filter(user=user, revoked_at__isnull=True)
        return super().get_context_data(
            **{
                "robot_form": self.robot_form(),
                "robot_failed": Delivery.objects.failed().filter(user=user, channel=Channel.ROBOT).first(),
                "has_feed": feeds.exists(),
                "feed_url": reverse("activities:feed_token"),
                "is_inside": roles(user).inside,
                **kwargs,
            }
        )

    def post(self, request, *args, **kwargs):
        """Both forms are kept, or neither."""
        self.object = self.get_object()
        form, robot_form = self.get_form(), self.robot_form(request.POST)
        if form.is_valid() and robot_form.is_valid():
            return self.keep(form, robot_form)
        return self.render_to_response(self.get_context_data(form=form, robot_form=robot_form))

    def keep(self, form, robot_form):
        """Keep them with the account and on the device."""
        preference = form.save()
        with override(preference.language):
            if robot_form.has_changed():
                robots.keep(robot=robot_form.instance, by=self.request.user, address=str(self.success_url))
            messages.success(self.request, _("设置已保存。"))
        response = redirect(self.success_url)
        remember(response, settings.LANGUAGE_COOKIE_NAME, preference.language)
        remember(response, "large_text", "1" if preference.large_text else "")
        return response


@csrf_exempt  # the mail program that offers "unsubscribe" sends it by itself (RFC 8058); the token says whose it is
@require_http_methods(["GET", "HEAD", "POST"])
def digest_off(request, token):
    """Switch the digest off by the link in it, without signing in: a page that asks, and the answer."""
    user = digest.owner(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        digest.switch_off(user=user)
    return render(request, "home/digest_off.html", {"done": request.method == "POST"})
