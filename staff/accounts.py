"""Whose an account is, and what follows when posts, grants or members change in the admin."""

from django.db import transaction
from django.utils import timezone

from staff.models import Member, Transfer
from staff.posts import sync_groups


@transaction.atomic
def belong(*, user, member):
    """Make `user` the account of `member`, or of nobody; the groups of the admin follow."""
    Member.objects.filter(user=user).exclude(pk=member and member.pk).update(user=None)
    if member is not None and member.user_id != user.pk:
        member.user = user
        member.save(update_fields=["user"])
    sync_groups(users=[user])


def after_post(post, *, by):
    """A post was made or changed: its holder's groups follow."""
    if post.member.user:
        sync_groups(users=[post.member.user])


def after_grant(grant, *, by):
    """A grant was made or changed: who gave it is noted, its holder's groups follow."""
    if grant.given_by_id is None:
        grant.given_by = by
        grant.save(update_fields=["given_by"])
    sync_groups(users=[grant.user])


@transaction.atomic
def moved(*, member, from_branch, from_unit):
    """A member's branch or unit was changed: the move is dated today, so that earlier rolls stay as they were."""
    if (from_branch, from_unit) == (member.branch_id, member.unit_id):
        return
    Transfer.objects.create(
        member=member,
        day=timezone.localdate(),
        from_branch_id=from_branch,
        to_branch_id=member.branch_id,
        from_unit_id=from_unit,
        to_unit_id=member.unit_id,
    )
