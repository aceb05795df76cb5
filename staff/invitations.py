"""Invitations: a link by which somebody sets the first password of their account, good once and for some days.

Only a hash of it is kept. A new invitation replaces the one before; mail gets its link when it is sent, so that no link
lies in the database.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staff.choices import Channel
from staff.models import Delivery, Invitation, Member, User
from staff.notifications import post
from staff.posts import sync_groups


class Gone(Exception):
    """The link was used, has been replaced, or is too old."""


@dataclass(frozen=True)
class Invited:
    """One invitation: whose, and the link, which is shown this once; empty where it goes by mail."""

    member: Member
    link: str


@transaction.atomic
def invite(*, members, by=None, mail=False):
    """Invite those of `members` who have no password yet, and make accounts for those who have none.

    With `mail`, whoever has an address gets the link by mail. Closed accounts and people who left are passed over.
    """
    rows = Member.objects.in_service(timezone.localdate()).filter(pk__in=[member.pk for member in members])
    invited = []
    for member in (
        rows.select_for_update(of=("self",)).select_related("user", "unit").order_by("unit__path", "spelling", "pk")
    ):
        user = member.user or _account(member)
        if user is None or not user.is_active or user.has_usable_password():
            continue
        by_mail = mail and bool(user.email)
        link = _renew(user, by)
        if by_mail:
            post(
                [
                    Delivery(
                        key=f"invitation:{secrets.token_hex(16)}",
                        channel=Channel.INVITATION,
                        user=user,
                        next_at=timezone.now(),
                    )
                ]
            )
        log(instance=user, action="staff.account.invite", user=by)
        invited.append(Invited(member, "" if by_mail else link))
    return invited


def _account(member):
    """A new account under the employee number; None where another account bears that name."""
    if User.objects.filter(username__iexact=member.employee_number).exists():
        return None
    user = User(username=member.employee_number)
    user.set_unusable_password()
    user.save()
    member.user = user
    member.save(update_fields=["user"])
    sync_groups(users=[user])
    return user


def _renew(user, by):
    """A new link in place of the one before."""
    token = secrets.token_urlsafe(24)
    Invitation.objects.update_or_create(
        user=user,
        defaults={
            "digest": digest(token),
            "expires_at": timezone.now() + timedelta(days=settings.INVITATION_DAYS),
            "made_by": by,
        },
    )
    return f"{settings.BASE_URL}{reverse('staff:invitation', args=[token])}"


def digest(token):
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token):
    """The invitation of that link. Raises Gone."""
    rows = Invitation.objects.select_related("user").filter(expires_at__gt=timezone.now(), user__is_active=True)
    invitation = rows.filter(digest=digest(token)).first()
    if invitation is None:
        raise Gone
    return invitation


@transaction.atomic
def accept(*, token, password):
    """Set the account's password and spend the link. Answers the account; raises Gone."""
    invitation = find(token)
    if not Invitation.objects.select_for_update().filter(pk=invitation.pk, digest=invitation.digest).exists():
        raise Gone
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    invitation.delete()
    log(instance=user, action="staff.account.accept", user=user)
    return user


def mail(delivery):
    """The mail of an invitation, with a new link; none when the password was set meanwhile."""
    invitation = Invitation.objects.filter(user=delivery.user).first()
    if invitation is None or delivery.user.has_usable_password():
        return None
    text = _("您好！请打开下面的链接设置密码，链接 %(days)s 天内有效，只能使用一次。") % {
        "days": settings.INVITATION_DAYS
    }
    link = _renew(delivery.user, invitation.made_by)
    return EmailMessage(_("责任田：开通账号"), f"{text}\n\n{link}", to=[delivery.user.email])
