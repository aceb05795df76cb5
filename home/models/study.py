"""Study material: pages whose hours count for those who studied them, and who did."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Page

from activities.models import StudyRecord
from activities.models.pages import TITLE_PANEL
from home.models.pages import ArticleManager, ArticleMixin, OpenMixin
from staff.models import Member
from staff.querysets import ScopedQuerySet

# What takes longer than a day is no page but a course, and is entered by the branch.
MOST_HOURS = Decimal(8)
STEP = Decimal("0.5")
IMPOSSIBLE = _("学时须在0.5到8之间。")


def whole_or_half(value):
    """Hours are counted in halves."""
    if value % STEP:
        raise ValidationError(_("学时以0.5为单位。"), code="step")


class StudyFor(models.TextChoices):
    """Whom study material is meant for."""

    ALL = "all", _("全体职工")
    PARTY = "party", _("党员")
    COMMITTEE = "committee", _("书记和班子成员")


class StudyIndexPage(OpenMixin, Page):
    """All study material; what it lists is limited to the reader."""

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.StudyPage"]
    template = "home/study_index_page.html"

    class Meta:
        verbose_name = _("学习资料")

    def get_context(self, request, *args, **kwargs):
        """The material that the visitor may read, a page of it, with what they have finished."""
        from home import study

        return {**super().get_context(request, *args, **kwargs), **study.index(request)}


class StudyPage(ArticleMixin, Page):
    """Something to study; whoever finished it says so once, and its hours stand in their ledger."""

    hours = models.DecimalField(
        _("学时"),
        max_digits=3,
        decimal_places=1,
        validators=[whole_or_half],
        help_text=_("以0.5为单位，最多8学时。以后修改不影响已学完的人。"),
    )
    meant_for = models.CharField(_("学习对象"), max_length=10, choices=StudyFor, default=StudyFor.PARTY)
    minutes = models.PositiveSmallIntegerField(
        _("阅读时间（分钟）"), null=True, blank=True, help_text=_("供参考，不计时。")
    )

    objects = ArticleManager()
    parent_page_types = ["home.StudyIndexPage"]
    content_panels = [
        TITLE_PANEL,
        FieldRowPanel([FieldPanel("hours"), FieldPanel("minutes")]),
        FieldPanel("meant_for"),
        *ArticleMixin.article_panels,
    ]
    search_fields = ArticleMixin.search_fields
    template = "home/study_page.html"

    class Meta:
        verbose_name = _("学习资料")
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gte=STEP, hours__lte=MOST_HOURS),
                name="study_page_hours_are_possible",
                violation_error_message=IMPOSSIBLE,
            )
        ]

    def clean(self):
        """The title is what stands in the ledger, so no two say the same; impossible hours are said beside them."""
        super().clean()
        errors = {}
        limit = StudyRecord._meta.get_field("title").max_length
        if len(self.title) > limit:
            errors["title"] = _("标题不能超过%(n)d个字。") % {"n": limit}
        elif StudyPage.objects.filter(title=self.title).exclude(pk=self.pk).exists():
            errors["title"] = _("已有同名的学习资料。")
        if self.hours is not None and not STEP <= self.hours <= MOST_HOURS:
            errors["hours"] = IMPOSSIBLE
        if errors:
            raise ValidationError(errors)

    def get_context(self, request, *args, **kwargs):
        """The material, and whether the reader has finished it."""
        from home import study

        return {**super().get_context(request, *args, **kwargs), **study.shown(self, request.user)}


class StudyCompletion(models.Model):
    """That a member finished study material (学完): once for ever; the hours stand in the ledger, if any count."""

    page = models.ForeignKey(
        StudyPage, on_delete=models.CASCADE, related_name="completions", verbose_name=_("学习资料")
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("人员"))
    at = models.DateTimeField(_("学完时间"), default=timezone.now)
    record = models.OneToOneField(StudyRecord, on_delete=models.SET_NULL, null=True, editable=False, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("学完登记")
        verbose_name_plural = _("学完登记")
        constraints = [models.UniqueConstraint(fields=["page", "member"], name="study_finished_once")]

    def __str__(self):
        return f"{self.page} · {self.member}"
