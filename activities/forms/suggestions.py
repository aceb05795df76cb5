"""Forms of suggestions: putting one forward, the register's filters, and one small form a step."""

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.choices import Rating, SuggestionState, Verdict
from activities.models import Activity, Suggestion, SuggestionLink
from activities.suggestions import TOPICS, attachments, trend
from activities.suggestions.intake import MAX_TEXT
from staff.choices import OrganisationKind, UnitKind
from staff.forms.fields import DayField, FilterForm, MemberField, PhotosInput
from staff.models import PartyOrganisation, Unit

CO_SIGNERS = 3
FIGURES = [
    ("", _("全部")),
    ("waiting", _("待我办理")),
    ("open", _("未办结")),
    ("overdue", _("已逾期")),
    ("logged", _("登记（并案只计一次）")),
    ("accepted", _("已立案")),
    ("assigned", _("已交办")),
    ("answered", _("已答复")),
    ("adopted", _("采纳或部分采纳")),
    ("in_time", _("按期答复")),
    ("rated", _("已评价")),
    ("satisfied", _("满意或基本满意")),
    ("closed", _("已办结")),
    ("late", _("逾期答复")),
]


def _area(rows=4):
    return forms.Textarea(attrs={"rows": rows})


class FilesField(forms.FileField):
    """Several photos and papers in one field; all that are wrong are named at once."""

    def __init__(self, **kwargs):
        super().__init__(widget=PhotosInput(attrs={"multiple": True, "accept": attachments.ACCEPT}), **kwargs)

    def clean(self, data, initial=None):
        """What may be stored, in the order given."""
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        cleaned, errors = [], []
        for upload in uploads[: attachments.MAX_FILES + 1]:
            try:
                cleaned.append(attachments.clean(super().clean(upload, initial)))
            except forms.ValidationError as error:
                errors.append(error)
        if errors:
            raise forms.ValidationError(errors)
        return cleaned


class SuggestionFilter(FilterForm):
    """Which suggestions of the register."""

    activity = forms.ModelChoiceField(queryset=Activity.objects.none(), widget=forms.HiddenInput)
    q = forms.CharField(label=_("内容或编号"), max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部状态")), *SuggestionState.choices])
    figure = forms.ChoiceField(label=_("办理情况"), choices=FIGURES)
    topic = forms.ChoiceField(label=_("主题"))
    branch = forms.ModelChoiceField(
        label=_("党组织"),
        empty_label=_("全部党组织"),
        queryset=PartyOrganisation.objects.filter(external=False).exclude(kind=OrganisationKind.GROUP),
    )
    unit = forms.ModelChoiceField(label=_("主办单位"), empty_label=_("全部单位"), queryset=Unit.objects.none())
    year = forms.ChoiceField(label=_("年份"))
    month = forms.ChoiceField(label=_("月份"))

    def __init__(self, data, *, user):
        self.user = user
        super().__init__(data)

    def prepare(self):
        """Topics, years and units that occur."""
        topics = [topic for topic in Suggestion.objects.occurring("topic") if topic]
        self.years = years_of(Suggestion.objects.order_by())
        self.fields["topic"].choices = [("", _("全部主题")), *((topic, gettext(topic)) for topic in topics)]
        self.fields["year"].choices = [("", _("全部年份")), *((str(year), str(year)) for year in self.years)]
        months = [(str(month), MONTHS[month]) for month in range(1, 13)]
        self.fields["month"].choices = [("", _("全部月份")), *months]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=Suggestion.objects.occurring("lead_unit"))
        self.fields["activity"].queryset = Activity.objects.visible_to(self.user)


def years_of(rows):
    """The years from the first to the last day on which one was logged, the latest first: both ends of an index."""
    days = rows.values_list("logged_on", flat=True)
    first, last = days.order_by("logged_on").first(), days.order_by("-logged_on").first()
    return list(range(last.year, first.year - 1, -1)) if first else []


