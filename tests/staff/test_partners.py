"""Accounts of partners: opened and shut by the office, never an account of the bureau."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from staff import partners
from staff.access import roles
from staff.models import Grant, User
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


def test_the_office_opens_an_account_that_is_a_partners_and_no_more():
    organisation, office = make.make_partner_organisation(), make.make_office()
    grant = partners.open_account(organisation=organisation, username="taihe", by=office)
    assert not grant.user.has_usable_password()
    assert roles(grant.user).is_partner
    assert grant.given_by == office
    again = partners.open_account(organisation=organisation, username="TAIHE", by=office)
    assert again == grant
    assert list(partners.accounts_of([organisation])) == [grant]


def test_nobody_else_opens_one():
    organisation = make.make_partner_organisation()
    for user in (make.make_secretary(), make.make_manager(), make.make_sysadmin(), make.make_partner(organisation)):
        with pytest.raises(PermissionDenied):
            partners.open_account(organisation=organisation, username="x", by=user)


def test_no_account_of_the_bureau_becomes_a_partners():
    organisation, office = make.make_partner_organisation(), make.make_office()
    for user in (make.make_staff(), make.make_auditor(), User.objects.create(username="shut", is_active=False)):
        with pytest.raises(ValidationError):
            partners.open_account(organisation=organisation, username=user.username, by=office)
    with pytest.raises(ValidationError):
        partners.open_account(organisation=make.make_organisation(), username="new", by=office)
    with pytest.raises(ValidationError):
        partners.open_account(organisation=organisation, username="不 行", by=office)
    assert not Grant.objects.filter(organisation=organisation).exists()


def test_a_shut_account_opens_nothing():
    organisation, office = make.make_partner_organisation(), make.make_office()
    grant = partners.open_account(organisation=organisation, username="taihe", by=office)
    partners.close_account(grant=grant, by=office)
    user = User.objects.get(username="taihe")
    assert not roles(user).is_partner
    older = make.make_partner(organisation).grants.get()
    Grant.objects.filter(pk=older.pk).update(starts=make.today(-30))
    partners.close_account(grant=older, by=office)
    assert Grant.objects.get(pk=older.pk).ends == make.today(-1)
    assert not partners.accounts_of([organisation]).exists()
