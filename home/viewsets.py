"""The register of staff updates in the admin; the office hides, with a reason, what must not stand, in the portal."""

from django.utils.translation import gettext_lazy as _

from home.models import Update
from staff.admin_base import PortalViewSet
from staff.choices import Role


class UpdateViewSet(PortalViewSet):
    """Staff updates."""

    model = Update
    icon = "comment"
    menu_label = _("员工动态")
    menu_name = "updates"
    menu_order = 150
    add_to_admin_menu = True
    kept_by = (Role.OFFICE,)
    list_display = ["author", "text", "audience", "posted_at", "hidden_because"]
    list_filter = ["audience", "posted_at"]
    search_fields = ["text", "author__name"]
    select_related = ("author",)
    inspect_view_fields = ["author", "text", "audience", "activity", "plot", "posted_at", "hidden_because"]
