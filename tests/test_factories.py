"""The factories make what the models' own validation accepts."""

import pytest

from staff.access import roles
from staff.choices import Role
from tests.factories import staff as make

MAKERS = [
    make.make_unit,
    make.make_organisation,
    make.make_partner_organisation,
    make.make_member,
    make.make_post,
    make.make_plot,
    make.make_assignment,
    make.make_visit,
    make.make_finding,
    make.make_round,
    make.make_need,
    make.make_posting,
    make.make_leave,
]


@pytest.mark.django_db
@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_defaults_are_valid(maker):
    """Two made by defaults pass the model's validation and stand beside each other."""
    maker().full_clean()
    maker().full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("maker", "role"),
    [
        (make.make_staff, Role.STAFF),
        (make.make_secretary, Role.SECRETARY),
        (make.make_manager, Role.MANAGEMENT),
        (make.make_office, Role.OFFICE),
        (make.make_sysadmin, Role.SYSADMIN),
        (make.make_auditor, Role.AUDITOR),
        (make.make_partner, Role.PARTNER),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_accounts_hold_their_role(maker, role):
    """Each account holds the role that it is named for, and only a partner is outside."""
    held = roles(maker())
    assert held.holds(role)
    assert held.inside is (role != Role.PARTNER)
