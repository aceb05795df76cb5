"""Filters of the directory."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.choices import OrganisationKind, UnitKind
from staff.forms.fields import FilterForm
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
