"""Search: what is found, by whom, and for how many queries."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.documents import get_document_model
from wagtail.models import Collection
from wagtail.rich_text import RichText
from wagtail.search.backends import get_search_backend

from home import documents, find
from home.models import Update
from portal import newest
from tests.factories.activities import make_activity, make_activity_page, make_agreement, make_suggestion
from tests.factories.home import make_news, make_notice, make_update
from tests.factories.staff import (
    make_auditor,
    make_division,
    make_member,
    make_office,
    make_organisation,
    make_partner,
    make_partner_organisation,
    make_plot,
    make_secretary,
    make_staff,
    make_unit,
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
    make_unit(name="夜市管理所")
    make_document(title="夜市巡查表", by=user)
    return user


def make_document(*, title="名单", name="list.csv", by=None):
    """A document of the library, nobody's until something refers to it."""
    return get_document_model().objects.create(
        title=title,
        file=ContentFile(b"a,b", name=name),
        uploaded_by_user=by,
        collection=Collection.get_first_root_node(),
    )


def searched(text, user, only=None, **more):
    """What is found of all kinds, or of `only` that one."""
    return [group for group in find.search(text, user, only, **more) if only in (None, group.key)]


def keys(text, user, **more):
    """Which kinds were found."""
    return {group.key for group in searched(text, user, **more)}


def titles(text, user, **more):
    """What was found, without its marks."""
    return [strip_tags(hit.title) for group in searched(text, user, **more) for hit in group.hits]


def test_everything_that_one_may_see_is_found(client, everything):
    assert keys("夜市", everything) == set(find.KINDS) - {"documents"}
    assert keys("夜市", make_office()) == set(find.KINDS)
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
    user = make_partner(partner)
    assert keys("夜市", user) == {"pages", "agreements"}
    found = titles("夜市", user)
    assert "夜市联防协议" in found and "夜市共治协议" not in found and "夜市内部新闻" not in found


def test_drafts_and_pages_of_others_stay_hidden(everything):
    make_activity(title="夜市草稿", state="draft")
    page = make_notice(title="夜市撤回的通知")
    page.unpublish()
    found = titles("夜市", make_staff())
    assert "夜市草稿" not in found and "夜市撤回的通知" not in found and "夜市片区" not in found


@pytest.mark.parametrize("text", ["zengjing", "zj", "曾静"])
def test_colleagues_are_found_by_name_pinyin_and_initials(text):
    user = make_staff(name="曾静")
    assert "people" in keys(text, user)


@pytest.mark.parametrize("text", ["矣六", "六", "yiliu", "yl", "yili", "yi liu", "YILIU"])
def test_places_are_found_by_part_of_the_name_pinyin_and_initials(text):
    user = make_staff(name="曾静")
    plot = make_plot(name="北片", unit=user.member.unit, divisions=[make_division(name="矣六街道")])
    make_unit(name="矣六烟站")
    make_plot(name="矣六外片")
    assert titles(text, user, only="plots") == [plot.name]
    assert titles(text, user, only="units") == ["矣六烟站"]


def test_a_unit_leads_to_its_people():
    unit = make_unit(name="矣六烟站")
    (group,) = searched("矣六", make_staff(), only="units")
    assert group.hits[0].url == f"/members/?unit={unit.pk}"


def test_units_and_people_are_nothing_for_those_outside(everything):
    make_unit(name="矣六烟站")
    partner = make_partner(make_partner_organisation())
    for user in (AnonymousUser(), partner):
        assert keys("矣六", user) == set() and keys("夜市清", user) == set()
        assert keys("夜市", user, only="people") == keys("夜市", user, only="units") == set()


@pytest.mark.parametrize("make", [make_staff, make_secretary])
def test_plots_and_documents_of_others_are_not_found_from_elsewhere(everything, make):
    away = make()
    assert keys("夜市", away).isdisjoint({"plots", "documents"})
    assert "夜市片区" not in titles("夜市", away) and "夜市巡查表" not in titles("夜市", away)


