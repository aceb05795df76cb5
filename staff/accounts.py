"""Whose an account is, and what follows when posts or grants change in the admin."""

from django.db import transaction

from staff.models import Member
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
