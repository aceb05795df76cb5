"""The digest: at its hour, once a period, as the day shows, silent when there is nothing, easily switched off."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from home import digest
from staff import channels
from staff.choices import Channel, DeliveryState
from staff.models import Delivery, Preference
from tests.factories.activities import make_activity, moment
from tests.factories.home import make_notice, make_notification
from tests.factories.staff import make_assignment, make_staff, make_user, make_visit, today

pytestmark = pytest.mark.django_db

# 2026-11-23 is a Monday.
MONDAY = datetime(2026, 11, 23)


def at(hour, minute=0, days=0):
    """A moment of that week."""
    return timezone.make_aware(MONDAY + timedelta(days=days, hours=hour, minutes=minute))


def reader(digest="daily", hour=8, **fields):
    """Somebody who wants the digest."""
    user = make_staff()
    user.email = "zhang@bureau.example"
    user.save()
    Preference.objects.create(user=user, digest=digest, digest_hour=hour, **fields)
    return user


def asked():
    """How many digests were asked for."""
    return Delivery.objects.filter(channel=Channel.DIGEST).count()


def send():
    """What the task worker does."""
    channels.send_waiting(timezone.now() + timedelta(days=30))


def test_it_comes_at_its_hour_once_a_day():
    reader(hour=8)
    digest.due(at(7, 59))
    assert asked() == 0
    for minute in (0, 1, 59):
        digest.due(at(8, minute))
    digest.due(at(9))
    assert asked() == 1
    digest.due(at(8, days=1))
    assert asked() == 2


def test_a_tick_that_was_away_makes_up_for_it_but_not_in_the_evening():
    reader(hour=8)
    digest.due(at(20))
    assert asked() == 0
    digest.due(at(10))
    assert asked() == 1


def test_the_weekly_one_comes_on_mondays():
    reader("weekly", hour=8)
    digest.due(at(8, days=1))
    assert asked() == 0
    digest.due(at(8, days=7))
    assert asked() == 1


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_who_cannot_be_reached_is_not_asked(change):
    user = reader()
    type(user).objects.filter(pk=user.pk).update(**change)
    digest.due(at(8))
    assert asked() == 0


def test_never_is_never():
    reader("never")
    digest.due(at(8))
    assert asked() == 0


def test_it_says_what_the_day_shows(mailoutbox, settings):
    user = reader()
    make_activity(title="明天的党课", expected=[user.member], starts=moment(days=1))
    late = make_assignment(member=user.member)
    make_visit(assignment=late, day=today(-20))
    make_notice(title="要确认的", receipt_wanted=True)
    make_notification(user, text="您的建议已答复")
    digest.due(at(8))
    send()
    [mail] = mailoutbox
    for words in ("明天的党课", late.plot.name, "要确认的", "您的建议已答复", "/me/digest-off/"):
        assert words in mail.body
    assert mail.to == ["zhang@bureau.example"]
    assert mail.extra_headers["List-Unsubscribe"].startswith(f"<{settings.BASE_URL}")
    send()
    assert len(mailoutbox) == 1


def test_nothing_to_say_is_no_mail(mailoutbox):
    reader()
    digest.due(at(8))
    send()
    assert not mailoutbox
    assert Delivery.objects.get().state == DeliveryState.DROPPED


def test_who_switched_it_off_meanwhile_gets_none(mailoutbox):
    user = reader()
    make_notification(user)
    digest.due(at(8))
    digest.switch_off(user=user)
    send()
    assert not mailoutbox


def test_others_things_are_not_in_it(mailoutbox):
    user = reader()
    make_notification(user, text="给我的")
    make_notification(make_user(), text="给别人的")
    make_activity(title="别人的会", expected=[make_staff().member])
    digest.due(at(8))
    send()
    assert "给我的" in mailoutbox[0].body
    assert "给别人的" not in mailoutbox[0].body
    assert "别人的会" not in mailoutbox[0].body


def test_the_link_asks_and_switches_off_without_signing_in(client):
    user = reader()
    address = f"/me/digest-off/{digest.token(user)}/"
    assert "停止发送" in client.get(address).text
    assert Preference.objects.get(user=user).digest == "daily"
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Preference.objects.get(user=user).digest == "never"


@pytest.mark.parametrize("token", ["x", "1:2:3", "MQ:1uX:forged"])
def test_a_forged_link_is_no_page(client, token):
    assert client.post(f"/me/digest-off/{token}/").status_code == 404


def test_the_tick_asks_for_it():
    hour = timezone.localtime().hour
    reader(hour=hour)
    call_command("tick")
    call_command("tick")
    assert asked() == 1
