"""What somebody may choose in a form: the units, organisations, people and rows that their roles reach."""

from django.db.models import Q
from django.utils import timezone
from wagtail.permissions import policy_registry

from staff.access import RolePolicy, either, roles
from staff.choices import Role
from staff.models import Member, PartyOrganisation, Unit, User

KEEPERS = (Role.SECRETARY, Role.MANAGEMENT, Role.OFFICE, Role.SYSADMIN)


def units(held):
    """Units in the scope of a role that keeps records."""
    return either(
        *(Q(path__startswith=row.unit_path) if row.unit_path else Q() for row in held.held if row.role in KEEPERS)
    )


def organisations(held):
    """Party organisations in scope; a scope of units reaches those in them."""
    return either(
        *(
            Q(path__startswith=row.organisation_path)
            if row.organisation_path
            else (Q(unit__path__startswith=row.unit_path) if row.unit_path else Q())
            for row in held.held
            if row.role in KEEPERS
        )
    )


def choices_for(queryset, user, now=None):
    """`queryset` limited to what `user` may choose; the row chosen `now` stays."""
    held, model = roles(user), queryset.model
    if model is Unit:
        q = units(held)
    elif model is PartyOrganisation:
        q = organisations(held)
    elif model is Member:
        q = policy_registry.get_by_type(Member).q(user, "contact")
        if q is not None:
            q &= Q(left_on__isnull=True) | Q(left_on__gt=timezone.localdate())
    elif model is User and held.holds(Role.OFFICE):
        q = Q(is_active=True)
    else:
        policy = policy_registry.get_by_type(model)
        if not isinstance(policy, RolePolicy):
            return queryset
        q = policy.q(user, "change")
        if q is None:
            q = policy.q(user, "view")
    kept = Q(pk=now) if now else None
    q = either(q, kept)
    return queryset.none() if q is None else queryset.filter(q)
