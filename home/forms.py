"""Forms of updates and comments."""

from datetime import timedelta

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.access import organisations
from activities.models import Activity
from home.models import ExemplarProposal, ReportOutcome, ReportReason, UpdateAudience
from staff.access import roles
from staff.choices import Role
from staff.forms.fields import MemberField, PhotosField
from staff.models import Assignment, Member, PartyOrganisation, Plot

# Activities of so many days are offered to be linked with an update.
RECENT_DAYS = 60
OFFERED = 20


def uncut(field):
    """Let the browser keep all that is pasted: the answer says that it is too long, and nothing is cut off silently."""
    field.widget.attrs.pop("maxlength", None)


class UpdateForm(forms.Form):
    """What somebody posts."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("内容"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": _("今天做了什么，看到了什么？"), "data-mention": ""}),
        help_text=_("输入“@”和姓名（或拼音）可提醒同事。"),
    )
    photos = PhotosField(label=_("照片"), required=False, help_text=_("最多9张。位置等拍摄信息会自动去除。"))
    audience = forms.ChoiceField(label=_("阅读范围"), choices=UpdateAudience.choices)
    activity = forms.ModelChoiceField(label=_("相关活动"), queryset=None, required=False, empty_label=_("不关联活动"))
    plot = forms.ModelChoiceField(label=_("相关责任田"), queryset=None, required=False, empty_label=_("不关联责任田"))

    def __init__(self, *args, member, user, **kwargs):
        super().__init__(*args, **kwargs)
        uncut(self.fields["text"])
        today = timezone.localdate()
        since = timezone.now() - timedelta(days=RECENT_DAYS)
        wanted = kwargs.get("initial", {}).get("activity") or (self.data.get("activity") if self.is_bound else None)
        seen = Activity.objects.visible_to(user)
        recent = seen.for_member(member).filter(starts__range=(since, timezone.now())).order_by("-starts")
        ids = [*recent.values_list("pk", flat=True)[:OFFERED], *([wanted] if str(wanted or "").isdigit() else [])]
        self.fields["activity"].queryset = seen.filter(pk__in=ids).order_by("-starts")
        held = Assignment.objects.on(today).of(member)
        self.fields["plot"].queryset = Plot.objects.visible_to(user).filter(pk__in=held.values("plot"))
        if member.branch_id is None:
            self.fields["audience"].choices = [
                choice for choice in UpdateAudience.choices if choice[0] != UpdateAudience.BRANCH
            ]


class CommentForm(forms.Form):
    """What a colleague says, perhaps in reply to what another said."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reply_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    text = forms.CharField(
        label=_("评论"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "data-mention": ""})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        uncut(self.fields["text"])


class RewordForm(forms.Form):
    """Other words for an update or a comment."""

    text = forms.CharField(label=_("内容"), widget=forms.Textarea(attrs={"rows": 5, "data-mention": ""}))

    def __init__(self, *args, longest, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].validators.append(MaxLengthValidator(longest))


class ReportForm(forms.Form):
    """What is held against an update or a comment."""

    reason = forms.ChoiceField(label=_("举报理由"), choices=ReportReason.choices, widget=forms.RadioSelect)
    detail = forms.CharField(
        label=_("补充说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class HandleForm(forms.Form):
    """What the office decides about a report."""

    outcome = forms.ChoiceField(label=_("处理结果"), widget=forms.RadioSelect)
    answer = forms.CharField(label=_("处理说明"), max_length=200, help_text=_("会告知举报人；隐藏时也告知作者。"))

    def __init__(self, *args, report, **kwargs):
        super().__init__(*args, **kwargs)
        self.report = report
        hidden = [ReportOutcome.HIDDEN] if report.target is not None else []
        self.fields["outcome"].choices = [(one.value, one.label) for one in (*hidden, ReportOutcome.KEPT)]


class ProposalForm(forms.ModelForm):
    """Whom a branch puts forward as an exemplar, and for what."""

    member = MemberField(label=_("推荐人选"))

    class Meta:
        model = ExemplarProposal
        fields = ["organisation", "member", "title", "honour", "introduction", "deeds"]
        widgets = {"deeds": forms.Textarea(attrs={"rows": 10})}
        help_texts = {"title": _("例如：二十年守一片田"), "deeds": _("写具体的人和事；空一行另起一段。")}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        kept = organisations(roles(user), Role.SECRETARY, Role.OFFICE)
        mine = PartyOrganisation.objects.filter(external=False)
        self.fields["organisation"].queryset = mine.none() if kept is None else mine.filter(kept)
        self.fields["member"].queryset = Member.objects.in_service(timezone.localdate())
        if self.instance.pk:
            self.initial["member"] = f"{self.instance.member.employee_number} {self.instance.member.name}"


class ReturnForm(forms.Form):
    """Why the office returns a proposal."""

    because = forms.CharField(label=_("退回原因"), max_length=200)


class HideForm(forms.Form):
    """Why the office takes an update out of sight."""

    because = forms.CharField(label=_("隐藏原因"), max_length=200)
