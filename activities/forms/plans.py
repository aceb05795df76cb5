"""Forms of a year's plan: a row each for what stands as a draft, the fixed theme day, the templates of kinds."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.forms.activities import time_input
from staff.choices import MonthWeek, Weekday
from staff.forms.fields import DayField

FIRST_YEAR, LAST_YEAR = 2000, 2098


class RowForm(forms.Form):
    """A draft in the plan: its theme, day, time and place; `version` is that of the page on which it was typed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("主题"), max_length=120, show_hidden_initial=True)
    day = DayField(label=_("日期"), show_hidden_initial=True)
    starts_at = forms.TimeField(label=_("开始"), widget=time_input(), show_hidden_initial=True)
    ends_at = forms.TimeField(label=_("结束"), widget=time_input(), show_hidden_initial=True)
    place = forms.CharField(
        label=_("地点"),
        max_length=120,
        required=False,
        show_hidden_initial=True,
        widget=forms.TextInput(attrs={"list": "places"}),
    )

    def __init__(self, data=None, *, activity):
        self.activity = activity
        starts, ends = timezone.localtime(activity.starts), timezone.localtime(activity.ends)
        self.overnight = ends.date() - starts.date()
        super().__init__(
            data,
            prefix=f"a{activity.pk}",
            initial={
                "version": activity.version,
                "title": activity.title,
                "day": starts.date(),
                "starts_at": starts.time(),
                "ends_at": ends.time(),
                "place": activity.place,
            },
        )
        for name, field in self.fields.items():
            if name != "version":
                field.widget.attrs["aria-label"] = f"{field.label} · {activity.title}"

    @property
    def typed(self):
        """Whether anything but the version was changed since the page was opened."""
        return any(name != "version" for name in self.changed_data)

    def clean(self):
        """The two moments, and that one comes after the other; what lasts into another day keeps its days."""
        data = super().clean()
        if all(data.get(name) is not None for name in ("day", "starts_at", "ends_at")):
            zone = timezone.get_current_timezone()
            data["starts"] = datetime.combine(data["day"], data["starts_at"], zone)
            data["ends"] = datetime.combine(data["day"] + self.overnight, data["ends_at"], zone)
            if data["ends"] <= data["starts"]:
                self.add_error("ends_at", _("结束时间须晚于开始时间。"))
        return data

    def arguments(self):
        """What `planning.change` takes."""
        return {name: self.cleaned_data[name] for name in ("version", "title", "starts", "ends", "place")}


class FixedDayForm(forms.Form):
    """The theme day of each month: a day of the month, or its n-th weekday."""

    day = forms.IntegerField(label=_("每月几日"), min_value=1, max_value=31, required=False)
    week = forms.TypedChoiceField(
        label=_("第几个星期"), choices=[("", "—"), *MonthWeek.choices], coerce=int, empty_value=None, required=False
    )
    weekday = forms.TypedChoiceField(
        label=_("星期几"), choices=[("", "—"), *Weekday.choices], coerce=int, empty_value=None, required=False
    )

    def clean(self):
        """One of the two ways, and whole."""
        data = super().clean()
        day, week, weekday = (data.get(name) for name in ("day", "week", "weekday"))
        if self.errors:
            return data
        if bool(week) != bool(weekday) or bool(day) == bool(week):
            raise forms.ValidationError(_("请填“每月几日”，或填“第几个星期几”，只选一种。"))
        return data


class TemplateForm(forms.Form):
    """What an activity of a kind starts with."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    expects = forms.CharField(label=_("参加人员"), max_length=120, required=False)
    agenda = forms.CharField(
        label=_("议程"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("每行一项。"),
    )  # fmt: skip
    bring = forms.CharField(label=_("需带物品"), max_length=120, required=False)
