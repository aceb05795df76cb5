"""What our providers share: what a provider says of a person, and addresses that answer whatever it says."""

import logging

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from requests import RequestException

logger = logging.getLogger(__name__)

# Why somebody was not signed in: the status of the page, its title, what it says, and whether trying again may help.
STOPS = {
    "unknown": (
        403,
        _("没有找到您的账号"),
        _("您的身份已经核实，但门户里没有与您的工号对应的账号。请联系本单位系统管理员开通，或改用密码登录。"),
        False,
    ),
    "inactive": (
        403,
        _("您的账号已停用"),
        _("您的身份已经核实，但您在门户的账号已停用。如有疑问，请联系本单位系统管理员。"),
        False,
    ),
    "expired": (
        400,
        _("这次登录已失效"),
        _("登录请求已过期或已经用过，没有登录。请回到登录页重新开始。"),
        True,
    ),
    "cancelled": (200, _("登录已取消"), _("您取消了登录。"), True),
    "failed": (
        502,
        _("暂时无法登录"),
        _("身份认证服务没有正常答复，没有登录。请稍后再试，或改用密码登录；如果一直不行，请告诉系统管理员。"),
        True,
    ),
}
# What goes wrong where a provider is down, or answers something else than its protocol says.
BROKEN = (RequestException, OAuth2Error, LookupError, TypeError, ValueError, AttributeError)


def stopped(request, reason, provider, cause=None):
    """The page that says why nobody was signed in; the log has the reason, and nothing of the person."""
    logger.warning(
        "sign-in by %s stopped: %s%s", provider, reason, f" ({type(cause).__name__})" if cause is not None else ""
    )
    status, title, text, again = STOPS[reason]
    return render(request, "socialaccount/stopped.html", {"title": title, "text": text, "again": again}, status=status)


def guarded(view, provider):
    """The view of an address, which answers with a clear page when the provider does not do its part."""

    def answer(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except BROKEN as error:
            return stopped(request, "failed", provider, error)

    return never_cache(require_GET(answer))


def routes(adapter):
    """Where signing in begins, and where the provider sends people back."""
    name = adapter.provider_id
    login, callback = OAuth2LoginView.adapter_view(adapter), OAuth2CallbackView.adapter_view(adapter)
    return [
        path(f"{name}/login/", guarded(login, name), name=f"{name}_login"),
        path(f"{name}/login/callback/", guarded(callback, name), name=f"{name}_callback"),
    ]


class Numbered:
    """A provider that tells the employee number of who signs in; `APPS` in the settings names the field."""

    def employee_number(self, data):
        """The first of the named fields that says something, or an empty text."""
        values = (data.get(field) for field in self.app.settings["number"])
        return next((str(value).strip() for value in values if isinstance(value, str | int) and str(value).strip()), "")

    def verified_email(self, data):
        """An address of which the provider says that it is the person's own, or an empty text."""
        return ""
