"""Films: a poster before, captions that are WebVTT, a transcript below; read by whoever reads the page."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from activities.blocks import MOST_CAPTIONS, VideoBlock
from staff.audience import Audience
from tests.factories.home import make_image, make_news
from tests.factories.staff import make_organisation, make_staff

pytestmark = pytest.mark.django_db
TRACK = b"WEBVTT\n\n00:00.000 --> 00:02.000\nhello\n"


def document(name, content):
    """A file of the library."""
    return get_document_model().objects.create(title=name, file=ContentFile(content, name=name))


def film(**fields):
    """What an editor fills in."""
    return {"video": document("film.mp4", b"film").pk, "caption": "走访", "language": "zh-CN", **fields}


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.vtt", b"1\n00:00 hello", "WEBVTT"),
        ("a.txt", TRACK, "WEBVTT"),
        ("a.vtt", TRACK + b" " * MOST_CAPTIONS, "1 MB"),
    ],
)
def test_what_is_no_captions_track_is_refused(name, content, text):
    block = VideoBlock()
    with pytest.raises(ValidationError) as error:
        block.clean(block.to_python(film(captions=document(name, content).pk)))
    assert text in str(error.value.block_errors["captions"])


def test_a_film_has_poster_captions_and_transcript_and_loads_nothing_before(client):
    track = document("a.vtt", TRACK)
    value = film(captions=track.pk, poster=make_image().pk, transcript="一字一句")
    block = VideoBlock()
    block.clean(block.to_python(value))
    page = make_news(body=[{"type": "video", "value": value}], audience=Audience.BUREAU)
    client.force_login(make_staff(branch=make_organisation()))
    text = client.get(page.url).text
    assert f'<track kind="captions" src="{track.url}" srclang="zh-CN" default>' in text
    assert 'preload="none"' in text
    assert ' poster="/media/' in text
    assert "<summary>文字稿</summary>" in text
    answer = client.get(track.url)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/vtt")
    client.logout()
    assert client.get(track.url).status_code == 302
