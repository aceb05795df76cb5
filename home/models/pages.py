"""Pages to read: the front page, news, notices with receipts, exemplars."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Page, PageManager, PageViewRestriction
from wagtail.search import index

from activities.blocks import BodyBlock
from activities.models.pages import AUDIENCE_PANELS, TITLE_PANEL
from staff import seeded
from staff.audience import AudienceMixin, AudienceQuerySet
from staff.models import Member, Unit
from staff.querysets import ScopedQuerySet

(UNNAMED,) = seeded.know(gettext_noop("本单位"))


@register_setting(icon="home")
class BureauSettings(BaseSiteSetting):
    """What the portal calls its bureau, and whether it holds the demo."""

    name = models.CharField(_("单位名称"), max_length=60, default=UNNAMED)
    is_demo = models.BooleanField(_("演示数据"), default=False, editable=False)

    panels = ["name"]

    class Meta:
        verbose_name = _("单位设置")


class OpenMixin:
    """A page that everybody reads; what it lists is limited to the reader, so Wagtail's restrictions are not asked."""

    private_page_options = []

    def get_view_restrictions(self):
        """None: they are off, and asking for them would cost each view two queries."""
        return PageViewRestriction.objects.none()


class HomePage(OpenMixin, Page):
    """The front page: notices, the next activities, news and exemplars; signed in, one's own day as well."""

    max_count = 1
    subpage_types = [
        "home.NewsIndexPage",
        "home.NoticeIndexPage",
        "home.ExemplarIndexPage",
        "home.StudyIndexPage",
        "activities.BranchIndexPage",
    ]
    motto = models.CharField(_("首页题语"), max_length=60, blank=True)
    content_panels = [*Page.content_panels, FieldPanel("motto")]
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("首页")

    def get_context(self, request, *args, **kwargs):
        """What the visitor may see of the front page."""
        from home import front

        return {**super().get_context(request, *args, **kwargs), **front.page(request.user, on=timezone.localdate())}


class ArticleQuerySet(AudienceQuerySet):
    """Questions about articles."""

    def newest(self):
        """Newest first, without the body, for lists."""
        return self.defer_streamfields().select_related("picture").order_by("-day", "-pk")


ArticleManager = PageManager.from_queryset(ArticleQuerySet)


class ArticleMixin(AudienceMixin):
    """What news, notices and exemplars share: a day, an introduction, a picture and a body."""

    day = models.DateField(_("日期"), default=timezone.localdate, db_index=True)
    introduction = models.CharField(_("导语"), blank=True, max_length=200)
    picture = models.ForeignKey(
        get_image_model_string(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("题图"),
    )
    body = StreamField(BodyBlock(), verbose_name=_("正文"), blank=True)

    subpage_types = []
    promote_panels = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
        index.FilterField("audience"),
    ]
    article_panels = [
        FieldPanel("day"),
        FieldPanel("introduction"),
        FieldPanel("picture"),
        FieldPanel("body"),
        *AUDIENCE_PANELS,
    ]

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        """The article, and the ones before and after it that the reader may read."""
        from home import front

        return {**super().get_context(request, *args, **kwargs), **front.article(self, request.user)}


class IndexMixin(OpenMixin):
    """A list of one kind of article; what it lists is limited to the reader."""

    max_count = 1
    parent_page_types = ["home.HomePage"]

    def get_context(self, request, *args, **kwargs):
        """The articles that the visitor may read, a page of them."""
        from home import front

        return {**super().get_context(request, *args, **kwargs), **front.index(self, request)}


class NewsIndexPage(IndexMixin, Page):
    """All news."""

    subpage_types = ["home.NewsPage"]
    template = "home/news_index_page.html"

    class Meta:
        verbose_name = _("工作动态")


class NewsPage(ArticleMixin, Page):
    """A piece of news."""

    objects = ArticleManager()
    parent_page_types = ["home.NewsIndexPage"]
    content_panels = [TITLE_PANEL, *ArticleMixin.article_panels]
    search_fields = ArticleMixin.search_fields
    template = "home/news_page.html"

    class Meta:
        verbose_name = _("动态")

    def get_context(self, request, *args, **kwargs):
        """The article, and the suggestion of which it tells."""
        from home import adopted

        return {**super().get_context(request, *args, **kwargs), "suggestion": adopted.of(self, request.user)}


class NoticeIndexPage(IndexMixin, Page):
    """All notices."""

    subpage_types = ["home.NoticePage"]
    template = "home/notice_index_page.html"

    class Meta:
        verbose_name = _("通知公告")


class NoticePage(ArticleMixin, Page):
    """A notice, with a receipt from each who has read it where one is asked for."""

    receipt_wanted = models.BooleanField(_("需要确认已读"), default=False)
    act_by = models.DateField(_("办理时限"), null=True, blank=True)

    objects = ArticleManager()
    parent_page_types = ["home.NoticeIndexPage"]
    content_panels = [
        TITLE_PANEL,
        FieldPanel("receipt_wanted"),
        FieldPanel("act_by"),
        *ArticleMixin.article_panels,
    ]
    search_fields = ArticleMixin.search_fields
    template = "home/notice_page.html"

    class Meta:
        verbose_name = _("通知")

    def clean(self):
        """Nobody is asked to act before the notice is out."""
        super().clean()
        if self.act_by and self.day and self.act_by < self.day:
            raise ValidationError({"act_by": _("办理时限不能早于通知日期。")})

    def get_context(self, request, *args, **kwargs):
        """The notice, and whether the reader has confirmed it."""
        from home import front

        return {**super().get_context(request, *args, **kwargs), **front.receipts(self, request.user)}


class Receipt(models.Model):
    """That somebody has read a notice (已读); counted, never ranked."""

    notice = models.ForeignKey(NoticePage, on_delete=models.CASCADE, related_name="receipts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="receipts")
    at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("已读确认")
        verbose_name_plural = _("已读确认")
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="receipt_once")]

    def __str__(self):
        return f"{self.notice} · {self.user}"


class ExemplarIndexPage(IndexMixin, Page):
    """All exemplars."""

    subpage_types = ["home.ExemplarPage"]
    template = "home/exemplar_index_page.html"

    class Meta:
        verbose_name = _("先锋典型")


class ExemplarPage(ArticleMixin, Page):
    """An exemplary member (优秀党员典型), chosen by a branch and published by the office."""

    member = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("人员")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("所在单位")
    )
    honour = models.CharField(_("荣誉"), max_length=60, blank=True)

    objects = ArticleManager()
    parent_page_types = ["home.ExemplarIndexPage"]
    content_panels = [
        TITLE_PANEL,
        FieldPanel("member"),
        FieldPanel("unit"),
        FieldPanel("honour"),
        *ArticleMixin.article_panels,
    ]
    search_fields = ArticleMixin.search_fields
    template = "home/exemplar_page.html"

    class Meta:
        verbose_name = _("典型人物")
