"""allauth's Feishu; the employee number is among what it says of a person, where the app may read it."""

from allauth.socialaccount.providers.feishu.client import FeishuOAuth2Client
from allauth.socialaccount.providers.feishu.provider import FeishuProvider
from allauth.socialaccount.providers.feishu.views import FeishuOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.utils.translation import gettext_lazy as _

from staff.social.base import Numbered


class FeishuAdapter(FeishuOAuth2Adapter):
    """The conversation with Feishu."""

    client_class = FeishuOAuth2Client

    @property
    def api(self):
        """Where its interfaces are."""
        return f"{self.get_provider().app.settings['api_url']}/open-apis"

    @property
    def authorize_url(self):
        """The page where people sign in or scan."""
        return f"{self.api}/authen/v1/index"

    @property
    def access_token_url(self):
        """Where a code becomes a token."""
        return f"{self.api}/authen/v1/access_token"

    @property
    def user_info_url(self):
        """Where a token becomes a person."""
        return f"{self.api}/authen/v1/user_info"

    def get_client(self, request, app):
        """The client, which comes back by the protocol of the request and asks the same host for its own token."""
        client = OAuth2Adapter.get_client(self, request, app)
        client.app_access_token_url = f"{self.api}/auth/v3/app_access_token/internal/"
        return client


class Feishu(Numbered, FeishuProvider):
    """Feishu."""

    name = _("飞书")
    oauth2_adapter_class = FeishuAdapter
