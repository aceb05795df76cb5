"""Pages kept for signed-out readers: one query, never anybody's own, never older than the last change."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.models import NewsPage
from tests.factories.home import make_news
from tests.factories.staff import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept(settings):
    settings.PUBLIC_PAGE_SECONDS = 60
    caches["pages"].clear()


def queries(client, address="/"):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_public_page_costs_one_query_for_the_next_reader(client):
    first = client.get("/news/")
    assert queries(Client(), "/news/") == 1
    again = Client().get("/news/")
    assert again.content == first.content
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert again.headers["Content-Language"] == "zh-hans"


def test_what_somebody_sends_to_the_admin_makes_kept_pages_stale(client):
    make_news(title="旧闻", audience="public")
    assert "旧闻" in client.get("/news/").text
    NewsPage.objects.update(title="新的标题")
    assert "旧闻" in Client().get("/news/").text
    office = Client()
    office.force_login(make_office())
    office.post("/admin/pages/1/unpublish/")
    assert "新的标题" in Client().get("/news/").text


def test_who_is_signed_in_neither_gets_nor_leaves_a_kept_page(client):
    make_news(title="内部新闻")
    client.force_login(make_staff())
    assert "内部新闻" in client.get("/news/").text
    assert "内部新闻" not in Client().get("/news/").text
    assert "内部新闻" in client.get("/news/").text


def test_looks_and_language_have_pages_of_their_own(client):
    client.get("/news/")
    client.post("/look/", {"size": "large"})
    client.post("/language/", {"language": "en"})
    text = client.get("/news/").text
    assert 'data-size="large"' in text
    assert '<html lang="en"' in text
    assert 'data-size="large"' not in Client().get("/news/").text


def test_a_page_with_a_form_is_made_anew_for_each_reader():
    """A token in a kept page would be somebody else's."""
    one, two = (Client().get("/accounts/login/").cookies["csrftoken"].value for _ in range(2))
    assert one != two


def test_a_foreign_host_is_refused_even_where_the_page_is_kept(client):
    client.get("/news/")
    assert client.get("/news/", headers={"host": "elsewhere.example"}).status_code == 400
