"""Who may see which uploaded file: a picture by the pages that show it, a photo by the record that owns it.

Only what is known to the database is served, and never an original: renditions of pictures, and the photos of visits,
updates, minutes and suggestions, which are stored at screen size, with the papers of the last two.
"""

import mimetypes
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db.models import BigIntegerField, Q
from django.db.models.functions import Cast
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex

from activities.models import ActivityPage, BranchPage, MinutesFile, SuggestionFile
from home.models import ExemplarPage, NewsPage, NoticePage, StudyPage, UpdatePhoto
from staff.access import roles
from staff.choices import Role
from staff.models import VisitPhoto
from staff.ranges import ranged

PAGE_TYPES = (NewsPage, NoticePage, ExemplarPage, StudyPage, ActivityPage, BranchPage)
# Who writes pages, and so sees every picture in the admin.
WRITERS = (Role.SECRETARY, Role.OFFICE)
KINDS = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"}
# Papers are never shown within the portal, only taken along.
PAPERS = {
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# Whoever sees the record sees what is stored for it.
OWNED = {"visits/": VisitPhoto, "updates/": UpdatePhoto, "minutes/": MinutesFile, "suggestions/": SuggestionFile}
DAY = 24 * 3600
HOUR = 3600


@dataclass(frozen=True)
class Found:
    """A file that may be seen, and whether by everybody."""

    name: str
    public: bool
    # What a paper is called when it is taken along.
    download: str = ""


def find(path, user):
    """The file at `path` if `user` may see it, or None."""
    if "\\" in path or "\x00" in path or ".." in path.split("/"):
        return None
    if path.startswith("images/"):
        return _picture(path, user)
    for folder, model in OWNED.items():
        if path.startswith(folder):
            row = model.objects.visible_to(user).filter(file=path).first() if user.is_authenticated else None
            return Found(path, public=False, download=getattr(row, "name", "")) if row is not None else None
    return None


def _picture(path, user):
    image = get_image_model().get_rendition_model().objects.filter(file=path).values_list("image", flat=True).first()
    if image is None:
        return None
    if shown_to(AnonymousUser(), image):
        return Found(path, public=True)
    if user.is_authenticated and (roles(user).holds(*WRITERS) or shown_to(user, image)):
        return Found(path, public=False)
    return None


def shown_to(user, file, model=None):
    """Whether a published page that `user` may read refers to the picture, or the file of `model`; one query."""
    used = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(model or get_image_model()),
        to_object_id=str(file),
    )
    return shown_pages(user, used.values(page=Cast("object_id", BigIntegerField()))).exists()


def shown_pages(user, ids):
    """Those of the pages with `ids` that `user` may read, as ids."""
    readable = Q()
    for model in PAGE_TYPES:
        readable |= Q(pk__in=model.objects.visible_to(user).order_by().values("pk"))
    kinds = ContentType.objects.get_for_models(*PAGE_TYPES).values()
    rows = Page.objects.filter(readable, content_type__in=kinds, pk__in=ids)
    return rows.order_by().values_list("pk", flat=True)


def answer(found, request):
    """The file or the part asked for, or where nginx finds it, which cuts parts itself."""
    kind = mimetypes.guess_type(found.name)[0]
    if kind not in KINDS and not (found.download and kind in PAPERS):
        raise Http404
    file = None
    if settings.MEDIA_ACCEL_PREFIX:
        response = HttpResponse(content_type=kind)
        response["X-Accel-Redirect"] = f"{settings.MEDIA_ACCEL_PREFIX.rstrip('/')}/{quote(found.name)}"
    else:
        try:
            file = default_storage.open(found.name)
            response = FileResponse(file, content_type=kind)
        except FileNotFoundError:
            raise Http404 from None
    response["Cache-Control"] = f"public, max-age={DAY}" if found.public else f"private, max-age={HOUR}"
    response["X-Content-Type-Options"] = "nosniff"
    if kind in PAPERS:
        response["Content-Disposition"] = content_disposition_header(True, found.download)
    return ranged(request, response, file) if file is not None else response
