"""The admin of `activities`: hooks only register."""

from django.core.exceptions import PermissionDenied
from wagtail import hooks

from activities import admin_home, log_actions
from activities.links import PublishedPage
from activities.models import ActivityPage, BranchIndexPage, BranchPage
from activities.viewsets import LIFE
from staff.access import roles
from staff.choices import Role
from staff.door import WRITERS

hooks.register("register_log_actions", log_actions.register)
MIRRORED = (ActivityPage, BranchPage, BranchIndexPage)


@hooks.register("register_admin_viewset")
def viewsets():
    """The registers."""
    return [LIFE]


@hooks.register("register_rich_text_features", order=1)
def links(features):
    """Links to pages, in place of Wagtail's own."""
    features.register_link_type(PublishedPage)


@hooks.register("construct_homepage_panels")
def home_panels(request, panels):
    """What waits for those who run meetings."""
    if roles(request.user).holds(*WRITERS):
        panels.append(admin_home.panel(request.user))


@hooks.register("before_move_page")
@hooks.register("before_copy_page")
@hooks.register("before_delete_page")
def only_the_office(request, page, *destination):
    """The branches' pages mirror the organisations: only the office moves, copies or deletes them."""
    if issubclass(page.specific_class or type(page), MIRRORED) and not roles(request.user).holds(Role.OFFICE):
        raise PermissionDenied


@hooks.register("before_bulk_action")
def only_the_office_in_bulk(request, action_type, objects, action):
    """The same for many pages at once."""
    if action_type in ("move", "delete") and not roles(request.user).holds(Role.OFFICE):
        for page in objects:
            if issubclass(getattr(page, "specific_class", None) or type(page), MIRRORED):
                raise PermissionDenied
