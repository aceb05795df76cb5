"""Addresses of `activities`."""

from django.urls import include, path

from activities.views import activities, attendance, branches, calendar, compliance, suggestions

app_name = "activities"

urlpatterns = [
    path("activities/", activities.ActivityListView.as_view(), name="list"),
    path("activities/new/", activities.ActivityCreateView.as_view(), name="create"),
    path("activities/calendar/", calendar.this_month, name="calendar"),
    path("activities/calendar/<int:year>/<int:month>/", calendar.MonthView.as_view(), name="month"),
    path("activities/calendar.ics", calendar.public_feed, name="feed"),
    path("activities/mine/", calendar.FeedTokenView.as_view(), name="feed_token"),
    path("activities/mine/<str:token>.ics", calendar.own_feed, name="own_feed"),
    path("activities/compliance/", compliance.ComplianceView.as_view(), name="compliance"),
    path("activities/of-member/<int:pk>/", branches.of_member, name="of_member"),
    path("activities/of-branch/<int:pk>/", branches.of_branch, name="of_branch"),
    path("activities/<int:pk>/", activities.ActivityView.as_view(), name="detail"),
    path("activities/<int:pk>/edit/", activities.ActivityEditView.as_view(), name="edit"),
    path("activities/<int:pk>/publish/", activities.publish, name="publish"),
    path("activities/<int:pk>/cancel/", activities.ActivityCancelView.as_view(), name="cancel"),
    path("activities/<int:pk>/session/", suggestions.session, name="session"),
    path("activities/<int:pk>/attendance/", attendance.AttendanceView.as_view(), name="attendance"),
    path("activities/<int:pk>/guests/", attendance.add_guest, name="guest_add"),
    path("activities/<int:pk>/guests/<int:guest>/remove/", attendance.remove_guest, name="guest_remove"),
    path("activities/<int:pk>/check-in/", attendance.check_in, name="check_in"),
    path("activities/<int:pk>/sign-up/", attendance.sign_up, name="sign_up"),
    path("activities/<int:pk>/withdraw/", attendance.withdraw, name="withdraw"),
    path("activities/", include("activities.minutes_urls")),
    path("suggestions/", include("activities.suggestion_urls")),
    path("agreements/", include("activities.agreement_urls")),
]
