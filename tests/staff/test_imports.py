"""Workbooks in: what is read, what is refused with which words, and that nothing is half-written."""

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import Workbook, load_workbook
from wagtail.models import ModelLogEntry

from staff import imports, moves
from staff.choices import PartyStatus, TransferKind
from staff.imports.engine import check, store
from staff.imports.sheets import read
from staff.imports.widgets import Choice, Day
from staff.models import Assignment, Member, Plot, Post, Posting, Transfer
from staff.posts import sync_groups
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


def book(*rows, prepare=None):
    """A workbook in memory with those rows."""
    made = Workbook()
    for row in rows:
        made.active.append(list(row))
    if prepare:
        prepare(made.active)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    return file


def members(*rows, heads=("工号", "姓名", "单位", "所在支部", "政治面貌", "入党日期", "手机"), **options):
    """The report of a workbook of members."""
    prepare = options.pop("prepare", None)
    return imports.run(kind="members", file=book(heads, *rows, prepare=prepare), **options)


@pytest.fixture
def branch():
    """A branch at a unit, both with names that a workbook can say."""
    unit = make.make_unit(name="官渡区局")
    return make.make_organisation(name="官渡区局第一党支部", unit=unit)


def texts(report):
    """The slips as they are printed."""
    return [str(slip) for slip in report.slips]


def test_a_row_makes_a_member_with_pinyin(branch):
    report = members(["ＫＭ００１", " 单　晓梅", "官渡区局", branch.name, "正式党员", "2012年7月1日", 13800001234.0])
    assert texts(report) == []
    assert report.written
    member = Member.objects.get()
    assert (member.employee_number, member.name, member.phone) == ("KM001", "单 晓梅", "13800001234")
    assert member.joined_on == date(2012, 7, 1)
    assert member.pinyin.startswith("shan")
    assert ModelLogEntry.objects.filter(object_id=member.pk, action="wagtail.create").exists()


@pytest.mark.parametrize(
    "typed",
    [
        "2022年3月1日",
        "2022.3.1",
        "2022/3/1",
        "2022-03-01",
        "２０２２．３．１",
        "20220301",
        44621,
        "44621",
        date(2022, 3, 1),
    ],
)
def test_days_are_read_however_they_are_typed(typed):
    assert Day().clean(typed) == date(2022, 3, 1)


@pytest.mark.parametrize("typed", ["2022年2月30日", "去年三月", "3/1", True])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValueError, match="日"):
        Day().clean(typed)


def test_an_existing_number_is_updated_blank_cells_left_alone_and_the_move_is_dated(branch):
    member = make.make_member(employee_number="KM001", name="李明", phone="13900000000")
    report = members(["KM001", "李明", "官渡区局", branch.name, "", "", ""])
    assert (report.changed, report.new, report.written) == (1, 0, True)
    old_branch = member.branch_id
    member.refresh_from_db()
    assert (member.branch_id, member.phone) == (branch.pk, "13900000000")
    assert Transfer.objects.get().from_branch_id == old_branch
    assert members(["KM001", "李明", "官渡区局", branch.name, "", "", ""]).unchanged == 1


LEAVERS = ("工号", "姓名", "单位", "离职日期", "离职方式")


def test_who_leaves_by_a_workbook_leaves_as_by_the_page(branch):
    office, person = make.make_office(), make.make_staff(unit=branch.unit, branch=branch, employee_number="KM001")
    member = person.member
    held, coming = make.make_post(member=member), make.make_post(member=member, kind="deputy", starts=make.today(3))
    sync_groups(users=[person])
    make.make_assignment(member=member)
    report = members(["KM001", member.name, "官渡区局", str(make.today()), "退休"], heads=LEAVERS, by=office)
    assert texts(report) == [] and report.written
    row = Transfer.objects.get()
    assert (row.kind, row.day, row.from_branch, row.from_unit) == ("retired", make.today(), branch, branch.unit)
    assert (row.to_branch, row.to_unit) == (None, None)
    held.refresh_from_db()
    assert held.ends == make.today(-1) and not Post.objects.filter(pk=coming.pk).exists()
    assert not person.groups.exists()
    assert Assignment.objects.to_hand_over(make.today()).get().cause == "left"
    assert ModelLogEntry.objects.get(object_id=member.pk, action="staff.member.move").user == office
    assert members(["KM001", member.name, "官渡区局", str(make.today()), "退休"], heads=LEAVERS).unchanged == 1


