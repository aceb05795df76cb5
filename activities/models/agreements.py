"""Joint agreements (共建协议): parties, three lists with the history of progress, and the rule that watches them."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from wagtail.search import index

from activities.choices import TONES, ItemList, ItemState
from activities.querysets import AgreementQuerySet
from staff import seeded
from staff.models import Member, PartyOrganisation
from staff.periods import Period
from staff.querysets import ScopedQuerySet

# What each of the four texts may hold: a whole agreement fits into one.
TEXT_LENGTH = 20_000
DONE = 100


class JointAgreement(index.Indexed, Period):
    """What the parties agreed to do together, for a period."""

    title = models.CharField(_("名称"), max_length=120)
    lead = models.ForeignKey(
        PartyOrganisation, on_delete=models.PROTECT, related_name="led_agreements", verbose_name=_("牵头党组织")
    )
    parties = models.ManyToManyField(
        PartyOrganisation,
        through="AgreementParty",
        through_fields=("jointagreement", "partyorganisation"),
        related_name="agreements",
        verbose_name=_("共建各方"),
    )
    signed_on = models.DateField(_("签订日期"), null=True, blank=True)
    principles = models.TextField(_("共建原则"), blank=True, max_length=TEXT_LENGTH)
    goals = models.TextField(_("工作目标"), blank=True, max_length=TEXT_LENGTH)
    measures = models.TextField(_("工作措施"), blank=True, max_length=TEXT_LENGTH)
    safeguards = models.TextField(_("保障机制"), blank=True, max_length=TEXT_LENGTH)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AgreementQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=3),
        index.SearchField("goals"),
        index.SearchField("measures"),
        index.AutocompleteField("title"),
    ]

    class Meta(Period.Meta):
        verbose_name = _("共建协议")
        verbose_name_plural = _("共建协议")
        ordering = ["-starts", "-pk"]
        constraints = [*Period.Meta.constraints]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The agreement's page."""
        return reverse("activities:agreement", args=[self.pk])


class AgreementParty(models.Model):
    """One party of an agreement: whom to ask there, and who signed for it."""

    jointagreement = models.ForeignKey(JointAgreement, on_delete=models.CASCADE, related_name="sides")
    partyorganisation = models.ForeignKey(
        PartyOrganisation, on_delete=models.PROTECT, related_name="agreement_sides", verbose_name=_("党组织")
    )
    contact = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("联系人")
    )
    contact_name = models.CharField(_("联系人姓名"), max_length=40, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    signatory = models.CharField(_("签字人"), max_length=40, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("共建方")
        verbose_name_plural = _("共建方")
        db_table = "activities_jointagreement_parties"
        ordering = ["pk"]
        unique_together = [("jointagreement", "partyorganisation")]

    def __str__(self):
        return str(self.partyorganisation)

    @property
    def asked(self):
        """The name of whom to ask."""
        return self.contact.name if self.contact else self.contact_name

    @property
    def masked_phone(self):
        """The phone as everybody may see it."""
        phone = self.contact_phone
        return f"{phone[:3]}******{phone[-2:]}" if len(phone) >= 7 else "*" * len(phone)


class AgreementItem(models.Model):
    """A need, a resource or a project of an agreement; resources and projects name the needs that they meet."""

    agreement = models.ForeignKey(JointAgreement, on_delete=models.CASCADE, related_name="items")
    list = models.CharField(_("清单"), max_length=10, choices=ItemList)
    title = models.CharField(_("事项"), max_length=200)
    party = models.ForeignKey(
        PartyOrganisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreement_items",
        verbose_name=_("提出或承接方"),
    )
    partner = models.ForeignKey(
        PartyOrganisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("配合方")
    )
    owner = models.ForeignKey(
        Member,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="agreement_items",
        verbose_name=_("责任人"),
    )
    owner_name = models.CharField(_("共建单位责任人"), max_length=40, blank=True)
    due = models.DateField(_("完成时限"), null=True, blank=True)
    state = models.CharField(_("进展"), max_length=10, choices=ItemState, default=ItemState.OPEN)
    percent = models.PositiveSmallIntegerField(
        _("进度"), default=0, validators=[MinValueValidator(0), MaxValueValidator(DONE)]
    )
    result = models.CharField(_("完成结果"), max_length=300, blank=True)
    meets = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="met_by", verbose_name=_("对接的需求")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("清单事项")
        verbose_name_plural = _("清单事项")
        ordering = ["list", F("due").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=DONE),
                name="agreement_item_percent_is_one",
                violation_error_message=_("进度须在0至100之间。"),
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.DONE, percent=DONE) | ~Q(state=ItemState.DONE) & Q(percent__lt=DONE),
                name="agreement_item_is_done_at_a_hundred",
                violation_error_message=_("进度100即为已完成。"),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def state_tone(self):
        """Tone of the state's badge."""
        return TONES[self.state]

    def overdue(self, day):
        """Whether it should have been done before `day`."""
        return self.due is not None and self.due < day and self.state != ItemState.DONE

    @property
    def answerable(self):
        """The name of who answers for it, ours or the partner's."""
        return self.owner.name if self.owner else self.owner_name


class ItemNote(models.Model):
    """What was reported of an item on a day, and how far it was; rows are only ever added."""

    item = models.ForeignKey(AgreementItem, on_delete=models.PROTECT, related_name="notes")
    day = models.DateField(_("日期"))
    percent = models.PositiveSmallIntegerField(_("进度"), null=True, blank=True)
    text = models.CharField(_("进展情况"), max_length=1000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("进展记录")
        verbose_name_plural = _("进展记录")
        ordering = ["-day", "-pk"]

    def __str__(self):
        return self.text or f"{self.percent}%"


(AGREED,) = seeded.know(gettext_noop("共建协议约定：每季度对账一次"))


class AgreementRule(models.Model):
    """After how long an agreement counts as dormant, how long ahead as ending, and by what source; one row."""

    dormant_months = models.PositiveSmallIntegerField(
        _("几个月无活动为沉寂"), default=3, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    ending_days = models.PositiveSmallIntegerField(
        _("到期前几天提示"), default=60, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    source = models.CharField(_("依据"), max_length=120, default=AGREED)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("共建协议提示规则")
        verbose_name_plural = _("共建协议提示规则")
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1), name="agreement_rule_is_one", violation_error_message=_("只有一条规则。")
            )
        ]

    def __str__(self):
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls):
        """The rule of this bureau, or the defaults where none stands."""
        return cls.objects.first() or cls()
