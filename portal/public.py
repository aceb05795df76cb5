"""Whole pages kept for signed-out readers, so that a public page costs one query however it is made."""

import re
import uuid

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import DisallowedHost
from django.http import HttpResponse

VERSION = "version"
# Cookies that change what a signed-out reader gets; any other that holds something personal makes the page their own.
LOOKS = (settings.LANGUAGE_COOKIE_NAME, "large_text", "theme")
PERSONAL = (settings.SESSION_COOKIE_NAME, "messages")
# What changes public pages is sent here; check-ins and voices of a session come in hundreds and change none of them.
SOURCES = ("/admin/", "/activities/")
UNSEEN = re.compile(r"/activities/\d+/(check-in|session)/")
NOT_KEPT = ("/admin/", "/accounts/", "/media/", "/documents/", "/healthz")
UNKEPT = ("private", "no-store", "no-cache")
LONGEST_ADDRESS = 300
SAFE = ("GET", "HEAD", "OPTIONS")


class PublicPages:
    """Middleware: answers signed-out readers from the cache `pages` for settings.PUBLIC_PAGE_SECONDS.

    Whatever is sent to SOURCES makes all kept pages stale at once; what time alone brings (a scheduled page) is seen
    when they have run out. A page that sets a cookie, a CSRF token among them, is never kept.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """The kept page, or a fresh one that is kept when it may be."""
        if not settings.PUBLIC_PAGE_SECONDS:
            return self.get_response(request)
        if not self.same_for_all(request):
            response = self.get_response(request)
            if request.method not in SAFE and self.changes_pages(request.path):
                caches["pages"].set(VERSION, uuid.uuid4().hex, None)
            return response
        key = self.key(request)
        known = caches["pages"].get_many([VERSION, key])
        version = known.get(VERSION)
        if key in known and known[key][0] == version:
            _version, content, headers = known[key]
            return HttpResponse(content, headers=headers)
        response = self.get_response(request)
        if self.may_be_kept(response):
            kept = (version, response.content, dict(response.items()))
            caches["pages"].set(key, kept, settings.PUBLIC_PAGE_SECONDS)
        return response

    def same_for_all(self, request):
        """Whether every signed-out reader with the same looks is given the same answer."""
        return (
            request.method == "GET"
            and not any(name in request.COOKIES for name in PERSONAL)
            and "HX-Request" not in request.headers
            and not request.path.startswith(NOT_KEPT)
            and len(request.get_full_path()) <= LONGEST_ADDRESS
        )

    def changes_pages(self, path):
        """Whether what was sent to this address may change what the public reads."""
        return path.startswith(SOURCES) and not UNSEEN.match(path)

    def key(self, request):
        """Host, address and looks; whoever names a foreign host finds nothing kept."""
        try:
            host = request.get_host()
        except DisallowedHost:
            host = ""
        looks = ":".join(request.COOKIES.get(name, "")[:10] for name in LOOKS)
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{request.scheme}:{host}:{looks}:{request.get_full_path()}").hex

    def may_be_kept(self, response):
        """A whole page that is nobody's own."""
        return (
            response.status_code == 200
            and not response.streaming
            and not response.cookies
            and response.headers.get("Content-Type", "").startswith("text/html")
            and not any(word in response.headers.get("Cache-Control", "") for word in UNKEPT)
        )
