"""Forms of plots and visits."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from staff.choices import AssignmentRole, DivisionLevel, HandoverCause, PlotKind
from staff.forms.fields import DayField, FilterForm, MemberField, PhotosField
from staff.models import Division, PartyOrganisation, Unit, Visit

COVERS = [
    ("", _("全部")),
    ("held", _("有人负责")),
    ("overdue", _("走访逾期")),
    ("empty", _("无人负责")),
    ("thin", _("力量不足")),
]


class PlotFilter(FilterForm):
    """Which plots of one's scope."""

    q = forms.CharField(label=_("名称"), max_length=60, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("全部类别")), *PlotKind.choices])
    division = forms.CharField(
        label=_("区划"), max_length=12, validators=[RegexValidator(r"^\d{6,12}$", _("区划代码有误。"))]
    )
    cover = forms.ChoiceField(label=_("状态"), choices=COVERS)
    # Only those that one sets up and assigns, as the coverage counts them.
    kept = forms.BooleanField(widget=forms.HiddenInput)

    def __init__(self, data):
        super().__init__(data)
        counties = Division.objects.filter(level=DivisionLevel.COUNTY).values_list("code", "name")
        chosen = self.value("division")
        deeper = Division.objects.filter(code=chosen).values_list("code", "name") if len(chosen or "") > 6 else ()
        self.fields["division"].widget = forms.Select(choices=[("", _("全部区划")), *counties, *deeper])


class VisitForm(forms.Form):
    """One visit as the phone sends it; the token stores it once."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    # Where the person tapped to say where they are; and whether the phone had kept the visit for want of a network.
    place = forms.CharField(
        required=False, validators=Visit._meta.get_field("place").validators, widget=forms.HiddenInput
    )
    queued = forms.BooleanField(required=False, widget=forms.HiddenInput)
    assignment = forms.ModelChoiceField(label=_("走访人"), queryset=None, empty_label=None)
    day = DayField(label=_("走访日期"))
    households = forms.IntegerField(
        label=_("走访户数"), min_value=1, max_value=9999, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    summary = forms.CharField(
        label=_("走访情况"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    photos = PhotosField(label=_("照片"), required=False, help_text=_("最多9张，可不传。位置等拍摄信息会自动去除。"))

    def __init__(self, *args, assignments, day, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignment"].queryset = assignments
        self.fields["assignment"].label_from_instance = _holder
        self.fields["day"].widget.attrs["max"] = day.isoformat()
        self.only = assignments[0] if len(assignments) == 1 else None
        if self.only:
            self.fields["assignment"].widget = forms.HiddenInput()
            self.fields["assignment"].required = False

    def clean_assignment(self):
        """Where there is but one holding, it is the one meant."""
        return self.cleaned_data["assignment"] or self.only


def _holder(assignment):
    return f"{assignment.holder}（{assignment.get_role_display()}）"


class FindingRow(forms.Form):
    """One finding of a visit; a row left empty is none."""

    text = forms.CharField(label=_("发现问题"), max_length=500, required=False)
    owner = MemberField(label=_("整改责任人"), required=False)
    due = DayField(label=_("整改期限"), required=False)

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners

    def clean(self):
        """A person or a day without words says nothing."""
        data = super().clean()
        if not data.get("text") and (data.get("owner") or data.get("due")):
            self.add_error("text", _("请填写发现的问题。"))
        return data


FindingRows = forms.formset_factory(FindingRow, extra=3, max_num=3, validate_max=True, absolute_max=3)


class CloseFindingForm(forms.Form):
    """How a finding was mended."""

    result = forms.CharField(label=_("整改结果"), max_length=500)


class AssignForm(forms.Form):
    """Who is to hold a plot: one of ours, or a partner's grid officer."""

    member = MemberField(label=_("本局人员"), required=False)
    officer_name = forms.CharField(label=_("共建单位网格员"), max_length=40, required=False)
    officer_phone = forms.CharField(label=_("网格员电话"), max_length=20, required=False)
    officer_organisation = forms.ModelChoiceField(
        label=_("网格员所属组织"), queryset=PartyOrganisation.objects.filter(external=True), required=False
    )
    role = forms.ChoiceField(label=_("分工"), choices=AssignmentRole.choices)
    starts = DayField(label=_("开始日期"))
    ends = DayField(label=_("结束日期"), required=False)


class EndAssignmentForm(forms.Form):
    """The last day of a holding."""

    ends = DayField(label=_("最后一天"))


class HandoverForm(forms.Form):
    """What becomes of a holding whose holder left, moved or was posted away."""

    PASS, KEEP, END = "pass", "keep", "end"

    decision = forms.ChoiceField(
        label=_("处理"),
        choices=[(PASS, _("交给接手人")), (KEEP, _("仍由本人负责")), (END, _("结束分工，暂无接手人"))],
        widget=forms.RadioSelect,
        initial=PASS,
    )
    successor = MemberField(label=_("接手人"), required=False)
    day = DayField(label=_("交接日期"), help_text=_("当日由双方共同负责，次日起由接手人负责。"))
    open_matters = forms.CharField(
        label=_("未了事项"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    together = forms.BooleanField(required=False)

    def __init__(self, *args, row, others, day, **kwargs):
        super().__init__(*args, **kwargs)
        self.row, self.today = row, day
        if row.cause == HandoverCause.LEFT:
            self.fields["decision"].choices = [one for one in self.fields["decision"].choices if one[0] != self.KEEP]
        if others:
            label = ngettext(
                "该人员其余%(n)d块待交接的责任田一并办理", "该人员其余%(n)d块待交接的责任田一并办理", others
            )
            self.fields["together"].label = label % {"n": others}
        else:
            del self.fields["together"]

    def clean_day(self):
        """A handover is noted when it is done, at most on the day that its cause begins."""
        day = self.cleaned_data["day"]
        if not self.row.starts <= day <= max(self.today, self.row.caused_on):
            raise forms.ValidationError(_("交接日期须在原责任人负责期内，且不晚于今天或原因发生之日。"))
        return day

    def clean(self):
        """Who passes it on says to whom."""
        data = super().clean()
        decision = data.pop("decision", None)
        if decision == self.PASS and not data.get("successor") and "successor" not in self.errors:
            self.add_error("successor", _("请填写接手人。"))
        if decision != self.PASS:
            data["successor"] = None
        data["keep"] = decision == self.KEEP
        return data


class WeekFilter(FilterForm):
    """Which unit's plots, and in which week (any day of it)."""

    unit = forms.ModelChoiceField(label=_("责任单位"), queryset=Unit.objects.none(), empty_label=_("全部单位"))
    cover = forms.ChoiceField(label=_("状态"), choices=COVERS)
    day = DayField(label=_("周内任一天"))

    def __init__(self, data, *, units):
        self.units = units
        super().__init__(data)

    def prepare(self):
        """Only units that answer for plots in the reader's scope."""
        self.fields["unit"].queryset = self.units
