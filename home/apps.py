"""What people read and post."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """Front page, news, notices, updates, my page, cockpit, search."""

    name = "home"
    verbose_name = _("门户")

    def ready(self):
        """Register the rules of access, and keep the portal's site standing."""
        from wagtail.signals import page_published

        from home import access, announcing, digest, moderation, site
        from staff.channels import compose
        from staff.choices import Channel

        access.register()
        moderation.connect()
        compose(Channel.DIGEST, digest.mail)
        page_published.connect(announcing.published, dispatch_uid="home.announcing")
        post_migrate.connect(site.establish_after_migrate, sender=self, dispatch_uid="home.site.establish")
