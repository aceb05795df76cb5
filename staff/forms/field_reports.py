"""Forms of field reports and of the opinions at a posting's end."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.choices import ReportSpan
from staff.forms.fields import DayField, FilterForm
from staff.models import Unit


class ReportFilter(FilterForm):
    """Which reports: of a host unit, by the day or the week, from a day to a day, with a word in them."""

    q = forms.CharField(label=_("内容或姓名"), max_length=40, widget=forms.TextInput(attrs={"type": "search"}))
    unit = forms.ModelChoiceField(label=_("接收单位"), empty_label=_("全部接收单位"), queryset=Unit.objects.none())
    span = forms.ChoiceField(label=_("类型"), choices=[("", _("日记和周记")), *ReportSpan.choices])
    since = DayField(label=_("自"))
    until = DayField(label=_("至"))

    def __init__(self, data, *, units):
        self.units = units
        super().__init__(data)

    def prepare(self):
        """Only units from which there are reports."""
        self.fields["unit"].queryset = self.units


class ReportForm(forms.Form):
    """A report, written on a phone in one hand: what happened comes first."""

    text = forms.CharField(label=_("内容"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))
    day = DayField(label=_("日期"), help_text=_("周记填写当周任一天。"))
    span = forms.ChoiceField(label=_("类型"), choices=ReportSpan.choices, widget=forms.RadioSelect)


class OpinionForm(forms.Form):
    """What a side says, and who signed it."""

    text = forms.CharField(label=_("内容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 8}))
    signed_by = forms.CharField(label=_("签署人"), max_length=40)
    signed_on = DayField(label=_("签署日期"))

    def clean_signed_on(self):
        """Nobody signs ahead."""
        day = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("签署日期不能晚于今天。"))
        return day
