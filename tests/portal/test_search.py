"""The bigram layer: what is found by which words, on whichever database the tests run."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from home.models import HomePage, NewsPage
from portal.search import terms_to_find, terms_to_index

TITLE = "官渡区主题党日活动"


@pytest.fixture
def news(db):
    """A piece of news with Chinese, Latin letters and figures in it."""
    index = HomePage.objects.get().get_children().get(slug="news")
    return index.add_child(instance=NewsPage(title=TITLE, introduction="2022年第3次,GIS系统上线，参加人员40名"))


def found(query):
    """Titles of the news that `query` finds."""
    ids = get_search_backend().matching(query, NewsPage)
    return list(NewsPage.objects.filter(pk__in=ids).values_list("title", flat=True))


@pytest.mark.parametrize(
    "query",
    ["主题党日", "官渡", "党日活动", "官渡区 活动", "党", "GIS", "gis系统", "2022年", "40名", "“主题”党日!", TITLE],
)
def test_parts_of_a_run_of_chinese_are_found(news, query):
    assert found(query) == [TITLE]


@pytest.mark.parametrize("query", ["日主", "题主", "西山", "官渡 西山", "GI", ""])
def test_what_is_not_there_is_not_found(news, query):
    assert found(query) == []


@pytest.mark.parametrize(
    "query",
    ['"', "'", "*", "NEAR(", "AND", "a OR b NOT", "title:官渡", "-", "%s", "\\", "(((", ":*", "<->", "!&|", "\x00"],
)
def test_operators_of_the_databases_do_no_harm(news, query):
    found(query)
    assert list(get_search_backend().search(query, NewsPage)) is not None
    assert list(get_search_backend().autocomplete(query, Page)) is not None


@pytest.mark.parametrize("query", ["官", "官渡", "主题", "党日活", "题党日活动"])
def test_the_boxes_of_the_admin_find_any_part_while_typing(news, query):
    assert TITLE in [page.title for page in get_search_backend().autocomplete(query, Page.objects.all())]
    assert TITLE in [page.title for page in get_search_backend().autocomplete(query, NewsPage.objects.all())]


def test_a_change_is_found_at_once(news):
    news.title = "西山区走访"
    news.save()
    assert found("主题党日") == []
    assert found("西山") == ["西山区走访"]


def test_a_query_is_cut_at_a_hundred_characters():
    assert len("".join(terms_to_find("甲乙丙丁" * 100))) < 20
    assert terms_to_find("主" * 100 + "题") == ["主主"]


def test_runs_are_split_into_pairs_and_characters():
    assert terms_to_index("主题日 GIS-2") == "主题 题日 主 题 日 GIS 2"
    assert terms_to_find("题") == ["题"]


@pytest.mark.parametrize("query", ["GI", "gis", "202", "主题 gi"])
def test_the_last_word_may_be_a_beginning_where_the_search_asks_for_it(news, query):
    kind = ContentType.objects.get_for_model(NewsPage).pk
    assert get_search_backend().hits(query, [NewsPage, HomePage], 10) == [(kind, str(news.pk))]
    assert get_search_backend().matching(query, NewsPage, beginning=True).count() == 1


@pytest.mark.parametrize("query", ["G", "GI 主题 西山", "题主", "", "*"])
def test_a_beginning_finds_nothing_else(news, query):
    assert get_search_backend().hits(query, [NewsPage], 10) == []


def test_hits_are_of_the_models_asked_for_and_so_many_at_most(news):
    index = news.get_parent()
    index.add_child(instance=NewsPage(title="党日二", introduction="夜市"))
    assert len(get_search_backend().hits("党日", [NewsPage], 10)) == 2
    assert len(get_search_backend().hits("党日", [NewsPage], 1)) == 1
    assert get_search_backend().hits("党日", [HomePage], 10) == []


def test_a_search_on_postgresql_has_an_index_to_ask(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps a table of words instead")
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'search_kind_words'")
        assert "USING gin (content_type_id, ((title || body)))" in cursor.fetchone()[0]