def test_a_document_is_found_by_those_who_may_have_it(everything):
    closed, public = make_document(title="夜市内参"), make_document(title="夜市须知")
    refer(make_news(title="一则", audience="bureau"), closed)
    refer(make_news(title="二则", audience="public"), public)
    assert titles("夜市", AnonymousUser(), only="documents") == ["夜市须知"]
    assert set(titles("夜市", make_staff(), only="documents")) == {"夜市须知", "夜市内参"}
    assert set(titles("夜市", make_office(), only="documents")) == {"夜市须知", "夜市内参", "夜市巡查表"}


def refer(page, document):
    """Let a page of the tree link to the document, as its text would."""
    body = f'<p><a linktype="document" id="{document.pk}">附件</a></p>'
    page.body = [("text", RichText(body))]
    page.save()


def test_documents_found_are_those_that_would_be_served(everything):
    draft = make_news(title="草稿", audience="bureau")
    draft.unpublish()
    documents_made = [make_document(title=f"夜市{number}") for number in range(4)]
    for page, document in zip(
        [make_news(audience="public"), make_news(audience="bureau"), draft], documents_made, strict=False
    ):
        refer(page, document)
    ids = [document.pk for document in get_document_model().objects.all()]
    for user in (
        make_staff(),
        make_secretary(),
        make_office(),
        make_auditor(),
        make_partner(make_partner_organisation()),
    ):
        served = {pk for pk in ids if documents.may_read(get_document_model().objects.get(pk=pk), user)}
        public = documents.readable(ids, AnonymousUser())
        assert set(documents.readable(ids, user)) == served | public


def test_kinds_are_counted(client, everything):
    for number in range(7):
        make_news(title=f"夜市第{number}次", audience="public")
    groups = {group.key: group for group in searched("夜市", make_staff())}
    assert (groups["pages"].number, len(groups["pages"].hits), groups["pages"].more) == (10, find.SHOWN, True)
    assert (groups["people"].number, groups["people"].more) == (1, False)
    client.force_login(everything)
    assert '页面<span class="facet-count">10</span>' in client.get("/search/?q=夜市").text


def test_what_is_called_so_comes_before_what_mentions_it_and_the_newest_first():
    now = timezone.now()
    for title, text, days in (("旧夜市", "", 3), ("新夜市", "", 1), ("提到", "夜市", 0)):
        page = make_news(title=title, introduction=text, audience="public")
        page.first_published_at = now - timedelta(days=days)
        page.save()
    assert titles("夜市", make_staff()) == ["新夜市", "旧夜市", "提到"]


@pytest.mark.parametrize("only", [None, "pages", "updates"])
def test_a_common_word_finds_the_newest_and_is_counted_only_so_far(monkeypatch, everything, only):
    for number in range(8):
        make_news(title=f"夜市第{number}次", audience="public")
        make_update(text=f"夜市{number}")
    few = {group.key for group in searched("夜市", everything, only)}
    monkeypatch.setattr(find, "NEWEST", 7)
    monkeypatch.setattr(find, "COUNTED", 6)
    groups = {group.key: group for group in searched("夜市", everything, only)}
    assert set(groups) == few
    for key in {only} if only else {"pages", "updates"}:
        assert (groups[key].number, groups[key].at_least) == (6, True)
    if only == "updates":
        shown = {strip_tags(hit.title) for hit in groups[only].hits}
        assert shown == {f"夜市{number}" for number in range(1, 8)}


def test_a_common_word_opens_nothing_to_those_outside(monkeypatch, everything):
    monkeypatch.setattr(find, "NEWEST", 2)
    monkeypatch.setattr(find, "COUNTED", 1)
    for number in range(3):
        make_news(title=f"夜市公开{number}", audience="public")
    for user in (AnonymousUser(), make_partner(make_partner_organisation())):
        assert keys("夜市", user) == {"pages"}
        assert "夜市内部新闻" not in titles("夜市", user, only="pages")
    assert "夜市片区" not in titles("夜市", make_staff(), only="plots")


