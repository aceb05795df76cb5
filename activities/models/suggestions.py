"""Suggestions (献计献策) from the voice in the room to the answer, with an append-only history."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from activities import fates, phrases
from activities.choices import TONES, VERDICT_TONES, AuthorPart, Rating, SuggestionState, Verdict
from activities.models.activities import Activity
from activities.querysets import SuggestionQuerySet
from staff.models import Member, PartyOrganisation, Unit
from staff.querysets import ScopedQuerySet


class Suggestion(index.Indexed, models.Model):
    """One suggestion. Who put it forward stands in `SuggestionAuthor` alone, shown only when it is named."""

    number = models.CharField(_("编号"), max_length=40, unique=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(_("建议内容"), max_length=2000)
    topic = models.CharField(_("主题"), max_length=40, blank=True)
    organisation = models.ForeignKey(
        PartyOrganisation,
        on_delete=models.PROTECT,
        related_name="suggestions",
        verbose_name=_("所属党组织"),
        db_index=False,
    )
    activity = models.ForeignKey(
        Activity,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("活动场次"),
        db_index=False,
    )
    unnamed = models.BooleanField(_("不具名"), default=False)
    state = models.CharField(_("状态"), max_length=15, choices=SuggestionState, default=SuggestionState.LOGGED)
    logged_on = models.DateField(_("登记日期"))
    accepted_on = models.DateField(_("立案日期"), null=True, blank=True)
    lead_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions_led",
        verbose_name=_("主办单位"),
        db_index=False,
    )
    assisting_units = models.ManyToManyField(
        Unit, blank=True, related_name="suggestions_assisted", verbose_name=_("会办单位")
    )
    assigned_on = models.DateField(_("交办日期"), null=True, blank=True)
    due = models.DateField(_("办理期限"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("并入")
    )
    split_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("拆分自")
    )
    verdict = models.CharField(_("办理结果"), max_length=12, choices=Verdict, blank=True)
    answer = models.TextField(_("答复"), blank=True, max_length=4000)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    answered_in_time = models.BooleanField(_("按期答复"), null=True, editable=False)
    rating = models.CharField(_("评价"), max_length=12, choices=Rating, blank=True)
    reopened = models.BooleanField(_("曾重新办理"), default=False, editable=False)
    fate = models.GeneratedField(expression=fates.number(), output_field=models.IntegerField(), db_persist=True)
    news = models.OneToOneField(
        "wagtailcore.Page",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("已发布的动态"),
    )

    objects = SuggestionQuerySet.as_manager()

    search_fields = [
        index.SearchField("text", boost=2),
        index.SearchField("topic"),
        index.SearchField("answer"),
        index.SearchField("number"),
        index.AutocompleteField("text"),
    ]

    class Meta:
        verbose_name = _("建议")
        verbose_name_plural = _("建议")
        ordering = ["-logged_on", "-pk"]
        indexes = [
            # The keys of any page of the register, whatever it is narrowed to, are found in this one alone.
            models.Index(
                fields=["-logged_on", "-id", "fate", "topic", "organisation", "lead_unit", "due"],
                name="suggestion_register",
            ),
            # And its figures are counted in one of these, of all and by each filter.
            models.Index(fields=["fate", "due"], name="suggestion_fate"),
            models.Index(fields=["logged_on", "fate"], name="suggestion_fate_of_days"),
            models.Index(fields=["topic", "fate"], name="suggestion_fate_of_topics"),
            models.Index(fields=["organisation", "fate"], name="suggestion_fate_of_branches"),
            models.Index(fields=["lead_unit", "fate"], name="suggestion_fate_of_units"),
            models.Index(fields=["activity", "fate"], name="suggestion_fate_of_sessions"),
            models.Index(fields=["state", "due"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=SuggestionState.MERGED) | Q(merged_into__isnull=False),
                name="suggestion_merged_names_the_other",
                violation_error_message=_("并案须指明并入的建议。"),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="suggestion_is_not_merged_into_itself",
                violation_error_message=_("不能并入自身。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=SuggestionState.ANSWERED)
                | (~Q(verdict="") & ~Q(answer="") & Q(answered_on__isnull=False)),
                name="suggestion_answered_says_what_and_why",
                violation_error_message=_("答复须写明结果和理由。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=SuggestionState.ASSIGNED) | Q(lead_unit__isnull=False, due__isnull=False),
                name="suggestion_assigned_has_a_unit_and_a_day",
                violation_error_message=_("交办须指定主办单位和办理期限。"),
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def topic_label(self):
        """The topic in the reader's language, where it is one of those that the form offers."""
        return gettext(self.topic) if self.topic else ""

    def get_absolute_url(self):
        """The suggestion's page."""
        return reverse("activities:suggestion", args=[self.pk])

    @property
    def state_tone(self):
        """Tone of the state's badge."""
        return TONES[self.state]

    @property
    def verdict_tone(self):
        """Tone of the verdict's badge."""
        return VERDICT_TONES.get(self.verdict, "muted")

    @property
    def shown_authors(self):
        """Names to show: none of an unnamed suggestion's."""
        if self.unnamed:
            return []
        return [author.member for author in self.authors.all() if author.part == AuthorPart.AUTHOR]


class SuggestionAuthor(models.Model):
    """Who stands behind a suggestion. For an unnamed one this is read through `activities.suggestions.reveal` alone."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="authors")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="suggestion_parts")
    part = models.CharField(_("身份"), max_length=10, choices=AuthorPart, default=AuthorPart.AUTHOR)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("建议人")
        verbose_name_plural = _("建议人")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["suggestion", "member"], name="author_once")]

    def __str__(self):
        return self.get_part_display()


class SuggestionEvent(models.Model):
    """One step in a suggestion's history; rows are only ever added. An unnamed author's own steps carry no user."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="events")
    state = models.CharField(_("状态"), max_length=15, choices=SuggestionState)
    text = models.TextField(_("说明"), blank=True, max_length=4000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("经办人"),
    )
    at = models.DateTimeField(_("时间"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("办理记录")
        verbose_name_plural = _("办理记录")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.suggestion_id} · {self.get_state_display()}"

    @property
    def shown_text(self):
        """What it says, in the reader's language where the portal itself said it."""
        return phrases.read(self.text)


class Support(models.Model):
    """A member's support for somebody's suggestion; counted, never ranked by person."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="supports")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="supports")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("附议")
        verbose_name_plural = _("附议")
        constraints = [models.UniqueConstraint(fields=["suggestion", "member"], name="support_once")]

    def __str__(self):
        return f"{self.suggestion_id}"
