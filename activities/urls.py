"""Addresses of `activities`."""

from django.urls import include, path

app_name = "activities"

urlpatterns = [
    path("suggestions/", include("activities.suggestion_urls")),
    path("agreements/", include("activities.agreement_urls")),
]
