"""Roles given to accounts: by the party office, the first ones by `manage.py grant`."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from staff.models import Grant, User
from staff.posts import sync_groups


@transaction.atomic
def give(*, user, role, unit=None, organisation=None, starts=None, by=None):
    """Give `user` the role over the unit, the organisation or, with neither, the bureau, from `starts` (today) on.

    What the user already holds that day is answered as it is. Nobody gives themselves a role.
    """
    if by is not None and by.pk == user.pk:
        raise ValidationError(_("不能给自己授予角色。"))
    starts = starts or timezone.localdate()
    User.objects.select_for_update().get(pk=user.pk)
    held = Grant.objects.on(starts).filter(user=user, role=role, unit=unit, organisation=organisation).first()
    if held is not None:
        return held
    grant = Grant(user=user, role=role, unit=unit, organisation=organisation, starts=starts, given_by=by)
    grant.full_clean()
    grant.save()
    log(instance=grant, action="staff.grant.give", user=by, data={"role": str(role)})
    sync_groups(users=[user])
    user.__dict__.pop("_roles", None)
    return grant
