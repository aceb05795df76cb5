"""Plots on the phone: mine first, one visit recorded once, typed text kept, nothing shown of other units."""

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from staff.models import Assignment, Finding, Visit
from tests.factories.staff import (
    make_assignment,
    make_division,
    make_finding,
    make_manager,
    make_member,
    make_office,
    make_plot,
    make_secretary,
    make_staff,
    make_user,
    make_visit,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def holding():
    holding = make_assignment()
    make_user(member=holding.member)
    return holding


def form(**fields):
    rows = {"findings-TOTAL_FORMS": "3", "findings-INITIAL_FORMS": "0"}
    return {"token": str(uuid.uuid4()), "day": today().isoformat(), "households": "6", "summary": "", **rows, **fields}


def sign_in(client, holding):
    client.force_login(holding.member.user)
    return f"/plots/{holding.plot_id}/visit/"


def photo(name="a.jpg", content=None):
    if content is None:
        out = BytesIO()
        Image.new("RGB", (60, 40), "green").save(out, "JPEG")
        content = out.getvalue()
    return SimpleUploadedFile(name, content, "image/jpeg")


def test_my_plots_stand_first_with_one_button_each(client, holding):
    url = sign_in(client, holding)
    page = client.get("/plots/").content.decode()
    assert "我的责任田" in page
    assert url in page


def test_a_visit_is_recorded_with_findings_and_photos(client, holding):
    url = sign_in(client, holding)
    owner = holding.member.employee_number
    fields = {"findings-0-text": "电线老化", "findings-0-owner": owner, "findings-0-due": today(5).isoformat()}
    response = client.post(url, form(**fields, photos=[photo(), photo()]))
    assert response.status_code == 302
    visit = Visit.objects.get()
    assert (visit.households, visit.photos.count(), visit.recorded_by) == (6, 2, holding.member.user)
    assert Finding.objects.get().owner == holding.member
    assert "电线老化" in client.get(response.url).content.decode()


def test_a_visit_sent_twice_is_stored_once(client, holding):
    url, data = sign_in(client, holding), form()
    for _time in range(2):
        assert client.post(url, data).status_code == 302
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"day": today(1).isoformat()}, "不能晚于今天"),
        ({"day": today(-200).isoformat()}, "不在责任期内"),
        ({"day": "明天"}, ""),
        ({"households": "0"}, ""),
        ({"households": "很多"}, ""),
        ({"token": "x"}, ""),
        ({"findings-0-owner": "无此人", "findings-0-text": "电线"}, "没有找到"),
        ({"findings-0-due": today().isoformat()}, "请填写发现的问题"),
        ({"findings-TOTAL_FORMS": "abc"}, ""),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_is_kept(client, holding, fields, message):
    url = sign_in(client, holding)
    response = client.post(url, form(summary="已提醒用火安全", **fields))
    assert response.status_code == 422
    page = response.content.decode()
    assert "已提醒用火安全" in page
    assert message in page
    assert not Visit.objects.exists()


def test_a_photo_that_is_none_is_named_and_the_text_kept(client, holding):
    url = sign_in(client, holding)
    bad = photo("合影.jpg", b"not a photo")
    page = client.post(url, form(summary="已提醒用火安全", photos=[photo(), bad])).content.decode()
    assert "合影.jpg" in page
    assert "已提醒用火安全" in page
    assert not Visit.objects.exists()


def test_who_cannot_see_the_plot_is_not_made_to_mend_it(client, holding):
    stranger = make_member().employee_number
    fields = {"findings-0-text": "电线老化", "findings-0-owner": stranger}
    assert client.post(sign_in(client, holding), form(**fields)).status_code == 422


def test_ten_photos_are_one_too_many(client, holding):
    response = client.post(sign_in(client, holding), form(photos=[photo() for _number in range(10)]))
    assert response.status_code == 422


def queued(client, url, **fields):
    return client.post(url, form(queued="on", **fields), headers={"X-Visit-Queue": "1"})


