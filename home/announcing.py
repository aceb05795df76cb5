"""What is published for all of the bureau is told to its group, once a page."""

from django.utils.translation import gettext as _

from activities.models import ActivityPage
from home.models import NoticePage
from staff.audience import Audience
from staff.notifications import announce


def published(sender, instance, **kwargs):
    """A page went on line, by hand or on time: notices and activities that the whole bureau may read are announced."""
    if isinstance(instance, NoticePage | ActivityPage) and instance.audience in (Audience.BUREAU, Audience.PUBLIC):
        kind = _("通知") if isinstance(instance, NoticePage) else _("活动")
        announce(text=f"{kind}：{instance.title}", address=instance.get_url() or "/", key=f"page:{instance.pk}")
