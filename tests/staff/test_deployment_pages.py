"""Rounds, rosters and postings: each sees their scope, changes leave a history, a stale form is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff import rosters
from staff.choices import PostingState, RoundState
from staff.models import Posting
from tests.factories.staff import (
    make_leave,
    make_manager,
    make_member,
    make_need,
    make_office,
    make_posting,
    make_round,
    make_secretary,
    make_staff,
    make_unit,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting():
    return make_posting()


def test_a_stranger_signs_in_first_and_a_draft_is_only_for_those_who_prepare_it(client):
    draft = make_round(state=RoundState.DRAFT)
    for url in ("/deployments/", "/deployments/roster/", f"/deployments/{draft.pk}/"):
        assert client.get(url).status_code == 302
    client.force_login(make_staff())
    assert client.get(f"/deployments/{draft.pk}/").status_code == 404
    client.force_login(make_office())
    assert client.get(f"/deployments/{draft.pk}/").status_code == 200


def test_the_roster_shows_each_their_own_scope(client, posting):
    url = "/deployments/roster/"

    def seen(user, **query):
        client.force_login(user)
        return client.get(url, query).context["total"]

    assert seen(make_user(member=posting.member)) == 1
    assert seen(make_staff()) == 0
    assert seen(make_secretary()) == 0
    assert seen(make_secretary(posting.member.branch)) == 1
    assert seen(make_manager(posting.host_unit)) == 1
    assert seen(make_manager()) == 0
    assert seen(make_office(), on=today(-31).isoformat()) == 0
    assert seen(make_office(), on=today(150).isoformat(), by="home") == 1


@pytest.mark.parametrize("query", ["on=x", "on=2022-02-30", "on=0001-01-01", "on=9999-12-31", "by=x", "page=1"])
def test_a_wrong_day_is_no_error(client, query):
    client.force_login(make_office())
    assert client.get("/deployments/roster/?" + query).status_code == 200


def test_a_posting_elsewhere_is_not_found(client, posting):
    leave = make_leave(posting=posting)
    for user in (make_staff(), make_secretary(), make_manager()):
        client.force_login(user)
        assert client.get(f"/deployments/postings/{posting.pk}/").status_code == 404
        assert client.post(f"/deployments/postings/{posting.pk}/extend/").status_code == 404
        assert client.post(f"/deployments/leaves/{leave.pk}/decide/", {"approve": "yes"}).status_code == 404
        assert client.post(f"/deployments/{posting.round_id}/approve/").status_code == 404


def change(posting, **fields):
    return {"version": rosters.version(posting), "reason": "专项行动", **fields}


def test_a_manager_extends_and_an_overlap_is_named_beside_the_field(client, posting):
    make_posting(member=posting.member, round=posting.round, starts=today(180), ends=today(200))
    client.force_login(make_manager(posting.host_unit))
    url = f"/deployments/postings/{posting.pk}/extend/"
    response = client.post(url, change(posting, until=today(190).isoformat()))
    assert response.status_code == 422
    assert "已有其他派驻" in response.content.decode()
    assert client.post(url, change(posting, until=today(170).isoformat())).status_code == 302
    assert "专项行动" in client.get(f"/deployments/postings/{posting.pk}/").content.decode()


def test_a_stale_form_is_refused_its_text_kept_and_then_accepted(client, posting):
    client.force_login(make_manager(posting.host_unit))
    url = f"/deployments/postings/{posting.pk}/early-end/"
    old = change(posting, day=today(3).isoformat(), reason="身体原因")
    rosters.extend(posting=posting, until=today(160), reason="x", by=None)
    response = client.post(url, old)
    page = response.content.decode()
    assert response.status_code == 422
    assert "已被他人修改" in page
    assert "身体原因" in page
    posting.refresh_from_db()
    assert rosters.version(posting) in page
    assert client.post(url, old | {"version": rosters.version(posting)}).status_code == 302


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("extend", {"until": "x"}),
        ("extend", {"until": ""}),
        ("early-end", {"day": "2001-01-01"}),
        ("recall", {"day": "2099-01-01"}),
        ("move", {"host_unit": "abc", "duty": "x", "day": ""}),
        ("replace", {"member": "无此人", "day": ""}),
        ("leave", {"starts": "2099-01-01", "ends": "2099-01-02"}),
    ],
)
def test_bad_input_is_named_and_kept(client, posting, action, fields):
    client.force_login(make_manager(posting.host_unit))
    url = f"/deployments/postings/{posting.pk}/{action}/"
    response = client.post(url, change(posting, reason="保留的原因", **fields))
    assert response.status_code == 422
    assert "保留的原因" in response.content.decode()
    assert not posting.changes.exists()


def test_every_change_goes_through_the_page(client):
    client.force_login(make_office())
    for action, fields in {
        "move": {"host_unit": make_unit().pk, "duty": "清理", "day": today(2).isoformat()},
        "recall": {"day": today(2).isoformat()},
        "replace": {
            "member": make_member().employee_number,
            "day": today(2).isoformat(),
            "handover": "许可证台账两册，未结案件一件",
        },
    }.items():
        posting = make_posting()
        url = f"/deployments/postings/{posting.pk}/{action}/"
        assert client.post(url, change(posting, **fields)).status_code == 302, action
        assert client.post(url, change(posting, **fields)).status_code == 302, action
        assert posting.changes.count() == 1


def test_an_unknown_action_is_not_found(client, posting):
    client.force_login(make_office())
    assert client.post(f"/deployments/postings/{posting.pk}/destroy/").status_code == 404


def test_the_deployed_person_asks_for_leave_reports_and_changes_nothing_else(client, posting):
    client.force_login(make_user(member=posting.member))
    url = f"/deployments/postings/{posting.pk}/"
    leave = {"starts": today(1).isoformat(), "ends": today(2).isoformat(), "reason": "家事"}
    assert client.post(url + "leave/", leave).status_code == 302
    report = {"span": "week", "day": today().isoformat(), "text": "本周夜查三次"}
    assert client.post(url + "reports/new/", report).status_code == 302
    assert client.post(url + "reports/new/", report).status_code == 422
    assert client.post(url + "reports/new/", report | {"day": today(1).isoformat()}).status_code == 422
    client.post(url + "extend/", change(posting, until=today(170).isoformat()))
    assert not posting.changes.exists()
    page = client.get(url).content.decode()
    assert "本周夜查三次" in page
    assert "待审批" in page


def test_leave_is_decided_and_closed_on_the_page(client, posting):
    leave = make_leave(posting=posting, starts=today(-2), ends=today())
    client.force_login(make_manager(posting.host_unit))
    client.post(f"/deployments/leaves/{leave.pk}/decide/", {"approve": "yes"})
    assert "请假" in client.get(f"/deployments/postings/{posting.pk}/").content.decode()
    for wrong in ("x", "", today(-2).isoformat(), today(1).isoformat()):
        answer = client.post(f"/deployments/leaves/{leave.pk}/return/", {"day": wrong})
        assert answer.status_code == 422 and f'id="return{leave.pk}_day_error"' in answer.text, answer.text
        assert f'value="{wrong}"' in answer.text or not wrong
    client.post(f"/deployments/leaves/{leave.pk}/return/", {"day": today().isoformat()})
    leave.refresh_from_db()
    assert (leave.state, leave.ends) == ("returned", today(-1))


def test_somebody_is_added_for_a_need_and_approved(client):
    need, member = make_need(), make_member()
    round = need.round
    client.force_login(make_manager(member.unit))
    url = f"/deployments/{round.pk}/add/"
    data = {
        "member": member.employee_number,
        "need": need.pk,
        "starts": today().isoformat(),
        "ends": today(60).isoformat(),
    }
    assert client.get(url).status_code == 200
    assert client.post(url, data).status_code == 302
    response = client.post(url, data)
    assert response.status_code == 422
    assert "已有其他派驻" in response.content.decode()
    client.force_login(make_office())
    posting = Posting.objects.get()
    said = {f"posting-{posting.pk}-decision": "approve", f"posting-{posting.pk}-reason": ""}
    assert client.post(f"/deployments/{round.pk}/approve/", said).status_code == 302
    assert Posting.objects.get().state == PostingState.IN_POST


def test_a_manager_adds_nobody_between_other_units(client):
    need, member = make_need(), make_member()
    client.force_login(make_manager())
    data = {
        "member": member.employee_number,
        "need": need.pk,
        "starts": today().isoformat(),
        "ends": today(9).isoformat(),
    }
    response = client.post(f"/deployments/{need.round_id}/add/", data)
    assert "均不在您的管理范围内" in response.content.decode()
    assert not Posting.objects.exists()


def test_pages_cost_the_same_at_ten_times_the_people(client):
    need = make_need(headcount=60)
    first = make_posting(need=need)
    make_leave(posting=first, state="approved")
    client.force_login(make_office())
    urls = ["/deployments/", f"/deployments/{need.round_id}/", "/deployments/roster/"]
    urls += [f"/deployments/postings/{first.pk}/"]
    few = [queries(client, url) for url in urls]
    for _number in range(12):
        make_leave(posting=make_posting(need=need), state="approved")
    make_round()
    assert [queries(client, url) for url in urls] == few
    assert max(few) <= 20


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_lists_go_out_as_workbooks_to_those_who_manage(client, posting):
    urls = [f"/deployments/{posting.round_id}/?format=xlsx", "/deployments/roster/?format=xlsx"]
    client.force_login(make_staff())
    assert [client.get(url).status_code for url in urls] == [404, 404]
    client.force_login(make_manager(posting.host_unit))
    assert [client.get(url).status_code for url in urls] == [200, 200]