def test_the_phones_queue_is_answered_in_data_and_stored_once(client, holding):
    url, token = sign_in(client, holding), str(uuid.uuid4())
    for _time in range(2):
        answer = queued(client, url, token=token, place="25.04012,102.71234")
        assert answer.json() == {"stored": True, "address": f"/plots/{holding.plot_id}/"}
    assert Visit.objects.get().place == "25.04012,102.71234"
    wrong = queued(client, url, households="0", place="家里")
    assert wrong.status_code == 422
    assert any("走访户数" in text for text in wrong.json()["errors"])
    assert any("位置" in text for text in wrong.json()["errors"])


def test_a_visit_that_waited_on_the_phone_until_its_holding_ended_comes_in_flagged(client, holding):
    url = sign_in(client, holding)
    Assignment.objects.update(ends=today(-2))
    assert client.get(url).status_code == 404
    assert client.post(url, form()).status_code == 404
    assert queued(client, url).json()["stored"]
    assert Visit.objects.get().flagged
    assert "责任期外补报" in client.get(f"/plots/{holding.plot_id}/").content.decode()


def test_the_worker_speaks_for_plots_only(client, holding):
    sign_in(client, holding)
    answer = client.get("/plots/worker.js")
    assert answer["Service-Worker-Allowed"] == "/plots/"
    assert answer["Content-Type"].startswith("text/javascript")


def test_a_finding_becomes_a_suggestion_for_those_who_see_it(client, holding):
    finding = make_finding(visit=make_visit(assignment=holding))
    sign_in(client, holding)
    link = f"/suggestions/new/?finding={finding.pk}"
    assert link in client.get(f"/plots/{holding.plot_id}/").content.decode()
    assert finding.text in client.get(link).content.decode()
    client.force_login(make_staff())
    assert finding.text not in client.get(link).content.decode()
    assert client.get("/suggestions/new/?finding=abc").status_code == 200


def test_a_plot_of_another_unit_is_not_found(client, holding):
    visit = make_visit(assignment=holding)
    finding = make_finding(visit=visit)
    urls = [f"/plots/{holding.plot_id}/", f"/plots/{holding.plot_id}/visit/"]
    posts = [
        f"/plots/{holding.plot_id}/assign/",
        f"/plots/assignments/{holding.pk}/end/",
        f"/plots/findings/{finding.pk}/close/",
    ]
    for url in urls:
        assert client.get(url).status_code == 302
    for user in (make_staff(), make_secretary(), make_manager()):
        client.force_login(user)
        for url in urls:
            assert client.get(url).status_code == 404
        for url in posts:
            assert client.post(url, {"result": "x", "ends": today().isoformat()}).status_code == 404
    finding.refresh_from_db()
    assert finding.state == "open"


def test_a_colleague_sees_the_plot_and_records_nothing_on_it(client, holding):
    client.force_login(make_staff(unit=holding.plot.unit))
    assert client.get(f"/plots/{holding.plot_id}/").status_code == 200
    assert client.get(f"/plots/{holding.plot_id}/visit/").status_code == 404


def test_a_manager_assigns_and_ends(client):
    plot = make_plot()
    member = make_member(unit=plot.unit)
    client.force_login(make_manager(plot.unit))
    data = {"member": member.employee_number, "role": "lead", "starts": today().isoformat()}
    assert client.post(f"/plots/{plot.pk}/assign/", data).status_code == 302
    response = client.post(f"/plots/{plot.pk}/assign/", data)
    assert response.status_code == 422
    assert "同一分工" in response.content.decode()
    held = Assignment.objects.get()
    assert client.post(f"/plots/assignments/{held.pk}/end/", {"ends": today().isoformat()}).status_code == 302