@pytest.mark.parametrize("only", [None, "updates"])
def test_what_one_may_see_is_found_behind_thousands_that_one_may_not(client, only):
    mine, elsewhere = make_organisation(), make_organisation()
    user = make_secretary(mine)
    make_update(text="夜市旧照", audience="branch", branch=mine, author=make_member(branch=mine))
    author = make_member(branch=elsewhere)
    facts = {"author": author, "unit": author.unit, "posted_at": timezone.now(), "audience": "branch"}
    facts["branch"] = elsewhere
    newer = Update.objects.bulk_create([Update(text=f"夜市第{number}张", **facts) for number in range(2500)])
    get_search_backend().add_bulk(Update, newer)
    (group,) = searched("夜市", user, "updates") if only else [g for g in searched("夜市", user) if g.key == "updates"]
    assert [strip_tags(hit.title) for hit in group.hits] == ["夜市旧照"]
    assert (group.number, group.at_least) == (1, False)
    client.force_login(user)
    assert "旧照" in client.get("/search/", {"q": "夜市", "in": only or ""}).text
    assert {g.number for g in searched("夜市", make_staff(branch=elsewhere), only) if g.key == "updates"} == {99}


@pytest.mark.parametrize(("sample", "walk", "reach"), [(500, 15_000, 20_000), (2, 1, 2), (8, 1, 2), (1, 9, 9)])
def test_a_branch_finds_its_old_drafts_behind_those_of_others(monkeypatch, sample, walk, reach):
    for name, value in {"SAMPLE": sample, "COMMON": 2, "WALK": walk, "REACH": reach}.items():
        monkeypatch.setattr(newest, name, value)
    monkeypatch.setattr(find, "NEWEST", 6)
    mine, elsewhere = make_organisation(), make_organisation()
    make_activity(mine, title="夜市学习草稿", state="draft")
    make_activity(mine, title="夜市旧学习")
    for number in range(20):
        make_activity(elsewhere, title=f"夜市别处{number}", state="draft")
    secretary, both = make_secretary(mine), {"夜市旧学习", "夜市学习草稿"}
    assert set(titles("夜市", secretary, only="activities")) == both
    assert {strip_tags(hit.title) for _kind, hit in find.suggest("夜市", secretary)} == both
    assert titles("夜市", make_staff(), only="activities") == ["夜市旧学习"]
    assert len(titles("夜市", make_secretary(elsewhere), only="activities")) == 6


def test_a_document_is_found_behind_those_that_one_may_not_have(monkeypatch):
    monkeypatch.setattr(find, "NEWEST", 5)
    monkeypatch.setattr(find, "FEW", 5)
    public = make_document(title="夜市须知")
    refer(make_news(audience="public"), public)
    for number in range(20):
        make_document(title=f"夜市内参{number}")
    for user in (AnonymousUser(), make_staff()):
        assert titles("夜市", user, only="documents") == ["夜市须知"]
    (group,) = searched("夜市", make_office(), only="documents")
    assert (len(group.hits), group.at_least) == (5, True)


def test_kinds_found_often_are_asked_within_what_one_may_see(monkeypatch, everything):
    monkeypatch.setattr(find, "FEW", 2)
    unit = everything.member.unit
    plot = make_plot(name="北片", unit=unit, divisions=[make_division(name="夜市街道")])
    for number in range(6):
        make_plot(name=f"夜市外片{number}", divisions=[make_division(name=f"夜市第{number}村")])
        make_news(title=f"夜市别处{number}", audience="unit", audience_unit=make_unit())
    assert set(titles("夜市", everything, only="plots")) == {"夜市片区", plot.name}
    assert set(titles("夜市", everything, only="pages")) >= {"夜市巡查新闻", "夜市内部新闻"}
    assert not any("别处" in title for title in titles("夜市", everything, only="pages"))
    offered = {strip_tags(hit.title) for _kind, hit in find.suggest("夜市", everything)}
    assert "夜市片区" in offered and not any("别处" in title or "外片" in title for title in offered)


