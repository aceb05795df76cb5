"""Forms of activities: arranging one, calling one off, filtering lists."""

from datetime import datetime, timedelta

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities import access
from activities.choices import ActivityState, CheckInWay, ItemList, Kind
from activities.compliance.rules import period_of
from activities.forms.organisations import SHORT, OrganisationField, OrganisationsField
from activities.models import Activity, AgreementItem, JointAgreement
from staff.access import roles
from staff.audience import Audience
from staff.choices import OrganisationKind, Role
from staff.forms.fields import DayField, FilterForm
from staff.models import PartyOrganisation
from staff.periods import midnight

KEEPERS = (Role.SECRETARY, Role.OFFICE)


def hosting(user):
    """The organisations for which `user` arranges activities, in the order of their tree."""
    q = access.organisations(roles(user), *KEEPERS)
    rows = PartyOrganisation.objects.filter(external=False).select_related("unit")
    return rows.none() if q is None else rows.filter(q)


def hosts_among():
    """The organisations that may hold an activity together with others."""
    return PartyOrganisation.objects.filter(external=False).exclude(kind=OrganisationKind.GROUP)


def time_input():
    """The browser's own picker of a time."""
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class ActivityFilter(FilterForm):
    """Which activities: one's own, by kind, branch, partner, month, state."""

    whose = forms.ChoiceField(
        label=_("范围"), choices=[("", _("全部活动")), ("mine", _("需我参加")), ("ours", _("本支部"))]
    )
    kind = forms.ChoiceField(label=_("类型"), choices=[("", _("全部类型")), *Kind.choices])
    branch = forms.ModelChoiceField(label=_("党组织"), queryset=None, empty_label=_("全部党组织"))
    partner = forms.ModelChoiceField(label=_("共建单位"), queryset=None, empty_label=_("全部共建单位"))
    month = forms.CharField(
        label=_("月份"),
        validators=[RegexValidator(r"^20\d\d-(0[1-9]|1[0-2])$", _("月份有误。"))],
        widget=forms.TextInput(attrs={"type": "month"}),
    )
    state = forms.ChoiceField(label=_("状态"))
    # A year, quarter or month of which only what counts for the rules is shown (2026, 2026-Q4, 2026-11).
    period = forms.RegexField(r"^20\d\d(-Q[1-4]|-0[1-9]|-1[0-2])?$", widget=forms.HiddenInput)

    def __init__(self, data, *, user, month=True):
        self.user = user
        self.member = roles(user).member
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
        if self.member is None:
            del self.fields["whose"]
        elif self.member.branch_id is None:
            self.fields["whose"].choices = self.fields["whose"].choices[:-1]

    @property
    def keeps(self):
        """Whether drafts may be among what is listed."""
        return roles(self.user).holds(*KEEPERS)

    def apply(self, rows):
        """The activities that match."""
        if whose := self.value("whose"):
            mine = whose == "mine"
            rows = rows.for_member(self.member) if mine else rows.of_organisation(self.member.branch)
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
        if key := self.value("period"):
            rows = rows.counted(*period_of(key), timezone.localdate())
        return rows


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
    co_hosts = OrganisationsField(label=_("联合主办组织"), offers="ours", required=False)
    partners = OrganisationsField(label=_("共建单位"), offers="partners", required=False)
    agreement = forms.ModelChoiceField(label=_("所属共建协议"), queryset=None, required=False, empty_label=_("无"))
    project = forms.ModelChoiceField(label=_("共建项目"), queryset=None, required=False, empty_label=_("无"))
    agenda = forms.CharField(label=_("议程"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    note = forms.CharField(label=_("注意事项"), max_length=300, required=False)
    sign_up = forms.BooleanField(label=_("开放报名"), required=False)
    capacity = forms.IntegerField(label=_("名额"), min_value=1, max_value=9999, required=False)
    sign_up_until = forms.DateTimeField(
        label=_("报名截止"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    hour_reminder = forms.BooleanField(label=_("开始前1小时再提醒"), required=False)
    check_in = forms.ChoiceField(label=_("签到方式"), choices=CheckInWay.choices, required=False)

    main = ("lead", "title", "day", "starts_at", "ends_at", "place")
    more = (
        "co_hosts", "partners", "agreement", "project", "agenda", "note", "ends_on", "sign_up", "capacity",
        "sign_up_until", "hour_reminder", "check_in",
    )  # fmt: skip
    from_template = ("agenda", "note")
    # What decides about clashes.
    gathering = ("lead", "co_hosts", "kinds", "day", "starts_at", "ends_at", "ends_on", "place")

    def __init__(self, *args, user, agreement=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.hosting = hosting(user)
        if len(self.hosting[: SHORT + 1]) > SHORT:
            label = self.fields["lead"].label
            self.fields["lead"] = OrganisationField(label=label, offers="own", queryset=self.hosting)
        else:
            self.fields["lead"].queryset = self.hosting
        self.fields["co_hosts"].queryset = hosts_among()
        self.fields["partners"].queryset = PartyOrganisation.objects.filter(external=True)
        self._agreements(user, agreement)

    def _agreements(self, user, given):
        """Only agreements in force to which the lead is party, with the one already chosen, and their projects."""
        field = self.fields["lead"]
        lead = self["lead"].value()
        lead = lead if str(lead).isdigit() else field.queryset.filter(name=lead or "").values("pk")[:1]
        seen = JointAgreement.objects.visible_to(user)
        parties = JointAgreement.parties.through.objects.filter(partyorganisation__in=_one(lead))
        rows = seen.on(timezone.localdate()).filter(Q(lead__in=_one(lead)) | Q(pk__in=parties.values("jointagreement")))
        rows = seen.filter(Q(pk__in=rows.order_by().values("pk")) | Q(pk=given))
        self.fields["agreement"].queryset = rows
        items = AgreementItem.objects.filter(list=ItemList.PROJECT, agreement__in=rows.order_by().values("pk"))
        self.fields["project"].queryset = items.order_by("agreement", "pk")

    @classmethod
    def of_gathering(cls, data, *, user):
        """The form cut down to what decides about clashes."""
        form = cls(data, user=user)
        for name in set(form.fields) - set(cls.gathering):
            del form.fields[name]
        form.fields["place"].required = False
        return form

    def main_fields(self):
        """What every activity needs."""
        return [self[name] for name in self.main]

    def more_fields(self):
        """What some need, folded away."""
        return [self[name] for name in self.more]

    def more_filled(self):
        """Whether what is folded away has something in it that no template puts there, or something wrong with it."""
        usual = (None, "", False, [], CheckInWay.CODE)
        own = [name for name in self.more if name not in self.from_template]
        return any(self[name].value() not in usual for name in own) or any(self[name].errors for name in self.more)

    def clean(self):
        """The two moments, and that one comes after the other."""
        data = super().clean()
        if all(data.get(name) is not None for name in ("day", "starts_at", "ends_at")):
            zone = timezone.get_current_timezone()
            data["starts"] = datetime.combine(data["day"], data["starts_at"], zone)
            data["ends"] = datetime.combine(data.get("ends_on") or data["day"], data["ends_at"], zone)
            if data["ends"] <= data["starts"]:
                self.add_error("ends_at", _("结束时间须晚于开始时间。"))
                if not data.get("ends_on") and "ends_on" in self.fields:
                    self.add_error("ends_on", _("过了零点才结束的，请填写结束日期。"))
        if data.get("sign_up_until") and data.get("starts") and data["sign_up_until"] > data["starts"]:
            self.add_error("sign_up_until", _("报名须在活动开始前截止。"))
        project, agreement = data.get("project"), data.get("agreement")
        if project and agreement and project.agreement_id != agreement.pk:
            self.add_error("project", _("该项目不属于所选共建协议。"))
        elif project:
            data["agreement"] = project.agreement
        return data

    def gathered(self):
        """What decides about clashes, as `clashes.gathering` takes it."""
        taken = self.arguments() if "title" in self.fields else self._where_and_when()
        return {name: taken[name] for name in ("hosts", "kinds", "starts", "ends", "place")}

    def arguments(self):
        """What `planning.arrange` and `planning.change` take."""
        data = self.cleaned_data
        return self._where_and_when() | {
            "lead": data["lead"],
            **{name: data[name] for name in ("title", "agenda", "note")},
            **{name: data[name] for name in ("partners", "agreement", "project", "sign_up", "capacity")},
            **{name: data[name] for name in ("sign_up_until", "hour_reminder")},
            "check_in": data["check_in"] or CheckInWay.CODE,
        }

    def _where_and_when(self):
        data = self.cleaned_data
        hosts = [data["lead"], *[host for host in data["co_hosts"] if host != data["lead"]]]
        return {"hosts": hosts, **{name: data[name] for name in ("kinds", "starts", "ends", "place")}}


def _one(lead):
    return lead if isinstance(lead, QuerySet) else [lead]


def when(starts, ends):
    """The fields of the form for two moments."""
    starts, ends = timezone.localtime(starts), timezone.localtime(ends)
    return {
        "day": starts.date(),
        "starts_at": starts.time(),
        "ends_at": ends.time(),
        "ends_on": ends.date() if ends.date() != starts.date() else None,
    }


def initial_of(activity):
    """What the form starts with for an activity that is there already."""
    prefetch_related_objects([activity], "hosts__organisation")
    hosts = activity.hosts.all()
    return {
        **when(activity.starts, activity.ends),
        "version": activity.version,
        "lead": next((host.organisation_id for host in hosts if host.lead), None),
        "co_hosts": [host.organisation for host in hosts if not host.lead],
        "kinds": [row.kind for row in activity.kinds.all()],
        "partners": list(activity.partners.all()),
        **{name: getattr(activity, name) for name in ("title", "place", "agenda", "note", "sign_up", "capacity")},
        "check_in": activity.check_in,
        "sign_up_until": activity.sign_up_until,
        "hour_reminder": activity.hour_reminder,
        "agreement": activity.agreement_id,
        "project": activity.project_id,
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
