"""Registers of activities, rules, agreements and suggestions in the admin, configured."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column

from activities.models import Activity, AgreementItem, AgreementRule, JointAgreement, MeetingRule, StudyRule, Suggestion
from staff import seeded
from staff.admin_base import PortalViewSet, RegisterGroup, ScopedViewSet

# Whose rule it is: in the reader's language as long as it is the one that the portal knows.
SOURCE = Column("source", label=_("依据"), accessor=lambda rule: seeded.shown(rule.source), sort_key="source")


def page_of_agreement(item):
    """The agreement on whose page an item stands."""
    return item.agreement.get_absolute_url()


class ActivityViewSet(PortalViewSet):
    """Activities of one's organisations; they are arranged, published and cancelled in the portal."""

    model = Activity
    icon = "calendar-alt"
    menu_label = _("活动")
    list_display = ["title", "starts", "place", "state"]
    list_filter = ["state", "starts"]
    search_fields = ["title", "place", "hosts__organisation__name"]
    inspect_view_fields = ["title", "starts", "ends", "place", "agenda", "note", "agreement", "state"]


class MeetingRuleViewSet(ScopedViewSet):
    """How often each kind is due, and by what source."""

    model = MeetingRule
    icon = "clipboard-list"
    menu_label = _("会议制度")
    add_enabled = delete_enabled = False
    list_display = ["kind", "every", "times", "condition", "study_hours", SOURCE]
    inspect_view_enabled = False
    panels = [FieldPanel("kind", read_only=True), "every", "times", "condition", "study_hours", "source"]


class StudyRuleViewSet(ScopedViewSet):
    """The hours of study a year, and by what source."""

    model = StudyRule
    icon = "draft"
    menu_label = _("学习学时")
    add_enabled = delete_enabled = False
    list_display = ["duty", "hours", SOURCE]
    inspect_view_enabled = False
    panels = [FieldPanel("duty", read_only=True), "hours", "source"]


class JointAgreementViewSet(PortalViewSet):
    """Joint agreements led in one's scope; what was signed is changed in the portal, where the parties sign again."""

    model = JointAgreement
    icon = "link"
    menu_label = _("共建协议")
    list_display = ["title", "lead", "starts", "ends"]
    list_filter = ["starts"]
    search_fields = ["title", "lead__name", "parties__name"]
    select_related = ("lead",)
    inspect_view_fields = [
        "title", "lead", "parties", "signed_on", "starts", "ends", "principles", "goals", "measures", "safeguards",
    ]  # fmt: skip


class AgreementItemViewSet(PortalViewSet):
    """Items of the three lists of agreements, which are kept and reported on in the portal."""

    model = AgreementItem
    icon = "list-ol"
    menu_label = _("协议清单")
    portal_page = staticmethod(page_of_agreement)
    list_display = ["title", "list", Column("agreement", label=_("共建协议")), "owner", "due", "state"]
    list_filter = ["list", "state"]
    search_fields = ["title", "agreement__title"]
    select_related = ("agreement", "owner")
    inspect_view_fields = ["title", "list", "party", "owner", "due", "state", "percent", "result"]


class AgreementRuleViewSet(ScopedViewSet):
    """When an agreement counts as dormant or ending, and by what source."""

    model = AgreementRule
    icon = "time"
    menu_label = _("协议提示")
    add_enabled = delete_enabled = False
    list_display = ["__str__", "dormant_months", "ending_days", SOURCE]
    inspect_view_enabled = False
    panels = ["dormant_months", "ending_days", "source"]


class SuggestionViewSet(PortalViewSet):
    """Suggestions of one's organisations; they are decided and answered in the portal. Authors are not shown here."""

    model = Suggestion
    icon = "comment"
    menu_label = _("建议")
    list_display = [
        "number",
        Column("topic_label", label=_("主题"), sort_key="topic"),
        "organisation",
        "lead_unit",
        "due",
        "state",
    ]
    list_filter = ["state", "logged_on"]
    search_fields = ["number", "text", "topic"]
    select_related = ("organisation", "lead_unit")
    inspect_view_fields = [
        "number", "text", "topic", "organisation", "activity", "state", "logged_on", "lead_unit", "due", "verdict",
        "answer", "answered_on", "rating",
    ]  # fmt: skip


LIFE = RegisterGroup(
    _("组织生活"),
    "calendar-alt",
    140,
    [
        ActivityViewSet,
        MeetingRuleViewSet,
        StudyRuleViewSet,
        JointAgreementViewSet,
        AgreementItemViewSet,
        AgreementRuleViewSet,
        SuggestionViewSet,
    ],
)
