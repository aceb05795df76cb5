"""What people read and post."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """Front page, news, notices, updates, my page, cockpit, search."""

    name = "home"
    verbose_name = _("门户")

    def ready(self):
        """Register the rules of access."""
        from home import access

        access.register()
