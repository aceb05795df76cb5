"""The blocks of an article, each on a page as its reader gets it; and what is shown when what they name is gone."""

import re

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.documents import get_document_model

from activities.models import ActivityPage
from home.models import ExemplarPage, NewsPage, NoticePage, StudyPage
from tests.factories.activities import make_activity, make_activity_page
from tests.factories.home import make_exemplar, make_image, make_news, make_notice, make_study_page
from tests.factories.staff import make_staff

pytestmark = pytest.mark.django_db


def make_document(name="plan.xlsx", size=2048, title="走访安排"):
    """A file of the library with what an upload says of it."""
    document = get_document_model()(title=title, file=ContentFile(b"x" * size, name=name))
    document._set_document_file_metadata()
    document.save()
    return document


def pictured(image, **fields):
    """What stands in a picture block."""
    return {"image": {"image": image.pk, "alt_text": "田埂", "decorative": False, **fields}, "caption": "核对面积"}


def table(*rows):
    """What stands in a table block of a column of words and one of figures."""
    columns = [{"type": "text", "heading": "乡镇"}, {"type": "number", "heading": "村数"}]
    return {"columns": columns, "rows": [{"values": list(row)} for row in rows], "caption": "收购季"}


BLOCKS = {
    "heading": lambda: "三件事",
    "text": lambda: f'<p>见<a linktype="document" id="{make_document().pk}">安排</a>'
    f'和<a linktype="page" id="{make_news(audience="public").pk}">消息</a></p>',
    "figure": lambda: pictured(make_image()),
    "gallery": lambda: {"images": [make_image().pk, make_image(description="烤房").pk], "caption": "两处"},
    "video": lambda: {
        "video": make_document("a.mp4").pk, "caption": "走访七星村", "poster": make_image().pk,
        "captions": make_document("a.vtt").pk, "language": "en", "transcript": "一字一句\n第二行",
    },
    "quotation": lambda: {"text": "地是种出来的", "source": "技术员"},
    "figures": lambda: {"items": [{"value": "1,788", "label": "案件"}]},
    "table": lambda: table(("七星镇", "12"), ("羊街镇", "")),
    "timeline": lambda: {"steps": [{"when": "8:30", "text": "到村<b>"}]},
    "call_out": lambda: {"text": "当天登记\n不拖"},
    "attachment": lambda: {"document": make_document().pk},
    "related": lambda: {"activities": [make_activity_page(audience="public").pk]},
}  # fmt: skip
# How each is seen by its reader.
SHOWN = {
    "heading": [r"<h2>三件事</h2>"],
    "text": [r'<a href="/documents/\d+/plan[^"]*\.xlsx">安排</a>', r'<a href="/news/article-\d+/">消息</a>'],
    "figure": [r'<img [^>]*alt="田埂"[^>]*loading="lazy"', r"<figcaption>核对面积</figcaption>"],
    "gallery": [r'<img [^>]*alt="图片\d+"', r'<img [^>]*alt="烤房"', r"<figcaption>两处</figcaption>"],
    "video": [
        r'<video controls preload="none" playsinline src="/documents/\d+/a[^"]*\.mp4" poster="/media/[^"]+"',
        r'aria-label="走访七星村"',
        r'<track kind="captions" src="/documents/\d+/a[^"]*\.vtt" srclang="en" default>',
        r"走访七星村</figcaption>",
        r"<summary>文字稿</summary><p>一字一句<br>第二行</p>",
    ],
    "quotation": [r"<blockquote><p>地是种出来的</p><cite>技术员</cite>"],
    "figures": [r'<dt>案件</dt><dd class="num">1,788</dd>'],
    "table": [
        r"<caption>收购季</caption>",
        r'<th scope="col">乡镇</th><th scope="col" class="num">村数</th>',
        r'<td data-label="乡镇">七星镇</td><td data-label="村数" class="num">12</td>',
        r'<td data-label="村数" class="num"></td>',
    ],
    "timeline": [r"<li><strong>8:30</strong><p>到村&lt;b&gt;</p></li>"],
    "call_out": [r"<p>当天登记<br>不拖</p>"],
    "attachment": [r'href="/documents/\d+/plan[^"]*\.xlsx">.*走访安排</span>.*XLSX · 2.0\xa0KB'],
    "related": [r'<a href="/branches/[^"]+">第\d+次主题党日</a><time'],
}


def body_of(client, page):
    """What stands in the body of the page."""
    answer = client.get(page.url)
    assert answer.status_code == 200
    return answer.text.split('<div class="article-body">')[1].split("</article>")[0]


@pytest.fixture
def everything():
    """A body with a block of every kind."""
    return [{"type": kind, "value": make()} for kind, make in BLOCKS.items()]


