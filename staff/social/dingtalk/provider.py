"""allauth's DingTalk, and the employee number, which only the organisation's own register tells."""

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.dingtalk.provider import DingTalkProvider
from allauth.socialaccount.providers.dingtalk.views import DingTalkOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.utils.translation import gettext_lazy as _

from staff.social.base import Numbered

# The user is not in the organisation's register.
NOT_FOUND = 60121


class DingTalkAdapter(DingTalkOAuth2Adapter):
    """The conversation with DingTalk."""

    @property
    def hosts(self):
        """Where its login page, its API and its older API are."""
        return self.get_provider().app.settings

    @property
    def authorize_url(self):
        """The page where people sign in or scan."""
        return f"{self.hosts['login_url']}/oauth2/auth"

    @property
    def access_token_url(self):
        """Where a code becomes a token."""
        return f"{self.hosts['api_url']}/v1.0/oauth2/userAccessToken"

    @property
    def profile_url(self):
        """Where a token becomes a person."""
        return f"{self.hosts['api_url']}/v1.0/contact/users/me"

    def complete_login(self, request, app, token, **kwargs):
        """Add what the organisation's register says of the person; nothing for somebody from elsewhere."""
        login = super().complete_login(request, app, token, **kwargs)
        with get_adapter().get_requests_session() as session:
            login.account.extra_data |= self.entry(session, app, login.account.extra_data["unionId"])
        return login

    def entry(self, session, app, union):
        """The entry in the organisation's register."""
        answer = session.post(
            f"{self.hosts['api_url']}/v1.0/oauth2/accessToken",
            json={"appKey": app.client_id, "appSecret": app.secret},
        )
        answer.raise_for_status()
        token = answer.json()["accessToken"]
        user = self.ask(session, token, "topapi/user/getbyunionid", {"unionid": union})
        # 1 is a contact from outside.
        if not user or user.get("contact_type"):
            return {}
        return self.ask(session, token, "topapi/v2/user/get", {"userid": user["userid"]})

    def ask(self, session, token, path, question):
        """One question to the register."""
        answer = session.post(f"{self.hosts['register_url']}/{path}", params={"access_token": token}, json=question)
        answer.raise_for_status()
        said = answer.json()
        if said["errcode"] == NOT_FOUND:
            return {}
        if said["errcode"] != 0:
            raise OAuth2Error(f"DingTalk answers {said['errcode']}")
        return said["result"]


class DingTalk(Numbered, DingTalkProvider):
    """DingTalk."""

    name = _("钉钉")
    oauth2_adapter_class = DingTalkAdapter
