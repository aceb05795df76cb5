"""The cockpit, confirming a notice, files, and whether the portal is well."""

from uuid import NAMESPACE_URL, uuid5

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView
from wagtail.documents import get_document_model

from home import cockpit, documents, media
from home.models import NoticePage, Receipt
from staff.access import InsideMixin, inside, roles

# How long the figures of the cockpit stand before they are counted again.
KEPT_SECONDS = 60


class CockpitView(InsideMixin, TemplateView):
    """驾驶舱: the figures of one's own scope, each a way to its rows."""

    template_name = "home/manage.html"

    def may_enter(self, held):
        """Management and the party office."""
        return held.holds(*cockpit.LEADERS)

    def get_context_data(self, **kwargs):
        """All figures of today, counted once a minute for each leader: they are asked of every register."""
        user, on = self.request.user, timezone.localdate()
        key = f"cockpit:{user.pk}:{get_language()}:{on}:{sorted(map(str, roles(user).held))}"
        figures = cache.get_or_set(uuid5(NAMESPACE_URL, key).hex, lambda: self.figures(user, on), KEPT_SECONDS)
        return super().get_context_data(figures=figures, on=on, **kwargs)

    def figures(self, user, on):
        """The tables as they stand now."""
        return render_to_string(
            "home/_cockpit.html",
            {
                "now": timezone.now(),
                "plots_overdue_url": reverse("staff:plots", query={"cover": "overdue"}),
                "suggestions_open_url": reverse("activities:suggestions", query={"figure": "open"}),
                **cockpit.of(user, on=on),
            },
        )


@require_POST
@inside
def confirm_notice(request, pk):
    """That the reader has read the notice (确认已读)."""
    notice = get_object_or_404(NoticePage.objects.visible_to(request.user).filter(receipt_wanted=True), pk=pk)
    Receipt.objects.get_or_create(notice=notice, user=request.user)
    return redirect(f"{notice.get_url(request)}#receipt")


@require_safe
def serve_media(request, path):
    """An uploaded file, for whoever may see what it belongs to."""
    found = media.find(path, request.user)
    if found is None:
        raise Http404
    return media.answer(found, request)


@require_safe
def serve_document(request, pk, filename):
    """A document of Wagtail's library, under its own name, for whoever may read what owns it."""
    document = get_object_or_404(get_document_model(), pk=pk)
    if document.filename != filename:
        raise Http404
    return documents.serve(document, request)


@never_cache
@require_safe
def healthz(request):
    """200 when the database answers; the cache is reported, not required."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": False}, status=503)
    try:
        cache.set("healthz", "1", 10)
        cached = cache.get("healthz") == "1"
    except Exception:  # noqa: BLE001 (each cache has errors of its own, and none of them makes the portal ill)
        cached = False
    return JsonResponse({"database": True, "cache": cached})