@pytest.mark.parametrize("query", ["q=夜市", "q=夜市&in=updates", "q=夜市&in=people"])
def test_a_search_costs_the_same_however_much_it_finds(client, everything, query):
    client.force_login(everything)

    def cost():
        client.get(f"/search/?{query}")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/search/?{query}")
        return len(captured)

    few = cost()
    for number in range(find.NEWEST + 5):
        make_update(text=f"夜市{number}", author=everything.member)
    assert cost() == few


def test_the_other_kinds_can_be_chosen_beside_the_one_that_is(client, everything):
    client.force_login(everything)
    text = client.get("/search/?q=夜市&in=pages").text
    assert "in=updates" in text and "in=people" in text and "今晚在" not in text


def test_a_kind_is_looked_at_in_parts(client, everything):
    make_notice(title="夜市通知")
    client.force_login(everything)
    text = client.get("/search/?q=夜市&in=pages").text
    assert "of=noticepage" in text and "巡查新闻" in text
    text = strip_tags(client.get("/search/?q=夜市&in=pages&of=noticepage").text)
    assert "夜市通知" in text and "巡查新闻" not in text


def test_more_of_one_kind_comes_in_pages(client):
    for number in range(7):
        make_news(title=f"夜市第{number}次", audience="public")
    first = client.get("/search/?q=夜市").text
    assert first.count("<mark>夜市</mark>第") == 5
    assert "in=pages" in first
    assert client.get("/search/?q=夜市&in=pages").text.count("<mark>夜市</mark>第") == 7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        '"',
        "NEAR(",
        "*",
        "%",
        "a' OR 1=1 --",
        "😀",
        "\x00",
        "(" * 90,
        "NOT a",
        "^夜",
        "夜市*",
        "a:b",
        ":*",
        "夜" * 1000,
        "a" * 1000,
        '"夜市" AND',
    ],
)
def test_odd_queries_are_answered(client, everything, text):
    client.force_login(everything)
    assert client.get("/search/", {"q": text}).status_code == 200
    assert client.get("/search/", {"q": text, "in": "pages", "page": "x"}).status_code == 200
    assert client.get("/search/suggest/", {"q": text}).status_code == 200


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


# --- while somebody is typing -----------------------------------------------------------------------------------------


def test_suggestions_name_people_places_and_titles(client, everything):
    client.force_login(everything)
    text = client.get("/search/suggest/?q=夜市").text
    assert 'href="/members/' in text and "<mark>夜市</mark>片区" in text and "巡查新闻" in text
    assert text.count('role="option"') <= find.SUGGESTED + 1
    assert "今晚在" not in text and "公示牌" not in text
    assert "夜市片区" in strip_tags(client.get("/search/suggest/?q=yspq").text)


def test_suggestions_for_those_outside_are_public_pages(client, everything):
    text = client.get("/search/suggest/?q=夜市").text
    assert "巡查新闻" in text
    assert not any(word in text for word in ("内部新闻", "普法活动", "片区", "管理所", "夜市</mark>清", "共治协议"))
    client.force_login(make_staff())
    assert "夜市片区" not in strip_tags(client.get("/search/suggest/?q=夜市").text)


def test_suggestions_are_escaped(client):
    make_news(title="<b>夜市</b>", audience="public")
    text = client.get("/search/suggest/", {"q": '夜市"<i>'}).text
    assert "<b>" not in text and "<i>" not in text


@pytest.mark.parametrize("make", [make_office, make_secretary, make_staff])
def test_suggestions_cost_at_most_six_queries(client, everything, make):
    make_member(name="夜市明")
    client.force_login(make())
    client.get("/search/suggest/?q=夜市")
    with CaptureQueriesContext(connection) as captured:
        client.get("/search/suggest/?q=夜市")
    assert len(captured) <= 6


def test_suggestions_are_kept_by_nobody_else(client):
    assert client.get("/search/suggest/?q=夜市").headers["Cache-Control"] == "private, max-age=30"
