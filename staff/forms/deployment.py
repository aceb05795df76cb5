"""Forms of deployment: filters, a posting, its changes and leave. A change carries the version shown."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.access import roles
from staff.choices import LeaveState, PostingState, UnitKind
from staff.forms.fields import DayField, FilterForm, MemberField
from staff.forms.rounds import need_label
from staff.models import Need, Unit
from staff.policies import may_arrange
from staff.timeline import MONTH, QUARTER
from staff.whereabouts import AWAY, HOME, HOST, ON_DUTY


class RoundFilter(FilterForm):
    """Which postings of a round."""

    unit = forms.ModelChoiceField(label=_("接收单位"), empty_label=_("全部接收单位"), queryset=Unit.objects.none())
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部状态")), *PostingState.choices])

    def __init__(self, data, *, units):
        self.units = units
        super().__init__(data)

    def prepare(self):
        """Only units that receive somebody in the round."""
        self.fields["unit"].queryset = self.units


class RosterFilter(FilterForm):
    """Which day, seen from the host units or from the home units, one of them, and those there or away."""

    on = DayField(label=_("日期"))
    by = forms.ChoiceField(
        label=_("分组"), choices=[("", _("按接收单位")), (HOST, _("按接收单位")), (HOME, _("按派出单位"))]
    )
    unit = forms.ModelChoiceField(label=_("单位"), empty_label=_("全部单位"), queryset=Unit.objects.none())
    state = forms.ChoiceField(
        label=_("当日状态"), choices=[("", _("在岗和请假")), (ON_DUTY, _("在岗")), (AWAY, _("请假"))]
    )

    def __init__(self, data, *, units):
        self.units = units
        super().__init__(data)

    def prepare(self):
        """Only units that have somebody that day; the two ways of grouping are offered once each."""
        self.fields["unit"].queryset = self.units
        self.fields["by"].widget.choices = [("", _("按接收单位")), (HOME, _("按派出单位"))]

    @classmethod
    def day(cls, data):
        """The day asked for, else today: needed before the units of that day can be offered."""
        try:
            return cls.base_fields["on"].clean(data.get("on") or None) or timezone.localdate()
        except ValidationError:
            return timezone.localdate()


class TimelineFilter(FilterForm):
    """How much of a round is shown, from which day, and of which host unit."""

    zoom = forms.ChoiceField(
        label=_("范围"), choices=[("", _("整个轮次")), (QUARTER, _("一个季度")), (MONTH, _("一个月"))]
    )
    unit = forms.ModelChoiceField(label=_("接收单位"), empty_label=_("全部接收单位"), queryset=Unit.objects.none())

    def __init__(self, data, *, units):
        self.units = units
        super().__init__(data)

    def prepare(self):
        """Units that receive somebody in the round, and the day on which the window lies."""
        self.fields["unit"].queryset = self.units
        self.fields["from"] = DayField(label=_("日期"))
        self.order_fields(["zoom", "from", "unit"])


class LeaveFilter(FilterForm):
    """Which leave."""

    AWAY, LATE = "away", "late"

    state = forms.ChoiceField(
        label=_("状态"),
        choices=[("", _("全部")), (AWAY, _("今日请假")), (LATE, _("逾期未销假")), *LeaveState.choices],
    )


class PostingForm(forms.Form):
    """Somebody put forward for a posting, for a need of the round or freely."""

    member = MemberField(label=_("人员"))
    need = forms.ModelChoiceField(label=_("用人需求"), queryset=Need.objects.none(), required=False)
    host_unit = forms.ModelChoiceField(
        label=_("接收单位"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("选择了用人需求时可不填，按需求确定。"),
    )
    duty = forms.CharField(label=_("岗位职责"), max_length=120, required=False)
    again_reason = forms.CharField(
        label=_("再次选派理由"),
        max_length=200,
        required=False,
        help_text=_("本单位还有人次数更少时必填，并随名单报批。"),
    )
    starts = DayField(label=_("开始日期"))
    ends = DayField(label=_("计划结束日期"))

    def __init__(self, *args, round, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["need"].queryset = round.needs.select_related("host_unit").with_filled()
        self.fields["need"].label_from_instance = need_label
        self.fields["host_unit"].queryset = host_units(round)

    def clean(self):
        """Take unit and duty from the need; hold the posting to what the user may arrange."""
        data = super().clean()
        need = data.get("need")
        if need:
            data["host_unit"] = need.host_unit
            data["duty"] = data.get("duty") or need.duty
        for name in ("host_unit", "duty"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("请填写，或选择一项用人需求。"))
        member, host = data.get("member"), data.get("host_unit")
        if member and host and not may_arrange(roles(self.user), member.unit, host):
            self.add_error("member", _("派出和接收单位均不在您的管理范围内。"))
        return data


def host_units(round):
    """Units that can receive people: county bureaus, and whatever asked for somebody in the round."""
    return Unit.objects.filter(Q(kind=UnitKind.COUNTY) | Q(pk__in=round.needs.values("host_unit")))


class ChangeForm(forms.Form):
    """Base of what changes a posting: the version that the reader saw, and a reason."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=80)
    reason = forms.CharField(label=_("原因"), max_length=300)

    def __init__(self, *args, posting, **kwargs):
        self.posting = posting
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])


class ExtendForm(ChangeForm):
    """A later end."""

    until = DayField(label=_("延期至"))


class EndForm(ChangeForm):
    """An earlier last day."""

    day = DayField(label=_("最后一天"))


class MoveForm(ChangeForm):
    """Another place from a day on."""

    host_unit = forms.ModelChoiceField(label=_("新接收单位"), queryset=Unit.objects.none())
    duty = forms.CharField(label=_("岗位职责"), max_length=120)
    day = DayField(label=_("生效日期"))

    def __init__(self, *args, posting, **kwargs):
        super().__init__(*args, posting=posting, **kwargs)
        self.fields["host_unit"].queryset = host_units(posting.round)
        self.fields["duty"].initial = posting.duty


class ReplaceForm(ChangeForm):
    """Somebody else from a day on."""

    member = MemberField(label=_("接替人"))
    day = DayField(label=_("接替日期"))
    handover = forms.CharField(
        label=_("交接事项"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("未办结的工作、台账和物品，接替人可见。"),
    )


class MembershipForm(forms.Form):
    """What became of the membership during a long posting."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=80)
    note = forms.CharField(
        label=_("办理情况"), max_length=200, help_text=_("例如：已转至接收单位党支部；经研究不转接，原因……")
    )

    def __init__(self, *args, posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].initial = posting.membership_note


class WithdrawForm(forms.Form):
    """A proposal taken back."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args, posting, **kwargs):
        super().__init__(*args, **kwargs)


class LeaveForm(forms.Form):
    """Leave asked for."""

    starts = DayField(label=_("开始日期"))
    ends = DayField(label=_("结束日期"))
    reason = forms.CharField(label=_("事由"), max_length=200)

    def __init__(self, *args, posting, **kwargs):
        super().__init__(*args, **kwargs)


class ReturnForm(forms.Form):
    """The day of coming back from leave."""

    day = DayField(label=_("返岗日期"))
