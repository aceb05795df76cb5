"""Registers of accounts and roles."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BaseColumn, Column

from staff import accounts, invitations
from staff.admin_base import ScopedDeleteView, ScopedViewSet, YesNo
from staff.admin_forms import AccountForm
from staff.models import Grant, Post, User


class InviteColumn(BaseColumn):
    """The button that invites the owner of an account that has no password yet."""

    cell_template_name = "staff/admin/_invite_cell.html"

    def render_cell_html(self, instance, parent_context):
        """The button in a form of its own, where there is somebody to invite."""
        context = self.get_cell_context_data(instance, parent_context)
        return self.cell_template.render({**context, "waits": invitations.waits(instance)}, context["request"])


class AccountViewSet(ScopedViewSet):
    """Accounts, the system administrator's: nobody is deleted, an account is shut."""

    model = User
    icon = "user"
    menu_label = _("账号")
    menu_order = 175
    add_to_admin_menu = True
    base_form_class = AccountForm
    delete_enabled = False
    inspect_view_enabled = False
    list_display = [
        "username",
        Column("member", label=_("人员")),
        "email",
        YesNo("is_active", label=_("启用")),
        "last_login",
        InviteColumn("invite", label=_("开通")),
    ]
    list_export = ["username", "member", "email", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "email", "member__name", "member__employee_number"]
    select_related = ("member", "invitation")
    ordering = "username"
    panels = ["username", "email", FieldPanel("person"), "is_active"]


class PostDeleteView(ScopedDeleteView):
    """Deleting a post entered by mistake; one that ended gets its last day instead."""

    def delete_action(self):
        """The holder's groups follow."""
        super().delete_action()
        accounts.after_post(self.object, by=self.request.user)


class PostViewSet(ScopedViewSet):
    """Party posts; the secretary's role over an organisation comes from here."""

    model = Post
    icon = "crosshairs"
    menu_label = _("任职")
    list_display = ["member", "organisation", "kind", "starts", "ends"]
    list_filter = ["kind"]
    search_fields = ["member__name", "member__spelling", "member__initials", "organisation__name"]
    select_related = ("member", "organisation")
    panels = ["member", "organisation", "kind", "starts", "ends"]
    followers = (accounts.after_post,)
    delete_view_class = PostDeleteView


class GrantDeleteView(ScopedDeleteView):
    """Deleting a grant given by mistake; one that is over gets its last day instead."""

    def delete_action(self):
        """The holder's groups follow."""
        super().delete_action()
        accounts.sync_groups(users=[self.object.user])


class GrantViewSet(ScopedViewSet):
    """Roles given by the office, never to oneself."""

    model = Grant
    icon = "key"
    menu_label = _("授权")
    list_display = ["user", "role", "unit", "organisation", "starts", "ends", "given_by"]
    list_filter = ["role"]
    search_fields = ["user__username", "user__member__name"]
    select_related = ("user", "unit", "organisation", "given_by")
    panels = [
        FieldPanel("user"),
        "role",
        FieldPanel("unit", help_text=_("角色及于该单位和下级；留空为全单位。")),
        "organisation",
        "starts",
        "ends",
    ]
    followers = (accounts.after_grant,)
    delete_view_class = GrantDeleteView
