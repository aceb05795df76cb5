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
    """The link was used, was revoked, has been replaced, or is too old."""


@dataclass(frozen=True)
class Invited:
    """One invitation: the account, whose it is, and the link, shown this once; empty where it goes by mail."""

    user: User
    member: Member | None
    link: str


@transaction.atomic
def invite(*, members, by=None, mail=False):
    """Invite those of `members` who have no password yet, and make accounts for those who have none.

    With `mail`, whoever has an address gets the link by mail. Closed accounts and people who left are passed over.
    """
    rows = Member.objects.in_service(timezone.localdate()).filter(pk__in=[member.pk for member in members])
    rows = rows.select_for_update(of=("self",)).select_related("user", "unit").order_by("unit__path", "spelling", "pk")
    accounts = [(member.user or _account(member), member) for member in rows]
    # Once for all of them: whose groups are whose is read from every post and grant.
    sync_groups(users=[user for user, _member in accounts if user is not None])
    return [_invited(user, member, by, mail) for user, member in accounts if user is not None and waits(user)]


@transaction.atomic
def invite_account(*, user, by, mail=False):
    """Invite the owner of one account, be it a member's or not; None when it needs no password or is shut."""
    member = Member.objects.filter(user=user).select_related("unit").first()
    if member is not None:
        return next(iter(invite(members=[member], by=by, mail=mail)), None)
    user = User.objects.select_for_update().get(pk=user.pk)
    return _invited(user, None, by, mail) if waits(user) else None


def waits(user):
    """Whether the account is open and has no password yet."""
    return user.is_active and not user.has_usable_password()


def _invited(user, member, by, mail):
    """The invitation of an account, with its link or its mail under way."""
    by_mail = mail and bool(user.email)
    link = _renew(user, by, by_mail=by_mail)
    if by_mail:
        key = f"invitation:{secrets.token_hex(16)}"
        post([Delivery(key=key, channel=Channel.INVITATION, user=user, next_at=timezone.now())])
    log(instance=user, action="staff.account.invite", user=by)
    return Invited(user, member, "" if by_mail else link)


def _account(member):
    """A new account under the employee number; None where another account bears that name."""
    if User.objects.filter(username__iexact=member.employee_number).exists():
        return None
    user = User(username=member.employee_number)
    user.set_unusable_password()
    user.save()
    member.user = user
    member.save(update_fields=["user"])
    return user


def _renew(user, by, *, by_mail):
    """A new link in place of the one before."""
    token, now = secrets.token_urlsafe(24), timezone.now()
    Invitation.objects.update_or_create(
        user=user,
        defaults={
            "digest": digest(token),
            "by_mail": by_mail,
            "sent_at": now,
            "expires_at": now + timedelta(days=settings.INVITATION_DAYS),
            "accepted_at": None,
            "made_by": by,
        },
    )
    return f"{settings.BASE_URL}{reverse('staff:invitation', args=[token])}"


def digest(token):
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token):
    """The invitation of that link. Raises Gone."""
    rows = Invitation.objects.open(timezone.now()).select_related("user").filter(user__is_active=True)
    invitation = rows.filter(digest=digest(token)).first()
    if invitation is None or not waits(invitation.user):
        raise Gone
    return invitation


@transaction.atomic
def accept(*, token, password):
    """Set the account's password and spend the link. Answers the account; raises Gone."""
    invitation, now = find(token), timezone.now()
    spent = Invitation.objects.open(now).filter(pk=invitation.pk, digest=invitation.digest).update(accepted_at=now)
    if not spent:
        raise Gone
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    log(instance=user, action="staff.account.accept", user=user)
    return user


@transaction.atomic
def revoke(*, invitation, by):
    """From now on the link opens nothing. Whether there was anything to take back."""
    taken, _rows = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).delete()
    if taken:
        log(instance=invitation.user, action="staff.account.revoke", user=by)
    return bool(taken)


def mail(delivery):
    """The mail of an invitation, with a new link; none when it was revoked, or handed over on paper since."""
    invitation = Invitation.objects.filter(user=delivery.user, accepted_at__isnull=True, by_mail=True).first()
    if invitation is None or not waits(delivery.user):
        return None
    facts = {"name": delivery.user.get_username(), "days": settings.INVITATION_DAYS}
    text = _("您好！您在责任田的账号是 %(name)s。请打开下面的链接设置密码，链接 %(days)s 天内有效，只能使用一次。")
    link = _renew(delivery.user, invitation.made_by, by_mail=True)
    words = f"{text % facts}\n\n{link}\n\n{settings.SITE_NAME}\n{settings.BASE_URL}"
    return EmailMessage(_("责任田：开通账号"), words, to=[delivery.user.email])
