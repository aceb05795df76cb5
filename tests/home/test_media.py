"""Who gets which file."""

import pytest
from django.core.files.base import ContentFile

from staff.models import VisitPhoto
from tests.factories.home import jpeg, make_image, make_news, make_update
from tests.factories.staff import (
    make_assignment,
    make_auditor,
    make_office,
    make_partner,
    make_staff,
    make_unit,
    make_visit,
)

pytestmark = pytest.mark.django_db


def rendition(image):
    """The address of a picture at the size of a card."""
    return image.get_rendition("fill-800x500|format-webp").url


def body(response):
    """All that was answered."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_picture_of_a_public_page_is_everybodys(client):
    image = make_image()
    make_news(picture=image, audience="public")
    response = client.get(rendition(image))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"].startswith("public")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert body(response).startswith(b"RIFF")


def test_a_picture_inside_the_body_counts_as_shown(client):
    image = make_image()
    figure = {"type": "figure", "value": {"image": {"image": image.pk, "alt_text": "走访"}, "caption": ""}}
    make_news(audience="public", body=[figure])
    assert client.get(rendition(image)).status_code == 200


def test_a_picture_of_an_inner_page_is_the_bureaus(client):
    image = make_image()
    make_news(picture=image)
    address = rendition(image)
    assert client.get(address).status_code == 404
    client.force_login(make_partner())
    assert client.get(address).status_code == 404
    client.force_login(make_staff())
    response = client.get(address)
    assert response.status_code == 200
    assert response["Cache-Control"].startswith("private")


def test_a_picture_that_no_page_shows_is_the_writers(client):
    address = rendition(make_image())
    client.force_login(make_staff())
    assert client.get(address).status_code == 404
    client.force_login(make_office())
    assert client.get(address).status_code == 200


def test_a_page_taken_back_takes_its_picture_along(client):
    image = make_image()
    page = make_news(picture=image, audience="public")
    page.unpublish()
    assert client.get(rendition(image)).status_code == 404


def test_originals_are_nobodys(client):
    image = make_image()
    make_news(picture=image, audience="public")
    client.force_login(make_office())
    assert client.get(image.file.url).status_code == 404


def test_photos_of_a_visit_are_for_whoever_may_see_it(client):
    assignment = make_assignment()
    photo = VisitPhoto.objects.create(visit=make_visit(assignment=assignment), file=ContentFile(jpeg(), name="v.jpg"))
    answers = {}
    for name, user in {
        "colleague": make_staff(unit=assignment.plot.unit),
        "elsewhere": make_staff(unit=make_unit()),
        "office": make_office(),
        "auditor": make_auditor(),
        "partner": make_partner(),
    }.items():
        client.force_login(user)
        answers[name] = client.get(photo.file.url).status_code
    client.logout()
    answers["anonymous"] = client.get(photo.file.url).status_code
    assert answers == {
        "colleague": 200,
        "elsewhere": 404,
        "office": 200,
        "auditor": 404,
        "partner": 404,
        "anonymous": 404,
    }


def test_photos_of_an_update_follow_its_audience(client):
    here = make_unit()
    photo = make_update(author=make_staff(unit=here).member, audience="unit", photos=1).photos.get()
    client.force_login(make_staff(unit=here))
    assert client.get(photo.file.url).status_code == 200
    client.force_login(make_staff(unit=make_unit()))
    assert client.get(photo.file.url).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "../portal/settings.py",
        "images/../../manage.py",
        "images/%2e%2e/%2e%2e/manage.py",
        "/etc/passwd",
        "images/",
        "x",
    ],
)
def test_nothing_else_is_reached(client, path):
    client.force_login(make_office())
    assert client.get(f"/media/{path}").status_code in {301, 404}


def test_behind_nginx_the_file_is_named_not_sent(client, settings):
    settings.MEDIA_ACCEL_PREFIX = "/protected/"
    image = make_image()
    make_news(picture=image, audience="public")
    response = client.get(rendition(image))
    assert response["X-Accel-Redirect"].startswith("/protected/images/")
    assert response.content == b""


def test_a_file_that_is_gone_is_not_found(client):
    image = make_image()
    make_news(picture=image, audience="public")
    made = image.get_rendition("fill-800x500|format-webp")
    made.file.storage.delete(made.file.name)
    assert client.get(made.url).status_code == 404


def test_the_portal_says_that_it_is_well(client):
    response = client.get("/healthz")
    assert response.json() == {"database": True, "cache": True}
