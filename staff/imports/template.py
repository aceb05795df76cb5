"""The empty workbook of a register: heads, one row of examples, drop-downs, and a sheet that explains each column."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from staff.choices import OrganisationKind
from staff.imports.engine import KINDS
from staff.imports.widgets import Choice, Day, Named, NamedMany, Whole
from staff.models import PartyOrganisation, Round, Unit
from staff.wording import listed

ROWS_WITH_CHOICES = 5000


def write_template(kind, target):
    """Write the template of `kind` to `target`, a path or an open binary file, in the reader's language."""
    register = KINDS[kind]
    book = Workbook()
    data = book.active
    data.title = pgettext("sheet", "数据")
    notes = book.create_sheet(pgettext("sheet", "说明"))
    lists = book.create_sheet(pgettext("sheet", "选项"))
    lists.sheet_state = "hidden"
    notes.append([_("列名"), _("是否必填"), _("格式"), pgettext("sheet", "说明"), _("示例")])
    for number, column in enumerate(register.columns(), start=1):
        letter = get_column_letter(number)
        label, example = str(column.label), _example(column)
        cell = data.cell(row=1, column=number, value=f"{label}*" if column.required else label)
        cell.font = Font(bold=True, color="A8201A" if column.required else "23201C")
        cell.fill = PatternFill("solid", fgColor="F3EEE5")
        cell.alignment = Alignment(vertical="center")
        data.column_dimensions[letter].width = max(14, _wide(label) + 6)
        shown = data.cell(row=2, column=number, value=example)
        shown.font = Font(italic=True, color="6A635A")
        _offer(data, lists, number, letter, _words(column))
        needed = pgettext("column", "必填") if column.required else pgettext("column", "选填")
        notes.append([label, needed, _format(column.widget), str(column.note), example])
    for cell in notes[1]:
        cell.font = Font(bold=True)
    notes.append([])
    notes.append(
        [
            _(
                "请删除“数据”表第2行的示例，从第2行起填写。"
                "修改已有记录时，空白单元格保持原值。不要合并单元格，不要使用公式。"
            )
        ]
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
        type="list",
        formula1=f"'{lists.title}'!${letter}$1:${letter}${len(words)}",
        allow_blank=True,
        showErrorMessage=False,
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


def _wide(text):
    """How wide a text stands in a cell: a character of Chinese takes the room of two letters."""
    return sum(1 if sign.isascii() else 2 for sign in text)


def _example(column):
    return str(column.example) if isinstance(column.example, Promise) else column.example


def _format(widget):
    if isinstance(widget, Day):
        return _("日期，如 2022-03-01、2022年3月1日")
    if isinstance(widget, Whole):
        return pgettext("column", "整数")
    if isinstance(widget, Choice):
        return _("选择：%(words)s") % {"words": listed(widget.words)}
    if isinstance(widget, NamedMany):
        return _("代码或名称")
    if isinstance(widget, Named):
        return _("系统中已有的%(what)s") % {"what": widget.what}
    return pgettext("column", "文字")
