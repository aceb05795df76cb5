"""WeCom: a code to scan in a browser, and at once for who reads the portal inside WeCom's own app.

The token belongs to the organisation's app, and the code is spent on asking who it is: not quite OAuth 2.
"""

import hashlib

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.core.cache import cache
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from staff.social.base import Numbered

# The token is not good any more: WeCom may end one before its time.
STALE = (40014, 42001)
# Renewed so many seconds before its end.
EARLY = 300


class WeComClient(OAuth2Client):
    """The app's side of the conversation."""

    def get_redirect_url(self, authorization_url, scope, extra_params):
        """Inside WeCom its own authorisation, elsewhere the page with the code to scan."""
        shared = {
            "appid": self.consumer_key,
            "agentid": self.agent,
            "redirect_uri": self.callback_url,
            "state": self.state,
        }
        if self.inside:
            asked = {**shared, "response_type": "code", "scope": "snsapi_base"}
            return f"{authorization_url}?{urlencode(asked)}#wechat_redirect"
        return f"{authorization_url}?{urlencode({'login_type': 'CorpApp', **shared})}"


class WeComAdapter(OAuth2Adapter):
    """The conversation with WeCom."""

    provider_id = "wecom"
    client_class = WeComClient
    access_token_url = ""

    @property
    def hosts(self):
        """Where its API, its page to scan and its authorisation are."""
        return self.get_provider().app.settings

    @property
    def inside(self):
        """Whether the page is read inside WeCom's app."""
        return "wxwork" in self.request.headers.get("User-Agent", "").lower()

    @property
    def authorize_url(self):
        """Where people agree."""
        if self.inside:
            return f"{self.hosts['open_url']}/connect/oauth2/authorize"
        return f"{self.hosts['login_url']}/wwlogin/sso/login"

    def get_client(self, request, app):
        """With what WeCom asks for besides."""
        client = super().get_client(request, app)
        client.agent, client.inside = app.key, self.inside
        return client

    def get_access_token_data(self, request, app, client, pkce_code_verifier=None):
        """The app's token, kept until shortly before it ends: WeCom counts how often it is asked for."""
        place = self.place(app)
        token = cache.get(place)
        if token is None:
            said = self.ask("gettoken", corpid=app.client_id, corpsecret=app.secret)
            token = said["access_token"]
            cache.set(place, token, max(int(said["expires_in"]) - EARLY, 0))
        return {"access_token": token}

    def complete_login(self, request, app, token, **kwargs):
        """Ask whose the code is, and more where the employee number stands elsewhere than in the user id."""
        person = self.ask("auth/getuserinfo", access_token=token.token, code=request.GET["code"])
        if "userid" in person and any(field not in person for field in app.settings["number"]):
            person |= self.ask("user/get", access_token=token.token, userid=person["userid"])
        return self.get_provider().sociallogin_from_response(request, person)

    def place(self, app):
        """Under which key the app's token is kept."""
        return "wecom-token-" + hashlib.sha256(f"{app.client_id}:{app.secret}".encode()).hexdigest()

    def ask(self, path, **question):
        """One question to WeCom's API."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(f"{self.hosts['api_url']}/cgi-bin/{path}", params=question)
            answer.raise_for_status()
            said = answer.json()
        if said["errcode"] in STALE:
            cache.delete(self.place(self.get_provider().app))
        if said["errcode"] != 0:
            raise OAuth2Error(f"WeCom answers {said['errcode']}")
        return said


class WeCom(Numbered, OAuth2Provider):
    """WeCom."""

    id = "wecom"
    name = _("企业微信")
    account_class = ProviderAccount
    oauth2_adapter_class = WeComAdapter

    def extract_uid(self, data):
        """The user id within the organisation; somebody from outside has an open id only."""
        return data.get("userid") or data["openid"]
