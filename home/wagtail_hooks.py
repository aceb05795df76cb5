"""The admin of `home`: hooks only register."""

from wagtail import hooks

from home.viewsets import UpdateViewSet
from staff.access import roles
from staff.choices import Role


@hooks.register("register_admin_viewset")
def viewsets():
    """The register of updates."""
    return UpdateViewSet()


@hooks.register("construct_main_menu")
def main_menu(request, items):
    """Updates are kept by the office."""
    if not roles(request.user).holds(Role.OFFICE):
        items[:] = [item for item in items if item.name != UpdateViewSet.menu_name]
