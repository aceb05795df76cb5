"""The branches' pages in the admin: a secretary writes on the branch's; the office alone moves and opens them."""

import pytest
from django.urls import reverse

from activities import publishing
from staff.audience import Audience
from tests.factories import activities as make_activity
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary():
    """The secretary of a branch that has a page."""
    return make.make_secretary()


@pytest.fixture
def face(secretary):
    """A published activity of the secretary's branch."""
    branch = secretary.member.branch
    activity = make_activity.make_activity(branch)
    return publishing.publish(activity=activity, by=secretary)


def test_a_secretary_edits_the_branchs_page_and_no_other(client, secretary, face):
    other = make.make_secretary()
    publishing.ensure_branch_page(other.member.branch)
    client.force_login(secretary)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[face.pk])).status_code == 200
    client.force_login(other)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[face.pk])).status_code in (302, 403)


def test_only_the_office_opens_a_page_to_everybody(client, secretary, face):
    office = make.make_office()
    for user, offered in ((secretary, False), (office, True)):
        client.force_login(user)
        form = client.get(reverse("wagtailadmin_pages:edit", args=[face.pk])).context["form"]
        assert (Audience.PUBLIC in [value for value, _label in form.fields["audience"].choices]) == offered


@pytest.mark.parametrize("action", ["delete", "move", "copy"])
def test_only_the_office_moves_copies_or_deletes(client, secretary, face, action):
    above = face.get_parent().get_parent()
    if action == "move":
        address = reverse("wagtailadmin_pages:move_confirm", args=[face.pk, above.pk])
    else:
        address = reverse(f"wagtailadmin_pages:{action}", args=[face.pk])
    client.force_login(secretary)
    assert client.get(address).status_code in (302, 403)
    assert client.post(address).status_code in (302, 403)
    assert type(face).objects.get(pk=face.pk).path == face.path
    client.force_login(make.make_office())
    if action == "delete":
        assert client.get(address).status_code == 200
