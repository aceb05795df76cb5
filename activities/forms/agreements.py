"""Forms of joint agreements and the items of their three lists; each carries the version that it was filled from."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.agreements import AgreementState
from activities.choices import ItemList
from activities.models import AgreementItem, JointAgreement
from staff.choices import OrganisationKind
from staff.forms.fields import DayField, FilterForm, MemberField
from staff.models import PartyOrganisation


class AgreementFilter(FilterForm):
    """Which agreements."""

    q = forms.CharField(label=_("名称"), max_length=60, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label=_("履行情况"), choices=[("", _("全部")), *AgreementState.choices])
    branch = forms.ModelChoiceField(
        label=_("牵头党组织"),
        empty_label=_("全部党组织"),
        queryset=PartyOrganisation.objects.filter(external=False).exclude(kind=OrganisationKind.GROUP),
    )
    partner = forms.ModelChoiceField(
        label=_("共建单位"), empty_label=_("全部共建单位"), queryset=PartyOrganisation.objects.filter(external=True)
    )


def typed(member):
    """How a person field shows somebody already chosen."""
    return f"{member.employee_number} {member.name}" if member else ""


class AgreementForm(forms.ModelForm):
    """An agreement's own texts, period and partners."""

    starts = DayField(label=_("开始日期"))
    ends = DayField(label=_("结束日期"), required=False, help_text=_("不填为长期。"))
    signed_on = DayField(label=_("签订日期"), required=False)
    partners = forms.ModelMultipleChoiceField(
        label=_("共建单位"),
        queryset=PartyOrganisation.objects.filter(external=True),
        widget=forms.CheckboxSelectMultiple,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = JointAgreement
        fields = ["title", "lead", "starts", "ends", "signed_on", "principles", "goals", "measures", "safeguards"]
        widgets = {
            name: forms.Textarea(attrs={"rows": 4}) for name in ("principles", "goals", "measures", "safeguards")
        }

    field_order = ["title", "lead", "partners", "starts", "ends", "signed_on"]

    def __init__(self, *args, leads, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = leads
        if self.instance.pk:
            self.initial |= {
                "partners": self.instance.parties.filter(external=True),
                "seen": self.instance.version,
            }

    def _post_clean(self):
        """The domain function validates and saves: a form that fails must not leave a half-filled object behind."""

    @property
    def values(self):
        """What the domain functions take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ItemForm(forms.ModelForm):
    """One need, resource or project."""

    owner = MemberField(label=_("责任人"), required=False)
    due = DayField(label=_("完成时限"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = AgreementItem
        fields = ["list", "title", "party", "owner", "due", "percent", "result"]

    def __init__(self, *args, agreement, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["party"].queryset = agreement.parties.all()
        self.fields["list"].choices = ItemList.choices
        self.initial["seen"] = agreement.version
        if self.instance.pk:
            self.initial["owner"] = typed(self.instance.owner)

    def _post_clean(self):
        """The domain function validates and saves."""

    @property
    def values(self):
        """What the item is to hold."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}
