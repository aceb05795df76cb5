"""Workbooks brought in by the browser: checked, shown, confirmed, written; private, and never over somebody's work."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from staff.choices import ImportState
from staff.imports import jobs
from staff.models import Assignment, Member, WorkbookImport
from tests.factories import staff as make
from tests.staff.test_imports import book

pytestmark = pytest.mark.django_db
HEADS = ("工号", "姓名", "单位", "手机")


@pytest.fixture
def office(client):
    client.force_login(make.make_office())
    return client


@pytest.fixture
def unit():
    return make.make_unit(name="官渡区局")


@pytest.fixture
def upload(office, django_capture_on_commit_callbacks):
    """Send rows as a workbook; the task runs at once, as it does without a worker."""

    def send(*rows, kind="members", heads=HEADS):
        file = SimpleUploadedFile("名单.xlsx", book(heads, *rows).getvalue())
        with django_capture_on_commit_callbacks(execute=True):
            answer = office.post("/imports/", {"kind": kind, "file": file})
        assert answer.status_code == 302, answer.text
        return WorkbookImport.objects.latest("pk")

    return send


@pytest.fixture
def confirm(office, django_capture_on_commit_callbacks):
    def send(workbook, **data):
        with django_capture_on_commit_callbacks(execute=True):
            answer = office.post(workbook.get_absolute_url(), data)
        workbook.refresh_from_db()
        return answer

    return send


def test_nothing_is_written_until_it_was_shown_and_confirmed(office, unit, upload, confirm):
    make.make_member(employee_number="KM1", name="李明", unit=unit)
    workbook = upload(["KM1", "李敏", unit.name, ""], ["KM2", "单晓梅", unit.name, ""])
    assert (workbook.state, workbook.new, workbook.changed, workbook.bad) == (ImportState.READY, 1, 1, 0)
    page = office.get(workbook.get_absolute_url()).text
    assert "李明" in page and "李敏" in page and "写入 2 行" in page
    assert not Member.objects.filter(employee_number="KM2").exists()
    name = workbook.file.name
    confirm(workbook)
    assert workbook.state == ImportState.DONE
    assert set(Member.objects.values_list("employee_number", "name")) >= {("KM1", "李敏"), ("KM2", "单晓梅")}
    assert not default_storage.exists(name)
    assert "写入 2 行" not in office.get(workbook.get_absolute_url()).text


def test_wrong_rows_are_shown_with_what_would_be_right_and_skipped_only_on_demand(office, unit, upload, confirm):
    workbook = upload(["KM1", "李明", "官渡局", ""], ["KM2", "单晓梅", unit.name, "13800001234"])
    page = office.get(workbook.get_absolute_url()).text
    assert "是否为“官渡区局”" in page
    refused = confirm(workbook)
    assert refused.status_code == 422 and "有误的行须先改正" in refused.text
    confirm(workbook, partial="on")
    assert list(Member.objects.filter(employee_number__startswith="KM").values_list("name", flat=True)) == ["单晓梅"]
    sheet = load_workbook(io.BytesIO(b"".join(office.get(f"{workbook.get_absolute_url()}report.xlsx")))).active
    lines = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert any("官渡区局" in line[5] for line in lines) and not any("13800001234" in str(line) for line in lines)


def test_changing_many_people_is_confirmed_by_their_number(office, unit, upload, confirm):
    many = jobs.CONFIRM_BY_NUMBER
    for number in range(many):
        make.make_member(employee_number=f"KM{number}", name="李明", unit=unit)
    workbook = upload(*[[f"KM{number}", "李敏", unit.name, ""] for number in range(many)])
    assert f"将修改{many}条已有记录" in office.get(workbook.get_absolute_url()).text
    assert "请输入将被修改的行数" in confirm(workbook, number=many - 1).text
    assert not Member.objects.filter(name="李敏").exists()
    confirm(workbook, number=many)
    assert Member.objects.filter(name="李敏").count() == many


def test_what_somebody_changed_after_it_was_shown_is_shown_again_and_not_overwritten(office, unit, upload, confirm):
    member = make.make_member(employee_number="KM1", name="李明", unit=unit)
    workbook = upload(["KM1", "李敏", unit.name, ""])
    Member.objects.filter(pk=member.pk).update(name="李鸣")
    confirm(workbook)
    member.refresh_from_db()
    assert (workbook.state, member.name) == (ImportState.READY, "李鸣")
    page = office.get(workbook.get_absolute_url()).text
    assert "核对之后数据有变动" in page and "李鸣" in page
    confirm(workbook)
    member.refresh_from_db()
    assert member.name == "李敏"


def test_what_is_not_a_workbook_or_has_nothing_to_say_is_said_so(
    office, unit, upload, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        office.post("/imports/", {"kind": "members", "file": SimpleUploadedFile("a.xlsx", b"not a workbook")})
    workbook = WorkbookImport.objects.latest("pk")
    assert workbook.state == ImportState.FAILED
    assert "不是Excel工作簿" in office.get(workbook.get_absolute_url()).text
    make.make_member(employee_number="KM1", name="李明", unit=unit, phone="")
    same = upload(["KM1", "李明", unit.name, ""])
    assert "所有行都与系统中一致" in office.get(same.get_absolute_url()).text
    missing = upload(["李明"], heads=("姓名",))
    assert "缺少此列" in office.get(missing.get_absolute_url()).text


def test_holdings_come_from_a_workbook(office, unit, upload, confirm):
    plot, member = make.make_plot(unit=unit, name="先锋村"), make.make_member(unit=unit)
    heads = ("责任单位", "责任田", "工号", "分工", "开始日期")
    row = [unit.name, "先锋村", member.employee_number, "责任人", "2026-03-01"]
    other = [unit.name, "先锋", member.employee_number, "协助人", "2026-03-01"]
    workbook = upload(row, other, row, kind="assignments", heads=heads)
    assert (workbook.new, workbook.bad) == (1, 2)
    page = office.get(workbook.get_absolute_url()).text
    assert "是否为“先锋村”" in page and "与第2行重复" in page
    confirm(workbook, partial="on")
    assert list(Assignment.objects.values_list("plot", "member")) == [(plot.pk, member.pk)]


def test_a_workbook_is_its_owners_alone_and_for_importers_only(client, unit, upload):
    workbook = upload(["KM1", "李明", unit.name, ""])
    places = ["", "progress/", "report.xlsx"]
    for user in (make.make_office(), make.make_sysadmin()):
        client.force_login(user)
        assert client.get("/imports/").status_code == 200
        assert [client.get(workbook.get_absolute_url() + place).status_code for place in places] == [404] * 3
        assert client.get(f"/media/{workbook.file.name}").status_code == 404
        assert client.post(f"{workbook.get_absolute_url()}discard/").status_code == 404
    for user in (make.make_staff(), make.make_secretary()):
        client.force_login(user)
        assert client.get("/imports/").status_code == 404
        assert client.get("/imports/templates/members.xlsx").status_code == 404
    client.logout()
    assert client.get("/imports/").status_code == 302


def test_the_progress_is_told_and_ends_in_the_page(office, unit, upload):
    workbook = upload(["KM1", "李明", unit.name, ""])
    WorkbookImport.objects.update(state=ImportState.CHECKING, percent=40)
    answer = office.get(f"{workbook.get_absolute_url()}progress/")
    assert "40%" in answer.text and "HX-Refresh" not in answer
    assert "正在处理" in office.post(f"{workbook.get_absolute_url()}discard/", follow=True).text
    WorkbookImport.objects.update(state=ImportState.READY)
    assert office.get(f"{workbook.get_absolute_url()}progress/")["HX-Refresh"] == "true"


def test_workbooks_go_when_they_are_discarded_or_a_week_old(office, unit, upload, django_capture_on_commit_callbacks):
    first, second = upload(["KM1", "李明", unit.name, ""]), upload(["KM2", "李明", unit.name, ""])
    with django_capture_on_commit_callbacks(execute=True):
        office.post(f"{first.get_absolute_url()}discard/")
        jobs.due(timezone.now() + timedelta(days=8))
    assert not WorkbookImport.objects.exists()
    assert not any(default_storage.exists(one.file.name) for one in (first, second))


def test_a_page_costs_the_same_for_many_rows(office, unit, upload, django_assert_max_num_queries):
    few = upload(["KM1", "李明", unit.name, ""])
    many = upload(*[[f"KM{number}", "李明", unit.name, ""] for number in range(200)])
    for workbook in (few, many):
        office.get(workbook.get_absolute_url())
        with django_assert_max_num_queries(10):
            office.get(workbook.get_absolute_url())


def test_checking_asks_the_database_the_same_for_any_number_of_rows(unit, django_assert_max_num_queries):
    from staff.imports import check

    rows = [[f"KM{number}", "李明", unit.name, ""] for number in range(2000)]
    with django_assert_max_num_queries(8):
        assert len(check(kind="members", file=book(HEADS, *rows)).new) == len(rows)
