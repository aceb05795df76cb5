"""allauth's OpenID Connect, held to the standard: signature, nonce and subject are always compared."""

import secrets

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter

from staff.social.base import Numbered


class OpenIDConnectAdapter(OpenIDConnectOAuth2Adapter):
    """The conversation with the identity provider."""

    def _decode_id_token(self, app, id_token):
        """Check the signature even of a token that came straight from the provider: its address may be plain HTTP."""
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )

    def complete_login(self, request, app, token, **kwargs):
        """An ID token must be there, and the user info must speak of the same person."""
        login = super().complete_login(request, app, token, **kwargs)
        data = login.account.extra_data
        if "id_token" not in data or data["userinfo"]["sub"] != data["id_token"]["sub"]:
            raise OAuth2Error("user info and ID token do not belong together")
        return login


class OpenIDConnect(Numbered, OpenIDConnectProvider):
    """The bureau's identity provider."""

    oauth2_adapter_class = OpenIDConnectAdapter

    def redirect(self, request, process, next_url=None, data=None, **kwargs):
        """Send a nonce along, which must come back in the ID token of this very sign-in."""
        nonce = secrets.token_urlsafe(24)
        kwargs["auth_params"] = {**(kwargs.get("auth_params") or self.get_auth_params()), "nonce": nonce}
        return super().redirect(request, process, next_url, data, nonce=nonce, **kwargs)

    def check(self, login):
        """Refuse an ID token that was made for another sign-in."""
        nonce = login.state.get("nonce")
        if not nonce or login.account.extra_data["id_token"].get("nonce") != nonce:
            raise OAuth2Error("the ID token belongs to another sign-in")

    def employee_number(self, data):
        """From what was signed and what the user info adds."""
        return super().employee_number({**data["id_token"], **data["userinfo"]})

    def verified_email(self, data):
        """The address, where it is said to be verified (some say so in words)."""
        said = {**data["id_token"], **data["userinfo"]}
        email = said.get("email")
        return email if isinstance(email, str) and said.get("email_verified") in (True, "true") else ""
