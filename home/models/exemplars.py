"""Exemplars that branches put forward, before the office makes pages of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from home.models.pages import ExemplarPage
from staff.models import Member, PartyOrganisation
from staff.querysets import ScopedQuerySet


class ProposalState(models.TextChoices):
    """How far a proposal is."""

    PROPOSED = "proposed", _("待审定")
    RETURNED = "returned", _("已退回")
    TAKEN = "taken", _("已采用")


PROPOSAL_TONES = {
    ProposalState.PROPOSED: "amber",
    ProposalState.RETURNED: "muted",
    ProposalState.TAKEN: "green",
}


class ExemplarProposal(models.Model):
    """Somebody whom a branch chose as an exemplar; the office publishes the deeds, or returns them with a reason."""

    organisation = models.ForeignKey(
        PartyOrganisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("推荐支部")
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("推荐人选"))
    title = models.CharField(_("标题"), max_length=60)
    honour = models.CharField(_("荣誉"), max_length=60, blank=True)
    introduction = models.CharField(_("一句话事迹"), max_length=200)
    deeds = models.TextField(_("主要事迹"), max_length=5000)
    state = models.CharField(
        _("状态"), max_length=10, choices=ProposalState, default=ProposalState.PROPOSED, editable=False
    )
    returned_because = models.CharField(_("退回原因"), max_length=200, blank=True, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    page = models.ForeignKey(ExemplarPage, on_delete=models.SET_NULL, null=True, editable=False, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("典型推荐")
        verbose_name_plural = _("典型推荐")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ProposalState.RETURNED) | ~Q(returned_because=""),
                name="proposal_is_returned_with_a_reason",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The proposal with its deeds."""
        return reverse("home:proposal", args=[self.pk])

    @property
    def tone(self):
        """The colour of its state."""
        return PROPOSAL_TONES[self.state]

    @property
    def is_open(self):
        """Whether the office has still to decide."""
        return self.state == ProposalState.PROPOSED
