"""Signing in with an account of the bureau's, walked through against providers that really answer."""

import logging
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.cache import cache
from django.test import Client

from tests.factories.staff import make_member, make_user, today
from tests.staff.provider import STRANGE_KEY, Provider

pytestmark = pytest.mark.django_db

LOGIN = {
    "openid_connect": "/accounts/oidc/bureau/login/",
    "wecom": "/accounts/wecom/login/",
    "dingtalk": "/accounts/dingtalk/login/",
    "feishu": "/accounts/feishu/login/",
}
NAMES = {"openid_connect": "单位统一认证", "wecom": "企业微信", "dingtalk": "钉钉", "feishu": "飞书"}


@pytest.fixture
def provider(settings):
    cache.clear()
    server = Provider()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "bureau",
                    "name": NAMES["openid_connect"],
                    "client_id": "portal",
                    "secret": "secret",
                    "settings": {
                        "server_url": server.url,
                        "number": ["employee_number", "preferred_username"],
                        "oauth_pkce_enabled": True,
                    },
                }
            ]
        },
        "wecom": app("wecom", server, key="1000002", number=["userid"], open_url=server.url),
        "dingtalk": app("DingTalk", server, number=["job_number"], register_url=server.url),
        "feishu": app("feishu", server, number=["employee_no"]),
    }
    yield server
    server.stop()


def app(name, server, *, key="", number, **hosts):
    hosts = {"api_url": server.url, "login_url": server.url, **hosts}
    return {
        "APPS": [
            {"client_id": f"portal-{name}", "secret": "secret", "key": key, "settings": {"number": number, **hosts}}
        ]
    }


@pytest.fixture
def member(db):
    person = make_member(employee_number="KM0042", name="李明")
    make_user(member=person)
    person.refresh_from_db()
    return person


def tell(provider, way, number):
    """Make the provider say that the person has this employee number."""
    if way == "openid_connect":
        provider.claims["employee_number"] = number
    else:
        provider.person = {{"wecom": "userid", "dingtalk": "job_number", "feishu": "employee_no"}[way]: number}


def leave(client, way, **query):
    """Press the button: the address at the provider."""
    answer = client.get(LOGIN[way], query)
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def come_back(url):
    """Agree there: the address at which the provider sends one back to the portal."""
    return requests.get(url, allow_redirects=False, timeout=5).headers["Location"]


def walk(client, way, **query):
    """All of it: the portal's last answer."""
    return client.get(come_back(leave(client, way, **query)))


def signed_in(client):
    return client.session.get("_auth_user_id")


EVERY_WAY = pytest.mark.parametrize("way", LOGIN)


@EVERY_WAY
def test_the_right_person_is_signed_in_and_comes_back_to_where_they_were(provider, member, way):
    client = Client()
    tell(provider, way, "km0042")
    answer = walk(client, way, next="/members/?q=li")
    assert (answer.status_code, answer["Location"]) == (302, "/members/?q=li")
    assert signed_in(client) == str(member.user_id)
    assert client.get("/members/").status_code == 200


@EVERY_WAY
def test_nothing_of_the_provider_is_kept(provider, member, way):
    tell(provider, way, "KM0042")
    walk(Client(), way)
    assert not SocialAccount.objects.exists() and not SocialToken.objects.exists()


@EVERY_WAY
def test_an_unknown_number_is_refused_in_words_and_nobody_is_made(provider, member, way, caplog, django_user_model):
    client, before = Client(), django_user_model.objects.count()
    tell(provider, way, "KM7777")
    with caplog.at_level(logging.WARNING):
        answer = walk(client, way)
    assert answer.status_code == 403
    assert "没有找到您的账号" in answer.content.decode()
    assert signed_in(client) is None
    assert django_user_model.objects.count() == before
    lines = [record.getMessage() for record in caplog.records if record.name == "staff.social.base"]
    assert lines == [f"sign-in by {way} stopped: unknown"]
    assert "KM7777" not in caplog.text


@EVERY_WAY
def test_who_has_no_number_is_refused(provider, member, way):
    tell(provider, way, "")
    if way == "wecom":
        provider.person = {"openid": "outside"}
    if way == "dingtalk":
        provider.person = {}
    client = Client()
    assert walk(client, way).status_code == 403
    assert signed_in(client) is None


@EVERY_WAY
@pytest.mark.parametrize("gone", ["account", "member"])
def test_an_inactive_account_is_refused(provider, member, way, gone):
    if gone == "account":
        member.user.is_active = False
        member.user.save()
    else:
        member.left_on = today()
        member.save()
    client = Client()
    tell(provider, way, "KM0042")
    answer = walk(client, way)
    assert answer.status_code == 403
    assert "您的账号已停用" in answer.content.decode()
    assert signed_in(client) is None


