"""Pages kept for the one reader they were made for: turning back to a list costs next to nothing while nothing changes.

A kept page belongs to one session and to the pulse of its moment (`staff.pulse`), so any change anywhere in the portal
makes it anew; what time alone changes is seen after settings.OWN_PAGE_SECONDS. It lies in the memory of the process.
"""

import uuid
from functools import partial

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.utils import timezone
from wagtail.models import Site

from portal.public import LONGEST_ADDRESS, LOOKS, NOT_KEPT, UNKEPT, UNSEEN
from staff import pulse

# Only whole pages: parts of pages are asked for because something may have changed.
WHOLE = b"<!doctype html"


class OwnPages:
    """Middleware next to the views: everything that checks who is there has done so before."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """The reader's kept page, or a fresh one; a reader who reloads with force gets a fresh one."""
        if not settings.OWN_PAGE_SECONDS:
            return self.get_response(request)
        if self.may_be_answered(request):
            with pulse.felt():
                response = self.answer(request)
        else:
            response = self.get_response(request)
        pulse.settle()
        return response

    def answer(self, request):
        """What the reader gets."""
        cache, key, before = caches["own"], self.key(request), pulse.mark()
        kept = None if "no-cache" in request.headers.get("Cache-Control", "") else cache.get(key)
        if kept is not None and kept[0] == before:
            _mark, content, headers = kept
            return HttpResponse(content, headers=headers)
        # Wagtail asks each request for its site and for where pages hang; these are the places where it looks first.
        request._wagtail_site = pulse.remember(f"site:{request.get_host()}", partial(Site.find_for_request, request))
        request._wagtail_cached_site_root_paths = pulse.remember("root paths", Site.get_site_root_paths)
        response = self.get_response(request)
        if self.may_be_kept(request, response) and pulse.mark() == before:
            cache.set(key, (before, response.content, dict(response.items())), settings.OWN_PAGE_SECONDS)
        return response

    def may_be_answered(self, request):
        """A plain look at a page by somebody signed in to whom nothing has to be said in passing."""
        return (
            request.method == "GET"
            and request.user.is_authenticated
            and "HX-Request" not in request.headers
            and not request.path.startswith(NOT_KEPT)
            and not UNSEEN.match(request.path)
            and len(request.get_full_path()) <= LONGEST_ADDRESS
            and "messages" not in request.COOKIES
            and "_messages" not in request.session
        )

    def key(self, request):
        """Session and its form token, the day, host, address and looks."""
        names = (settings.CSRF_COOKIE_NAME, *LOOKS)
        parts = [request.session.session_key, *(request.COOKIES.get(name, "")[:64] for name in names)]
        parts += [str(timezone.localdate()), request.scheme, request.get_host(), request.get_full_path()]
        return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(parts)).hex

    def may_be_kept(self, request, response):
        """A whole page that sets no cookie, says nothing in passing and does not forbid it."""
        passing = getattr(request, "_messages", None)
        return (
            response.status_code == 200
            and not response.streaming
            and not response.cookies
            and not request.session.modified
            and not (passing is not None and (passing.used or passing.added_new))
            # The form token in the page must be that of the cookie which the reader has already.
            and request.META.get("CSRF_COOKIE") == request.COOKIES.get(settings.CSRF_COOKIE_NAME)
            and not any(name.startswith("_csp") for name in vars(response))
            and response.content[: len(WHOLE)].lower() == WHOLE
            and not any(word in response.headers.get("Cache-Control", "") for word in UNKEPT)
        )
