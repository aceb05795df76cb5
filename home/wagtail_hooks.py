"""The admin of `home`: hooks only register."""

from wagtail import hooks

from home.viewsets import UpdateViewSet


@hooks.register("register_admin_viewset")
def viewsets():
    """The register of updates."""
    return UpdateViewSet()