class FiguresFilter(FilterForm):
    """Which suggestions the figures count."""

    year = forms.ChoiceField(label=_("年份"))
    branch = forms.ModelChoiceField(
        label=_("党组织"),
        empty_label=_("全部党组织"),
        queryset=PartyOrganisation.objects.filter(external=False).exclude(kind=OrganisationKind.GROUP),
    )

    def prepare(self):
        """Years that occur."""
        years = years_of(Suggestion.objects.order_by())
        self.fields["year"].choices = [("", _("全部年份")), *((str(year), str(year)) for year in years)]


class TrendFilter(FilterForm):
    """What is counted over time, and by what."""

    by = forms.ChoiceField(label=_("按"), choices=trend.BY)
    figure = forms.ChoiceField(label=_("指标"), choices=trend.FIGURES)
    year = forms.ChoiceField(label=_("年份"))

    def prepare(self):
        """Years that occur."""
        self.years = years_of(Suggestion.objects.order_by())
        self.fields["year"].choices = [("", _("逐年")), *((str(year), str(year)) for year in self.years)]


class SuggestionForm(forms.Form):
    """One voice: a text, and what somebody likes to add. The recorder of a session also names the speaker."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    speaker = MemberField(label=_("发言人"))
    text = forms.CharField(
        label=_("您的建议"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": _("一条建议说一件事：现状、做法、期望的效果。")}),
    )
    topic = forms.ChoiceField(
        label=_("主题"),
        required=False,
        choices=[(str(topic), topic) for topic in TOPICS],
        widget=forms.RadioSelect,
    )
    unnamed = forms.BooleanField(
        label=_("不具名"),
        required=False,
        help_text=_("页面、导出和消息都不显示您的姓名；只有党建办可以查询，每次查询都留有记录。答复会发到您的消息。"),
    )

    files = FilesField(
        label=_("照片和文件"),
        required=False,
        help_text=_("最多6个，照片、PDF或Word、Excel、PPT，每个不超过20 MB。不具名时只能附照片。"),
    )

    def __init__(self, *args, recorder=False, **kwargs):
        super().__init__(*args, **kwargs)
        for number in range(1, CO_SIGNERS + 1):
            self.fields[f"co_signer_{number}"] = MemberField(label=_("附议人%(n)d") % {"n": number}, required=False)
        if recorder:
            self.fields["text"].label = _("建议内容")
            self.fields["unnamed"].help_text = _("页面、导出和消息都不显示发言人的姓名。")
        else:
            del self.fields["speaker"]

    @property
    def co_signer_fields(self):
        """The fields for co-signers, folded away on the page."""
        return [self[f"co_signer_{number}"] for number in range(1, CO_SIGNERS + 1)]

    @property
    def co_signers(self):
        """Those named."""
        found = (self.cleaned_data.get(f"co_signer_{number}") for number in range(1, CO_SIGNERS + 1))
        return [member for member in found if member]


class SessionForm(forms.Form):
    """What a session asks the room, and whether the recorder looks at each voice before the screen shows it."""

    question = forms.CharField(label=_("议题"), max_length=120)
    moderated = forms.BooleanField(
        label=_("先审后上屏"), required=False, help_text=_("勾选后，每条建议由记录人确认后才在投影上显示。")
    )


class SayForm(forms.Form):
    """What a phone sends: one field, and whether to name its author."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("您的建议"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": _("一条建议说一件事。")}),
    )
    unnamed = forms.BooleanField(label=_("不具名"), required=False, help_text=_("投影、台账和导出都不显示姓名。"))


class RecordForm(SayForm):
    """What the recorder enters for a speaker."""

    speaker = MemberField(label=_("发言人"))
    text = forms.CharField(label=_("发言内容"), max_length=MAX_TEXT, widget=_area(6))
    topic = forms.ChoiceField(
        label=_("主题"), required=False, choices=[("", _("未分主题")), *((str(topic), topic) for topic in TOPICS)]
    )
    field_order = ["token", "speaker", "text", "topic", "unnamed"]


