"""Wagtail's accounts, with our register in place of its own and its groups closed: roles come from posts and grants."""

from wagtail.users.apps import WagtailUsersAppConfig


class StaffUsersConfig(WagtailUsersAppConfig):
    """Wagtail's app, named in INSTALLED_APPS in place of `wagtail.users`."""

    user_viewset = "staff.viewsets_accounts.AccountViewSet"

    def ready(self):
        """Register no plain policy for accounts, which would displace ours, and let nobody edit groups."""
        from django.contrib.auth.models import Group
        from wagtail.permissions import register_permission_policy

        from staff.access import RolePolicy

        register_permission_policy(Group, RolePolicy(Group))
