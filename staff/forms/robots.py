"""The form of a group robot."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.models import Robot


class RobotForm(forms.ModelForm):
    """Whose robot, its webhook and its secret; neither is ever shown again."""

    url = forms.CharField(
        label=_("Webhook 地址"),
        max_length=400,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("在群设置中添加自定义机器人后复制。"),
    )
    secret = forms.CharField(
        label=_("加签密钥"),
        max_length=120,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("钉钉、飞书机器人开启“加签”后填写；留空则沿用已保存的密钥。企业微信不需要。"),
    )
    stop = forms.BooleanField(label=_("停用机器人，并删除已保存的地址和密钥"), required=False)

    class Meta:
        model = Robot
        fields = ["service", "url", "secret"]

    def __init__(self, *args, **kwargs):
        """What is kept stands nowhere in the form, only that it is kept."""
        super().__init__(*args, **kwargs)
        self.kept = {name: self.initial.pop(name, "") for name in ("url", "secret")}
        if self.kept["url"]:
            self.fields["url"].help_text = _("地址已加密保存，不再显示；填写新地址则更换，留空则沿用。")
        else:
            del self.fields["stop"]

    def clean_url(self):
        """What was kept stays while nothing new is typed."""
        return self.cleaned_data["url"] or self.kept["url"]

    def clean_secret(self):
        """The secret belongs to its robot: it stays as long as the address does, while nothing new is typed."""
        if self.cleaned_data["secret"]:
            return self.cleaned_data["secret"]
        return self.kept["secret"] if self.cleaned_data.get("url") == self.kept["url"] else ""

    def clean(self):
        """Stopped, nothing of it is kept."""
        cleaned = super().clean()
        if cleaned.get("stop"):
            cleaned["url"] = cleaned["secret"] = ""
        return cleaned
