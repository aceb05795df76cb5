"""Addresses of signing in by WeCom."""

from staff.social.base import routes
from staff.social.wecom.provider import WeComAdapter

urlpatterns = routes(WeComAdapter)
