"""The form of somebody's settings: the look, and which kinds of message reach them on which channel."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.choices import NotificationKind
from staff.models import Preference


class KindsField(forms.MultipleChoiceField):
    """The kinds that somebody wants on one channel."""

    def __init__(self, **kwargs):
        super().__init__(
            choices=NotificationKind.choices, required=False, widget=forms.CheckboxSelectMultiple, **kwargs
        )


class PreferenceForm(forms.ModelForm):
    """How somebody wants the portal; kinds that they do not want are stored, so that new ones reach them."""

    mail = KindsField(label=_("邮件"))
    robot = KindsField(label=_("群机器人"))

    class Meta:
        model = Preference
        fields = ["language", "large_text", "digest", "digest_hour"]
        help_texts = {"digest": _("把当天要办的事项和未读消息合成一封邮件；没有事项就不发。")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, off in (("mail", self.instance.muted), ("robot", self.instance.robot_muted)):
            self.initial[name] = [kind for kind in NotificationKind.values if kind not in off]

    def clean(self):
        """Turn what is wanted into what is not."""
        cleaned = super().clean()
        for name, field in (("mail", "muted"), ("robot", "robot_muted")):
            if name in cleaned:
                setattr(self.instance, field, [kind for kind in NotificationKind.values if kind not in cleaned[name]])
        return cleaned

    def table(self):
        """Each kind in words, with its box for each channel."""
        return list(zip(NotificationKind.labels, self["mail"], self["robot"], strict=True))
