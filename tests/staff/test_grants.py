"""Roles given to accounts, and the command that makes a bureau's first ones."""

import re
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry

from staff import grants
from staff.access import roles
from staff.choices import Role
from staff.models import Grant, User
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


def grant(*args):
    """What the command prints."""
    out = StringIO()
    call_command("grant", *args, stdout=out)
    return out.getvalue()


def test_a_grant_is_in_force_at_once_logged_and_in_the_admins_groups():
    """The role counts in the same request, leaves a log row and a group."""
    office, user, unit = make.make_office(), make.make_staff(), make.make_unit()
    assert not roles(user).holds(Role.MANAGEMENT)
    given = grants.give(user=user, role=Role.MANAGEMENT, unit=unit, by=office)
    assert roles(user).over_unit(unit, Role.MANAGEMENT)
    assert given.given_by == office
    entry = ModelLogEntry.objects.get(action="staff.grant.give")
    assert (entry.user, entry.object_id) == (office, str(given.pk))
    assert user.groups.filter(name="role:management").exists()


def test_giving_again_changes_nothing():
    """The second time answers the first grant."""
    user = make.make_staff()
    assert grants.give(user=user, role=Role.OFFICE) == grants.give(user=user, role=Role.OFFICE)
    assert Grant.objects.count() == 1


def test_nobody_gives_themselves_a_role():
    """Not even the office."""
    office = make.make_office()
    with pytest.raises(ValidationError):
        grants.give(user=office, role=Role.SYSADMIN, by=office)


def test_management_needs_a_unit_and_a_secretary_a_post():
    """The model's own rules hold, and no grant makes a secretary."""
    user = make.make_staff()
    with pytest.raises(ValidationError):
        grants.give(user=user, role=Role.MANAGEMENT)
    with pytest.raises(ValidationError):
        grants.give(user=user, role=Role.SECRETARY)


def test_the_first_administrator_sets_a_password_by_the_printed_link(client):
    """From an empty database: the command makes the account, its link works once, and the account may sign in."""
    printed = grant("root1", "sysadmin", "--create", "--email", "root@bureau.example")
    user = User.objects.get(username="root1")
    assert not user.has_usable_password()
    assert roles(user).holds(Role.SYSADMIN)
    path = re.search(r"https?://[^/]+(/\S+)", printed)[1]
    page = client.get(path, follow=True)
    assert page.status_code == 200
    form = {"password1": "四个词的口令 very long 42", "password2": "四个词的口令 very long 42"}
    client.post(page.request["PATH_INFO"], form)
    user.refresh_from_db()
    assert user.check_password(form["password1"])
    assert "password" not in grant("root1", "sysadmin").lower()


def test_names_that_are_not_there_are_said():
    """An unknown account or unit is one line; nothing is made."""
    with pytest.raises(CommandError, match="--create"):
        grant("nobody", "office")
    with pytest.raises(CommandError, match="--unit"):
        grant("new", "management", "--create", "--unit", "没有的单位")
    assert not User.objects.exists()


def test_a_unit_is_found_by_its_name():
    """By full or short name."""
    unit = make.make_unit(short_name="嵩明县局")
    user = make.make_staff()
    assert "嵩明县局" in grant(user.username, "management", "--unit", "嵩明县局")
    assert roles(User.objects.get(pk=user.pk)).over_unit(unit, Role.MANAGEMENT)
