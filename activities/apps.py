"""What branches do together: activities, agreements, suggestions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    """Activities, attendance, agreements, suggestions and the calendar."""

    name = "activities"
    verbose_name = _("组织生活")
