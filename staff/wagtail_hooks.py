"""The admin of `staff`: hooks only register."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.home import LockedPagesPanel

from staff import admin_home, admin_imports, admin_invitations, admin_outgoing, log_actions, reports
from staff.access import roles
from staff.admin_base import PermittedMenuItem
from staff.admin_choosers import CHOOSERS
from staff.choices import Role
from staff.door import WRITERS
from staff.viewsets import GROUPS

hooks.register("register_log_actions", log_actions.register)

# Wagtail's own menu items, by name, with the roles that use them; the rest of its menu nobody here does.
WAGTAIL_ITEMS = {"explorer": WRITERS, "images": WRITERS, "documents": WRITERS, "settings": (Role.OFFICE,)}
UNUSED_ITEMS = ("help", "reports")


@hooks.register("register_admin_viewset")
def viewsets():
    """The registers, and the choosers that their forms use."""
    return [*CHOOSERS, *GROUPS]


@hooks.register("register_admin_urls")
def urls():
    """Imports and the audit."""
    return [
        path("import/", admin_imports.ImportListView.as_view(), name="imports"),
        path("import/<slug:kind>/", admin_imports.ImportView.as_view(), name="import"),
        path("import/<slug:kind>/template/", admin_imports.TemplateWorkbookView.as_view(), name="import_template"),
        path("invitations/", admin_invitations.InvitationsView.as_view(), name="invitations"),
        path("outgoing/", admin_outgoing.OutgoingView.as_view(), name="outgoing"),
        path("audit/", reports.AuditView.as_view(), name="audit"),
    ]


@hooks.register("register_admin_menu_item")
def import_item():
    """Imports, for who may."""
    return PermittedMenuItem(
        _("导入"), reverse("imports"), name="imports", icon_name="upload", order=185, allowed=admin_imports.may_import
    )


@hooks.register("register_admin_menu_item")
def invitations_item():
    """Invitations, for the system administrator."""
    return PermittedMenuItem(
        _("邀请"),
        reverse("invitations"),
        name="invitations",
        icon_name="mail",
        order=180,
        allowed=admin_invitations.may_invite,
    )


@hooks.register("register_admin_menu_item")
def outgoing_item():
    """The bureau's robot and what did not go out, for the system administrator."""
    return PermittedMenuItem(
        _("群机器人与外发"),
        reverse("outgoing"),
        name="outgoing",
        icon_name="mail",
        order=187,
        allowed=admin_outgoing.may_keep,
    )


@hooks.register("register_admin_menu_item")
def audit_item():
    """The audit, for the auditor."""
    return PermittedMenuItem(
        _("审计"),
        reverse("audit"),
        name="audit",
        icon_name="history",
        order=190,
        allowed=lambda held: held.holds(Role.AUDITOR),
    )


@hooks.register("construct_main_menu")
def main_menu(request, items):
    """Leave out what the user's roles do not use."""
    held = roles(request.user)
    items[:] = [
        item
        for item in items
        if item.name not in UNUSED_ITEMS and (item.name not in WAGTAIL_ITEMS or held.holds(*WAGTAIL_ITEMS[item.name]))
    ]


@hooks.register("construct_homepage_panels")
def home_panels(request, panels):
    """What waits, first; pages that somebody locked are not among what our users do."""
    if roles(request.user).holds(*WRITERS):
        panels[:] = [panel for panel in panels if not isinstance(panel, LockedPagesPanel)]
    else:
        panels.clear()
    panels.append(admin_home.panel(request.user))


@hooks.register("construct_homepage_summary_items", order=1000)
def summary(request, items):
    """Counts of pages and pictures tell our users nothing."""
    items.clear()
