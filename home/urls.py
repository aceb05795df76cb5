"""Addresses of `home`."""

from django.urls import path

from home.views import me, pages, updates

app_name = "home"

urlpatterns = [
    path("me/", me.MeView.as_view(), name="me"),
    path("me/notifications/", me.NotificationListView.as_view(), name="notifications"),
    path("me/notifications/read/", me.read_all, name="notifications_read"),
    path("me/notifications/<int:pk>/", me.open_notification, name="notification"),
    path("me/settings/", me.PreferenceView.as_view(), name="preferences"),
    path("manage/", pages.CockpitView.as_view(), name="manage"),
    path("search/", pages.search, name="search"),
    path("updates/", updates.UpdateListView.as_view(), name="updates"),
    path("updates/new/", updates.UpdateAddView.as_view(), name="update_add"),
    path("updates/<int:pk>/", updates.UpdateDetailView.as_view(), name="update"),
    path("updates/<int:pk>/thank/", updates.thank, name="update_thank"),
    path("updates/<int:pk>/delete/", updates.take_back, name="update_delete"),
    path("updates/<int:pk>/hide/", updates.hide, name="update_hide"),
    path("updates/comments/<int:pk>/delete/", updates.take_back_comment, name="comment_delete"),
    path("notices/<int:pk>/receipt/", pages.confirm_notice, name="receipt"),
]