def test_every_kind_of_block_is_looked_at():
    assert set(BLOCKS) == set(SHOWN) == set(NewsPage._meta.get_field("body").stream_block.child_blocks)


@pytest.mark.parametrize("make", [make_news, make_notice, make_exemplar, make_study_page, make_activity_page])
def test_every_kind_of_page_shows_every_block(client, everything, make):
    text = body_of(client, make(body=everything, audience="public"))
    for kind, patterns in SHOWN.items():
        for pattern in patterns:
            assert re.search(pattern, text), (kind, pattern)


def test_a_decorative_picture_has_an_empty_alternative(client):
    value = pictured(make_image(), decorative=True)
    page = make_news(body=[{"type": "figure", "value": value}], audience="public")
    assert re.search(r'<img [^>]*alt=""', body_of(client, page))


@pytest.mark.parametrize("kind", BLOCKS)
def test_many_blocks_of_a_kind_cost_the_queries_of_one(client, kind):
    """With what differs from block to block: other pictures, documents, pages, activities."""
    client.force_login(make_staff())
    counts = []
    for number in (1, 6):
        page = make_news(body=[{"type": kind, "value": BLOCKS[kind]()} for _ in range(number)])
        client.get(page.url)
        with CaptureQueriesContext(connection) as captured:
            assert body_of(client, page).count(f'class="w-block-{kind} ') == number
        counts.append(len(captured))
    assert counts[0] == counts[1], captured.captured_queries


def test_of_related_activities_each_reader_sees_those_that_are_published_for_them(client):
    shown, inside, draft = (
        make_activity_page(make_activity(title=title), audience=audience)
        for title, audience in (("公开的", "public"), ("内部的", "bureau"), ("撤下的", "public"))
    )
    draft.unpublish()
    chosen = [{"type": "related", "value": {"activities": [draft.pk, inside.pk, shown.pk]}}]
    page = make_news(body=chosen, audience="public")
    assert re.findall(r"公开的|内部的|撤下的", body_of(client, page)) == ["公开的"]
    client.force_login(make_staff())
    assert re.findall(r"公开的|内部的|撤下的", body_of(client, page)) == ["内部的", "公开的"]


def test_nothing_broken_is_shown_when_what_was_chosen_is_gone(client, everything):
    """Pictures, documents, pages: of a link the words remain, of the rest nothing; what needs no other stays."""
    page = make_news(body=everything, audience="public", picture=make_image())
    ActivityPage.objects.all().delete()
    NewsPage.objects.exclude(pk=page.pk).delete()
    for model in (get_document_model(), type(make_image())):
        for row in model.objects.all():
            row.delete()
    text = body_of(client, page)
    for trace in ("<img", "<video", "<track", "<figure", "attachment-name", "related-head", "<a href", "走访七星村"):
        assert trace not in text, trace
    assert "见<a>安排</a>和<a>消息</a>" in text
    for words in ("三件事", "地是种出来的", "1,788", "七星镇", "8:30", "当天登记"):
        assert words in text


def test_a_film_and_a_gallery_lose_only_what_is_gone(client):
    poster, captions, first, second = make_image(), make_document("a.vtt"), make_image(), make_image()
    film = {**BLOCKS["video"](), "poster": poster.pk, "captions": captions.pk}
    gallery = {"images": [first.pk, second.pk], "caption": "两处"}
    page = make_news(body=[{"type": "video", "value": film}, {"type": "gallery", "value": gallery}], audience="public")
    for row in (poster, captions, first):
        row.delete()
    text = body_of(client, page)
    assert "<video" in text and "poster=" not in text and "<track" not in text and "文字稿" in text
    assert text.count("<img") == 1 and "两处" in text


def test_a_link_to_a_page_that_was_taken_down_leads_nowhere(client):
    other = make_news(audience="public")
    link = f'<p>见<a linktype="page" id="{other.pk}">消息</a></p>'
    page = make_news(body=[{"type": "text", "value": link}], audience="public")
    assert f'<a href="{other.url}">消息</a>' in body_of(client, page)
    other.unpublish()
    assert "见<a>消息</a>" in body_of(client, page)


@pytest.mark.parametrize("model", [NewsPage, NoticePage, ExemplarPage, StudyPage, ActivityPage])
def test_a_picture_without_its_file_breaks_no_page(client, model):
    makers = {NewsPage: make_news, NoticePage: make_notice, ExemplarPage: make_exemplar, StudyPage: make_study_page}
    image = make_image()
    body = [{"type": "figure", "value": pictured(image)}]
    page = makers.get(model, make_activity_page)(body=body, audience="public", picture=image)
    image.file.storage.delete(image.file.name)
    assert client.get(page.url).status_code == 200
