"""Forms of the week board: which unit and week, a shift, who is placed on it, asking for a swap."""

from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.choices import ShiftKind
from staff.forms.fields import DayField, FilterForm
from staff.models import Posting, ShiftDuty, Unit


class BoardFilter(FilterForm):
    """Which host unit's week; any day of the week names it."""

    unit = forms.ModelChoiceField(label=_("接收单位"), empty_label=None, queryset=Unit.objects.none())
    week = DayField(label=_("所在周"))

    def __init__(self, data, *, units):
        self.units = units
        super().__init__(data)

    def prepare(self):
        """Only units whose week the reader may see."""
        self.fields["unit"].queryset = self.units

    @classmethod
    def showing(cls, unit, first, *, units):
        """The filter as it stands over the week that is shown; nothing in it counts as changed."""
        shown = cls({"unit": unit.pk if unit else "", "week": first.isoformat()}, units=units)
        shown.fields["unit"].initial, shown.fields["week"].initial = unit, first
        return shown

    @classmethod
    def day(cls, data):
        """The day asked for, else today: needed before the units of that week can be offered."""
        try:
            return cls.base_fields["week"].clean(data.get("week") or None) or timezone.localdate()
        except ValidationError:
            return timezone.localdate()


class ShiftForm(forms.Form):
    """A shift: an end that is not later than the start is on the day after."""

    kind = forms.ChoiceField(label=_("类别"), choices=ShiftKind.choices, initial=ShiftKind.DUTY)
    title = forms.CharField(label=_("事项"), max_length=80)
    place = forms.CharField(label=_("地点"), max_length=80, required=False)
    day = DayField(label=_("日期"))
    starts_at = forms.TimeField(
        label=_("开始"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="09:00"
    )
    ends_at = forms.TimeField(
        label=_("结束"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial="17:00",
        help_text=_("不晚于开始时间的，为次日结束。"),
    )
    until = DayField(label=_("每天重复至"), required=False, help_text=_("不填则只安排当天。"))
    partners = forms.CharField(
        label=_("联合单位人员"),
        max_length=200,
        required=False,
        help_text=_("姓名和单位，例如：王强（县公安局）、李梅（县市场监管局）。"),
    )

    def __init__(self, *args, repeats=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not repeats:
            del self.fields["until"]

    def clean(self):
        """The two moments, in the portal's time."""
        data = super().clean()
        day, first, last = (data.pop(name, None) for name in ("day", "starts_at", "ends_at"))
        if day and first and last:
            over = timedelta(days=1) if last <= first else timedelta()
            data["starts"] = timezone.make_aware(datetime.combine(day, first))
            data["ends"] = timezone.make_aware(datetime.combine(day + over, last))
        return data

    @classmethod
    def shown(cls, shift):
        """What the form shows of a shift."""
        starts, ends = timezone.localtime(shift.starts), timezone.localtime(shift.ends)
        facts = {name: getattr(shift, name) for name in ("kind", "title", "place", "partners")}
        return facts | {"day": starts.date(), "starts_at": starts.time(), "ends_at": ends.time()}


class PlaceForm(forms.Form):
    """Somebody put on a shift; with `duty` they come from that one."""

    posting = forms.ModelChoiceField(queryset=Posting.objects.none())
    duty = forms.ModelChoiceField(queryset=ShiftDuty.objects.none(), required=False)

    def __init__(self, data, *, shift):
        super().__init__(data)
        here = Posting.objects.served().filter(host_unit=shift.host_unit_id)
        self.fields["posting"].queryset = here.order_by()
        self.fields["duty"].queryset = ShiftDuty.objects.filter(shift__host_unit=shift.host_unit_id)

    def clean(self):
        """Whoever is moved is the one who was on that shift."""
        data = super().clean()
        duty = data.get("duty")
        if duty and data.get("posting") and duty.posting_id != data["posting"].pk:
            raise ValidationError(_("人员与原班次不符，请刷新页面。"))
        return data


class SwapForm(forms.Form):
    """Whom one asks, and for which of their shifts, if any."""

    whom = forms.ChoiceField(label=_("请谁换班"), choices=())
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)

    def __init__(self, *args, duty, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["whom"].choices = [("", _("请选择")), *self._offers(duty)]

    def _offers(self, duty):
        """Each colleague in post there on that day, and each of their coming shifts in exchange."""
        shift = duty.shift
        crew = Posting.objects.on_duty(shift.day).filter(host_unit=shift.host_unit_id).exclude(pk=duty.posting_id)
        crew = crew.exclude(duties__shift=shift).select_related("member").order_by("member__spelling", "pk")
        self.people = {posting.pk: posting for posting in crew}
        coming = ShiftDuty.objects.filter(posting__in=self.people, shift__starts__gt=timezone.now())
        coming = coming.filter(shift__starts__lt=shift.starts + timedelta(days=30)).exclude(
            shift__duties__posting=duty.posting_id
        )
        theirs = {}
        for row in coming.select_related("shift").order_by("shift__starts"):
            theirs.setdefault(row.posting_id, []).append(row.shift)
        self.shifts = {one.pk: one for rows in theirs.values() for one in rows}
        for posting in self.people.values():
            name = posting.member.name
            rows = [(f"{posting.pk}", _("%(name)s代班，不换回") % {"name": name})]
            for one in theirs.get(posting.pk, ()):
                facts = {"day": one.day, "hours": one.hours, "title": one.title}
                rows.append((f"{posting.pk}-{one.pk}", _("换回 %(day)s %(hours)s %(title)s") % facts))
            yield name, rows

    def clean(self):
        """The colleague and the shift in exchange."""
        data = super().clean()
        person, _dash, shift = data.pop("whom", "").partition("-")
        if person:
            data["to_posting"] = self.people[int(person)]
            data["return_shift"] = self.shifts[int(shift)] if shift else None
        return data
