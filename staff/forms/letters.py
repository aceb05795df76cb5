"""Forms of responsibility letters: the year's goals with their indicators, and what was reached."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LetterForm(forms.Form):
    """A letter's year and goals."""

    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2099)
    goals = forms.CharField(label=_("责任目标"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)


class IndicatorRow(forms.Form):
    """One indicator; a row left empty is none."""

    name = forms.CharField(label=_("指标"), max_length=120, required=False)
    target = forms.CharField(label=_("目标值"), max_length=80, required=False)

    def clean(self):
        """A name has its target, and a target its name."""
        data = super().clean()
        if not self.errors and bool(data.get("name")) != bool(data.get("target")):
            self.add_error("target" if data.get("name") else "name", _("指标和目标值须一并填写。"))
        return data


IndicatorRows = forms.formset_factory(IndicatorRow, extra=2, max_num=12, absolute_max=12, validate_max=True)


class ResultsForm(forms.Form):
    """What was reached of each indicator, and what the unit says of the year."""

    def __init__(self, *args, letter, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = list(letter.indicators.all())
        for row in self.rows:
            self.fields[f"result_{row.pk}"] = forms.CharField(
                label=row.name,
                help_text=_("目标值：%(target)s") % {"target": row.target},
                max_length=200,
                initial=row.result,
            )
        self.fields["assessment"] = forms.CharField(
            label=_("年终评价"), max_length=2000, required=False, initial=letter.assessment,
            widget=forms.Textarea(attrs={"rows": 4}),
        )  # fmt: skip

    def results(self):
        """The results by their indicator's key."""
        return {row.pk: self.cleaned_data[f"result_{row.pk}"] for row in self.rows}
