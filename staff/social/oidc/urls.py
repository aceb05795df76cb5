"""Addresses of signing in by OpenID Connect."""

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.urls import path

from staff.social.base import guarded
from staff.social.oidc.provider import OpenIDConnectAdapter


def login(request, provider_id):
    """Go to the identity provider."""
    return OAuth2LoginView.adapter_view(OpenIDConnectAdapter(request, provider_id))(request)


def callback(request, provider_id):
    """Come back from it."""
    return OAuth2CallbackView.adapter_view(OpenIDConnectAdapter(request, provider_id))(request)


urlpatterns = [
    path("oidc/<slug:provider_id>/login/", guarded(login, "openid_connect"), name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/login/callback/", guarded(callback, "openid_connect"), name="openid_connect_callback"
    ),
]
