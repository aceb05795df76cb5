"""Parts of a film: a player jumps within it, and gets no part of what its reader may not have."""

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from tests.factories.home import make_news, make_update
from tests.factories.staff import make_partner, make_staff

pytestmark = pytest.mark.django_db
FILM = bytes(range(256)) * 1000  # more than two pieces


def make_film(**facts):
    """A film of the library on a page of the bureau."""
    film = get_document_model()(title="走访", file=ContentFile(FILM, name="visit.mp4"))
    film._set_document_file_metadata()
    film.save()
    make_news(body=[{"type": "video", "value": {"video": film.pk, "caption": "走访七星村"}}], **facts)
    return film


def body(response):
    """All that was answered."""
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture
def film(client):
    """A film that the signed-in reader may see."""
    film = make_film()
    client.force_login(make_staff())
    return film


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-1", 0, 1),
        ("bytes=100000-", 100000, 255999),
        ("bytes=1000-200000", 1000, 200000),
        ("bytes=-5", 255995, 255999),
        ("bytes=-999999", 0, 255999),
        ("bytes=255999-999999999", 255999, 255999),
    ],
)
def test_the_part_asked_for_is_answered_to_the_byte(client, film, wanted, first, last):
    response = client.get(film.url, headers={"Range": wanted})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/256000"
    assert response["Content-Length"] == str(last - first + 1)
    assert response["Content-Type"] == "video/mp4"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert body(response) == FILM[first : last + 1]


@pytest.mark.parametrize("wanted", ["bytes=256000-", "bytes=999999-9999999", "bytes=-0"])
def test_what_lies_behind_the_end_is_refused_with_the_length(client, film, wanted):
    response = client.get(film.url, headers={"Range": wanted})
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */256000")
    assert not body(response)


@pytest.mark.parametrize("wanted", ["", "bytes=-", "bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=١-٢"])
def test_what_cannot_be_read_or_is_several_parts_is_answered_whole(client, film, wanted):
    response = client.get(film.url, headers={"Range": wanted})
    assert (response.status_code, response["Accept-Ranges"]) == (200, "bytes")
    assert body(response) == FILM


def test_a_part_of_an_earlier_file_is_not_mixed_with_the_new_one(client, film):
    etag = client.get(film.url)["ETag"]
    for held, status in ((etag, 206), ('"other"', 200), (f"W/{etag}", 200), ("Wed, 21 Oct 2015 07:28:00 GMT", 200)):
        assert client.get(film.url, headers={"Range": "bytes=0-9", "If-Range": held}).status_code == status
    assert client.get(film.url, headers={"Range": "bytes=0-9", "If-None-Match": etag}).status_code == 304
    assert client.head(film.url, headers={"Range": "bytes=0-9"}).status_code == 200


def test_nobody_gets_a_part_of_what_they_may_not_have(client):
    film = make_film()
    assert client.get(film.url, headers={"Range": "bytes=0-9"}).status_code == 302
    client.force_login(make_partner())
    for wanted in ("bytes=0-9", "bytes=999999-"):
        assert client.get(film.url, headers={"Range": wanted}).status_code == 404


def test_photos_are_answered_in_parts_too(client):
    client.force_login(make_staff())
    photo = make_update(photos=1).photos.get()
    whole = body(client.get(f"/media/{photo.file.name}"))
    part = client.get(f"/media/{photo.file.name}", headers={"Range": "bytes=2-5"})
    assert (part.status_code, body(part)) == (206, whole[2:6])
    assert part["Cache-Control"].startswith("private")


def test_behind_nginx_the_portal_reads_no_byte(client, film, settings):
    settings.MEDIA_ACCEL_PREFIX = "/_media"
    response = client.get(film.url, headers={"Range": "bytes=0-9"})
    assert (response.status_code, response.content) == (200, b"")
    assert response["X-Accel-Redirect"] == f"/_media/{film.file.name}"


def test_a_film_is_not_loaded_before_somebody_plays_it(client, film):
    from home.models import NewsPage

    text = client.get(NewsPage.objects.get().url).text
    assert '<video controls preload="none"' in text
