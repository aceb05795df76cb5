"""Filters of what branches prove: the compliance page, study hours, the year's ledger."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.compliance.grid import Span
from staff.forms.fields import DayField, FilterForm, LongSelect
from staff.models import Unit

EARLIEST = 2018


class ScopeFilter(FilterForm):
    """Which branches of somebody's scope: by unit, by branch."""

    unit = forms.ModelChoiceField(label=_("单位"), queryset=Unit.objects.all(), empty_label=_("全部单位"))
    branch = forms.TypedChoiceField(label=_("党支部"), coerce=int)

    def __init__(self, data, *, branches, on):
        self.branches, self.on = list(branches), on
        super().__init__(data)

    def prepare(self):
        """The units above the branches, and the branches; nothing to choose where there is one."""
        steps = range(Unit.steplen, 10 * Unit.steplen, Unit.steplen)
        paths = {branch.unit.path[:step] for branch in self.branches for step in steps if step <= len(branch.unit.path)}
        known = {branch.unit.path for branch in self.branches}
        units = [(branch.unit_id, branch.unit.name) for branch in self.branches]
        if missing := paths - known:
            units += Unit.objects.filter(path__in=missing).values_list("pk", "name")
        self.fields["unit"].widget = LongSelect(choices=[("", _("全部单位")), *dict(units).items()])
        self.fields["branch"].choices = [("", _("全部党支部")), *((row.pk, row.name) for row in self.branches)]
        self.fields["branch"].widget = LongSelect(choices=self.fields["branch"].choices)
        if len(self.branches) < 2:
            for name in ("unit", "branch"):
                self.fields[name].widget = forms.HiddenInput()

    def chosen(self):
        """The branches that match."""
        unit, branch = self.value("unit"), self.value("branch")
        rows = self.branches
        if unit:
            rows = [row for row in rows if row.unit.path.startswith(unit.path)]
        return [row for row in rows if row.pk == branch] if branch else rows


class YearFilter(ScopeFilter):
    """And which year."""

    year = forms.TypedChoiceField(label=_("年度"), coerce=int)

    field_order = ["unit", "branch", "year"]

    def prepare(self):
        """Years from the first that the portal may know to the next."""
        super().prepare()
        years = range(self.on.year + 1, EARLIEST - 1, -1)
        self.fields["year"].choices = [("", _("本年度")), *((year, str(year)) for year in years)]


class ComplianceFilter(YearFilter):
    """And which quarter or month, and whether only branches that are behind."""

    quarter = forms.TypedChoiceField(
        label=_("季度"),
        coerce=int,
        choices=[("", _("不限")), (1, _("一季度")), (2, _("二季度")), (3, _("三季度")), (4, _("四季度"))],
    )
    month = forms.TypedChoiceField(
        label=_("月份"),
        coerce=int,
        choices=[("", _("不限")), *((month, str(month)) for month in range(1, 13))],
    )
    behind = forms.BooleanField(label=_("只看有逾期的支部"))

    field_order = ["unit", "branch", "year", "quarter", "month", "behind"]

    @property
    def span(self):
        """The span of the year that is looked at."""
        return Span.of(self.on, **{name: self.value(name) for name in ("year", "quarter", "month")})


class StudyForm(forms.Form):
    """What was studied elsewhere, and who took part."""

    title = forms.CharField(label=_("学习内容"), max_length=120)
    day = DayField(label=_("日期"))
    hours = forms.DecimalField(label=_("学时"), min_value=Decimal("0.5"), max_value=80, decimal_places=1, max_digits=4)
    members = forms.ModelMultipleChoiceField(
        label=_("参加学习的人员"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("勾选所有参加的人员。"),
    )

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = members
