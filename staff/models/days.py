"""Working days: the office's table of holidays and of weekends worked in exchange (调休)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from staff import seeded
from staff.querysets import ScopedQuerySet

# What days are called by the notices; a day in lieu (补假) belongs to a holiday that fell on a weekend.
OFF, WORKED, *_NAMES = seeded.know(
    gettext_noop("调休放假"),
    gettext_noop("调休上班"),
    gettext_noop("元旦"),
    gettext_noop("元旦(补假)"),
    gettext_noop("农历除夕"),
    gettext_noop("春节"),
    gettext_noop("春节(补假)"),
    gettext_noop("春节延长假期"),
    gettext_noop("清明节"),
    gettext_noop("清明节(补假)"),
    gettext_noop("劳动节"),
    gettext_noop("劳动节(补假)"),
    gettext_noop("端午节"),
    gettext_noop("端午节(补假)"),
    gettext_noop("中秋节"),
    gettext_noop("中秋节(补假)"),
    gettext_noop("国庆节"),
    gettext_noop("国庆节(补假)"),
    gettext_noop("中秋节; 国庆节"),
)


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
        return f"{self.day} {self.label}"

    @property
    def label(self):
        """The name, in the reader's language where it is one of the notices'."""
        return seeded.shown(self.name)