@EVERY_WAY
def test_a_member_without_an_account_is_refused(provider, way):
    make_member(employee_number="KM0043")
    tell(provider, way, "KM0043")
    assert walk(Client(), way).status_code == 403


@EVERY_WAY
def test_a_wrong_state_signs_nobody_in(provider, member, way):
    client = Client()
    tell(provider, way, "KM0042")
    answer = client.get(come_back(leave(client, way)).replace("state=", "state=x"))
    assert answer.status_code == 400
    assert "这次登录已失效" in answer.content.decode()
    assert signed_in(client) is None


@EVERY_WAY
def test_a_way_back_is_good_once_and_in_one_browser(provider, member, way):
    client, other = Client(), Client()
    tell(provider, way, "KM0042")
    back = come_back(leave(client, way))
    assert other.get(back).status_code == 400
    assert client.get(back).status_code == 302
    client.logout()
    assert client.get(back).status_code == 400
    assert signed_in(client) is None and signed_in(other) is None


@EVERY_WAY
def test_a_spent_code_signs_nobody_in(provider, member, way):
    client = Client()
    tell(provider, way, "KM0042")
    back = come_back(leave(client, way))
    provider.codes.clear()
    answer = client.get(back)
    assert answer.status_code == 502
    assert signed_in(client) is None


@EVERY_WAY
def test_a_provider_that_is_down_is_said_so(provider, member, way, caplog):
    client = Client()
    tell(provider, way, "KM0042")
    back = come_back(leave(client, way))
    provider.stop()
    answer = client.get(back)
    assert answer.status_code == 502
    assert "暂时无法登录" in answer.content.decode()
    assert signed_in(client) is None
    assert "secret" not in caplog.text


def test_a_provider_that_is_down_before_it_begins_is_said_so(provider):
    provider.stop()
    answer = Client().get(LOGIN["openid_connect"])
    assert answer.status_code == 502
    assert "暂时无法登录" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    {
        "openid_connect": ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"],
        "wecom": ["/cgi-bin/gettoken", "/cgi-bin/auth/getuserinfo"],
        "dingtalk": [
            "/v1.0/oauth2/userAccessToken",
            "/v1.0/contact/users/me",
            "/v1.0/oauth2/accessToken",
            "/topapi/user/getbyunionid",
            "/topapi/v2/user/get",
        ],
        "feishu": [
            "/open-apis/auth/v3/app_access_token/internal/",
            "/open-apis/authen/v1/access_token",
            "/open-apis/authen/v1/user_info",
        ],
    }.items(),
    ids=lambda item: item[0],
)
@pytest.mark.parametrize("said", [(500, {}), (200, {}), (200, []), (200, b"<html>"), (200, {"errcode": 1, "code": 1})])
def test_any_nonsense_of_a_provider_is_a_clear_page(provider, member, path, said):
    way, paths = path
    tell(provider, way, "KM0042")
    for place in paths:
        cache.clear()
        client = Client()
        back = come_back(leave(client, way))
        provider.spoil = {place: said}
        answer = client.get(back)
        provider.spoil = {}
        assert answer.status_code in (403, 502), place
        assert signed_in(client) is None, place


@EVERY_WAY
def test_cancelling_leads_back_to_sign_in(provider, way):
    client = Client()
    state = parse_qs(urlsplit(leave(client, way)).query)["state"][0]
    answer = client.get(f"{LOGIN[way]}callback/", {"error": "access_denied", "state": state})
    assert answer.status_code == 200
    assert "登录已取消" in answer.content.decode()


def test_the_id_token_must_be_signed_by_the_provider(provider, member):
    client = Client()
    tell(provider, "openid_connect", "KM0042")
    provider.signing_key = STRANGE_KEY
    assert walk(client, "openid_connect").status_code == 502
    assert signed_in(client) is None


@pytest.mark.parametrize("nonce", ["", "of-another-sign-in"])
def test_the_id_token_must_be_made_for_this_sign_in(provider, member, nonce):
    client = Client()
    tell(provider, "openid_connect", "KM0042")
    provider.nonce = nonce
    assert walk(client, "openid_connect").status_code == 502
    assert signed_in(client) is None


def test_the_user_info_must_be_of_the_same_person(provider, member):
    client = Client()
    tell(provider, "openid_connect", "KM0042")
    provider.spoil = {"/userinfo": (200, {**provider.claims, "sub": "somebody-else"})}
    assert walk(client, "openid_connect").status_code == 502
    assert signed_in(client) is None


