"""Staff updates: what people post, with photos, comments and reactions."""

import uuid

from django.db import models
from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from activities.models import Activity
from staff.models import Member, Plot, Posting, Unit
from staff.querysets import ScopedQuerySet


class UpdateAudience(models.TextChoices):
    """Who reads an update."""

    BUREAU = "bureau", _("全单位")
    UNIT = "unit", _("本单位部门")
    BRANCH = "branch", _("本支部")


class UpdateQuerySet(ScopedQuerySet):
    """Questions about updates."""

    def for_list(self, member):
        """What `for_card` brings, and who is named in the text."""
        from home.models.comments import Mention

        named = Mention.objects.filter(comment=None).select_related("member")
        return self.for_card(member).prefetch_related(Prefetch("mentions", named, to_attr="named"))

    def for_card(self, member):
        """With author and photos, how many comments and thanks there are, and whether `member` gave one."""
        from home.models.comments import Comment

        comments = Comment.objects.filter(update=OuterRef("pk"), removed_at=None).order_by().values("update")
        reactions = Reaction.objects.filter(update=OuterRef("pk")).order_by()
        counted = reactions.values("update").annotate(n=Count("pk")).values("n")
        return (
            self.select_related("author__unit", "unit", "branch", "activity", "plot", "posting__host_unit")
            .prefetch_related("photos")
            .annotate(
                comment_count=Coalesce(
                    Subquery(comments.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
                ),
                reaction_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
                reacted=Exists(reactions.filter(member=member)),
            )
        )


class Update(index.Indexed, models.Model):
    """What a member of staff posts for colleagues to read."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="updates", verbose_name=_("作者"))
    text = models.TextField(_("内容"), max_length=2000)
    audience = models.CharField(_("阅读范围"), max_length=10, choices=UpdateAudience, default=UpdateAudience.BUREAU)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, editable=False, related_name="+")
    branch = models.ForeignKey(
        "staff.PartyOrganisation", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    activity = models.ForeignKey(
        Activity, on_delete=models.SET_NULL, null=True, blank=True, related_name="updates", verbose_name=_("相关活动")
    )
    plot = models.ForeignKey(
        Plot, on_delete=models.SET_NULL, null=True, blank=True, related_name="updates", verbose_name=_("相关责任田")
    )
    posting = models.ForeignKey(
        Posting, on_delete=models.SET_NULL, null=True, blank=True, related_name="updates", verbose_name=_("相关派驻")
    )
    posted_at = models.DateTimeField(_("发布时间"), db_index=True)
    edited_at = models.DateTimeField(null=True, editable=False)
    hidden_because = models.CharField(_("隐藏原因"), max_length=200, blank=True)

    objects = UpdateQuerySet.as_manager()

    search_fields = [index.SearchField("text"), index.AutocompleteField("text")]

    class Meta:
        verbose_name = _("员工动态")
        verbose_name_plural = _("员工动态")
        ordering = ["-posted_at", "-pk"]
        indexes = [models.Index(fields=["-posted_at", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience=UpdateAudience.BRANCH) | Q(branch__isnull=False),
                name="update_for_a_branch_has_one",
                violation_error_message=_("您没有所在支部，请选择其他阅读范围。"),
            )
        ]

    def __str__(self):
        return self.text[:40]

    def get_absolute_url(self):
        """The update with its comments."""
        return reverse("home:update", args=[self.pk])


class UpdatePhoto(models.Model):
    """A photo of an update, stored upright, at screen size and without its metadata."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="photos")
    file = models.ImageField(upload_to="updates/%Y/%m/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("动态照片")
        verbose_name_plural = _("动态照片")

    def __str__(self):
        return str(self.update)


class Reaction(models.Model):
    """A colleague's thanks for an update; counted under it, never by person."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="reactions")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="reactions")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("点赞")
        verbose_name_plural = _("点赞")
        constraints = [models.UniqueConstraint(fields=["update", "member"], name="reaction_once")]

    def __str__(self):
        return f"{self.update_id}"