def test_a_leaver_who_is_new_to_the_records_comes_with_the_leaving(branch):
    assert members(["KM001", "李明", "官渡区局", "2020-01-01", ""], heads=LEAVERS).written
    row = Transfer.objects.get()
    assert (row.kind, row.day, row.from_unit, row.to_unit) == ("left", date(2020, 1, 1), branch.unit, None)


def test_a_workbook_is_refused_what_the_page_refuses(branch):
    unit = branch.unit
    deployed, gone, mover, late = (make.make_member(employee_number=f"KM{n}", name="李明", unit=unit) for n in range(4))
    make.make_posting(member=deployed, state="in_post", starts=make.today(-9), ends=make.today(9))
    Member.objects.filter(pk=gone.pk).update(left_on=date(2020, 1, 1))
    moves.move(member=late, day=make.today(), unit=unit, branch=branch, by=None)
    make.make_unit(name="寻甸县局")
    report = members(
        ["KM0", "李明", "官渡区局", str(make.today()), "辞职"],
        ["KM1", "李明", "官渡区局", "2021-01-01", ""],
        ["KM2", "李明", "寻甸县局", str(make.today()), ""],
        ["KM3", "李明", "官渡区局", str(make.today(-1)), ""],
        ["KM4", "李明", "官渡区局", "", "退休"],
        ["KM1", "李明", "寻甸县局", "", ""],
        heads=LEAVERS,
        partial=True,
    )
    found = texts(report)
    for row, words in enumerate(
        ("仍在下沉派驻", "已于2020-01-01离职", "不能同时变动", "不能早于上一次变动", "请填写离职日期"), start=2
    ):
        assert found[row - 2].startswith(f"第{row}行 · 离职日期") and words in found[row - 2]
    assert not report.written and Transfer.objects.count() == 1
    report = members(["KM1", "李明", "寻甸县局", "", ""], heads=LEAVERS)
    assert "已离职" in texts(report)[0]


def test_a_deployment_that_came_between_check_and_writing_stops_it(branch):
    member = make.make_member(employee_number="KM001", name="李明", unit=branch.unit)
    checked = check(kind="members", file=book(LEAVERS, ["KM001", "李明", "官渡区局", str(make.today()), ""]))
    make.make_posting(member=member, state="in_post", starts=make.today(-9), ends=make.today(9))
    store(checked, by=None)
    assert "已被他人修改" in texts(checked.report)[0]
    member.refresh_from_db()
    assert member.left_on is None and not Transfer.objects.exists()


def test_questions_do_not_grow_with_the_rows(branch, django_assert_max_num_queries):
    def rows(number, **cells):
        return [[f"KM{n:05}", "李明", "官渡区局", cells.get("left", ""), ""] for n in range(number)]

    members(*rows(400), heads=LEAVERS)
    with django_assert_max_num_queries(12):
        assert members(*rows(400), heads=LEAVERS).unchanged == 400
    with django_assert_max_num_queries(60):
        assert members(*rows(400, left=str(make.today())), heads=LEAVERS).written
    assert Transfer.objects.count() == 400


def test_the_words_of_a_workbook_are_read_in_either_language(branch):
    with translation.override("en"):
        assert Choice([TransferKind.RETIRED]).words == ["Retired"]
        assert Choice(PartyStatus).clean("正式党员") == PartyStatus.FULL
        assert Choice(PartyStatus).clean(str(PartyStatus.FULL.label)) == PartyStatus.FULL


