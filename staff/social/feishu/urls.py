"""Addresses of signing in by Feishu."""

from staff.social.base import routes
from staff.social.feishu.provider import FeishuAdapter

urlpatterns = routes(FeishuAdapter)