@pytest.mark.parametrize(
    ("verified", "status"), [(True, 302), ("true", 302), (False, 403), ("false", 403), (None, 403)]
)
def test_an_address_counts_only_where_it_was_verified(provider, verified, status):
    user = make_user(email="li@bureau.example")
    client = Client()
    provider.claims |= {"email": "LI@bureau.example", "email_verified": verified}
    assert walk(client, "openid_connect").status_code == status
    assert signed_in(client) == (str(user.pk) if status == 302 else None)


def test_the_number_comes_before_the_address(provider, member):
    make_user(email="other@bureau.example")
    client = Client()
    provider.claims |= {"employee_number": "KM0042", "email": "other@bureau.example", "email_verified": True}
    walk(client, "openid_connect")
    assert signed_in(client) == str(member.user_id)


def test_the_name_of_the_field_can_be_set(provider, member, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["number"] = ["uid"]
    provider.claims |= {"uid": "KM0042", "employee_number": "KM9"}
    client = Client()
    walk(client, "openid_connect")
    assert signed_in(client) == str(member.user_id)


def test_the_second_factor_is_still_asked_for(provider, member):
    secret = generate_totp_secret()
    TOTP.activate(member.user, secret)
    assert Authenticator.objects.filter(user=member.user).exists()
    client = Client()
    tell(provider, "wecom", "KM0042")
    answer = walk(client, "wecom", next="/members/")
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert signed_in(client) is None


def test_who_was_away_too_long_is_signed_out(provider, member, settings):
    client = Client()
    tell(provider, "wecom", "KM0042")
    walk(client, "wecom")
    client.get("/members/")
    session = client.session
    session["last_seen"] = int(time.time()) - settings.IDLE_MINUTES * 60 - 1
    session.save()
    assert client.get("/members/")["Location"] == "/accounts/login/?next=/members/"


def test_another_address_of_the_web_is_no_way_back(provider, member):
    client = Client()
    tell(provider, "wecom", "KM0042")
    assert walk(client, "wecom", next="https://evil.example/")["Location"] == "/"


def test_nobody_connects_a_strange_account_to_their_own(provider, member):
    client, other = Client(), make_user(member=make_member())
    client.force_login(other)
    tell(provider, "wecom", "KM0042")
    walk(client, "wecom", process="connect")
    assert not SocialAccount.objects.exists()
    assert signed_in(client) == str(member.user_id)


def test_inside_wecom_nothing_is_scanned(provider, member):
    client = Client(headers={"user-agent": "Mozilla/5.0 MicroMessenger/7.0 wxwork/4.1"})
    tell(provider, "wecom", "KM0042")
    there = leave(client, "wecom")
    assert urlsplit(there).path == "/connect/oauth2/authorize" and there.endswith("#wechat_redirect")
    assert client.get(come_back(there)).status_code == 302
    assert signed_in(client) == str(member.user_id)


def test_wecom_is_asked_for_its_token_once(provider, member):
    tell(provider, "wecom", "KM0042")
    for _time in range(2):
        walk(Client(), "wecom")
    assert provider.asked.count("/cgi-bin/gettoken") == 1


def test_a_token_that_wecom_ended_is_asked_for_anew(provider, member):
    tell(provider, "wecom", "KM0042")
    provider.spoil = {"/cgi-bin/auth/getuserinfo": (200, {"errcode": 42001})}
    assert walk(Client(), "wecom").status_code == 502
    provider.spoil = {}
    assert walk(Client(), "wecom").status_code == 302
    assert provider.asked.count("/cgi-bin/gettoken") == 2


def test_the_sign_in_page_shows_what_is_set_and_keeps_the_way_back(provider, settings):
    page = Client().get("/accounts/login/?next=/plots/").content.decode()
    for way, name in NAMES.items():
        assert name in page and f'href="{LOGIN[way]}?next=%2Fplots%2F"' in page
    settings.SOCIALACCOUNT_PROVIDERS = {}
    page = Client().get("/accounts/login/").content.decode()
    assert not any(name in page for name in NAMES.values())


@EVERY_WAY
def test_a_way_that_is_not_set_does_not_exist(way):
    assert Client().get(LOGIN[way]).status_code == 404
    assert Client().get(f"{LOGIN[way]}callback/").status_code == 404


def test_the_refusal_is_said_in_english_too(provider):
    client = Client()
    client.cookies["django_language"] = "en"
    tell(provider, "wecom", "KM7777")
    page = walk(client, "wecom").content.decode()
    assert "Your account was not found" in page
