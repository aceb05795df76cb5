"""Who gets which document: whoever may read a published page that refers to it, and its keepers."""

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from staff.posts import sync_groups
from tests.factories.home import make_news
from tests.factories.staff import make_office, make_partner, make_staff, make_unit

pytestmark = pytest.mark.django_db


def make_document():
    """A document of a few bytes."""
    return get_document_model().objects.create(title="附件", file=ContentFile(b"words", name="words.txt"))


def make_page(document, **facts):
    """A published news page whose body links to the document."""
    return make_news(body=[{"type": "attachment", "value": {"document": document.pk}}], **facts)


def status(client, document, user=None):
    """What `user` is answered."""
    client.logout()
    if user:
        client.force_login(user)
    return client.get(document.url).status_code


def test_a_document_of_a_public_page_is_everybodys(client):
    document = make_document()
    make_page(document, audience="public")
    assert status(client, document) == 200


def test_a_document_of_a_page_for_one_unit_is_that_units(client):
    document, here = make_document(), make_unit()
    make_page(document, audience="unit", audience_unit=here)
    assert status(client, document, make_staff(unit=here)) == 200
    assert status(client, document, make_staff(unit=make_unit())) == 404
    assert status(client, document, make_partner()) == 404


def test_a_signed_out_reader_signs_in_and_comes_back(client):
    document = make_document()
    make_page(document)
    response = client.get(document.url)
    assert response.status_code == 302
    assert "login" in response.url and "next=" in response.url


def test_a_document_that_no_page_shows_is_its_keepers(client):
    document, office = make_document(), make_office()
    sync_groups(users=[office])
    assert status(client, document, make_staff()) == 404
    assert status(client, document, office) == 200


def test_a_page_taken_back_takes_its_document_along(client):
    document = make_document()
    make_page(document, audience="public").unpublish()
    assert status(client, document) == 302
