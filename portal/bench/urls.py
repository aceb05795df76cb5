"""The portal's addresses and, before them, a view that does nothing; only `make bench` names this module."""

from django.http import HttpResponse
from django.urls import path

from portal import public
from portal.urls import urlpatterns as portal_urls

# What pages are measured against is made anew each time.
public.NOT_KEPT += ("/bench",)


def empty(request):
    """An answer that costs nothing beyond middleware."""
    return HttpResponse("")


urlpatterns = [path("bench/empty/", empty), *portal_urls]
