"""The register of staff updates in the admin: the office hides, with a reason, what must not stand."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from home.models import Update
from staff.admin_base import ScopedViewSet
from staff.choices import Role


class UpdateViewSet(ScopedViewSet):
    """Staff updates."""

    model = Update
    icon = "comment"
    menu_label = _("员工动态")
    menu_name = "updates"
    menu_order = 150
    add_to_admin_menu = True
    add_enabled = delete_enabled = False
    kept_by = (Role.OFFICE,)
    list_display = ["author", "text", "audience", "posted_at", "hidden_because"]
    list_filter = ["audience", "posted_at"]
    search_fields = ["text", "author__name"]
    select_related = ("author",)
    inspect_view_fields = ["author", "text", "audience", "activity", "plot", "posted_at", "hidden_because"]
    panels = [FieldPanel("author", read_only=True), FieldPanel("text", read_only=True), "hidden_because"]
