"""Adopted suggestions as news: in one step, once, linked both ways, and nobody named who does not want to be."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from activities.choices import Rating, SuggestionState, Verdict
from activities.models import Suggestion, SuggestionAuthor
from home import adopted
from home.models import NewsPage
from staff.models import Notification
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

NAME = "段不显名"


def make_adopted(**fields):
    """A suggestion that was adopted, answered and rated."""
    fields = {
        "text": "夜市入口<b>增设</b>公示牌。\n写明举报电话。",
        "logged_on": make.today(-30), "accepted_on": make.today(-29),
        "lead_unit": make.make_unit(name="稽查科"), "due": make.today(-5), "state": SuggestionState.CLOSED,
        "verdict": Verdict.ADOPTED, "answer": "已设八块。", "answered_on": make.today(-8), "answered_in_time": True,
        "rating": Rating.SATISFIED, **fields,
    }  # fmt: skip
    branch = make.make_organisation()
    author = make.make_staff(name=NAME, branch=branch, unit=branch.unit).member
    return made.make_suggestion(author=author, **fields)


def address(row):
    return f"/suggestions/{row.pk}/news/"


def test_the_office_publishes_in_one_step_and_both_pages_lead_to_each_other(client):
    row, office = make_adopted(), make.make_office()
    client.force_login(office)
    assert "发布为动态" in client.get(row.get_absolute_url()).text
    answer = client.post(address(row))
    page = NewsPage.objects.get()
    assert page.live and answer["Location"].endswith(page.url)
    told = client.get(page.url).text
    assert "&lt;b&gt;增设&lt;/b&gt;" in told and "<p>写明举报电话。</p>" in told and "<p>已设八块。</p>" in told
    assert "稽查科" in told and "满意" in told and NAME in told
    assert row.get_absolute_url() in told
    shown = client.get(row.get_absolute_url()).text
    assert page.url in shown and "发布为动态" not in shown
    author = SuggestionAuthor.objects.get(suggestion=row).member.user
    assert Notification.objects.filter(user=author, text__contains="已作为动态发布").count() == 1
    assert row.events.filter(by=office, text="作为动态发布").count() == 1


def test_it_is_published_once_and_again_only_after_the_page_was_deleted(client):
    row, office = make_adopted(), make.make_office()
    client.force_login(office)
    for _turn in range(2):
        client.post(address(row))
    assert NewsPage.objects.count() == 1
    with pytest.raises(ValidationError):
        adopted.publish(suggestion=row, live=True, by=office)
    NewsPage.objects.get().delete()
    assert Suggestion.objects.get().news is None
    client.post(address(row), {"draft": "1"})
    assert not NewsPage.objects.get().live
    assert NewsPage.objects.get().url not in client.get(row.get_absolute_url()).text


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": Verdict.NOT_ADOPTED},
        {"verdict": Verdict.PARTLY},
        {"state": SuggestionState.IN_PROGRESS, "rating": Rating.DISSATISFIED},
    ],
)
def test_only_what_was_adopted_and_answered(client, fields):
    row, office = make_adopted(**fields), make.make_office()
    client.force_login(office)
    assert "发布为动态" not in client.get(row.get_absolute_url()).text
    assert client.post(address(row)).status_code == 404
    with pytest.raises(PermissionDenied):
        adopted.publish(suggestion=row, live=True, by=office)
    assert not NewsPage.objects.exists()


def test_nobody_but_the_office(client):
    row = make_adopted()
    for user in (make.make_secretary(row.organisation), make.make_manager(row.lead_unit), make.make_staff()):
        client.force_login(user)
        assert "发布为动态" not in client.get(row.get_absolute_url()).text
        assert client.post(address(row)).status_code == 404
    assert not NewsPage.objects.exists()


def test_an_unnamed_author_is_not_in_the_news_nor_in_what_the_publisher_leaves(client):
    row = make_adopted(unnamed=True)
    client.force_login(make.make_office())
    client.post(address(row))
    page = NewsPage.objects.get()
    for text in (client.get(page.url).text, page.title, page.introduction, str(page.body), page.slug):
        assert NAME not in text
    client.force_login(make.make_staff())
    assert NAME not in client.get(page.url).text and NAME not in client.get("/news/").text


def test_it_is_written_in_the_language_of_the_portal(client):
    row = make_adopted()
    client.force_login(make.make_office())
    client.cookies["django_language"] = "en"
    client.post(address(row))
    page = NewsPage.objects.get()
    assert page.title.startswith("建议采纳：") and "答复" in str(page.body)
