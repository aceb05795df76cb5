"""Forms of updates, comments, settings."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from home.models.updates import UpdateAudience
from staff.choices import NotificationKind
from staff.forms.fields import PhotosField
from staff.models import Assignment, Plot, Preference

# Activities of so many days are offered to be linked with an update.
RECENT_DAYS = 60
OFFERED = 20


class UpdateForm(forms.Form):
    """What somebody posts."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("内容"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": _("今天做了什么，看到了什么？")}),
    )
    photos = PhotosField(label=_("照片"), required=False, help_text=_("最多9张。位置等拍摄信息会自动去除。"))
    audience = forms.ChoiceField(label=_("阅读范围"), choices=UpdateAudience.choices)
    activity = forms.ModelChoiceField(label=_("相关活动"), queryset=None, required=False, empty_label=_("不关联活动"))
    plot = forms.ModelChoiceField(label=_("相关责任田"), queryset=None, required=False, empty_label=_("不关联责任田"))

    def __init__(self, *args, member, user, **kwargs):
        super().__init__(*args, **kwargs)
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
    """What a colleague says."""

    text = forms.CharField(label=_("评论"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class HideForm(forms.Form):
    """Why the office takes an update out of sight."""

    because = forms.CharField(label=_("隐藏原因"), max_length=200)


class PreferenceForm(forms.ModelForm):
    """How somebody wants the portal."""

    muted = forms.MultipleChoiceField(
        label=_("不发邮件的类别"),
        choices=NotificationKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("站内消息照常显示，只是不再发送邮件。"),
    )

    class Meta:
        model = Preference
        fields = ["language", "large_text", "muted"]
