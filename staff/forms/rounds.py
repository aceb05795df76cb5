"""Forms of rounds: the round's facts, what host units ask for, choosing people, and the office's word on them."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.access import EVERYTHING, either
from staff.choices import Role, UnitKind
from staff.forms.fields import DayField, FilterForm, LongSelect, MemberField
from staff.models import Member, Need, Round, Unit

MOST_ROWS = 200
# Who arranges postings, each from and to the units of their scope.
ARRANGERS = (Role.MANAGEMENT, Role.OFFICE)


class RoundForm(forms.Form):
    """A round's name, order and period; drawn up from an earlier one, it starts with what was asked for in that."""

    name = forms.CharField(label=_("名称"), max_length=80)
    order_number = forms.CharField(
        label=_("文号"), max_length=60, required=False, help_text=_("批准前可不填，例如：昆烟党办〔2026〕12号。")
    )
    starts = DayField(label=_("开始日期"))
    ends = DayField(label=_("结束日期"))
    note = forms.CharField(
        label=_("工作要求"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )

    def clean(self):
        """A name is one round's."""
        data = super().clean()
        same = Round.objects.filter(name=data.get("name"))
        if self.initial.get("pk"):
            same = same.exclude(pk=self.initial["pk"])
        if data.get("name") and same.exists():
            self.add_error("name", _("已有同名轮次。"))
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", _("结束日期不能早于开始日期。"))
        return data


class NeedForm(forms.Form):
    """One row of what host units ask for. Its choices are made once for all rows."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    host_unit = forms.ChoiceField(label=_("接收单位"))
    place = forms.CharField(label=_("地点"), max_length=80, required=False)
    duty = forms.CharField(label=_("岗位职责"), max_length=120)
    headcount = forms.IntegerField(label=_("需要人数"), min_value=1, max_value=500)
    contact = MemberField(label=_("接收单位联系人"), required=False)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.units = units
        field = self.fields["host_unit"]
        field.choices = [("", _("请选择")), *((str(unit.pk), str(unit)) for unit in units.values())]
        field.widget = LongSelect(choices=field.choices)

    def clean_host_unit(self):
        """The unit chosen."""
        return self.units[int(self.cleaned_data["host_unit"])]

    def facts(self):
        """What the row says of the need."""
        names = ("host_unit", "place", "duty", "headcount", "contact")
        return {name: self.cleaned_data.get(name) for name in names}


NeedRows = forms.formset_factory(
    NeedForm, extra=3, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)


def reach(held):
    """The units from and to which somebody with these roles arranges postings, as a Q over units, or None."""
    return either(
        *(
            Q(path__startswith=one.unit_path) if one.unit_path else EVERYTHING
            for one in held.held
            if one.role in ARRANGERS
        )
    )


def hosts(held):
    """Units for which somebody with these roles may ask: county bureaus of their scope, and what asked before."""
    q = reach(held)
    asked = Need.objects.order_by().values("host_unit")
    units = Unit.objects.filter(Q(kind=UnitKind.COUNTY) | Q(pk__in=asked))
    return units.none() if q is None else units.filter(q)


class CandidateFilter(FilterForm):
    """For which need (the `first` that is short, if none is named), from which unit, and whom to show."""

    FREE, ALL = "free", "all"

    need = forms.ChoiceField(label=_("用人需求"))
    unit = forms.ModelChoiceField(label=_("派出单位"), queryset=Unit.objects.none(), empty_label=_("全部单位"))
    q = forms.CharField(
        label=_("姓名"), max_length=40, widget=forms.TextInput(attrs={"placeholder": _("姓名、拼音或工号")})
    )
    show = forms.ChoiceField(
        label=_("范围"), choices=[("", _("建议人选")), (FREE, _("可选人员")), (ALL, _("全部人员"))]
    )

    def __init__(self, data, *, needs, units, first):
        self.needs, self.units, self.first = needs, units, first
        data = data.copy()
        if first is not None:
            data.setdefault("need", str(first.pk))
        super().__init__(data)

    def prepare(self):
        """Needs of the round, and the units from which the reader sends people."""
        self.fields["need"].choices = [(str(need.pk), need_label(need)) for need in self.needs]
        self.fields["need"].initial = str(self.first.pk) if self.first else None
        self.fields["unit"].queryset = self.units


def need_label(need):
    """A need with how far it is filled."""
    return f"{need.host_unit} · {need.duty}（{need.filled}/{need.headcount}）"


class ChoiceForm(forms.Form):
    """People ticked for a need, with their days; each has a reason of their own beside them."""

    picks = forms.ModelMultipleChoiceField(
        queryset=Member.objects.none(), error_messages={"required": _("请至少选择一人。")}
    )
    starts = DayField(label=_("开始日期"))
    ends = DayField(label=_("计划结束日期"))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["picks"].queryset = people

    def reasons(self):
        """(member, reason) of those ticked."""
        return [(one, self.data.get(f"reason-{one.pk}", "").strip()[:200]) for one in self.cleaned_data["picks"]]

    def clean(self):
        """The days in order."""
        data = super().clean()
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", _("结束日期不能早于开始日期。"))
        return data


class DecisionForm(forms.Form):
    """The office's word on one proposal."""

    APPROVE, WAIT, DECLINE = "approve", "wait", "decline"

    decision = forms.ChoiceField(
        label=_("意见"), choices=[(APPROVE, _("同意")), (WAIT, _("暂缓")), (DECLINE, _("不同意"))], initial=APPROVE
    )
    reason = forms.CharField(label=_("不同意的原因"), max_length=200, required=False)

    def clean(self):
        """A no has its reason."""
        data = super().clean()
        if data.get("decision") == self.DECLINE and not data.get("reason", "").strip():
            self.add_error("reason", _("请填写不同意的原因。"))
        return data
