"""Where a signed-out reader is led, and how far a role reaches."""

from datetime import timedelta

import pytest
from wagtail.models import Collection, GroupCollectionPermission

from staff.access import roles
from staff.choices import Role
from tests.factories.staff import (
    make_manager,
    make_member,
    make_organisation,
    make_partner,
    make_post,
    make_secretary,
    make_unit,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db


def test_what_a_signed_out_reader_sends_leads_back_to_the_page_of_the_form(client):
    sent = client.post("/plots/1/visit/", headers={"referer": "http://testserver/plots/1/visit/?day=1"})
    assert sent["Location"] == "/accounts/login/?next=/plots/1/visit/%3Fday%3D1"


def test_a_page_of_another_host_is_no_way_back(client):
    sent = client.post("/plots/1/visit/", headers={"referer": "https://elsewhere.example/trap/"})
    assert sent["Location"] == "/accounts/login/?next=/"


def test_a_secretary_reaches_the_own_organisation_and_below_while_in_post():
    branch = make_organisation()
    secretary = make_secretary(branch)
    elsewhere = make_organisation()
    held = roles(secretary)
    assert held.over_organisation(branch, Role.SECRETARY)
    assert not held.over_organisation(elsewhere, Role.SECRETARY)


def test_a_post_that_has_ended_gives_nothing():
    member = make_member(user=make_user())
    make_post(member=member, starts=today(-400), ends=today(-1))
    assert not roles(member.user).holds(Role.SECRETARY)
    assert roles(member.user, on=today() - timedelta(days=2)).holds(Role.SECRETARY)


def test_management_reaches_the_own_unit_and_below():
    county, elsewhere = make_unit(), make_unit()
    squad = make_unit(county)
    held = roles(make_manager(county))
    assert held.over_unit(squad, Role.MANAGEMENT)
    assert not held.over_unit(elsewhere, Role.MANAGEMENT)


def test_a_partner_is_not_inside():
    assert not roles(make_partner()).inside


def test_an_account_that_was_closed_is_nobody():
    user = make_secretary()
    user.is_active = False
    assert not roles(user).inside


def test_a_committee_may_bring_in_pictures_from_its_first_post_on():
    secretary = make_secretary()
    assert GroupCollectionPermission.objects.filter(
        group__user=secretary, permission__codename="add_image", collection=Collection.get_first_root_node()
    ).exists()
