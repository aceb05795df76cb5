"""The switches of letter size, colour scheme and language at the foot of every page."""

from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from home.middleware import remember
from staff.models import Preference


@csrf_exempt
@require_POST
def look(request):
    """Keep the chosen size or scheme on the device, the size with the account too, and go back to the page.

    No token is asked for, so that public pages are the same for all: from another site a browser brings no session
    (SameSite), and all that such a request could change is the size of letters.
    """
    address = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        address = "/"
    response = HttpResponseRedirect(address)
    if "size" in request.POST:
        large = request.POST["size"] == "large"
        remember(response, "large_text", "1" if large else "")
        if request.user.is_authenticated:
            Preference.objects.update_or_create(user=request.user, defaults={"large_text": large})
    if "theme" in request.POST:
        theme = request.POST["theme"]
        remember(response, "theme", theme if theme in ("light", "dark") else "")
    return response


@csrf_exempt
def language(request):
    """Keep the chosen language on the device, and with the account: messages and mails come in it from now on."""
    response = set_language(request)
    chosen = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        Preference.objects.update_or_create(user=request.user, defaults={"language": chosen})
    return response
