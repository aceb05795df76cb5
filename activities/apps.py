"""What branches do together: activities, agreements, suggestions."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    """Activities, attendance, agreements, suggestions and the calendar."""

    name = "activities"
    verbose_name = _("组织生活")

    def ready(self):
        """Register the rules of access, and keep the history of suggestions append-only."""
        from activities import access, feeds, guards
        from staff.channels import enclose
        from staff.choices import NotificationKind

        access.register()
        enclose(NotificationKind.ACTIVITY, feeds.enclosure)
        post_migrate.connect(guards.install_after_migrate, sender=self, dispatch_uid="activities.guards")
