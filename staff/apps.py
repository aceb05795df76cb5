"""People, organisations, plots and deployment."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """Who people are, what they answer for, where they serve."""

    name = "staff"
    verbose_name = _("人员与责任")

    def ready(self):
        """Register the rules of access, and keep the database's own guards in place."""
        from staff import channels, invitations, overlaps, policies, pulse
        from staff.choices import Channel

        pulse.watch()
        policies.register()
        channels.compose(Channel.INVITATION, invitations.mail)
        pre_migrate.connect(overlaps.remove_before_migrate, sender=self, dispatch_uid="staff.overlaps")
        post_migrate.connect(overlaps.install_after_migrate, sender=self, dispatch_uid="staff.overlaps")