def test_each_slip_names_row_column_value_and_what_would_be_right(branch):
    report = members(
        ["KM001", "李明", "官渡区居", branch.name, "党员", "2022-13-01", "1380000abcd"],
        ["KM002", "王芳", "官渡区局", "", "正式党员", "", ""],
        ["KM003", "=1+1", "官渡区局", "", "", "", ""],
        ["KM002", "王芳", "官渡区局", "", "", "", ""],
        ["", "赵伟", "官渡区局", "", "", "", ""],
        ["KM009", "@赵伟", "官渡区局", "", "", "", ""],
    )
    found = "\n".join(texts(report))
    assert "第2行 · 单位 · “官渡区居”" in found
    assert "是否为“官渡区局”" in found
    assert "第2行 · 政治面貌 · “党员” · 应为以下之一：群众" in found
    assert "第2行 · 入党日期 · “2022-13-01”" in found
    assert "1380000abcd" not in found
    assert "第3行 · 所在支部" in found
    assert "第4行 · 姓名" in found
    assert "公式" in found
    assert "第5行 · 工号 · “KM002” · 与第3行重复" in found
    assert "第6行 · 工号 · 必填" in found
    assert "不能以 = + - @ 开头" in found
    assert report.bad == 6
    assert not Member.objects.exists()


def test_all_or_nothing_unless_partial(branch):
    rows = (["KM001", "李明", "官渡区局", "", "", "", ""], ["KM002", "王芳", "没有这个单位", "", "", "", ""])
    assert not members(*rows).written
    assert not Member.objects.exists()
    assert not members(*rows[:1], dry_run=True).written
    assert members(*rows, partial=True).written
    assert Member.objects.get().name == "李明"


def test_heads_are_named_when_they_are_missing_wrong_or_unknown(branch):
    report = members(["KM001", "李明", "官渡区局", "x", "y"], heads=("工号", "姓 名*", "单位名", "备注", "手机号"))
    found = "\n".join(texts(report))
    assert "单位 · 缺少此列" in found
    assert "手机号 · 列名应为“手机”" in found
    assert any("备注" in note for note in report.notes)
    report = members(["a"], heads=("编号",))
    assert "未找到表头" in texts(report)[0]


def test_merged_cells_below_the_heads_are_refused_a_merged_title_is_not(branch):
    def merge(sheet):
        sheet.merge_cells("C2:C3")

    rows = (["KM001", "李明", "官渡区局", "", "", "", ""], ["KM002", "王芳", "", "", "", "", ""])
    assert any("合并单元格" in text for text in texts(members(*rows, prepare=merge)))
    title = book(
        ["人员名册"], ["工号", "姓名", "单位"], ["KM001", "李明", "官渡区局"], prepare=lambda s: s.merge_cells("A1:C1")
    )
    assert imports.run(kind="members", file=title).written


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"name,number\n", "不是Excel工作簿"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, ".xls"),
        (b"PK\x03\x04broken", "不是Excel工作簿"),
    ],
)
def test_what_is_no_workbook_is_said_to_be_none(content, words):
    report = imports.run(kind="members", file=io.BytesIO(content))
    assert words in texts(report)[0]


