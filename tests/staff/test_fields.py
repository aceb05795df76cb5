"""Fields that several forms share."""

import pytest
from django import forms

from staff.forms.fields import FilterForm
from staff.models import Unit
from tests.factories.staff import make_unit

pytestmark = pytest.mark.django_db


def options(empty_label):
    """What a filter by unit offers, as the page prints it."""

    class UnitFilter(FilterForm):
        unit = forms.ModelChoiceField(queryset=Unit.objects.filter(name="东城局"), empty_label=empty_label)

    return str(UnitFilter({})["unit"])


def test_a_filter_offers_the_names_of_its_rows_and_no_empty_choice_unless_it_has_one():
    unit = make_unit(name="东城局", short_name="<东城>")
    named = f'<option value="{unit.pk}">&lt;东城&gt;</option>'
    assert named in options("全部单位")
    assert '<option value="" selected>全部单位</option>' in options("全部单位")
    assert "None" not in options(None)
    assert named in options(None)
