"""How somebody wants the portal follows them: kept in cookies, so that reading a page asks the database nothing."""

from django.conf import settings

from staff.models import Preference

YEAR = 365 * 24 * 3600


def remember(response, name, value):
    """Keep one preference on the device for a year; an empty value forgets it."""
    if value:
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    else:
        response.delete_cookie(name, samesite="Lax")


class PreferenceMiddleware:
    """Brings a user's language and letter size to the device at the moment of signing in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Read the preferences once, on the request that signs somebody in."""
        before = request.user.is_authenticated
        response = self.get_response(request)
        if not before and request.user.is_authenticated:
            preference = Preference.objects.filter(user=request.user).first()
            if preference is not None:
                remember(response, settings.LANGUAGE_COOKIE_NAME, preference.language)
                if preference.large_text:  # who made the sign-in page large can go on reading
                    remember(response, "large_text", "1")
        return response
