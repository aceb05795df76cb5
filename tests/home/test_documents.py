"""Who gets which document: the readers of what owns it, and those who keep it; choosing one opens nothing."""

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import ReferenceIndex

from activities import publishing
from home.models import Update
from staff.choices import PostKind
from staff.posts import sync_groups
from tests.factories.activities import make_activity_page
from tests.factories.home import make_news, make_update
from tests.factories.staff import (
    make_auditor,
    make_office,
    make_organisation,
    make_partner,
    make_post,
    make_secretary,
    make_staff,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_document(**fields):
    """A document of a few bytes."""
    file = ContentFile(b"words", name="words.txt")
    return get_document_model().objects.create(**{"title": "附件", "file": file, **fields})


def body(document):
    """The body of a page that links to the document."""
    return [{"type": "attachment", "value": {"document": document.pk}}]


def make_page(document, **facts):
    """A published news page whose body links to the document."""
    return make_news(body=body(document), **facts)


def get(client, document, user=None, **headers):
    """What `user` is answered."""
    client.logout()
    if user:
        client.force_login(user)
    return client.get(document.url, **headers)


def status(client, document, user=None):
    """Whether `user` is answered with it."""
    return get(client, document, user).status_code


def secretary(branch=None):
    """A secretary with all the rights that the admin gives to one."""
    user = make_secretary(branch)
    sync_groups(users=[user])
    return user


def test_a_document_of_a_public_page_is_everybodys(client):
    document = make_document()
    make_page(document, audience="public")
    for user in (None, make_staff(), make_partner()):
        answer = get(client, document, user)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == b"words"
        assert answer["Cache-Control"].startswith("public")


def test_what_is_not_public_is_kept_by_no_cache_but_the_readers_own(client):
    document = make_document()
    make_page(document)
    answer = get(client, document, make_staff())
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'"


def test_what_the_reader_has_already_is_not_sent_again(client):
    document = make_document(file_hash="abc")
    make_page(document)
    reader = make_staff()
    answer = get(client, document, reader, headers={"If-None-Match": '"abc"'})
    assert answer.status_code == 304
    assert answer["Cache-Control"] == "private, no-cache"
    assert status(client, document, make_partner()) == 404


def test_a_document_of_a_page_for_one_unit_is_that_units(client):
    """A secretary elsewhere, who may choose it in the admin, does not read it."""
    here, office = make_unit(), make_office()
    sync_groups(users=[office])
    document = make_document(uploaded_by_user=office)
    make_page(document, audience="unit", audience_unit=here)
    assert status(client, document, make_staff(unit=here)) == 200
    assert status(client, document, office) == 200
    for user in (make_staff(unit=make_unit()), secretary(), make_auditor(), make_partner(), make_user()):
        assert status(client, document, user) == 404


def test_a_signed_out_reader_signs_in_and_comes_back(client):
    document = make_document()
    make_page(document)
    response = get(client, document)
    assert response.status_code == 302
    assert "login" in response.url and "next=" in response.url


def test_a_document_that_nothing_owns_is_its_keepers(client):
    """Its uploader, the uploader's committee, the party office."""
    branch, office = make_organisation(), make_office()
    sync_groups(users=[office])
    uploader, deputy = secretary(branch), make_staff(branch=branch)
    make_post(member=deputy.member, organisation=branch, kind=PostKind.DEPUTY)
    sync_groups(users=[deputy])
    document = make_document(uploaded_by_user=uploader)
    for user in (uploader, deputy, office):
        assert status(client, document, user) == 200
    for user in (secretary(), make_staff(branch=branch), make_auditor(), make_partner()):
        assert status(client, document, user) == 404


def test_a_document_of_a_draft_is_whoever_edits_the_page(client):
    branch = make_organisation()
    document = make_document(uploaded_by_user=make_office())
    page = make_activity_page(body=body(document))
    page.unpublish()
    writer = secretary(page.activity.lead)
    publishing.ensure_branch_page(page.activity.lead)
    assert status(client, document, writer) == 200
    assert status(client, document, secretary(branch)) == 404
    assert status(client, document, make_staff()) == 404


def test_a_document_of_a_record_follows_the_record(client):
    """Whatever model of ours refers to it: here an update for one unit."""
    here = make_unit()
    update = make_update(author=make_staff(unit=here).member, audience="unit")
    document = make_document()
    kinds = ReferenceIndex._get_base_content_type(Update), ReferenceIndex._get_base_content_type(document)
    ReferenceIndex.objects.create(
        base_content_type=kinds[0],
        content_type=kinds[0],
        object_id=str(update.pk),
        to_content_type=kinds[1],
        to_object_id=str(document.pk),
        model_path="paper",
        content_path="paper",
        content_path_hash="00000000-0000-0000-0000-000000000001",
    )
    assert status(client, document, make_staff(unit=here)) == 200
    assert status(client, document, make_staff(unit=make_unit())) == 404
    assert status(client, document, secretary()) == 404


def test_a_page_taken_back_takes_its_document_along(client):
    document = make_document()
    make_page(document, audience="public").unpublish()
    assert status(client, document) == 302
    assert status(client, document, make_staff()) == 404


def test_another_name_is_another_document(client):
    document = make_document()
    make_page(document, audience="public")
    assert client.get(document.url.replace("words", "other")).status_code == 404


def test_behind_nginx_the_document_is_named_not_sent(client, settings):
    settings.MEDIA_ACCEL_PREFIX = "/protected/"
    document = make_document()
    make_page(document)
    answer = get(client, document, make_staff())
    assert answer["X-Accel-Redirect"].startswith("/protected/documents/")
    assert answer.content == b""
    assert answer["Cache-Control"] == "private, no-cache"
