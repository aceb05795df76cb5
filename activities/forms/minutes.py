"""Forms of minutes: the text with its speeches, votes, who is left out of them, decisions, files, corrections."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.choices import LeftOutReason, MotionKind
from activities.suggestions import attachments
from activities.vote_rules import RULES, kinds_of
from staff.forms.fields import DayField, MemberField
from staff.models import Member

MAX_SPEECHES = 80
MOST_VOTES = 9999


def as_typed(member):
    """A member as the fields for people show one: number and name."""
    return f"{member.employee_number} {member.name}" if member else ""


class MinutesForm(forms.Form):
    """What minutes hold besides the record: who chaired and wrote, the agenda, the course of the meeting."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    chair = MemberField(label=_("主持人"), required=False)
    recorder = MemberField(label=_("记录人"), required=False)
    agenda = forms.CharField(label=_("议程"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    text = forms.CharField(
        label=_("会议内容"),
        max_length=20000,
        required=False,
        help_text=_("会议经过、传达和讨论的情况；个人发言写在下面。"),
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class SpeechForm(forms.Form):
    """Who spoke and what they said; a guest is written by name."""

    speaker = forms.CharField(label=_("发言人"), max_length=80, required=False)
    said = forms.CharField(
        label=_("发言内容"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["speaker"].widget.attrs |= {
            "list": "people",
            "autocomplete": "off",
            "placeholder": _("工号、姓名或来宾姓名"),
            "hx-get": reverse_lazy("staff:member_options"),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#people",
        }


class SpeechesBase(forms.BaseFormSet):
    """The speeches in their order; a row without words and speaker is none."""

    def speeches(self):
        """(member or None, name, text) of each row; two queries, however many rows."""
        rows = [(form.cleaned_data.get("speaker", ""), form.cleaned_data.get("said", "")) for form in self.forms]
        known = speakers({speaker for speaker, _said in rows if speaker})
        return [(*known.get(speaker, (None, "")), said) for speaker, said in rows if speaker or said]


Speeches = forms.formset_factory(
    SpeechForm, formset=SpeechesBase, extra=1, max_num=MAX_SPEECHES, absolute_max=MAX_SPEECHES, validate_max=True
)


def speakers(texts):
    """{text: (member or None, name)}: a number names its member, so does a name that only one bears."""
    numbers = {text: text.partition(" ")[0].upper() for text in texts}
    people = list(Member.objects.filter(employee_number__in={*numbers.values(), *texts}))
    by_number = {person.employee_number.upper(): person for person in people}
    by_name = {}
    for person in Member.objects.filter(name__in=texts):
        by_name.setdefault(person.name, []).append(person)
    found = {}
    for text in texts:
        person = by_number.get(numbers[text])
        if person is None and len(by_name.get(text, ())) == 1:
            person = by_name[text][0]
        found[text] = (person, person.name if person else text[:40])
    return found


class MotionForm(forms.Form):
    """A motion and its votes; how many are entitled and present is counted from the record."""

    kind = forms.ChoiceField(label=_("表决类型"))
    title = forms.CharField(
        label=_("表决事项"), max_length=200, help_text=_("接收党员、选举等逐人表决，每人登记一项。")
    )
    votes_for = forms.IntegerField(label=_("赞成"), min_value=0, max_value=MOST_VOTES)
    votes_against = forms.IntegerField(label=_("反对"), min_value=0, max_value=MOST_VOTES, initial=0)
    abstained = forms.IntegerField(label=_("弃权"), min_value=0, max_value=MOST_VOTES, initial=0)
    written = forms.IntegerField(
        label=_("其中书面意见份数"),
        min_value=0,
        max_value=MOST_VOTES,
        initial=0,
        required=False,
        help_text=_("未到会党员会前提出的书面意见，已计入上面的票数；只用于接收预备党员和转正。"),
    )
    announced = forms.ChoiceField(
        label=_("会上宣布的结果"),
        choices=[
            ("", _("按票数计算")),
            ("carried", pgettext_lazy("motion", "通过")),
            ("lost", pgettext_lazy("motion", "未通过")),
        ],
        required=False,
        help_text=_("与票数不符的结果不能登记。"),
    )

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = kinds_of(meeting)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        if not any(RULES[kind].written for kind in kinds):
            del self.fields["written"]
        if kinds == [MotionKind.COMMITTEE]:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = MotionKind.COMMITTEE
            self.fields["title"].help_text = ""

    def clean_written(self):
        """Nothing written is none."""
        return self.cleaned_data.get("written") or 0


class LeftOutForm(forms.Form):
    """Somebody who does not count among those entitled to vote, and why."""

    member = MemberField(label=_("人员"))
    reason = forms.ChoiceField(label=_("原因"), choices=LeftOutReason.choices)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class DecisionForm(forms.Form):
    """What was decided, who answers for it and by when."""

    text = forms.CharField(label=_("决定事项"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    owner = MemberField(label=_("责任人"), required=False)
    due = DayField(label=_("完成时限"), required=False)


class DoneForm(forms.Form):
    """What became of a decision."""

    note = forms.CharField(label=_("完成情况"), max_length=200, required=False)


class CorrectionForm(forms.Form):
    """A correction of signed minutes."""

    text = forms.CharField(label=_("更正内容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class PapersInput(forms.ClearableFileInput):
    """Several files in one field."""

    allow_multiple_selected = True


class PapersField(forms.FileField):
    """Photos and papers, each checked by what it is; all that are wrong are named at once."""

    def __init__(self, **kwargs):
        super().__init__(widget=PapersInput(attrs={"multiple": True, "accept": attachments.ACCEPT}), **kwargs)

    def clean(self, data, initial=None):
        """The checked files, in the order given."""
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if not uploads:
            raise ValidationError(self.error_messages["required"], code="required")
        papers, errors = [], []
        for upload in uploads:
            try:
                papers.append(attachments.clean(super().clean(upload, initial)))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return papers


class FilesForm(forms.Form):
    """Photos and papers of a meeting."""

    files = PapersField(label=_("照片和附件"))
