"""Addresses of signing in by DingTalk."""

from staff.social.base import routes
from staff.social.dingtalk.provider import DingTalkAdapter

urlpatterns = routes(DingTalkAdapter)
