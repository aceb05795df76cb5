"""Forms of activities: arranging one, calling one off, filtering lists."""

from datetime import datetime, time, timedelta

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities import access
from activities.choices import ActivityState, GuestKind, Kind
from activities.models import Activity, JointAgreement
from staff.access import roles
from staff.audience import Audience
from staff.choices import OrganisationKind, Role
from staff.forms.fields import DayField, FilterForm, MemberField
from staff.models import PartyOrganisation

KEEPERS = (Role.SECRETARY, Role.OFFICE)


def hosting(user):
    """The organisations for which `user` arranges activities, in the order of their tree."""
    q = access.organisations(roles(user), *KEEPERS)
    rows = PartyOrganisation.objects.filter(external=False).select_related("unit")
    return rows.none() if q is None else rows.filter(q)


def time_input():
    """The browser's own picker of a time."""
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class ActivityFilter(FilterForm):
    """Which activities: by kind, branch, partner, month, state."""

    kind = forms.ChoiceField(label=_("类型"), choices=[("", _("全部类型")), *Kind.choices])
    branch = forms.ModelChoiceField(label=_("党组织"), queryset=None, empty_label=_("全部党组织"))
    partner = forms.ModelChoiceField(label=_("共建单位"), queryset=None, empty_label=_("全部共建单位"))
    month = forms.CharField(
        label=_("月份"),
        validators=[RegexValidator(r"^20\d\d-(0[1-9]|1[0-2])$", _("月份有误。"))],
        widget=forms.TextInput(attrs={"type": "month"}),
    )
    state = forms.ChoiceField(label=_("状态"))

    def __init__(self, data, *, user, month=True):
        self.user = user
        self.with_month = month
        super().__init__(data)

    def prepare(self):
        """Drafts are offered to those who prepare them; the lists of organisations are short and ordered."""
        ours = PartyOrganisation.objects.filter(external=False).exclude(kind=OrganisationKind.GROUP)
        self.fields["branch"].queryset = ours
        self.fields["partner"].queryset = PartyOrganisation.objects.filter(external=True)
        states = [(state.value, state.label) for state in ActivityState if state != ActivityState.DRAFT or self.keeps]
        self.fields["state"].choices = [("", _("全部状态")), *states]
        if not self.with_month:
            del self.fields["month"]

    @property
    def keeps(self):
        """Whether drafts may be among what is listed."""
        return roles(self.user).holds(*KEEPERS)

    def apply(self, rows):
        """The activities that match."""
        if kind := self.value("kind"):
            rows = rows.of_kind(kind)
        if branch := self.value("branch"):
            rows = rows.of_organisation(branch)
        if partner := self.value("partner"):
            rows = rows.filter(
                pk__in=Activity.partners.through.objects.filter(partyorganisation=partner).values("activity")
            )
        if month := self.with_month and self.value("month"):
            first = datetime.strptime(month, "%Y-%m").date()
            last = (first + timedelta(days=32)).replace(day=1)
            rows = rows.filter(starts__gte=midnight(first), starts__lt=midnight(last))
        if state := self.value("state"):
            rows = rows.filter(state=state)
        return rows


def midnight(day):
    """The moment at which `day` begins here."""
    return timezone.make_aware(datetime.combine(day, time.min))


