"""Forms of a year's plan: a row each for what stands as a draft, the fixed theme day, the templates of kinds."""

from datetime import datetime
from hashlib import sha256

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.forms.activities import time_input
from staff.choices import MonthWeek, Weekday
from staff.forms.fields import DayField

FIRST_YEAR, LAST_YEAR = 2000, 2098


class RowForm(forms.Form):
    """A draft in the plan: its theme, day, time and place.

    `seen` is the version of the page on which it was typed with a print of what stood there, so that a row which
    nobody touched is left alone though somebody else changed it meanwhile.
    """

    seen = forms.RegexField(r"^\d{1,9}:[0-9a-f]{12}$", widget=forms.HiddenInput)
    title = forms.CharField(label=_("主题"), max_length=120)
    day = DayField(label=_("日期"))
    starts_at = forms.TimeField(label=_("开始"), widget=time_input())
    ends_at = forms.TimeField(label=_("结束"), widget=time_input())
    place = forms.CharField(
        label=_("地点"), max_length=120, required=False, widget=forms.TextInput(attrs={"list": "places"})
    )

    typed_fields = ("title", "day", "starts_at", "ends_at", "place")

    def __init__(self, data=None, *, activity):
        self.activity = activity
        starts, ends = timezone.localtime(activity.starts), timezone.localtime(activity.ends)
        self.overnight = ends.date() - starts.date()
        initial = {
            "title": activity.title,
            "day": f"{starts:%Y-%m-%d}",
            "starts_at": f"{starts:%H:%M}",
            "ends_at": f"{ends:%H:%M}",
            "place": activity.place,
        }
        initial["seen"] = f"{activity.version}:{_fingerprint(initial.values())}"
        super().__init__(data, prefix=f"a{activity.pk}", initial=initial)
        for name in self.typed_fields:
            self.fields[name].widget.attrs["aria-label"] = f"{self.fields[name].label} · {activity.title}"

    @property
    def names(self):
        """The names under which a row is sent."""
        return ",".join(self.add_prefix(name) for name in self.fields)

    @property
    def sent(self):
        """Whether the row came with the form at all."""
        return self.add_prefix("seen") in self.data

    @property
    def typed(self):
        """Whether the row is not as its page showed it."""
        values = [self.data.get(self.add_prefix(name), "") for name in self.typed_fields]
        return self.data.get(self.add_prefix("seen"), "").partition(":")[2] != _fingerprint(values)

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
        version = int(self.cleaned_data["seen"].partition(":")[0])
        return {"version": version, **{name: self.cleaned_data[name] for name in ("title", "starts", "ends", "place")}}


def _fingerprint(values):
    """Stands for what a row held when its page was made, so that what was typed since is known from what others did."""
    return sha256("\n".join(values).encode()).hexdigest()[:12]


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