def test_two_people_of_one_name_are_told_apart_by_number(client):
    plot = make_plot()
    first, second = (make_member(name="李伟", unit=plot.unit) for _number in range(2))
    client.force_login(make_manager(plot.unit))
    data = {"member": "李伟", "role": "lead", "starts": today().isoformat()}
    page = client.post(f"/plots/{plot.pk}/assign/", data).content.decode()
    assert first.employee_number in page
    assert second.employee_number in page


def test_a_finding_is_closed_by_its_owner_once(client, holding):
    finding = make_finding(visit=make_visit(assignment=holding), owner=make_member(unit=holding.plot.unit))
    client.force_login(make_user(member=finding.owner))
    url = f"/plots/findings/{finding.pk}/close/"
    assert client.post(url, {"result": ""}).status_code == 422
    assert client.post(url, {"result": "已更换灯泡"}).status_code == 302
    response = client.post(url, {"result": "再来一次"})
    assert response.status_code == 422
    assert "已由他人销号" in response.content.decode()


def test_coverage_is_for_those_who_answer_for_plots_of_others(client):
    plot = make_plot(divisions=[make_division()])
    url = "/plots/coverage/"
    assert client.get(url).status_code == 302
    client.force_login(make_staff(unit=plot.unit))
    assert client.get(url).status_code == 404
    client.force_login(make_manager())
    assert client.get(url).context["total"].plots == 0
    client.force_login(make_manager(plot.unit))
    assert client.get(url).context["total"].plots == 1
    assert client.get(url + "?format=xlsx").status_code == 200
    assert client.get(url + "?division=530127").status_code == 200
    assert client.get(url + "?division=abc").status_code == 404


@pytest.mark.parametrize("query", ["cover=overdue", "cover=empty", "cover=thin", "division=53", "kind=x", "cover=x"])
def test_filters_answer_and_wrong_ones_are_no_error(client, query):
    client.force_login(make_office())
    make_assignment()
    assert client.get("/plots/?" + query).status_code == 200


def test_pages_cost_the_same_at_ten_times_the_rows(client):
    holding = make_assignment(plot=make_plot(divisions=[make_division()]))
    client.force_login(make_office())
    urls = ["/plots/", "/plots/?cover=overdue", "/plots/coverage/", f"/plots/{holding.plot_id}/"]
    make_finding(visit=make_visit(assignment=holding))
    make_assignment()
    few = [queries(client, url) for url in urls]
    for _number in range(12):
        make_finding(visit=make_visit(assignment=holding))
        make_assignment(plot=make_plot(unit=holding.plot.unit, divisions=[make_division()]))
    assert [queries(client, url) for url in urls] == few
    assert max(few) <= 20


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_a_week_shows_who_visited_where_and_what_is_late(client, holding):
    monday = today(-today().weekday())
    make_visit(assignment=holding, day=monday, households=6)
    make_visit(assignment=holding, day=monday - timedelta(days=1), households=9)
    late = make_assignment(plot=make_plot(unit=holding.plot.unit))
    make_visit()
    client.force_login(make_manager(holding.plot.unit))
    page = client.get("/plots/week/")
    found = {row.plot: (row.holders, row.visits) for row in page.context["rows"]}
    assert found == {
        holding.plot: ([holding.member.name], [(monday, holding.member.name, 6)]),
        late.plot: ([late.member.name], []),
    }
    assert (page.context["made"], page.context["households"], page.context["overdue"]) == (1, 6, 1)
    assert [row.plot for row in client.get("/plots/week/?cover=overdue").context["rows"]] == [late.plot]
    before = client.get(f"/plots/week/?day={monday - timedelta(days=3)}")
    assert before.context["households"] == 9
    assert client.get("/plots/week/?format=xlsx").status_code == 200
    assert client.get("/plots/week/?day=x&unit=999999&cover=x").status_code == 200


def test_the_week_is_for_those_who_answer_for_plots_of_others(client, holding):
    assert client.get("/plots/week/").status_code == 302
    client.force_login(holding.member.user)
    assert client.get("/plots/week/").status_code == 404
    client.force_login(make_manager())
    assert client.get("/plots/week/").context["rows"] == []
