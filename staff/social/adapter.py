"""Whose account it is: found by employee number, never made here."""

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.http import Http404
from django.utils import timezone

from staff.models import Member, User
from staff.social.base import stopped


class Refused(Exception):
    """Nobody is signed in, for one of the reasons of `staff.social.base.STOPS`."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def account_of(*, number, email, day):
    """The account of the member of that employee number, or else of that verified address. Raises Refused."""
    members = list(Member.objects.select_related("user").filter(employee_number__iexact=number)[:2]) if number else []
    if members:
        user = members[0].user if len(members) == 1 else None
    else:
        users = list(User.objects.select_related("member").filter(email__iexact=email)[:2]) if email else []
        user = users[0] if len(users) == 1 else None
    if user is None:
        raise Refused("unknown")
    member = getattr(user, "member", None)
    if not user.is_active or (member is not None and not member.serves(day)):
        raise Refused("inactive")
    return user


class SocialAdapter(DefaultSocialAccountAdapter):
    """No sign-up and nothing kept: who it is, is asked of the register at each sign-in."""

    def is_open_for_signup(self, request, sociallogin):
        """Never."""
        return False

    def get_app(self, request, provider, client_id=None):
        """A way to sign in that is not set does not exist."""
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist:
            raise Http404 from None

    def pre_social_login(self, request, sociallogin):
        """Put the member's account in, or refuse; there is nothing to connect, so whoever asks for that signs in."""
        provider, data = sociallogin.provider, sociallogin.account.extra_data
        sociallogin.state["process"] = AuthProcess.LOGIN
        if hasattr(provider, "check"):
            provider.check(sociallogin)
        try:
            sociallogin.user = account_of(
                number=provider.employee_number(data), email=provider.verified_email(data), day=timezone.localdate()
            )
        except Refused as refused:
            raise ImmediateHttpResponse(stopped(request, refused.reason, provider.id)) from None

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        """A clear page instead of allauth's; an attempt without its state has expired, or was never made here."""
        if error == AuthError.CANCELLED:
            reason = "cancelled"
        elif exception is None and "state" not in (extra_context or {}):
            reason = "expired"
        else:
            reason = "failed"
        raise ImmediateHttpResponse(stopped(request, reason, provider.id, exception))
