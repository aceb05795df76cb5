"""The registers of plots in the admin: what is changed there keeps the rules of the portal, or is changed there."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from staff.models import Notification
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding():
    """What a visit five days ago found, on a plot of the unit that the keeper manages."""
    assignment = make.make_assignment(starts=make.today(-10), ends=make.today(-1))
    return make.make_finding(visit=make.make_visit(assignment=assignment, day=make.today(-5)), due=make.today(-3))


@pytest.fixture
def keeper(client, finding):
    user = make.make_manager(finding.visit.assignment.plot.unit)
    client.force_login(user)
    return user


def correct(client, visit, **fields):
    sent = {"day": visit.day, "households": visit.households, "summary": "", **fields}
    return client.post(reverse("staff_visit:edit", args=[visit.pk]), sent)


def amend(client, finding, **fields):
    sent = {"text": finding.text, "owner": finding.owner_id or "", "due": finding.due or "", **fields}
    return client.post(reverse("staff_finding:edit", args=[finding.pk]), sent)


def test_a_holding_is_looked_at_in_the_admin_and_changed_on_the_page_of_its_plot(client, keeper, finding):
    assignment = finding.visit.assignment
    for way in ("edit", "delete"):
        assert client.get(f"/admin/staff/assignment/{way}/{assignment.pk}/").status_code == 404
    page = client.get(reverse("staff_assignment:inspect", args=[assignment.pk])).content.decode()
    assert f'href="{assignment.plot.get_absolute_url()}"' in page


def test_a_visit_put_right_says_in_the_log_what_it_said_before(client, keeper, finding):
    visit = finding.visit
    assert correct(client, visit, households=41).status_code == 302
    entry = ModelLogEntry.objects.for_instance(visit).get()
    assert (entry.action, entry.user) == ("staff.visit.correct", keeper)
    assert entry.data["before"]["households"] == visit.households
    visit.refresh_from_db()
    assert visit.households == 41


@pytest.mark.parametrize("day", [-20, 0, 1, -2])
def test_a_visit_is_not_moved_out_of_its_holding_nor_behind_what_is_due_from_it(client, keeper, finding, day):
    answer = correct(client, finding.visit, day=make.today(day))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not ModelLogEntry.objects.for_instance(finding.visit).exists()


def test_a_new_owner_of_a_finding_is_told_and_must_be_able_to_see_it(client, keeper, finding):
    there = make.make_member(unit=finding.visit.assignment.plot.unit)
    make.make_user(member=there)
    assert amend(client, finding, owner=there.pk).status_code == 302
    assert Notification.objects.get(user=there.user).key == f"finding:{finding.pk}"
    assert ModelLogEntry.objects.for_instance(finding).get().action == "staff.finding.amend"
    below = make.make_member(unit=make.make_unit(parent=there.unit, kind="station"))
    assert amend(client, finding, owner=below.pk).context["form"].errors
    finding.refresh_from_db()
    assert finding.owner == there


def test_a_finding_is_not_due_before_its_visit_and_a_closed_one_stays_as_it_is(client, keeper, finding):
    assert amend(client, finding, due=make.today(-9)).context["form"].errors
    finding.state, finding.closed_on, finding.result = "closed", make.today(), "已更换"
    finding.save()
    assert amend(client, finding, text="改写").context["form"].errors
    finding.refresh_from_db()
    assert finding.text != "改写"


def test_registers_of_another_unit_are_not_there(client, finding):
    client.force_login(make.make_manager(make.make_unit()))
    visit = finding.visit
    for register, row in (("visit", visit), ("finding", finding), ("assignment", visit.assignment)):
        assert client.get(reverse(f"staff_{register}:inspect", args=[row.pk])).status_code == 404
    assert correct(client, visit, households=41).status_code == 404
    assert amend(client, finding, text="改写").status_code == 404
