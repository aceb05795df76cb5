"""Keeping the webhook of a group robot: one's own, or the bureau's."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from staff.choices import NotificationKind
from staff.models import Robot
from staff.notifications import announce, notify


@transaction.atomic
def keep(*, robot, by, address="/"):
    """Keep a robot, and let it say so with a link to `address`, so that whoever entered it sees whether it works.

    Without an address of its own it goes.
    """
    bureau = robot.user_id is None
    if not robot.url:
        if robot.pk:
            log(instance=robot, action="staff.robot.remove", user=by)
            Robot.objects.filter(pk=robot.pk).delete()
        return
    robot.save()
    log(instance=robot, action="staff.robot.keep", user=by)
    text, stamp = gettext_lazy("群机器人已接通，今后的消息会发到这里。"), f"{timezone.now():%Y%m%d%H%M%S%f}"
    if bureau:
        announce(text=text, address=address, key=f"robot:{stamp}")
    else:
        notify(users=[robot.user], kind=NotificationKind.SYSTEM, text=text, address=address, key=f"robot:{stamp}")
