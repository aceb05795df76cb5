"""Joint agreements (共建协议) with their parties and three lists."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from activities.choices import TONES, ItemList, ItemState
from activities.querysets import AgreementQuerySet
from staff.models import Member, PartyOrganisation
from staff.periods import Period
from staff.querysets import ScopedQuerySet


class JointAgreement(index.Indexed, Period):
    """What the parties agreed to do together, for a period."""

    title = models.CharField(_("名称"), max_length=120)
    lead = models.ForeignKey(
        PartyOrganisation, on_delete=models.PROTECT, related_name="led_agreements", verbose_name=_("牵头党组织")
    )
    parties = models.ManyToManyField(PartyOrganisation, related_name="agreements", verbose_name=_("共建各方"))
    contact = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("联系人")
    )
    signed_on = models.DateField(_("签订日期"), null=True, blank=True)
    principles = models.TextField(_("共建原则"), blank=True, max_length=2000)
    goals = models.TextField(_("工作目标"), blank=True, max_length=4000)
    measures = models.TextField(_("工作措施"), blank=True, max_length=4000)
    safeguards = models.TextField(_("保障机制"), blank=True, max_length=4000)
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


class AgreementItem(models.Model):
    """A need, a resource or a project of an agreement."""

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
    owner = models.ForeignKey(
        Member,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="agreement_items",
        verbose_name=_("责任人"),
    )
    due = models.DateField(_("完成时限"), null=True, blank=True)
    state = models.CharField(_("进展"), max_length=10, choices=ItemState, default=ItemState.OPEN)
    progress = models.CharField(_("进展情况"), max_length=300, blank=True)
    result = models.CharField(_("完成结果"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("清单事项")
        verbose_name_plural = _("清单事项")
        ordering = ["list", "due", "pk"]

    def __str__(self):
        return self.title

    @property
    def state_tone(self):
        """Tone of the state's badge."""
        return TONES[self.state]
