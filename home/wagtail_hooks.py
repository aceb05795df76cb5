"""The admin of `home`: hooks only register."""

from wagtail import hooks

from home.media import guard_document
from home.viewsets import UpdateViewSet

hooks.register("before_serve_document", guard_document)


@hooks.register("register_admin_viewset")
def viewsets():
    """The register of updates."""
    return UpdateViewSet()
