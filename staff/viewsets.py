"""Registers of people, organisations, plots and deployment in the admin, configured."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column

from staff import moves, plots, visits
from staff.access import allowed
from staff.admin_base import (
    OutOfScope,
    PortalViewSet,
    ReadViewSet,
    RegisterGroup,
    ScopedCreateView,
    ScopedEditView,
    ScopedIndexView,
    ScopedViewSet,
    YesNo,
)
from staff.admin_choosers import DIVISIONS, ORGANISATIONS, SeveralWidget
from staff.admin_forms import OrganisationForm, UnitForm
from staff.models import (
    Assignment,
    Finding,
    Holiday,
    Letter,
    Member,
    PartyOrganisation,
    Plot,
    Transfer,
    Unit,
    Visit,
)
from staff.policies import READERS
from staff.viewsets_accounts import GrantViewSet, PostViewSet
from staff.viewsets_deployment import REGISTERS


class MemberIndexView(ScopedIndexView):
    """People, found by name, pinyin, initials or number."""

    def search_queryset(self, queryset):
        """Search as the directory does."""
        return queryset.matching(self.search_query) if self.search_query else queryset


class MemberCreateView(ScopedCreateView):
    """Entering somebody; one who has left already comes with the record of it."""

    def after_save(self, instance):
        """Record the leaving."""
        super().after_save(instance)
        moves.follow(member=instance, stood=None, by=self.request.user)


class MemberEditView(ScopedEditView):
    """A member; a change of their place or service is a move, by the same rules as in the portal."""

    def save_instance(self):
        """Save it, and record what it amounts to."""
        stood = moves.standing(Member.objects.select_for_update().get(pk=self.object.pk))
        instance = super().save_instance()
        moves.follow(member=instance, stood=stood, by=self.request.user)
        return instance


class MemberViewSet(ScopedViewSet):
    """People. Nobody is deleted: who leaves gets a day of leaving."""

    model = Member
    icon = "group"
    menu_label = _("人员")
    delete_enabled = False
    index_view_class = MemberIndexView
    add_view_class = MemberCreateView
    edit_view_class = MemberEditView
    list_display = ["name", "employee_number", "unit", "branch", "party_status", "position"]
    list_filter = ["party_status"]
    search_fields = ["name"]
    select_related = ("unit", "branch")
    inspect_view_fields = [
        "employee_number", "name", "pinyin", "unit", "branch", "group", "party_status", "joined_on", "phone",
        "position", "left_on",
    ]  # fmt: skip
    panels = [
        "employee_number", "name", "pinyin", "unit",
        FieldPanel("branch", widget=ORGANISATIONS.widget_class(only="kind=branch")),
        FieldPanel("group", widget=ORGANISATIONS.widget_class(only="kind=group")), "party_status", "joined_on", "phone",
        "position", "left_on",
    ]  # fmt: skip


class TransferViewSet(ReadViewSet):
    """Moves between branches and units; each is written when the member's record or the portal moves somebody."""

    model = Transfer
    icon = "arrow-right"
    menu_label = _("调动")
    kept_by = READERS
    portal_page = staticmethod(lambda row: row.member.get_absolute_url())
    list_display = ["member", "day", "from_branch", "to_branch", "from_unit", "to_unit"]
    list_filter = ["day"]
    search_fields = ["member__name", "member__spelling", "member__employee_number", "reason"]
    select_related = ("member", "from_branch", "to_branch", "from_unit", "to_unit")
    inspect_view_fields = ["member", "day", "from_branch", "to_branch", "from_unit", "to_unit", "reason"]


class UnitViewSet(ScopedViewSet):
    """Units, in the order of their tree."""

    model = Unit
    icon = "site"
    menu_label = _("单位")
    base_form_class = UnitForm
    ordering = "path"
    list_display = ["name", "short_name", "kind", "division"]
    list_filter = ["kind"]
    search_fields = ["name", "short_name"]
    select_related = ("division",)
    inspect_view_fields = ["name", "short_name", "kind", "division"]
    panels = [FieldPanel("parent"), "name", "short_name", "kind", "division"]


class PartyOrganisationViewSet(ScopedViewSet):
    """Party organisations, the bureau's and partners', in the order of their tree."""

    model = PartyOrganisation
    icon = "folder-open-inverse"
    menu_label = _("党组织")
    base_form_class = OrganisationForm
    ordering = "path"
    list_display = ["name", "kind", "unit", "theme_day", "term_ends", YesNo("external", label=_("共建单位"))]
    list_filter = ["kind", "external"]
    search_fields = ["name", "short_name"]
    select_related = ("unit",)
    inspect_view_fields = ["name", "short_name", "kind", "unit", "external", "founded_on", "term_starts", "term_ends",
        "theme_day", "theme_week", "theme_weekday"]  # fmt: skip
    panels = [
        FieldPanel("parent"), "name", "short_name", "kind", "unit", "external", "founded_on", "term_starts",
        "term_ends", "theme_day", "theme_week", "theme_weekday",
    ]  # fmt: skip


class HolidayViewSet(ScopedViewSet):
    """The State Council's holidays and the weekends worked in exchange."""

    model = Holiday
    icon = "calendar-alt"
    menu_label = _("节假日")
    inspect_view_enabled = False
    list_display = ["day", Column("label", label=_("名称"), sort_key="name"), YesNo("works", label=_("调休上班"))]
    list_filter = ["works"]
    search_fields = ["name"]
    ordering = "-day"
    panels = ["day", "name", "works"]


