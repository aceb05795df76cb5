"""Forms of joint agreements and the items of their three lists; each carries the version that it was filled from."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities import agreement_items
from activities.agreements import AgreementState
from activities.choices import ItemList
from activities.models import AgreementItem, AgreementParty, JointAgreement
from staff.forms.fields import DayField, FilterForm, MemberField
from staff.models import PartyOrganisation, Unit


class AgreementFilter(FilterForm):
    """Which agreements; parties and units are those of the agreements that the reader may see."""

    q = forms.CharField(label=_("名称"), max_length=60, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label=pgettext_lazy("state", "状态"), choices=[("", _("全部")), *AgreementState.choices])
    party = forms.ChoiceField(label=_("共建方"))
    unit = forms.ChoiceField(label=_("牵头单位"))
    dormant = forms.BooleanField(label=_("近期无活动"))
    ending = forms.BooleanField(label=_("即将到期"))

    def __init__(self, data, *, user):
        self.user = user
        super().__init__(data)

    def prepare(self):
        """The organisations and units that there are agreements of, as plain values."""
        seen = JointAgreement.objects.visible_to(self.user).order_by()
        sides = AgreementParty.objects.filter(jointagreement__in=seen.values("pk")).order_by()
        parties = PartyOrganisation.objects.filter(pk__in=sides.values("partyorganisation"))
        units = Unit.objects.filter(pk__in=seen.values("lead__unit"))
        named = ("pk", "short_name", "name")
        self.fields["party"].choices = [
            ("", _("全部共建方")),
            *((pk, short or name) for pk, short, name in parties.order_by("external", "path").values_list(*named)),
        ]
        self.paths, choices = {}, [("", _("全部单位"))]
        for pk, short, name, path in units.order_by("path").values_list(*named, "path"):
            self.paths[str(pk)] = path
            choices.append((pk, short or name))
        self.fields["unit"].choices = choices


def typed(member):
    """How a person field shows somebody already chosen."""
    return f"{member.employee_number} {member.name}" if member else ""


class AgreementForm(forms.ModelForm):
    """An agreement's own texts, period and partners."""

    starts = DayField(label=_("开始日期"))
    ends = DayField(label=_("结束日期"), required=False, help_text=_("不填为长期。"))
    partners = forms.ModelMultipleChoiceField(
        label=_("共建单位"),
        queryset=PartyOrganisation.objects.filter(external=True),
        widget=forms.CheckboxSelectMultiple,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = JointAgreement
        fields = ["title", "lead", "starts", "ends", "principles", "goals", "measures", "safeguards"]
        widgets = {
            name: forms.Textarea(attrs={"rows": 4}) for name in ("principles", "goals", "measures", "safeguards")
        }

    field_order = ["title", "lead", "partners", "starts", "ends"]

    def __init__(self, *args, leads, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = leads
        if self.instance.pk:
            self.initial |= {"partners": self.instance.parties.filter(external=True), "seen": self.instance.version}

    def _post_clean(self):
        """The domain function validates and saves: a form that fails must not leave a half-filled object behind."""

    @property
    def values(self):
        """What the domain functions take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class SidesForm(forms.Form):
    """Whom to ask at each party and, once it is signed, who signed for it."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, agreement, sides, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = agreement.version
        self.sides = sides
        for side in sides:
            if side.partyorganisation.external:
                name = forms.CharField(label=_("联系人"), max_length=40, required=False, initial=side.contact_name)
                phone = forms.CharField(
                    label=_("联系电话"),
                    max_length=30,
                    required=False,
                    initial=side.contact_phone,
                    widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
                )
                self.fields |= {f"name_{side.pk}": name, f"phone_{side.pk}": phone}
            else:
                member = MemberField(label=_("联系人"), required=False, initial=typed(side.contact))
                self.fields[f"contact_{side.pk}"] = member
            self.fields[f"signatory_{side.pk}"] = forms.CharField(
                label=_("签字人"), max_length=40, required=False, initial=side.signatory
            )
        self.fields["signed_on"] = DayField(
            label=_("签订日期"),
            required=False,
            initial=agreement.signed_on,
            help_text=_("各方签字后填写，须填写各方签字人。"),
        )

    def groups(self):
        """Each party with its fields."""
        for side in self.sides:
            own = [name for name in self.fields if name.endswith(f"_{side.pk}")]
            yield side.partyorganisation, [self[name] for name in own]

    @property
    def contacts(self):
        """Who is asked at each party: (member, name, phone)."""
        data = self.cleaned_data
        return {
            side.pk: (
                data.get(f"contact_{side.pk}"),
                data.get(f"name_{side.pk}", ""),
                data.get(f"phone_{side.pk}", ""),
            )
            for side in self.sides
        }

    @property
    def signatories(self):
        """Who signed for each party."""
        return {side.pk: self.cleaned_data.get(f"signatory_{side.pk}", "") for side in self.sides}


class MatchField(forms.ModelMultipleChoiceField):
    """Items of the other lists, each with whose it is."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, item):
        """The item and its party."""
        return f"{item}（{item.party}）" if item.party else str(item)


class ItemForm(forms.ModelForm):
    """What a need, a resource or a project says, and what it is matched with."""

    owner = MemberField(label=_("责任人"), required=False)
    due = DayField(label=_("完成时限"), required=False)
    # Not "matches": a field of that name would hide the form's own method of the browser.
    matched = MatchField(label=_("对接的需求"), queryset=AgreementItem.objects.none(), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = AgreementItem
        fields = ["title", "party", "partner", "owner", "owner_name", "due"]
        labels = {"party": _("承接方")}

    def __init__(self, *args, agreement, **kwargs):
        super().__init__(*args, **kwargs)
        kind = self.instance.list
        for name in ("party", "partner"):
            self.fields[name].queryset = agreement.parties.all()
            self.fields[name].empty_label = _("未定")
        self.fields["matched"].queryset = agreement_items.candidates(agreement=agreement, kind=kind)
        self.initial["seen"] = self.instance.version
        if kind == ItemList.NEED:
            self.fields["matched"].label = _("对接的资源和项目")
            self.fields["party"].label = _("提出方")
            del self.fields["partner"]
        elif kind == ItemList.RESOURCE:
            self.fields["party"].label = _("提供方")
            del self.fields["partner"], self.fields["due"]
        if self.instance.pk:
            matched = self.instance.met_by if kind == ItemList.NEED else self.instance.meets
            self.initial |= {"owner": typed(self.instance.owner), "matched": matched.all()}

    def _post_clean(self):
        """The domain function validates and saves."""

    @property
    def values(self):
        """What the item is to hold."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ReportForm(forms.Form):
    """How far an item is, and what was done."""

    percent = forms.IntegerField(
        label=_("进度（0—100）"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 5}),
    )
    text = forms.CharField(
        label=_("进展情况"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    day = DayField(label=_("日期"))
    result = forms.CharField(
        label=_("完成结果"),
        max_length=300,
        required=False,
        help_text=_("进度为100时填写。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {
            "percent": item.percent,
            "result": item.result,
            "day": timezone.localdate(),
            "seen": item.version,
        }

    @property
    def values(self):
        """What is reported."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class AccountForm(forms.Form):
    """The account of a partner's person."""

    username = forms.CharField(
        label=_("用户名"), max_length=60, help_text=_("共建单位登录时使用，可用单位拼音或手机号以外的编号。")
    )
    email = forms.EmailField(label=_("电子邮箱"), required=False)
