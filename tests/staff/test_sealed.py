"""Webhooks and secrets lie encrypted in the database, open with each key in force, and are sealed anew."""

import pytest
from cryptography.fernet import InvalidToken
from django.core.management import CommandError, call_command
from django.db import connection

from staff import sealed
from staff.models import Robot
from tests.factories.staff import make_user

pytestmark = pytest.mark.django_db
URL = "https://oapi.dingtalk.com/robot/send?access_token=geheim"
OLD, NEW = "a" * 40, "b" * 40


def make_robot():
    """A robot with both."""
    return Robot.objects.create(user=make_user(), url=URL, secret="SEC42")


def stored():
    """What lies in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT url, secret FROM staff_robot")
        return cursor.fetchone()


def test_neither_lies_readable_in_the_database():
    robot = make_robot()
    assert all(text.startswith("sealed:") for text in stored())
    assert "geheim" not in str(stored()) and "SEC42" not in str(stored())
    robot.refresh_from_db()
    assert (robot.url, robot.secret) == (URL, "SEC42")


def test_nothing_stays_nothing_so_that_a_robot_without_address_is_found():
    Robot.objects.create(user=make_user(), url="", secret="")
    assert stored() == ("", "")
    assert not Robot.objects.exclude(url="").exists()


def test_a_new_key_in_front_opens_what_the_old_sealed_and_after_resealing_the_old_one_goes(settings):
    settings.SECRETS_KEY = [OLD]
    make_robot()
    settings.SECRETS_KEY = [NEW, OLD]
    assert Robot.objects.get().url == URL
    call_command("reseal", verbosity=0)
    settings.SECRETS_KEY = [NEW]
    assert (Robot.objects.get().url, Robot.objects.get().secret) == (URL, "SEC42")
    settings.SECRETS_KEY = [OLD]
    with pytest.raises(InvalidToken):
        sealed.unseal(stored()[0])


def test_what_was_sealed_before_there_was_a_key_of_its_own_still_opens(settings):
    make_robot()
    settings.SECRETS_KEY = [NEW]
    assert Robot.objects.get().secret == "SEC42"
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "c" * 60
    assert Robot.objects.get().secret == "SEC42"


def test_a_lost_key_breaks_no_page_and_resealing_destroys_nothing(settings, caplog):
    settings.SECRETS_KEY = [OLD]
    make_robot()
    before = stored()
    settings.SECRETS_KEY = [NEW]
    assert Robot.objects.get().url == ""
    assert "SECRETS_KEY" in caplog.text
    assert not any(text in caplog.text for text in before)
    with pytest.raises(CommandError):
        call_command("reseal", verbosity=0)
    assert stored() == before
