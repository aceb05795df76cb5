"""Search: what is found, by whom, and for how many queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home import find
from tests.factories.activities import make_activity, make_activity_page, make_agreement, make_suggestion
from tests.factories.home import make_news, make_notice, make_update
from tests.factories.staff import (
    make_auditor,
    make_office,
    make_partner,
    make_partner_organisation,
    make_plot,
    make_secretary,
    make_staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything():
    """One of each kind that speaks of 夜市."""
    user = make_staff(name="夜市清")
    make_news(title="夜市巡查新闻", audience="public")
    make_news(title="夜市内部新闻")
    make_activity_page(make_activity(title="夜市普法活动"))
    make_suggestion(text="夜市入口增设公示牌")
    make_update(text="今晚在夜市", author=user.member)
    make_plot(name="夜市片区", unit=user.member.unit)
    make_agreement(title="夜市共治协议")
    return user


def keys(text, user, **more):
    """Which kinds were found."""
    return {group.key for group in find.search(text, user, **more)}


def test_everything_that_one_may_see_is_found(client, everything):
    assert keys("夜市", everything) == set(find.KINDS)
    client.force_login(everything)
    text = client.get("/search/?q=夜市").text
    assert "<mark>夜市</mark>巡查新闻" in text
    assert "夜市内部" not in client.get("/search/?q=西山").text


def test_an_anonymous_reader_finds_public_pages_alone(client, everything):
    text = client.get("/search/?q=夜市").text
    assert "巡查新闻" in text
    assert "内部新闻" not in text
    assert not any(word in text for word in ("普法活动", "公示牌", "今晚", "片区", "共治协议"))


def test_a_partner_finds_its_agreements_alone(everything):
    partner = make_partner_organisation()
    make_agreement(title="夜市联防协议", parties=[partner])
    groups = find.search("夜市", make_partner(partner))
    assert {group.key for group in groups} == {"pages", "agreements"}
    titles = ["".join(piece for piece, _asked in hit.title) for group in groups for hit in group.hits]
    assert "夜市联防协议" in titles and "夜市共治协议" not in titles and "夜市内部新闻" not in titles


def test_drafts_and_pages_of_others_stay_hidden(everything):
    make_activity(title="夜市草稿", state="draft")
    page = make_notice(title="夜市撤回的通知")
    page.unpublish()
    titles = [
        "".join(piece for piece, _asked in hit.title)
        for group in find.search("夜市", make_staff())
        for hit in group.hits
    ]
    assert "夜市草稿" not in titles and "夜市撤回的通知" not in titles and "夜市片区" not in titles


@pytest.mark.parametrize("text", ["zengjing", "zj", "曾静"])
def test_colleagues_are_found_by_name_pinyin_and_initials(text):
    user = make_staff(name="曾静")
    assert "people" in keys(text, user)


def test_more_of_one_kind_comes_in_pages(client):
    for number in range(7):
        make_news(title=f"夜市第{number}次", audience="public")
    first = client.get("/search/?q=夜市").text
    assert first.count("<mark>夜市</mark>第") == 5
    assert "in=pages" in first
    assert client.get("/search/?q=夜市&in=pages").text.count("<mark>夜市</mark>第") == 7


@pytest.mark.parametrize("text", ["", "   ", '"', "NEAR(", "*", "%", "a' OR 1=1 --", "😀", "\x00", "(" * 90])
def test_odd_queries_are_answered(client, everything, text):
    client.force_login(everything)
    assert client.get("/search/", {"q": text}).status_code == 200
    assert client.get("/search/", {"q": text, "in": "pages", "page": "x"}).status_code == 200


def test_a_long_query_is_cut_with_a_note(client, everything):
    text = client.get("/search/", {"q": "夜" * 101}).text
    assert "只按前 100 个字搜索" in text


def test_what_is_found_is_escaped(client):
    make_news(title="<b>夜市</b>", audience="public")
    text = client.get("/search/?q=夜市").text
    assert "<b>" not in text
    assert "&lt;b&gt;<mark>夜市</mark>" in text


@pytest.mark.parametrize("make", [make_office, make_secretary, make_staff, make_auditor])
def test_a_search_costs_at_most_twenty_queries(client, everything, make):
    client.force_login(make())
    client.get("/search/?q=夜市")
    with CaptureQueriesContext(connection) as captured:
        client.get("/search/?q=夜市")
    assert len(captured) <= 20
