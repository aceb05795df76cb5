"""Groups of the admin kept in step with posts and grants: what Wagtail's page permissions hang on."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission

from staff.choices import COMMITTEE_POSTS, Role
from staff.models import Grant, PartyOrganisation, Post, User

# Roles whose work leads into the admin, with the name of the group that stands for each there.
ROLE_GROUPS = {
    Role.OFFICE: "role:office",
    Role.MANAGEMENT: "role:management",
    Role.SYSADMIN: "role:sysadmin",
    Role.AUDITOR: "role:auditor",
}


# What whoever writes pages does with pictures and documents: bring in new ones, choose among those there are.
FILE_RIGHTS = ("add_image", "choose_image", "add_document", "choose_document")


def give_files(group, rights=FILE_RIGHTS):
    """Let `group` do with the portal's pictures and documents what `rights` name."""
    root = Collection.get_first_root_node() or Collection.add_root(instance=Collection(name="Root"))
    for right in Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=rights
    ):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=right)


def role_group(role):
    """The auth group that stands for a granted role, made with the right to enter the admin."""
    group, _made = Group.objects.get_or_create(name=ROLE_GROUPS[role])
    group.permissions.add(_enter_admin())
    return group


def organisation_group(organisation):
    """The auth group of an organisation's secretary and committee, made at first need."""
    if organisation.group_id is None:
        group, _made = Group.objects.get_or_create(name=f"organisation:{organisation.pk}")
        group.permissions.add(_enter_admin())
        give_files(group)
        organisation.group = group
        organisation.save(update_fields=["group"])
    return organisation.group


def _enter_admin():
    return Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")


@transaction.atomic
def sync_groups(*, on=None, users=None):
    """Make each user's groups what posts and grants in force on the day `on` say; `users` limits the work.

    Only groups of organisations and roles are touched. Runs on every change of a post or grant, and daily.
    """
    day = on or timezone.localdate()
    wanted = set()
    for user, role in Grant.objects.on(day).filter(role__in=ROLE_GROUPS).values_list("user", "role"):
        wanted.add((user, role_group(role).pk))
    posts = Post.objects.on(day).filter(kind__in=COMMITTEE_POSTS, member__user__isnull=False)
    organisations = PartyOrganisation.objects.in_bulk(set(posts.values_list("organisation", flat=True)))
    for user, organisation in posts.values_list("member__user", "organisation"):
        wanted.add((user, organisation_group(organisations[organisation]).pk))
    membership = User.groups.through
    kept = Group.objects.filter(name__startswith="organisation:") | Group.objects.filter(name__in=ROLE_GROUPS.values())
    rows = membership.objects.filter(group__in=kept.values("pk"))
    if users is not None:
        ids = {user.pk for user in users}
        wanted = {pair for pair in wanted if pair[0] in ids}
        rows = rows.filter(user__in=ids)
    present = {(row.user_id, row.group_id): row.pk for row in rows}
    membership.objects.filter(pk__in=[pk for pair, pk in present.items() if pair not in wanted]).delete()
    membership.objects.bulk_create(
        [membership(user_id=user, group_id=group) for user, group in wanted - present.keys()]
    )
