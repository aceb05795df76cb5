"""My own pages: my day, my notifications, my settings. They work for an account without a member, too."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST
from django.views.generic import ListView, TemplateView, UpdateView

from activities.models import FeedToken
from home import day
from home.forms import PreferenceForm
from home.middleware import remember
from staff.access import roles
from staff.models import Notification, Preference


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
            **kwargs,
        )


class NotificationListView(LoginRequiredMixin, ListView):
    """All that reached me, newest first."""

    template_name = "home/notification_list.html"
    paginate_by = 20

    def get_queryset(self):
        """My own, all or those not opened."""
        rows = Notification.objects.filter(user=self.request.user)
        return rows.unread() if self.request.GET.get("show") == "unread" else rows


@login_required
def open_notification(request, pk):
    """Mark one as read and go where it leads."""
    row = get_object_or_404(Notification, pk=pk, user=request.user)
    Notification.objects.filter(pk=row.pk).unread().update(read_at=timezone.now())
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
    """My settings: language, size, mail; and the ways to password, second factor, sessions, calendar."""

    form_class = PreferenceForm
    template_name = "home/preferences.html"
    success_url = reverse_lazy("home:preferences")

    def get_object(self, queryset=None):
        """My own row; not stored before something was chosen."""
        user = self.request.user
        return Preference.objects.filter(user=user).first() or Preference(user=user)

    def get_context_data(self, **kwargs):
        """Whether a calendar of mine is subscribed to."""
        feeds = FeedToken.objects.filter(user=self.request.user, revoked_at__isnull=True)
        return super().get_context_data(
            has_feed=feeds.exists(),
            feed_url=reverse("activities:feed_token"),
            is_inside=roles(self.request.user).inside,
            **kwargs,
        )

    def form_valid(self, form):
        """Keep them with the account and on the device."""
        preference = form.save()
        with override(preference.language):
            messages.success(self.request, _("设置已保存。"))
        response = redirect(self.success_url)
        remember(response, settings.LANGUAGE_COOKIE_NAME, preference.language)
        remember(response, "large_text", "1" if preference.large_text else "")
        return response
