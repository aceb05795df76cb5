"""Periods of days: from `starts` to `ends`, both counted; no `ends` means until further notice."""

from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.querysets import ScopedQuerySet


class PeriodQuerySet(ScopedQuerySet):
    """Questions about rows that hold for a period."""

    def on(self, day):
        """Rows in force on `day`, the first and the last day counted."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day)

    def within(self, first, last):
        """Rows in force on at least one day from `first` to `last`."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=first), starts__lte=last)


class Period(models.Model):
    """Base of what holds from a day to a day, both counted."""

    starts = models.DateField(_("开始日期"))
    ends = models.DateField(_("结束日期"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="%(app_label)s_%(class)s_ends_after_it_starts",
                violation_error_message=_("结束日期不能早于开始日期。"),
            )
        ]

    def in_force(self, day):
        """Whether `day` lies in the period."""
        return self.starts <= day and (self.ends is None or day <= self.ends)

    def lies_within(self, other):
        """Whether every day of this period is a day of `other`."""
        if self.starts < other.starts:
            return False
        return other.ends is None or (self.ends is not None and self.ends <= other.ends)

    def clean(self):
        """Name the wrong field: a period cannot end before it starts."""
        super().clean()
        if self.starts and self.ends and self.ends < self.starts:
            raise ValidationError({"ends": _("结束日期不能早于开始日期。")})


def days_between(starts, ends):
    """Calendar days from `starts` to `ends`, both counted."""
    return (ends - starts).days + 1


def midnight(day):
    """The moment at which `day` begins in the portal's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
