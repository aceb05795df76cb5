"""Signing in by hand, on a phone and on a PC."""

import pytest

from tests.factories import staff as make


@pytest.mark.parametrize("login", ["username", "employee_number"])
def test_sign_in_and_come_back(open_as, size, login):
    """By user name or employee number; the page asked for comes after the password."""
    member = make.make_member()
    make.make_user(member=member, username="liming", password="four words in a row")
    page = open_as(size=size)
    page.goto("/me/")
    page.fill("input[name=login]", "liming" if login == "username" else member.employee_number)
    page.fill("input[name=password]", "four words in a row")
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/me/")
    assert page.locator("h1").count() == 1


def test_whoever_signed_in_finds_the_way_out(open_as, size):
    """In the menu of a PC, at the foot of a phone's own page."""
    page = open_as(make.make_staff(), size)
    page.goto("/me/")
    if size == "pc":
        page.locator("details.menu > summary").click()
    page.locator("button:visible", has_text="退出登录").click()
    page.wait_for_url("**/")
    page.goto("/me/")
    page.wait_for_url("**/accounts/login/**")


def test_whoever_is_invited_opens_the_link_on_a_phone_and_is_in(open_as, live_server):
    """The office invites from the member's page; the code's address leads to the first password."""
    office, member = make.make_office(), make.make_member(name="段立本")
    page = open_as(office)
    page.goto(member.get_absolute_url())
    page.locator("main form[action$='/invite/'] button").first.click()
    assert page.locator(".invitation-code svg").bounding_box()["width"] > 100
    link = page.locator(".invitation-link").inner_text()
    phone = open_as(None, "phone", expects=["410"])
    phone.goto("/invitations/" + link.split("/invitations/")[1])
    phone.fill("input[name=new_password1]", "four words in a row")
    phone.fill("input[name=new_password2]", "four words in a row")
    phone.locator("main button[type=submit]").click()
    phone.wait_for_url(f"{live_server.url}/")
    phone.goto("/me/")
    assert "段立本" in phone.inner_text("main")
    phone.context.clear_cookies()
    assert phone.goto("/invitations/" + link.split("/invitations/")[1]).status == 410
