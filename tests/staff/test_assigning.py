"""Many plots assigned from one table: all rows or none, a wrong one keeps what was typed."""

import pytest
from django.urls import reverse

from staff.models import Assignment, Notification
from tests.factories.staff import make_assignment, make_manager, make_member, make_plot, make_staff, make_user, today

pytestmark = pytest.mark.django_db

URL = "/plots/assign/"


@pytest.fixture
def plot():
    return make_plot(name="甲村")


@pytest.fixture
def keeper(client, plot):
    user = make_manager(plot.unit)
    client.force_login(user)
    return user


def table(*rows, **more):
    data = {"rows-TOTAL_FORMS": str(len(rows)), "rows-INITIAL_FORMS": "0", **more}
    for number, row in enumerate(rows):
        row = {"role": "lead", "starts": today().isoformat(), **row}
        data |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return data


def test_several_people_and_plots_at_once_and_each_is_told(client, keeper, plot):
    other = make_plot(unit=plot.unit, name="乙村")
    people = [make_member(unit=plot.unit) for _number in range(2)]
    users = [make_user(member=member) for member in people]
    rows = [
        {"plot": "甲村", "member": people[0].employee_number},
        {"plot": "甲村", "member": people[1].employee_number, "role": "assistant"},
        {"plot": "乙村", "officer_name": "李网格", "officer_phone": "13800000000", "role": "grid_officer"},
        {"plot": ""},
    ]
    assert client.post(URL, table(*rows)).status_code == 302
    assert plot.assignments.count() == 2
    assert other.assignments.get().officer_name == "李网格"
    assert Notification.objects.filter(user__in=users).count() == 2


def test_a_wrong_row_is_named_keeps_its_text_and_nothing_is_stored(client, keeper, plot):
    held = make_assignment(plot=plot, role="lead")
    good = {"plot": "甲村", "member": make_member(unit=plot.unit).employee_number, "role": "assistant"}
    for bad, message in (
        ({"plot": "不存在的村", "member": good["member"]}, "您的管理范围内没有"),
        ({"plot": "甲村", "member": "查无此人"}, "没有找到"),
        ({"plot": "甲村", "member": held.member.employee_number}, "同一分工"),
        ({"plot": "甲村"}, "二者择一"),
        ({"plot": "甲村", "member": good["member"], "starts": "明天"}, "明天"),
        ({"plot": "甲村", "member": good["member"], "ends": today(-5).isoformat()}, "不能早于"),
    ):
        answer = client.post(URL, table(good, bad))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert message in page
        assert good["member"] in page
        assert Assignment.objects.get() == held


def test_plots_of_others_are_not_known_here_and_twins_are_told_apart_by_unit(client, keeper, plot):
    make_plot(name="丙村")
    member = make_member(unit=plot.unit).employee_number
    answer = client.post(URL, table({"plot": "丙村", "member": member}))
    assert answer.status_code == 422
    typed = f"{plot.unit} · 甲村"
    assert client.post(URL, table({"plot": typed, "member": member})).status_code == 302


def test_pasted_lines_become_rows(client, keeper, plot):
    lines = f"责任田\t工号\t分工\t开始日期\n甲村\tT1\t烟技员\t2026年3月1日\n乙村\tT2\n{'甲' * 30}\t\t随便\t明天"
    page = client.post(URL, {"paste": "1", "table": lines}).content.decode()
    for text in ("甲村", "T1", "2026-03-01", "乙村", "明天"):
        assert f'value="{text}"' in page
    assert not Assignment.objects.exists()
    assert client.post(URL, {"paste": "1", "table": ""}).status_code == 200


def test_more_rows_keep_what_was_typed(client, keeper):
    page = client.post(URL, table({"plot": "甲村", "member": "T99"}, more="1")).content.decode()
    assert 'value="T99"' in page
    assert client.post(URL, {"more": "1", "rows-TOTAL_FORMS": "x"}).status_code == 200


@pytest.mark.parametrize("data", [{}, {"rows-TOTAL_FORMS": "abc"}, {"rows-TOTAL_FORMS": "99999"}])
def test_a_broken_table_is_no_error_of_the_portal(client, keeper, data):
    assert client.post(URL, data).status_code == 422


def test_who_assigns_nothing_finds_no_table(client, plot):
    assert client.get(URL).status_code == 302
    client.force_login(make_staff(unit=plot.unit))
    assert client.get(URL).status_code == 404


def test_the_admin_assigns_by_the_same_rules_and_tells_the_holder(client, keeper, plot):
    member = make_member(unit=plot.unit, branch=keeper.member.branch)
    user = make_user(member=member)
    url = reverse("staff_assignment:add")
    data = {"plot": plot.pk, "member": member.pk, "role": "lead", "starts": today().isoformat()}
    assert client.post(url, data).status_code == 302
    assert Notification.objects.filter(user=user).count() == 1
    answer = client.post(url, data | {"starts": today(1).isoformat()})
    assert answer.status_code == 200
    assert Assignment.objects.count() == 1