class VoiceForm(forms.Form):
    """What the recorder does to one voice: new words and a topic, or the one that it is merged into."""

    text = forms.CharField(max_length=MAX_TEXT)
    topic = forms.CharField(max_length=40, required=False)
    seen = forms.CharField(max_length=MAX_TEXT * 2, strip=False)
    into = forms.ModelChoiceField(queryset=Suggestion.objects.none())

    NEEDS = {"edit": {"text", "topic", "seen"}, "merge": {"into"}, "show": set(), "hide": set()}

    def __init__(self, data, *, act, activity):
        super().__init__(data)
        self.fields["into"].queryset = Suggestion.objects.filter(activity=activity)
        for name in self.fields.keys() - self.NEEDS[act]:
            del self.fields[name]


class LinkForm(forms.Form):
    """What to look for among the things that a suggestion may be about."""

    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[(name, SuggestionLink._meta.get_field(name).verbose_name) for name in SuggestionLink.TARGETS],
    )
    q = forms.CharField(label=_("名称中的字"), max_length=60, widget=forms.TextInput(attrs={"type": "search"}))


class StepForm(forms.Form):
    """A step without anything to fill in; every step carries the state that its page showed."""

    seen = forms.ChoiceField(choices=SuggestionState.choices, widget=forms.HiddenInput)


class ReasonForm(StepForm):
    """A step that needs a reason."""

    reason = forms.CharField(label=_("理由(对全局公开)"), max_length=1000, widget=_area())


class MergeForm(StepForm):
    """Into which one."""

    into = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def clean_into(self):
        """The suggestion of that number."""
        found = Suggestion.objects.filter(number=self.cleaned_data["into"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("没有这个编号的建议。"))
        return found


class SplitForm(StepForm):
    """What stays with the suggestion, and what becomes one of its own."""

    text = forms.CharField(label=_("留在本条的内容"), max_length=MAX_TEXT, widget=_area(7))
    rest = forms.CharField(label=_("拆成另一条的内容"), max_length=MAX_TEXT, widget=_area(7))
    topic = forms.CharField(label=_("另一条的主题"), max_length=40, required=False)


class AssignForm(StepForm):
    """To whom, and by when to answer."""

    lead_unit = forms.ModelChoiceField(label=_("主办单位"), queryset=Unit.objects.exclude(kind=UnitKind.EXTERNAL))
    due = DayField(label=_("答复期限"), required=False, help_text=_("不填为30个工作日。"))
    assisting = forms.ModelMultipleChoiceField(
        label=_("会办单位"),
        queryset=Unit.objects.exclude(kind=UnitKind.EXTERNAL),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class NoteForm(StepForm):
    """What was done, or an assisting unit's opinion."""

    text = forms.CharField(label=_("进展或会办意见"), max_length=2000, widget=_area())


class AnswerForm(StepForm):
    """What comes of it, and why."""

    verdict = forms.ChoiceField(label=_("办理结果"), choices=Verdict.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("答复(对全局公开)"), max_length=3900, widget=_area(6), help_text=_("逐点写明怎样办、为什么。")
    )


class RateForm(StepForm):
    """How the author finds the answer."""

    rating = forms.ChoiceField(
        label=_("您对答复"),
        choices=Rating.choices,
        widget=forms.RadioSelect,
        help_text=_("评为“不满意”将退回重新办理，限一次。"),
    )


STEP_FORMS = {
    "accept": StepForm,
    "refuse": ReasonForm,
    "merge": MergeForm,
    "split": SplitForm,
    "assign": AssignForm,
    "return": ReasonForm,
    "start": StepForm,
    "note": NoteForm,
    "answer": AnswerForm,
    "rate": RateForm,
}
