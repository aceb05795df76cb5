"""Addresses of a session, below /activities/<id>/session/."""

from django.urls import path, re_path

from activities.views.suggestions import session

urlpatterns = [
    path("", session.session, name="session"),
    path("open/", session.open_session, name="session_open"),
    path("end/", session.end_session, name="session_end"),
    path("minutes/", session.into_minutes, name="session_minutes"),
    path("screen/", session.screen, name="session_screen"),
    path("feed/", session.feed, name="session_feed"),
    path("say/", session.SayView.as_view(), name="session_say"),
    path("record/", session.RecordView.as_view(), name="session_record"),
    re_path(
        r"^voices/(?P<suggestion>[0-9]{1,18})/(?P<act>edit|show|hide|merge)/$", session.voice, name="session_voice"
    ),
]
