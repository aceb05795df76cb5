"""What an activity of a kind usually looks like: the templates from which plans and forms are filled."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.choices import Kind
from staff.models import PartyOrganisation
from staff.querysets import ScopedQuerySet


class ActivityTemplate(models.Model):
    """Who comes, the agenda and what to bring for a kind: an organisation's own, or the bureau's (no organisation)."""

    kind = models.CharField(_("类型"), max_length=15, choices=Kind)
    organisation = models.ForeignKey(
        PartyOrganisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="activity_templates",
        verbose_name=_("党组织"),
    )
    expects = models.CharField(_("参加人员"), max_length=120, blank=True)
    agenda = models.TextField(_("议程"), max_length=4000, blank=True)
    bring = models.CharField(_("需带物品"), max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动模板")
        verbose_name_plural = _("活动模板")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "organisation"], name="template_once_an_organisation"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(organisation__isnull=True), name="template_once_for_the_bureau"
            ),
        ]

    def __str__(self):
        return self.get_kind_display()
