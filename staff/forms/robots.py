"""The form of a group robot."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.models import Robot


class RobotForm(forms.ModelForm):
    """Whose robot, its webhook and its secret, which is never shown again."""

    secret = forms.CharField(
        label=_("加签密钥"),
        max_length=120,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("钉钉、飞书机器人开启“加签”后填写；留空则沿用已保存的密钥。企业微信不需要。"),
    )

    class Meta:
        model = Robot
        fields = ["service", "url", "secret"]
        help_texts = {"url": _("在群设置中添加自定义机器人后复制。清空即停用。")}
        widgets = {"url": forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"})}

    def clean_secret(self):
        """What was kept stays while nothing new is typed."""
        return self.cleaned_data["secret"] or self.initial.get("secret", "")
