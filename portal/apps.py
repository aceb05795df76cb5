"""The frame of the portal: settings, addresses, look and search."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Settings, addresses, static files and the search backend."""

    name = "portal"
