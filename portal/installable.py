"""The portal as an app of the phone: its manifest, its service worker, the page without a network, shared photos."""

import json
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

PAPER, RED = "#fbf8f3", "#a8201a"
# What other apps may share: that a name ends in .heic is all that some of them say of such a photo.
PHOTOS = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", ".heic", ".heif"]
# What the page without a network is made of; each is public and the same for all.
STYLES = ("tokens", "base", "components", "tables", "forms", "search", "article", "print")
SHELL = (
    *(f"portal/{name}.css" for name in STYLES),
    "portal/portal.js",
    "portal/install.js",
    "portal/icons.svg",
    "portal/favicon.svg",
)


def _icon(name, size, purpose):
    address = static(f"portal/install/{name}.png")
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request):
    """What a phone asks for before it puts the portal among its apps."""
    answer = {
        "id": "/",
        "name": "责任田",
        "short_name": "责任田",
        "lang": "zh-CN",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": RED,
        "icons": [_icon("192", 192, "any"), _icon("512", 512, "any"), _icon("maskable", 512, "maskable")],
        "shortcuts": [
            {"name": _("我的一天"), "url": reverse("home:me")},
            {"name": _("发动态"), "url": reverse("home:update_add")},
            {"name": _("责任田"), "url": reverse("staff:plots")},
        ],
        "share_target": {
            "action": reverse("share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "files": [{"name": "photos", "accept": PHOTOS}],
            },
        },
    }
    return JsonResponse(answer, content_type="application/manifest+json")


@lru_cache(maxsize=1)
def version():
    """A word that changes with any static file: their names in the manifest carry their contents' hash."""
    names = getattr(staticfiles_storage, "hashed_files", {})
    return sha256(json.dumps(sorted(names.items())).encode()).hexdigest()[:12]


@require_safe
@cache_control(no_cache=True)
def worker(request):
    """The service worker of the whole portal, with the version of what it keeps."""
    shown = {
        "settings": json.dumps(
            {
                "version": version(),
                "shell": [static(name) for name in SHELL],
                "offline": reverse("offline"),
                "share": reverse("share"),
                "post": reverse("home:update_add"),
                "static": settings.STATIC_URL,
            }
        )
    }
    return render(request, "service-worker.js", shown, content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=60)
def offline(request):
    """What is shown without a network: nobody's own, so that it may be kept on the phone."""
    request.user = AnonymousUser()
    return render(request, "offline.html")


@csrf_exempt
@require_POST
def share(request):
    """Photos shared to the portal where no service worker took them: they are chosen again in the form.

    Nothing is stored here, so no token is asked for; the form that stores them asks for its own.
    """
    return redirect("home:update_add")