def test_a_bomb_and_entities_are_refused():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _n in range(420):
                part.write(b"\0" * 1024 * 1024)
    assert "过大" in texts(imports.run(kind="members", file=bomb))[0]
    entities = io.BytesIO()
    with zipfile.ZipFile(entities, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>')
    assert "不允许" in texts(imports.run(kind="members", file=entities))[0]


def test_an_empty_sheet_is_said_to_be_empty():
    assert "没有数据" in texts(members())[0]


def test_plots_come_with_their_places():
    make.make_unit(name="寻甸县局")
    make.make_division(code="530129", name="寻甸县")
    village = make.make_division(code="530129102201", name="先锋村委会", level="village")
    heads = ["名称", "类别", "责任单位", "所在村社区", "户数", "走访间隔", "当季开始", "当季结束"]
    row = ["先锋村", "烟区村", "寻甸县局", "530129102201", "８６户", 7, "2026.3.1", "2026.9.30"]
    report = imports.run(kind="plots", file=book(heads, row))
    assert texts(report) == []
    plot = Plot.objects.get()
    assert (plot.households, list(plot.divisions.all())) == (86, [village])
    assert imports.run(kind="plots", file=book(heads, [*row[:4], 90, *row[5:]])).changed == 1
    assert Plot.objects.get().households == 90
    report = imports.run(kind="plots", file=book(heads, [*row[:6], "2026.9.30", "2026.3.1"]))
    assert "第2行 · 当季结束" in texts(report)[0]


HEADS = ["轮次", "工号", "姓名", "接收单位", "岗位职责", "开始日期", "结束日期"]


@pytest.fixture
def round_and_member():
    """A round, a member and a host unit."""
    make.make_unit(name="嵩明县局")
    return make.make_round(name="2026年轮次"), make.make_member(employee_number="KM001", name="李明")


def postings(*rows, **options):
    """The report of a workbook of postings."""
    return imports.run(kind="postings", file=book(HEADS, *rows), **options)


def test_postings_overlap_neither_in_the_file_nor_in_the_database(round_and_member):
    found, member = round_and_member
    first, later = found.starts, found.starts + timedelta(days=40)
    rows = [
        ["2026年轮次", "KM001", "李明", "嵩明县局", "夜市巡查", str(first), str(later)],
        ["2026年轮次", "KM001", "李明", "嵩明县局", "夜市巡查", str(later), str(later + timedelta(days=9))],
    ]
    report = postings(*rows)
    assert "已有其他派驻" in texts(report)[0]
    assert not Posting.objects.exists()
    assert postings(rows[0]).written
    assert Posting.objects.get().home_unit_id == member.unit_id
    assert postings(rows[0]).unchanged == 1
    assert "已有其他派驻" in texts(postings(rows[1]))[0]
    changed = [*rows[0][:6], str(later + timedelta(days=5))]
    assert "办理变更" in texts(postings(changed))[0]


def test_a_posting_ends_after_it_starts_and_the_name_fits_the_number(round_and_member):
    day = str(round_and_member[0].starts)
    report = postings(["2026年轮次", "KM001", "王芳", "嵩明县局", "巡查", day, "2020-01-01"])
    assert "第2行 · 结束日期" in texts(report)[0]
    report = postings(["2026年轮次", "KM001", "王芳", "嵩明县局", "巡查", day, day])
    assert "姓名不一致" in texts(report)[0]


@pytest.mark.parametrize(("language", "sheets"), [("zh-hans", ["数据", "说明"]), ("en", ["Data", "Notes"])])
@pytest.mark.parametrize("kind", imports.KINDS)
def test_a_template_is_in_the_readers_language_and_read_by_its_own_register(kind, language, sheets, tmp_path):
    make.make_round()
    path = tmp_path / "template.xlsx"
    with translation.override(language):
        imports.write_template(kind, path)
    columns = imports.KINDS[kind].columns()
    assert read(path, columns).heads[: len(columns)] == [column.head for column in columns]
    made = load_workbook(path)
    assert made.sheetnames[:2] == sheets
    assert made[sheets[0]].data_validations.dataValidation
    said = [cell for row in made[sheets[1]].iter_rows(max_col=4, values_only=True) for cell in row if cell]
    assert language != "en" or all(text.isascii() for text in [*said, *(cell.value for cell in made[sheets[0]][1])])


def test_a_workbook_in_english_is_read_and_reported_in_english(branch):
    heads = ("Employee number*", "NAME", "Unit", "Branch", "Party status", "Date of joining the party", "Moble")
    good = ["KM001", "李明", branch.unit.name, branch.name, "full member", "2012-07-01"]
    with translation.override("en"):
        assert "Row 1 · Moble · The column should be named “Mobile”." in texts(members(heads=heads))
        slips = texts(members(good, ["KM002", "王芳", "官渡", "", "member", "soon"], heads=heads[:6]))
        assert [slip.split(" · ")[:3] for slip in slips] == [
            ["Row 3", "Unit", "“官渡”"], ["Row 3", "Party status", "“member”"],
            ["Row 3", "Date of joining the party", "“soon”"],
        ]  # fmt: skip
        assert not re.search("[㐀-鿿]", re.sub("官渡区?局?", "", " ".join(slips)))
        assert members(good, heads=heads[:6]).written
    assert Member.objects.get().party_status == PartyStatus.FULL


def test_the_command_prints_the_report_and_fails_when_nothing_was_written(branch, tmp_path, capsys):
    path = tmp_path / "in.xlsx"
    path.write_bytes(book(["工号", "姓名", "单位"], ["KM001", "李明", "官渡"]).read())
    with pytest.raises(CommandError):
        call_command("import_members", str(path))
    assert "是否为“官渡区局”" in capsys.readouterr().out