class ActivityForm(forms.Form):
    """An activity as a secretary enters it on a phone: what is usual stands there already."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    lead = forms.ModelChoiceField(label=_("牵头组织"), queryset=None, empty_label=None)
    kinds = forms.MultipleChoiceField(label=_("类型"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple)
    title = forms.CharField(label=_("主题"), max_length=120, widget=forms.TextInput(attrs={"list": "titles"}))
    day = DayField(label=_("日期"))
    starts_at = forms.TimeField(label=_("开始"), widget=time_input())
    ends_at = forms.TimeField(label=_("结束"), widget=time_input())
    ends_on = DayField(label=_("结束日期"), required=False, help_text=_("跨天的活动填写。"))
    place = forms.CharField(label=_("地点"), max_length=120, widget=forms.TextInput(attrs={"list": "places"}))
    co_hosts = forms.ModelMultipleChoiceField(label=_("联合主办组织"), queryset=None, required=False)
    partners = forms.ModelMultipleChoiceField(label=_("共建单位"), queryset=None, required=False)
    agreement = forms.ModelChoiceField(label=_("所属共建协议"), queryset=None, required=False, empty_label=_("无"))
    agenda = forms.CharField(label=_("议程"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    note = forms.CharField(label=_("注意事项"), max_length=300, required=False)
    sign_up = forms.BooleanField(label=_("开放报名"), required=False)
    capacity = forms.IntegerField(label=_("名额"), min_value=1, max_value=9999, required=False)

    main = ("lead", "title", "day", "starts_at", "ends_at", "place")
    more = ("co_hosts", "partners", "agreement", "agenda", "note", "ends_on", "sign_up", "capacity")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = hosting(user)
        ours = PartyOrganisation.objects.filter(external=False)
        self.fields["co_hosts"].queryset = ours.exclude(kind=OrganisationKind.GROUP)
        self.fields["partners"].queryset = PartyOrganisation.objects.filter(external=True)
        self.fields["agreement"].queryset = JointAgreement.objects.visible_to(user).on(timezone.localdate())
        self.fields["co_hosts"].widget.attrs["size"] = 6
        self.fields["partners"].widget.attrs["size"] = 6

    def main_fields(self):
        """What every activity needs."""
        return [self[name] for name in self.main]

    def more_fields(self):
        """What some need, folded away."""
        return [self[name] for name in self.more]

    def more_filled(self):
        """Whether what is folded away has something in it or wrong with it."""
        return any(self[name].value() or self[name].errors for name in self.more)

    def clean(self):
        """The two moments, and that one comes after the other."""
        data = super().clean()
        if all(data.get(name) is not None for name in ("day", "starts_at", "ends_at")):
            zone = timezone.get_current_timezone()
            data["starts"] = datetime.combine(data["day"], data["starts_at"], zone)
            data["ends"] = datetime.combine(data.get("ends_on") or data["day"], data["ends_at"], zone)
            if data["ends"] <= data["starts"]:
                self.add_error("ends_at", _("结束时间须晚于开始时间。"))
        return data

    def arguments(self):
        """What `planning.arrange` and `planning.change` take."""
        data = self.cleaned_data
        return {
            "lead": data["lead"],
            "hosts": [data["lead"], *[host for host in data["co_hosts"] if host != data["lead"]]],
            **{name: data[name] for name in ("kinds", "title", "starts", "ends", "place", "agenda", "note")},
            **{name: data[name] for name in ("partners", "agreement", "sign_up", "capacity")},
        }


def initial_of(activity):
    """What the form starts with for an activity that is there already."""
    starts, ends = timezone.localtime(activity.starts), timezone.localtime(activity.ends)
    hosts = list(activity.hosts.all())
    return {
        "version": activity.version,
        "lead": next((host.organisation_id for host in hosts if host.lead), None),
        "co_hosts": [host.organisation_id for host in hosts if not host.lead],
        "kinds": [row.kind for row in activity.kinds.all()],
        "day": starts.date(),
        "starts_at": starts.time(),
        "ends_at": ends.time(),
        "ends_on": ends.date() if ends.date() != starts.date() else None,
        "partners": list(activity.partners.values_list("pk", flat=True)),
        **{name: getattr(activity, name) for name in ("title", "place", "agenda", "note", "sign_up", "capacity")},
        "agreement": activity.agreement_id,
    }


class CancelForm(forms.Form):
    """Why an activity is called off."""

    reason = forms.CharField(label=_("取消原因"), max_length=200)


class PublishForm(forms.Form):
    """Who may read the page; only the office opens one to everybody."""

    audience = forms.ChoiceField(
        label=_("阅读范围"),
        choices=[(Audience.BUREAU.value, Audience.BUREAU.label), (Audience.PUBLIC.value, Audience.PUBLIC.label)],
        required=False,
    )


class GuestForm(forms.Form):
    """Somebody outside the sum of those expected."""

    kind = forms.ChoiceField(label=_("身份"), choices=GuestKind.choices)
    name = forms.CharField(label=_("姓名"), max_length=40)
    unit = forms.CharField(label=_("单位"), max_length=80, required=False)


