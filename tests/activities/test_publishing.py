"""The published face: a tree that mirrors the organisations, one page an activity, rights of a branch alone."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import GroupPagePermission

from activities import publishing
from activities.choices import ActivityState, Kind
from activities.models import ActivityPage, BranchPage
from staff.audience import Audience
from tests.factories.activities import make_activity, make_activity_page, make_branch_index, make_branch_page
from tests.factories.staff import make_committee, make_organisation, make_secretary, make_staff

pytestmark = pytest.mark.django_db


def test_the_pages_mirror_the_organisations_and_move_with_them():
    branch = make_organisation()
    page = make_branch_page(branch)
    assert page.get_parent().specific.organisation == make_committee()
    general = make_organisation(kind="general")
    branch.refresh_from_db()
    branch.move(general, pos="sorted-child" if general.node_order_by else "last-child")
    branch = type(branch).objects.get(pk=branch.pk)
    assert publishing.ensure_branch_page(branch).get_parent().specific.organisation == general
    assert BranchPage.objects.count() == 3


def test_a_secretary_may_write_and_publish_below_their_own_branch_alone():
    here, elsewhere = make_branch_page(), make_branch_page()
    user = make_secretary(here.organisation)
    here, elsewhere = BranchPage.objects.get(pk=here.pk), BranchPage.objects.get(pk=elsewhere.pk)
    assert here.permissions_for_user(user).can_publish()
    assert not elsewhere.permissions_for_user(user).can_edit()
    assert GroupPagePermission.objects.filter(page=here).count() == 3


def test_publishing_twice_keeps_one_page_with_its_text():
    activity = make_activity(agenda="重温入党誓词\n交流研讨", note="佩戴党徽")
    page = make_activity_page(activity)
    assert page.live and [block.block_type for block in page.body] == ["heading", "text", "call_out"]
    publishing.publish(activity=activity, by=None, audience=Audience.PUBLIC)
    page = ActivityPage.objects.get()
    assert page.audience == Audience.PUBLIC and len(page.body) == 3


def test_a_draft_page_is_not_live():
    make_branch_index()
    assert not publishing.publish(activity=make_activity(), by=None, live=False).live


@pytest.mark.parametrize(
    "fields",
    [{"kinds": [Kind.COMMITTEE]}, {"state": ActivityState.CANCELLED}, {"state": ActivityState.DRAFT}],
)
def test_what_has_no_face_is_not_published(fields):
    make_branch_index()
    with pytest.raises(ValidationError):
        publishing.publish(activity=make_activity(**fields), by=None)


def test_pages_open_to_their_audience(client):
    page = make_activity_page(make_activity(agenda="学习", note="带笔"))
    address = page.get_url()
    assert client.get(address).status_code == 302
    client.force_login(make_staff())
    assert client.get(address).status_code == 200
    assert client.get(page.get_parent().get_url()).status_code == 200
    assert client.get(page.get_parent().get_parent().get_parent().get_url()).status_code == 200
    client.force_login(make_secretary(page.activity.lead))
    assert client.get(page.get_parent().get_url()).status_code == 200
    client.logout()
    ActivityPage.objects.update(audience=Audience.PUBLIC)
    assert client.get(address).status_code == 200
