"""A film with captions in an article, played under the portal's own content policy."""

from pathlib import Path

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from tests.factories.home import make_image, make_news
from tests.factories.staff import make_staff

FILM = Path(__file__).with_name("film.webm")  # six seconds
TRACK = "WEBVTT\n\n00:00.000 --> 00:02.500\n第一户\n\n00:03.500 --> 00:06.000\n第二户\n"


def make_document(name, content):
    """A file of the library."""
    return get_document_model().objects.create(title=name, file=ContentFile(content, name=name))


def test_a_film_shows_its_captions_and_plays_on_from_where_the_reader_jumps_to(open_as, live_server):
    film, track = make_document("visit.webm", FILM.read_bytes()), make_document("visit.vtt", TRACK.encode())
    value = {
        "video": film.pk, "caption": "走访两户", "poster": make_image().pk, "captions": track.pk, "language": "zh-CN",
    }  # fmt: skip
    news = make_news(body=[{"type": "video", "value": value}])
    page = open_as(make_staff(), "pc")
    parts = []
    page.on("response", lambda answer: film.url in answer.url and parts.append(answer))
    page.goto(news.url)
    video = page.locator("video")
    assert not parts  # nothing is loaded before somebody plays it
    video.evaluate("video => { video.muted = true; return video.play(); }")
    page.wait_for_function("() => document.querySelector('video').textTracks[0].cues?.length === 2")
    shown = "() => document.querySelector('video').textTracks[0].activeCues[0]?.text"
    page.wait_for_function(f"{shown} === '第一户'")
    assert video.evaluate("video => video.textTracks[0].mode") == "showing"
    video.evaluate("video => { video.currentTime = 4; }")
    page.wait_for_function(f"{shown} === '第二户'")
    page.wait_for_function("() => document.querySelector('video').currentTime > 4")
    assert video.evaluate("video => [Math.round(video.duration), video.seekable.end(0) === video.duration]") == [
        6,
        True,
    ]
    assert {(answer.status, answer.headers["accept-ranges"]) for answer in parts} == {(206, "bytes")}
