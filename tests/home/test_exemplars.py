"""Exemplars: put forward by a branch's secretary, published or returned by the office."""

import pytest

from home.models import ExemplarPage, ExemplarProposal
from staff.models import Notification
from tests.factories.staff import make_office, make_organisation, make_secretary, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    return make_organisation()


def send(client, branch, member, **fields):
    data = {"organisation": branch.pk, "member": member.employee_number, "title": "守田人", "introduction": "一句话"}
    return client.post("/exemplars/proposals/new/", {**data, "deeds": "第一段<script>\n\n第二段", **fields})


def test_a_secretary_puts_forward_and_the_office_publishes_in_one_step(client, branch):
    member = make_staff(name="赵守田", branch=branch, unit=branch.unit).member
    secretary, office = make_secretary(branch), make_office()
    client.force_login(secretary)
    send(client, branch, member)
    proposal = ExemplarProposal.objects.get()
    assert "赵守田" in Notification.objects.get(user=office).text
    assert client.post(f"/exemplars/proposals/{proposal.pk}/publish/").status_code == 404
    client.force_login(office)
    for _time in range(2):
        response = client.post(f"/exemplars/proposals/{proposal.pk}/publish/")
    page = ExemplarPage.objects.get()
    assert page.live and page.title == "赵守田：守田人"
    text = client.get(page.url).text
    assert "<p>第一段&lt;script&gt;</p><p>第二段</p>" in text
    assert response.status_code == 302
    assert Notification.objects.filter(user=secretary, text__contains="已被采用").count() == 1


def test_the_office_may_go_on_with_a_draft(client, branch):
    client.force_login(make_secretary(branch))
    send(client, branch, make_staff(branch=branch, unit=branch.unit).member)
    client.force_login(make_office())
    response = client.post(f"/exemplars/proposals/{ExemplarProposal.objects.get().pk}/publish/", {"draft": "1"})
    page = ExemplarPage.objects.get()
    assert not page.live and str(page.pk) in response["Location"]


def test_a_returned_proposal_says_why_and_is_put_forward_anew(client, branch):
    member = make_staff(branch=branch, unit=branch.unit).member
    secretary, office = make_secretary(branch), make_office()
    client.force_login(secretary)
    send(client, branch, member)
    address = ExemplarProposal.objects.get().get_absolute_url()
    client.force_login(office)
    client.post(f"{address}return/", {"because": ""})
    assert ExemplarProposal.objects.get().is_open
    client.post(f"{address}return/", {"because": "事迹不具体"})
    client.force_login(secretary)
    assert "事迹不具体" in client.get(address).text
    data = {"organisation": branch.pk, "member": member.employee_number, "title": "改后", "introduction": "句"}
    client.post(f"{address}edit/", {**data, "deeds": "具体"})
    assert ExemplarProposal.objects.get().is_open and ExemplarProposal.objects.get().title == "改后"


def test_only_ones_own_branch_and_its_people(client, branch):
    elsewhere = make_organisation()
    outsider = make_staff(branch=elsewhere, unit=elsewhere.unit).member
    client.force_login(make_secretary(branch))
    assert "不在这个支部" in send(client, branch, outsider).text
    assert send(client, elsewhere, outsider).status_code == 200
    assert not ExemplarProposal.objects.exists()
    client.force_login(make_staff())
    assert client.get("/exemplars/proposals/").status_code == 404
