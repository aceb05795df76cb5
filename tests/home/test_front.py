"""The front page and articles: who sees what, and that lists cost the same however long they are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.models import Receipt
from tests.factories.activities import make_activity, make_activity_page
from tests.factories.home import make_exemplar, make_image, make_news, make_notice, make_update
from tests.factories.staff import make_office, make_partner, make_secretary, make_staff, make_unit, today

pytestmark = pytest.mark.django_db


def queries(client, address):
    """How many queries a page needs once what is kept for the process and in the cache is there."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_an_anonymous_reader_sees_what_is_public_and_nothing_else(client):
    make_news(title="公开新闻", audience="public")
    make_news(title="内部新闻")
    make_notice(title="内部通知")
    make_activity_page(make_activity(title="公开活动"), audience="public")
    make_activity_page(make_activity(title="内部活动"))
    make_update(text="内部动态")
    text = client.get("/").text
    assert "公开新闻" in text and "公开活动" in text
    assert not any(word in text for word in ("内部新闻", "内部通知", "内部活动", "内部动态"))


def test_somebody_inside_sees_their_day_first(client):
    user = make_staff(name="赵青")
    make_notice(title="请确认的通知", receipt_wanted=True)
    make_activity(title="要去的主题党日", expected=[user.member])
    client.force_login(user)
    text = client.get("/").text
    assert "赵青，这是您的一天" in text
    assert text.index("要去的主题党日") < text.index("请确认的通知") < text.index("近期活动")


def test_a_partner_sees_the_public_front_page(client):
    make_news(title="内部新闻")
    client.force_login(make_partner())
    response = client.get("/")
    assert response.status_code == 200
    assert "内部新闻" not in response.text


def test_a_page_for_one_unit_is_found_by_that_unit_alone(client):
    here, elsewhere = make_unit(), make_unit()
    page = make_news(audience="unit", audience_unit=here)
    client.force_login(make_staff(unit=here))
    assert client.get(page.url).status_code == 200
    client.force_login(make_staff(unit=elsewhere))
    assert client.get(page.url).status_code == 404
    client.logout()
    assert client.get(page.url)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("make", [make_news, make_notice, make_exemplar])
def test_articles_have_one_heading_and_lead_on(client, make):
    first = make(title="较早的一篇", audience="public", day=today(-2))
    make(title="较晚的一篇", audience="public", day=today(-1))
    text = client.get(first.url).text
    assert text.count("<h1") == 1
    assert "较晚的一篇" in text


def test_a_notice_is_confirmed_once_and_counted(client):
    notice = make_notice(receipt_wanted=True, audience="public")
    assert "确认已读" not in client.get(notice.url).text
    user = make_staff()
    client.force_login(user)
    assert "确认已读" in client.get(notice.url).text
    for _time in range(2):
        client.post(f"/notices/{notice.pk}/receipt/")
    assert Receipt.objects.filter(notice=notice, user=user).count() == 1
    assert "您已确认阅读" in client.get(notice.url).text


def test_a_notice_of_another_unit_cannot_be_confirmed(client):
    notice = make_notice(receipt_wanted=True, audience="unit", audience_unit=make_unit())
    client.force_login(make_staff())
    assert client.post(f"/notices/{notice.pk}/receipt/").status_code == 404


def fill(number):
    """So many of everything that the front page and the lists show."""
    for _each in range(number):
        make_news(audience="public", picture=make_image())
        make_exemplar(audience="public", picture=make_image(), unit=make_unit())
        make_notice(audience="public", receipt_wanted=True)
        make_activity_page(audience="public")
        make_update(photos=1)


def test_lists_cost_the_same_however_much_there_is(client):
    fill(1)
    office, secretary = make_office(), make_secretary()
    pages = ["/", "/news/", "/notices/", "/exemplars/"]
    few = [queries(client, page) for page in pages]
    client.force_login(office)
    few += [queries(client, page) for page in [*pages, "/updates/", "/me/"]]
    client.force_login(secretary)
    few += [queries(client, page) for page in pages]
    client.logout()
    fill(9)
    many = [queries(client, page) for page in pages]
    assert max(many) <= 12
    client.force_login(office)
    many += [queries(client, page) for page in [*pages, "/updates/", "/me/"]]
    client.force_login(secretary)
    many += [queries(client, page) for page in pages]
    assert many == few


def test_an_anonymous_view_writes_nothing(client):
    make_news(audience="public", picture=make_image())
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        response = client.get("/")
    assert all(query["sql"].startswith("SELECT") for query in captured.captured_queries)
    assert "sessionid" not in response.cookies
