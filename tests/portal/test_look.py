"""Size, scheme and language follow the viewer; every page that says what went wrong can be shown."""

import pytest
from django.template.loader import render_to_string

from staff.models import Preference
from tests.factories.staff import make_user

pytestmark = pytest.mark.django_db


def test_a_visitor_keeps_the_chosen_size_and_scheme_on_the_device(client):
    answer = client.post("/look/", {"size": "large", "next": "/accounts/login/"})
    assert answer.status_code == 302
    assert answer.url == "/accounts/login/"
    client.post("/look/", {"theme": "dark"})
    page = client.get("/accounts/login/").content.decode()
    assert 'data-size="large"' in page
    assert 'data-theme="dark"' in page


def test_the_chosen_size_is_kept_with_the_account(client):
    user = make_user()
    client.force_login(user)
    client.post("/look/", {"size": "large"})
    assert Preference.objects.get(user=user).large_text


def test_the_switches_lead_nowhere_else(client):
    assert client.post("/look/", {"size": "large", "next": "https://elsewhere.example/"}).url == "/"


def test_an_unknown_scheme_is_forgotten(client):
    assert client.post("/look/", {"theme": '"><b>'}).cookies["theme"].value == ""


def test_signing_in_brings_the_preferences_to_the_device(client):
    user = make_user(password="a long enough word")
    Preference.objects.create(user=user, language="en", large_text=True)
    answer = client.post("/accounts/login/", {"login": user.username, "password": "a long enough word"})
    assert answer.status_code == 302
    assert answer.cookies["django_language"].value == "en"
    assert answer.cookies["large_text"].value == "1"


def test_the_portal_speaks_chinese_until_a_reader_chooses(client):
    def language():
        answer = client.get("/accounts/login/", headers={"accept-language": "en"})
        return answer.headers["Content-Language"]

    assert language() == "zh-hans"
    client.post("/language/", {"language": "en", "next": "/accounts/login/"})
    assert language() == "en"
    client.cookies["django_language"] = "tlh"
    assert language() == "zh-hans"


def test_the_language_is_kept_with_the_account_so_that_messages_come_in_it(client):
    user = make_user()
    client.post("/language/", {"language": "en"})
    assert not Preference.objects.exists()
    client.force_login(user)
    client.post("/language/", {"language": "en"})
    client.post("/language/", {"language": "tlh"})
    assert Preference.objects.get(user=user).language == "en"


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_pages_for_trouble_need_neither_request_nor_database(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "<h1>" in render_to_string(name)


def test_a_page_that_does_not_exist_offers_search_and_sign_in(client):
    page = client.get("/no-such-page/")
    assert page.status_code == 404
    assert "/accounts/login/?next=%2Fno-such-page%2F" in page.content.decode()


def test_a_form_without_its_token_says_that_the_page_is_old():
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "somebody", "password": "x"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
