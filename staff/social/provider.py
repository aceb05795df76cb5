"""What allauth finds when it asks this app for its providers."""

from staff.social.dingtalk.provider import DingTalk
from staff.social.feishu.provider import Feishu
from staff.social.oidc.provider import OpenIDConnect
from staff.social.wecom.provider import WeCom

provider_classes = [OpenIDConnect, WeCom, DingTalk, Feishu]
