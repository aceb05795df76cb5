"""The bureau's group hears of what the whole bureau may read, once a page."""

import pytest

from staff.audience import Audience
from staff.choices import Channel
from staff.models import Delivery, Robot
from tests.factories.home import make_notice
from tests.factories.staff import make_unit

pytestmark = pytest.mark.django_db


def publish(page):
    """Publish as an editor does."""
    page.save_revision().publish()


def test_a_notice_for_all_is_announced_once():
    Robot.objects.create(url="https://oapi.dingtalk.com/robot/send?access_token=a")
    notice = make_notice(title="国庆放假安排", audience=Audience.BUREAU)
    publish(notice)
    publish(notice)
    row = Delivery.objects.get(channel=Channel.GROUP)
    assert row.text == "通知：国庆放假安排"
    assert row.address.startswith("/")


def test_a_notice_for_one_unit_is_not():
    Robot.objects.create(url="https://oapi.dingtalk.com/robot/send?access_token=a")
    publish(make_notice(title="本所安排", audience=Audience.UNIT, audience_unit=make_unit()))
    assert not Delivery.objects.exists()
