"""Middleware of the portal: content security policies, the chosen language, sign-out after idle time."""

import time

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _


class ContentSecurityPolicy(CSPMiddleware):
    """The strict policy everywhere, Wagtail's own below /admin/, which prints inline scripts."""

    def process_response(self, request, response):
        """Send the policy that belongs to the address."""
        if request.path.startswith("/admin/"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY
        return super().process_response(request, response)


class ChosenLanguage:
    """The language that the reader chose here, Chinese until then: what a browser was delivered with is no choice."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Speak the language of the cookie, or the portal's own."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _name in settings.LANGUAGES}
        translation.activate(chosen if chosen in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


class IdleSignOut:
    """Ends a session after IDLE_MINUTES without a request; the next page says so and leads back."""

    # The time of the last request is stored at most once a minute, so that reading a page writes no session.
    RESOLUTION = 60

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Sign out whoever has been away too long, otherwise note that they are here."""
        if request.user.is_authenticated and settings.IDLE_MINUTES:
            now = int(time.time())
            last = request.session.get("last_seen", now)
            if now - last > settings.IDLE_MINUTES * 60:
                logout(request)
                messages.info(request, _("您离开时间较长，已自动退出，请重新登录。"))
            elif now - last >= self.RESOLUTION or "last_seen" not in request.session:
                request.session["last_seen"] = now
        return self.get_response(request)
