"""The empty workbook of a register: heads, one row of examples, drop-downs, and a sheet that explains each column."""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from staff.choices import OrganisationKind
from staff.imports.engine import KINDS
from staff.imports.widgets import Choice, Day, Named, NamedMany, Whole
from staff.models import PartyOrganisation, Round, Unit

ROWS_WITH_CHOICES = 5000
DATA, NOTES, LISTS = "数据", "说明", "选项"


def write_template(kind, target):
    """Write the template of `kind` to `target`, a path or an open binary file."""
    register = KINDS[kind]
    book = Workbook()
    data = book.active
    data.title = DATA
    notes = book.create_sheet(NOTES)
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    notes.append(["列名", "是否必填", "格式", "说明", "示例"])
    for number, column in enumerate(register.columns(), start=1):
        letter = get_column_letter(number)
        cell = data.cell(row=1, column=number, value=f"{column.head}*" if column.required else column.head)
        cell.font = Font(bold=True, color="A8201A" if column.required else "23201C")
        cell.fill = PatternFill("solid", fgColor="F3EEE5")
        cell.alignment = Alignment(vertical="center")
        data.column_dimensions[letter].width = max(14, len(column.head) * 2 + 6)
        example = data.cell(row=2, column=number, value=column.example)
        example.font = Font(italic=True, color="6A635A")
        _offer(data, lists, number, letter, _words(column))
        notes.append(
            [column.head, "必填" if column.required else "选填", _format(column.widget), column.note, column.example]
        )
    for cell in notes[1]:
        cell.font = Font(bold=True)
    notes.append([])
    notes.append(
        ["请删除“数据”表第2行的示例，从第2行起填写。修改已有记录时，空白单元格保持原值。不要合并单元格，不要使用公式。"]
    )
    for letter, width in zip("ABCDE", (16, 10, 34, 44, 20), strict=True):
        notes.column_dimensions[letter].width = width
    data.freeze_panes = "A2"
    book.save(target)


def _offer(data, lists, number, letter, words):
    """A drop-down over the rows of a column, its words kept in the hidden sheet (Excel limits a typed list)."""
    if not words:
        return
    for row, word in enumerate(words, start=1):
        lists.cell(row=row, column=number, value=word)
    rule = DataValidation(
        type="list", formula1=f"{LISTS}!${letter}$1:${letter}${len(words)}", allow_blank=True, showErrorMessage=False
    )
    data.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{ROWS_WITH_CHOICES}")


def _words(column):
    if column.choices:
        return column.choices
    known = {
        "unit": Unit.objects.all(),
        "home_unit": Unit.objects.all(),
        "host_unit": Unit.objects.all(),
        "branch": PartyOrganisation.objects.filter(kind=OrganisationKind.BRANCH, external=False),
        "group": PartyOrganisation.objects.filter(kind=OrganisationKind.GROUP, external=False),
        "round": Round.objects.all(),
    }
    rows = known.get(column.attribute)
    return list(rows.values_list("name", flat=True)) if rows is not None else []


def _format(widget):
    if isinstance(widget, Day):
        return "日期，如 2022-03-01、2022年3月1日"
    if isinstance(widget, Whole):
        return "整数"
    if isinstance(widget, Choice):
        return "选择：" + "、".join(widget.words)
    if isinstance(widget, NamedMany):
        return "代码或名称"
    if isinstance(widget, Named):
        return f"{widget.what}，须已在系统中"
    return "文字"
