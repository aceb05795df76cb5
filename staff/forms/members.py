"""Forms of people: the filters of the directory, what moves somebody, what merges two records."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.choices import WAYS_OUT, OrganisationKind, TransferKind, UnitKind
from staff.forms.fields import DayField, FilterForm, LongSelect, Names
from staff.models import PartyOrganisation, Unit

# Units that a list is filtered by; squads and stations are reached through their county.
MAJOR_UNITS = (UnitKind.CITY, UnitKind.COUNTY, UnitKind.DEPARTMENT)


class MemberFilter(FilterForm):
    """Who is looked for, and where."""

    q = forms.CharField(
        label=_("姓名、拼音或工号"),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    unit = forms.ModelChoiceField(
        label=_("单位"), empty_label=_("全部单位"), queryset=Unit.objects.filter(kind__in=MAJOR_UNITS)
    )
    branch = forms.ModelChoiceField(
        label=_("支部"),
        empty_label=_("全部支部"),
        queryset=PartyOrganisation.objects.filter(
            external=False, kind__in=(OrganisationKind.GENERAL, OrganisationKind.BRANCH)
        ),
    )


class _Place(forms.ModelChoiceField):
    """A unit or party organisation by its name, written at once."""

    iterator = Names
    widget = LongSelect


class TransferForm(forms.Form):
    """What happens to somebody's place: a move or a leaving, or the way back of who has left."""

    kind = forms.ChoiceField(label=_("办理事项"), widget=forms.RadioSelect)
    day = DayField(label=_("生效日期"), help_text=_("离开本局的，填写离开后的第一天。"))
    unit = _Place(label=_("单位"), queryset=Unit.objects.exclude(kind=UnitKind.EXTERNAL), required=False)
    branch = _Place(
        label=_("所在支部"),
        required=False,
        queryset=PartyOrganisation.objects.filter(external=False, kind=OrganisationKind.BRANCH),
    )
    group = _Place(
        label=_("党小组"),
        required=False,
        queryset=PartyOrganisation.objects.filter(external=False, kind=OrganisationKind.GROUP),
    )
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        back = [TransferKind.RETURNED]
        kinds = back if member.left_on else [TransferKind.MOVED, *WAYS_OUT]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        self.fields["kind"].initial = kinds[0]
        for name in ("unit", "branch", "group"):
            self.fields[name].initial = getattr(member, name)

    def clean(self):
        """Where somebody comes to is asked of who moves or comes back."""
        cleaned = super().clean()
        if cleaned.get("kind") in (TransferKind.MOVED, TransferKind.RETURNED) and not cleaned.get("unit"):
            self.add_error("unit", _("请选择单位。"))
        return cleaned


class MergeForm(forms.Form):
    """From which of two records each differing field is taken."""

    def __init__(self, *args, differences, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label, kept, dropped in differences:
            choices = [("keep", kept or "—"), ("drop", dropped or "—")]
            self.fields[name] = forms.ChoiceField(
                label=label, choices=choices, widget=forms.RadioSelect, initial="keep" if kept else "drop"
            )

    @property
    def taken(self):
        """The fields that come from the record that goes."""
        return [name for name, side in self.cleaned_data.items() if side == "drop"]
