"""Who reads which document of Wagtail's library: the readers of what owns it, and those who keep it.

A document is owned by the pages and records that refer to it. On a published page it is its readers'; on one that is
not published yet it is whoever may edit that page; on a record it is whoever may see the record. Nobody's document is
its uploader's, the uploader's committee's and the party office's. Being able to choose a document opens nothing.
"""

from collections import defaultdict
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Q
from django.db.models.functions import Cast
from django.http import FileResponse, Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from home.media import HOUR, shown_pages, shown_to
from staff.access import RolePolicy, roles
from staff.models import User
from staff.ranges import ranged

# So many pages that are not published yet are asked whether one may edit them.
MOST_DRAFTS = 20


def serve(document, request):
    """The document, or what those get who may not have it (signed-out readers go to sign-in and come back)."""
    user = request.user
    public = shown_to(AnonymousUser(), document.pk, get_document_model())
    if not public:
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not may_read(document, user):
            raise Http404
    return _answer(document, request, public)


def may_read(document, user):
    """Whether somebody signed in may read a document that is not everybody's."""
    if not user.is_authenticated or not roles(user).held and not roles(user).member:
        return False
    return (
        shown_to(user, document.pk, get_document_model())
        or _keeps(document, user)
        or _edits_page_of(document, user)
        or _sees_record_of(document, user)
    )


def readable(ids, user):
    """Which of the documents with these ids somebody may have, as `serve` would answer, in few queries."""
    wanted = {int(pk) for pk in ids}
    model = get_document_model()
    references = defaultdict(lambda: defaultdict(set))
    rows = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(model), to_object_id__in=[str(pk) for pk in wanted]
    )
    for pk, kind, row in rows.values_list("to_object_id", "base_content_type", "object_id"):
        references[kind][int(row)].add(int(pk))
    owned = {pk for rows in references.values() for documents in rows.values() for pk in documents}
    of_pages = references.pop(ContentType.objects.get_for_model(Page).pk, {})
    found = _of(of_pages, shown_pages(user, list(of_pages))) if of_pages else set()
    held = roles(user)
    if not held.held and not held.member:
        return found
    for kind, of_records in references.items():
        record = ContentType.objects.get_for_id(kind).model_class()
        policy = record and policy_registry.get_by_type(record)
        if isinstance(policy, RolePolicy):
            seen = policy.limit(record._base_manager.filter(pk__in=list(of_records)), user, "view")
            found |= _of(of_records, seen.order_by().values_list("pk", flat=True))
    if held.inside and wanted - found:
        found |= set(_kept(wanted - found, owned, user))
    drafts = [row for row, documents in of_pages.items() if documents - found]
    if drafts:
        pages = Page.objects.filter(live=False, pk__in=drafts)[:MOST_DRAFTS]
        found |= _of(of_pages, [page.pk for page in pages if page.permissions_for_user(user).can_edit()])
    return found


def _of(references, rows):
    return {pk for row in rows for pk in references[row]}


def _kept(ids, owned, user):
    """Those of the documents that one keeps, and those without an owner that one's committee uploaded."""
    model = get_document_model()
    policy = policy_registry.get_by_type(model)
    kept = policy.instances_user_has_any_permission_for(user, ["change", "delete"])
    shared = Group.objects.filter(name__startswith="organisation:", user=user)
    mates = User.objects.filter(groups__in=shared).order_by().values("pk")
    ours = Q(uploaded_by_user__in=mates) & ~Q(pk__in=owned)
    rows = model.objects.filter(Q(pk__in=kept.order_by().values("pk")) | ours, pk__in=ids)
    return rows.order_by().values_list("pk", flat=True)


def _keeps(document, user):
    """Its uploader, those who keep the collection, and the uploader's committee as long as nothing owns it."""
    if not roles(user).inside:
        return False
    policy = policy_registry.get_by_type(get_document_model())
    if policy.user_has_any_permission_for_instance(user, ["change", "delete"], document):
        return True
    if document.uploaded_by_user_id is None or _references(document).exists():
        return False
    shared = Group.objects.filter(name__startswith="organisation:", user=user)
    return shared.filter(user=document.uploaded_by_user_id).exists()


def _references(document):
    return ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(get_document_model()), to_object_id=str(document.pk)
    )


def _edits_page_of(document, user):
    """Whether a page that is not published refers to it which the user may edit."""
    used = _references(document).filter(base_content_type=ContentType.objects.get_for_model(Page))
    pages = Page.objects.filter(live=False, pk__in=used.values(page=Cast("object_id", BigIntegerField())))
    return any(page.permissions_for_user(user).can_edit() for page in pages[:MOST_DRAFTS])


def _sees_record_of(document, user):
    """Whether a record of ours refers to it which the user may see."""
    kinds = _references(document).exclude(base_content_type=ContentType.objects.get_for_model(Page))
    for pk in kinds.values_list("base_content_type", flat=True).distinct():
        model = ContentType.objects.get_for_id(pk).model_class()
        policy = model and policy_registry.get_by_type(model)
        if isinstance(policy, RolePolicy):
            ids = kinds.filter(base_content_type=pk).values(record=Cast("object_id", BigIntegerField()))
            if policy.limit(model._base_manager.filter(pk__in=ids), user, "view").exists():
                return True
    return False


def _answer(document, request, public):
    """The file or the part asked for, or where nginx finds it; what is not everybody's is asked for anew each time."""
    file = None
    if settings.MEDIA_ACCEL_PREFIX:
        response = HttpResponse()
        response["X-Accel-Redirect"] = f"{settings.MEDIA_ACCEL_PREFIX.rstrip('/')}/{quote(document.file.name)}"
    else:
        try:
            file = document.file.open("rb")
            response = FileResponse(file)
        except FileNotFoundError:
            raise Http404 from None
    attached = document.content_disposition != "inline"
    response["Content-Type"] = document.content_type
    response["Content-Disposition"] = content_disposition_header(attached, document.filename)
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    etag = quote_etag(document.file_hash) if document.file_hash else None
    if etag:
        response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={HOUR}" if public else "private, no-cache"
    response = get_conditional_response(request, etag=etag, response=response)
    return ranged(request, response, file) if file is not None and response.status_code == 200 else response
