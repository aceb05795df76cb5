"""Signing in: by username, employee number or e-mail; no open sign-up."""

import logging
import smtplib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, override, pgettext

from staff.models import Member, Notification, Preference, User
from staff.prepared import Prepared

LOGGER = logging.getLogger(__name__)


def _account(pk):
    """The account `pk` with its member, where they work and belong, and how many notifications wait (`unread`)."""
    unread = Notification.objects.filter(user=OuterRef("pk")).unread().order_by().values("user")
    unread = Coalesce(Subquery(unread.annotate(n=Count("pk")).values("n")), 0)
    return User.objects.select_related("member__unit", "member__branch__unit").filter(pk=pk).annotate(unread=unread)


ACCOUNT = Prepared(_account, pk=9_000_000_001)


class PortalBackend(AuthenticationBackend):
    """allauth's backend (username and e-mail), and the employee number for those who have one."""

    def authenticate(self, request, **credentials):
        """Read an employee number as the username of its member's account."""
        login = credentials.get("username") or credentials.get("login") or ""
        user = super().authenticate(request, **credentials)
        if user is None and login:
            username = (
                Member.objects.filter(employee_number__iexact=login.strip(), user__isnull=False)
                .values_list("user__username", flat=True)
                .first()
            )
            if username and username != login:
                user = super().authenticate(request, **{**credentials, "username": username})
        return user

    def get_user(self, user_id):
        """The account of a session together with its member, which nearly every page needs."""
        found = ACCOUNT.objects(pk=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the bureau: nobody signs up. Mail about an account is in the language of its owner."""

    def is_open_for_signup(self, request):
        """Never."""
        return False

    def send_mail(self, template_prefix, email, context):
        """Send it in the language that the owner keeps, else in that of the page on which it was asked for.

        What was done on that page is done, whether the mail server answers or not.
        """
        kept = Preference.objects.filter(user=context.get("user")).values_list("language", flat=True).first()
        try:
            with override(kept or get_language()):
                named = {"brand": settings.SITE_NAME, "address": settings.BASE_URL}
                super().send_mail(template_prefix, email, {**context, **named})
        except (smtplib.SMTPException, OSError) as error:
            LOGGER.error("Mail %s could not be sent: %s", template_prefix, type(error).__name__)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Say whose account it is, also where nobody is signed in."""
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email)

    def format_email_subject(self, subject):
        """Named as the portal's other mail is."""
        return pgettext("mail", "责任田：%(kind)s") % {"kind": subject}
