"""Accounts of partners' people: opened by the party office for a partner's organisation, and shut again."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staff.access import roles
from staff.choices import Role
from staff.grants import give
from staff.models import Grant, User


def accounts_of(organisations):
    """The grants in force today or later of people of `organisations` that are partners."""
    rows = Grant.objects.filter(Q(ends__isnull=True) | Q(ends__gte=timezone.localdate()), role=Role.PARTNER)
    return rows.filter(organisation__in=organisations).select_related("user").order_by("pk")


@transaction.atomic
def open_account(*, organisation, username, by, email=""):
    """The account `username` as one of the partner `organisation`'s; made where there is none of that name.

    It has no password: its owner sets one by the address that `account_reset_password_from_key` leads to. An account
    of the bureau cannot become a partner's as well.
    """
    if not roles(by).holds(Role.OFFICE):
        raise PermissionDenied
    if not organisation.external:
        raise ValidationError({"username": _("只有共建单位党组织可以开通共建账号。")})
    user = User.objects.select_for_update().filter(username__iexact=username).first()
    if user is None:
        user = _made(username, email, by)
    elif not roles(user).is_partner or not user.is_active:
        raise ValidationError({"username": _("该用户名已用于其他账号。")})
    return give(user=user, role=Role.PARTNER, organisation=organisation, by=by)


def _made(username, email, by):
    if email and User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("该电子邮箱已用于其他账号。")})
    user = User(username=username, email=email)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    log(instance=user, action="wagtail.create", user=by)
    return user


@transaction.atomic
def close_account(*, grant, by):
    """From now on the account is not the partner's; other roles of its owner stay."""
    if not roles(by).holds(Role.OFFICE):
        raise PermissionDenied
    grant = Grant.objects.select_for_update().get(pk=grant.pk, role=Role.PARTNER)
    log(instance=grant, action="staff.grant.close", user=by, data={"organisation": grant.organisation_id})
    yesterday = timezone.localdate() - timedelta(days=1)
    if grant.starts > yesterday:
        grant.delete()
    else:
        grant.ends = yesterday
        grant.save(update_fields=["ends"])
