"""What is published for all of the bureau is told to its group, once a page."""

from django.utils.translation import gettext_lazy

from activities.models import ActivityPage
from home.models import NoticePage
from staff.audience import Audience
from staff.notifications import announce, worded


def published(sender, instance, **kwargs):
    """A page went on line, by hand or on time: notices and activities that the whole bureau may read are announced."""
    if isinstance(instance, NoticePage | ActivityPage) and instance.audience in (Audience.BUREAU, Audience.PUBLIC):
        text = gettext_lazy("通知：%(title)s") if isinstance(instance, NoticePage) else gettext_lazy("活动：%(title)s")
        words = worded(text, {"title": instance.title})
        announce(text=words, address=instance.get_url() or "/", key=f"page:{instance.pk}")