class PlotViewSet(ScopedViewSet):
    """Plots of the units in one's scope."""

    model = Plot
    icon = "globe"
    menu_label = _("责任田")
    delete_enabled = False
    list_display = ["name", "kind", "unit", "households", "visit_interval", "closed_on"]
    list_filter = ["kind"]
    search_fields = ["name", "unit__name"]
    select_related = ("unit",)
    panels = [
        "name", "kind", "unit", FieldPanel("divisions", widget=SeveralWidget(DIVISIONS)), "households",
        "technicians_needed", "grid_officers_needed", "visit_interval", "season_starts", "season_ends", "closed_on",
        "note",
    ]  # fmt: skip


class AssignmentCreateView(ScopedCreateView):
    """Giving a plot to somebody, by the same rules and with the same message as in the portal."""

    def save_instance(self):
        """Assign it, if the plot is one that the user keeps."""
        if not allowed(self.request.user, "change", self.form.cleaned_data["plot"]):
            raise OutOfScope(_("不在您的权限范围内。"))
        return plots.assign(by=self.request.user, **self.form.cleaned_data)


class AssignmentViewSet(ScopedViewSet):
    """Who holds which plot; ended and handed over on the plot's page in the portal, and nothing is deleted."""

    model = Assignment
    icon = "user"
    menu_label = _("责任分工")
    edit_enabled = delete_enabled = False
    portal_page = staticmethod(lambda row: row.plot.get_absolute_url())
    add_view_class = AssignmentCreateView
    list_display = ["plot", Column("holder", label=_("责任人")), "role", "starts", "ends"]
    list_filter = ["role"]
    search_fields = ["plot__name", "member__name", "member__spelling", "officer_name"]
    select_related = ("plot", "member")
    inspect_view_fields = ["plot", "member", "officer_name", "officer_organisation", "role", "starts", "ends"]
    panels = ["plot", "member", "officer_name", "officer_phone", "officer_organisation", "role", "starts", "ends"]


class VisitEditView(ScopedEditView):
    """Putting a visit right by the rules under which it was recorded."""

    def save_instance(self):
        """Correct it; the log keeps what it said."""
        return visits.correct(visit=self.object, by=self.request.user, **self.form.cleaned_data)


class VisitViewSet(ScopedViewSet):
    """Visits as they were recorded in the portal; the admin corrects them."""

    model = Visit
    icon = "clipboard-list"
    menu_label = _("走访")
    kept_by = READERS
    edit_view_class = VisitEditView
    portal_page = staticmethod(lambda row: row.assignment.plot.get_absolute_url())
    add_enabled = delete_enabled = False
    list_display = [
        "assignment__plot",
        Column("holder", label=_("走访人"), accessor="assignment.holder"),
        "day",
        "households",
    ]
    list_filter = ["day"]
    search_fields = ["assignment__plot__name", "assignment__member__name", "summary"]
    select_related = ("assignment__plot", "assignment__member", "recorded_by")
    inspect_view_fields = ["assignment", "day", "households", "summary", "recorded_at"]
    panels = [FieldPanel("assignment", read_only=True), "day", "households", "summary"]


class FindingEditView(ScopedEditView):
    """Changing an open finding; whoever is to mend it now is told."""

    def save_instance(self):
        """Amend it."""
        return visits.amend_finding(finding=self.object, by=self.request.user, **self.form.cleaned_data)


class FindingViewSet(ScopedViewSet):
    """What visits found; it is closed in the portal."""

    model = Finding
    icon = "warning"
    menu_label = _("走访问题")
    kept_by = READERS
    edit_view_class = FindingEditView
    portal_page = staticmethod(lambda row: row.visit.assignment.plot.get_absolute_url())
    add_enabled = delete_enabled = False
    list_display = ["text", "owner", "due", "state", "closed_on"]
    list_filter = ["state"]
    search_fields = ["text", "visit__assignment__plot__name"]
    select_related = ("owner",)
    inspect_view_fields = ["visit", "text", "owner", "due", "state", "result", "closed_on"]
    panels = ["text", "owner", "due", FieldPanel("state", read_only=True)]


class LetterViewSet(PortalViewSet):
    """Target responsibility letters of the plots in one's scope; they are signed and assessed in the portal."""

    model = Letter
    icon = "doc-full"
    menu_label = _("目标责任书")
    list_display = [
        Column("plot", label=_("责任田"), accessor="assignment.plot"),
        Column("holder", label=_("责任人"), accessor="assignment.holder"),
        "year",
        "signed_by_holder_on",
        "signed_by_unit_on",
        "assessed_on",
    ]
    list_export = ["assignment.plot", "assignment.holder", "year", "signed_by_holder_on", "signed_by_unit_on",
        "assessed_on"]  # fmt: skip
    export_headings = {"assignment.plot": _("责任田"), "assignment.holder": _("责任人")}
    list_filter = ["year"]
    search_fields = ["assignment__plot__name", "assignment__member__name", "assignment__member__spelling"]
    select_related = ("assignment__plot", "assignment__member")
    inspect_view_fields = ["assignment", "year", "goals", "signed_by_holder_on", "signed_by_unit_on",
        "signed_for_unit_by", "assessment", "assessed_on"]  # fmt: skip


PEOPLE = RegisterGroup(
    _("人员与组织"),
    "group",
    110,
    [MemberViewSet, PartyOrganisationViewSet, UnitViewSet, PostViewSet, TransferViewSet],
)
PLOTS = RegisterGroup(
    _("责任田"), "globe", 120, [PlotViewSet, AssignmentViewSet, LetterViewSet, VisitViewSet, FindingViewSet]
)
DEPLOYMENT = RegisterGroup(_("下沉一线"), "arrow-right-full", 130, list(REGISTERS))
RULES = RegisterGroup(_("授权与日历"), "key", 180, [GrantViewSet, HolidayViewSet])
GROUPS = (PEOPLE, PLOTS, DEPLOYMENT, RULES)
