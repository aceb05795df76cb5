"""Addresses of the portal."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from home.views import pages
from portal import installable
from portal.look import language, look

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("language/", language, name="set_language"),
    path("look/", look, name="look"),
    path("healthz", pages.healthz, name="healthz"),
    path("manifest.webmanifest", installable.manifest, name="manifest"),
    path("service-worker.js", installable.worker, name="worker"),
    path("offline/", installable.offline, name="offline"),
    path("share/", installable.share, name="share"),
    path("media/<path:path>", pages.serve_media, name="media"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/<int:pk>/<str:filename>", pages.serve_document, name="document"),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("staff.urls")),
    path("", include("activities.urls")),
    path("", include("home.urls")),
    path("", include(wagtail_urls)),
]
