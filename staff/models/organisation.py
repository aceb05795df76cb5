"""Where people work and which party organisation they belong to: divisions, units, party organisations."""

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from staff.choices import DivisionLevel, MonthWeek, OrganisationKind, UnitKind, Weekday
from staff.places import Place
from staff.querysets import ScopedQuerySet, TreeManager


class DivisionQuerySet(ScopedQuerySet):
    """Questions about administrative divisions."""

    def below(self, division):
        """`division` and all below it: the codes are nested, so a prefix says it."""
        return self.filter(code__startswith=division.code)


class Division(Place, models.Model):
    """An administrative division from city to village, with its statistical code."""

    code = models.CharField(_("区划代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=60, db_index=True)
    level = models.CharField(_("级别"), max_length=10, choices=DivisionLevel)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级区划")
    )

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("行政区划")
        verbose_name_plural = _("行政区划")
        ordering = ["code"]
        indexes = [models.Index(fields=["level", "code"])]

    def __str__(self):
        return self.name

    @property
    def county_code(self):
        """Code of the county that this division is or lies in; empty for the city itself."""
        return self.code[:6] if len(self.code) >= 6 else ""


class Unit(Place, MP_Node):
    """A place where people work: city bureau, county bureau, department, squad, station; or an outside body."""

    name = models.CharField(_("名称"), max_length=80, unique=True)
    short_name = models.CharField(_("简称"), max_length=30, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=UnitKind)
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("所在区划")
    )

    objects = TreeManager()

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")

    def __str__(self):
        return self.short_name or self.name


class PartyOrganisation(MP_Node):
    """A party organisation of the bureau (BR: committee > general branch > branch > group), or a partner's."""

    name = models.CharField(_("名称"), max_length=80, unique=True)
    short_name = models.CharField(_("简称"), max_length=30, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=OrganisationKind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="organisations", verbose_name=_("所在单位"))
    external = models.BooleanField(_("共建单位党组织"), default=False)
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    term_starts = models.DateField(_("本届开始"), null=True, blank=True)
    term_ends = models.DateField(_("本届期满"), null=True, blank=True)
    theme_day = models.PositiveSmallIntegerField(_("固定党日(每月几日)"), null=True, blank=True)
    theme_week = models.PositiveSmallIntegerField(_("固定党日(第几个星期)"), choices=MonthWeek, null=True, blank=True)
    theme_weekday = models.PositiveSmallIntegerField(_("固定党日(星期几)"), choices=Weekday, null=True, blank=True)
    group = models.OneToOneField(
        Group, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="organisation"
    )

    objects = TreeManager()

    class Meta:
        verbose_name = _("党组织")
        verbose_name_plural = _("党组织")
        constraints = [
            models.CheckConstraint(
                condition=Q(term_ends__isnull=True) | Q(term_starts__isnull=True) | Q(term_ends__gte=F("term_starts")),
                name="organisation_term_ends_after_it_starts",
                violation_error_message=_("届满日期不能早于本届开始日期。"),
            ),
            models.CheckConstraint(
                condition=Q(theme_day__isnull=True) | Q(theme_day__gte=1, theme_day__lte=31),
                name="organisation_theme_day_is_a_day_of_the_month",
                violation_error_message=_("固定党日须在1至31之间。"),
            ),
            models.CheckConstraint(
                condition=Q(theme_week__isnull=True, theme_weekday__isnull=True)
                | Q(theme_week__isnull=False, theme_weekday__isnull=False, theme_day__isnull=True),
                name="organisation_has_one_theme_day",
                violation_error_message=_("固定党日请填“每月几日”，或填“第几个星期几”，只选一种。"),
            ),
        ]

    def __str__(self):
        return self.short_name or self.name

    def clean(self):
        """A term cannot end before it starts."""
        super().clean()
        if self.term_starts and self.term_ends and self.term_ends < self.term_starts:
            raise ValidationError({"term_ends": _("届满日期不能早于本届开始日期。")})
