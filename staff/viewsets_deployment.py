"""Registers of deployment: rounds and all that belongs to a posting, changed in the portal by its rules."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from staff.admin_base import PortalViewSet, ReadViewSet
from staff.choices import Role
from staff.models import FieldReport, Leave, Need, Opinion, Posting, Round, Shift
from staff.policies import READERS

ARRANGERS = (Role.MANAGEMENT, Role.OFFICE)


def page_of_posting(row):
    """The posting on whose page a row stands."""
    return row.posting.get_absolute_url()


def page_of_round(row):
    """The round on whose page a need stands."""
    return row.round.get_absolute_url()


class OfPosting(ReadViewSet):
    """A register of what belongs to a posting, for those who see the posting by their office."""

    kept_by = READERS
    portal_page = staticmethod(page_of_posting)
    search_fields = ["posting__member__name", "posting__member__spelling", "posting__host_unit__name", "text"]
    select_related = ("posting__member", "posting__host_unit")
    export_headings = {"posting.member": _("人员"), "posting.host_unit": _("接收单位")}


def whose():
    """The columns of somebody's posting."""
    return [
        Column("member", label=_("人员"), accessor="posting.member"),
        Column("host_unit", label=_("接收单位"), accessor="posting.host_unit"),
    ]


class RoundViewSet(PortalViewSet):
    """Rounds of deployment; they are drawn up, approved and closed in the portal."""

    model = Round
    icon = "date"
    menu_label = _("轮次")
    list_display = ["name", "order_number", "starts", "ends", "state"]
    list_filter = ["state"]
    search_fields = ["name", "order_number"]
    inspect_view_fields = ["name", "order_number", "starts", "ends", "state", "note"]


class NeedViewSet(PortalViewSet):
    """What host units ask for in a round; they are asked for in the portal."""

    model = Need
    icon = "tasks"
    menu_label = _("用人需求")
    portal_page = staticmethod(page_of_round)
    list_display = ["host_unit", "duty", "place", "headcount", "round"]
    list_filter = ["round"]
    search_fields = ["host_unit__name", "duty", "place"]
    select_related = ("host_unit", "round")
    inspect_view_fields = ["round", "host_unit", "place", "duty", "headcount", "contact"]


class PostingViewSet(PortalViewSet):
    """Postings; they are proposed, approved and changed in the portal, where each change has its reason."""

    model = Posting
    icon = "arrow-right-full"
    menu_label = _("派驻")
    list_display = ["member", "host_unit", "home_unit", "duty", "starts", "ends", "state"]
    list_filter = ["state", "round"]
    search_fields = ["member__name", "member__spelling", "host_unit__name", "duty"]
    select_related = ("member", "host_unit", "home_unit")
    inspect_view_fields = ["member", "round", "host_unit", "home_unit", "duty", "starts", "ends", "state"]


class LeaveViewSet(PortalViewSet):
    """Leave from postings; it is asked for and decided in the portal."""

    model = Leave
    icon = "time"
    menu_label = _("请假")
    portal_page = staticmethod(page_of_posting)
    list_display = ["posting", "reason", "starts", "ends", "state", "returned_on"]
    list_filter = ["state"]
    search_fields = ["posting__member__name", "reason"]
    select_related = ("posting__member", "posting__host_unit")
    inspect_view_fields = ["posting", "reason", "starts", "ends", "state", "returned_on"]


class ShiftViewSet(PortalViewSet):
    """Shifts of the host units in one's scope."""

    model = Shift
    icon = "calendar-alt"
    menu_label = _("班次")
    kept_by = ARRANGERS
    list_display = ["title", "host_unit", "kind", "starts", "ends", "place"]
    list_filter = ["kind", "starts"]
    search_fields = ["title", "place", "partners", "host_unit__name"]
    select_related = ("host_unit",)
    inspect_view_fields = ["title", "host_unit", "kind", "starts", "ends", "place", "partners"]


class FieldReportViewSet(OfPosting):
    """Field reports of postings that one's office sees."""

    model = FieldReport
    icon = "edit"
    menu_label = _("工作日志")
    list_display = [*whose(), "span", "day", "written_at"]
    list_export = ["posting.member", "posting.host_unit", "span", "day", "text", "written_at"]
    list_filter = ["span", "day"]
    inspect_view_fields = ["posting", "span", "day", "text", "written_at"]


class OpinionViewSet(OfPosting):
    """Opinions at the end of postings that one's office sees."""

    model = Opinion
    icon = "comment"
    menu_label = _("鉴定")
    list_display = [*whose(), "side", "signed_by", "signed_on"]
    list_export = ["posting.member", "posting.host_unit", "side", "text", "signed_by", "signed_on"]
    list_filter = ["side", "signed_on"]
    inspect_view_fields = ["posting", "side", "text", "signed_by", "signed_on"]


REGISTERS = (
    RoundViewSet,
    NeedViewSet,
    PostingViewSet,
    LeaveViewSet,
    ShiftViewSet,
    FieldReportViewSet,
    OpinionViewSet,
)
