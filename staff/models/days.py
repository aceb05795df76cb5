"""Working days: the office's table of holidays and of weekends worked in exchange (调休)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.querysets import ScopedQuerySet


class Holiday(models.Model):
    """One day of the State Council's yearly notice: a public holiday, or a weekend day worked in exchange."""

    day = models.DateField(_("日期"), unique=True)
    name = models.CharField(_("名称"), max_length=40)
    works = models.BooleanField(_("调休上班"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("节假日")
        verbose_name_plural = _("节假日")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"
