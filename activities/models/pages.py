"""Pages of branches and of their published activities; the tree mirrors the party organisations."""

from django import forms
from django.db import models
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Page, PageManager, PageViewRestriction
from wagtail.search import index

from activities.blocks import BodyBlock
from activities.models.activities import Activity
from staff.audience import AudienceManager, AudienceMixin, AudienceQuerySet
from staff.models import PartyOrganisation

AUDIENCE_PANELS = [
    FieldPanel("audience"),
    FieldPanel("audience_unit", help_text=_("阅读范围为“指定单位”时必填，其下属单位也能看到。")),
]

# These pages' addresses are made by the portal: without a field for it, Wagtail's own panel has nothing to write it to.
TITLE_PANEL = FieldPanel("title", classname="title", widget=forms.TextInput(attrs={"placeholder": _("标题")}))


class BranchIndexPage(Page):
    """The root of the branches' pages below the front page (which says so); readers are led to the list of branches."""

    max_count = 1
    subpage_types = ["activities.BranchPage"]
    private_page_options = []
    template = "activities/branch_index_page.html"

    class Meta:
        verbose_name = _("支部总览")

    def get_context(self, request, *args, **kwargs):
        """The branches by county bureau."""
        from activities import branches

        bureaus = branches.by_bureau(self, request.user, request=request)
        total = sum(bureau.branches for bureau in bureaus)
        return {**super().get_context(request, *args, **kwargs), "bureaus": bureaus, "total": total}

    def route(self, request, path_components):
        """Find the page meant by its whole address: one step instead of two queries for each level of the tree."""
        if not path_components:
            return super().route(request, path_components)
        address = f"{self.url_path}{'/'.join(path_components)}/"
        found = Page.objects.filter(url_path=address).select_related(
            "activitypage", "branchpage__organisation__unit", "branchpage__picture"
        )
        for row in found:
            page = getattr(row, "activitypage", None) or getattr(row, "branchpage", None)
            if page is not None:
                return page.route(request, [])
        raise Http404

    def get_view_restrictions(self):
        """None: what stands below has an audience of its own."""
        return PageViewRestriction.objects.none()


class BranchPageQuerySet(AudienceQuerySet):
    """Questions about the branches' pages."""

    def in_tree_order(self):
        """With their organisations, as the tree has them."""
        return (
            self.select_related("organisation__unit")
            .order_by("path")
            .only(
                "title",
                "url_path",
                "depth",
                "path",
                "organisation__name",
                "organisation__kind",
                "organisation__short_name",
                "organisation__unit__path",
            )
        )


class BranchPage(AudienceMixin, Page):
    """The page of one party organisation; its published activities stand below it."""

    organisation = models.OneToOneField(
        PartyOrganisation, on_delete=models.PROTECT, related_name="branch_page", verbose_name=_("党组织")
    )
    introduction = models.TextField(_("简介"), blank=True, max_length=1000)
    picture = models.ForeignKey(
        get_image_model_string(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("图片"),
    )

    objects = PageManager.from_queryset(BranchPageQuerySet)()

    # Made with the organisation, never by hand.
    is_creatable = False
    parent_page_types = ["activities.BranchIndexPage", "activities.BranchPage"]
    subpage_types = ["activities.BranchPage", "activities.ActivityPage"]
    content_panels = [TITLE_PANEL, FieldPanel("introduction"), FieldPanel("picture"), *AUDIENCE_PANELS]
    promote_panels = []
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.FilterField("audience")]
    template = "activities/branch_page.html"

    class Meta:
        verbose_name = _("支部主页")

    def get_context(self, request, *args, **kwargs):
        """What the visitor may see of the branch."""
        from activities import branches

        shown = branches.page(self, request.user, now=timezone.now())
        return {**super().get_context(request, *args, **kwargs), **shown}


class ActivityPage(AudienceMixin, Page):
    """The published face of an activity: an announcement before it, an account after it.

    Time, place and partners are shown from the record, never copied.
    """

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="page", verbose_name=_("活动"))
    introduction = models.CharField(_("导语"), blank=True, max_length=200)
    body = StreamField(BodyBlock(), verbose_name=_("正文"), blank=True)
    picture = models.ForeignKey(
        get_image_model_string(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("题图"),
    )

    objects = AudienceManager()

    # Made by publishing an activity, never by hand.
    is_creatable = False
    parent_page_types = ["activities.BranchPage"]
    subpage_types = []
    content_panels = [
        TITLE_PANEL,
        FieldPanel("introduction"),
        FieldPanel("picture"),
        FieldPanel("body"),
        *AUDIENCE_PANELS,
    ]
    promote_panels = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
        index.FilterField("audience"),
    ]
    template = "activities/activity_page.html"

    class Meta:
        verbose_name = _("活动页面")

    def get_context(self, request, *args, **kwargs):
        """Time, place and partners from the record, and what is expected of the visitor."""
        from activities import branches

        shown = branches.activity(self, request.user, now=timezone.now())
        return {**super().get_context(request, *args, **kwargs), **shown}
