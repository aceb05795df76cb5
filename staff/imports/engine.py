"""Running a workbook through its register: heads, rows, a report, and all or nothing unless told otherwise."""

from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from tablib import Dataset

from staff import overlaps
from staff.imports.assignments import AssignmentRegister
from staff.imports.register import Overtaken
from staff.imports.resources import MemberRegister, PlotRegister, PostingRegister
from staff.imports.sheets import BadWorkbook, known_as, plain, read
from staff.wording import listed

KINDS = {
    "members": MemberRegister,
    "plots": PlotRegister,
    "assignments": AssignmentRegister,
    "postings": PostingRegister,
}
# A report of more slips than this is not read by anybody; the rest is counted.
MOST_SLIPS = 500
WHOLE_ROW = "__all__"


@dataclass(frozen=True)
class Slip:
    """What is wrong in one cell, or in a row or the file as a whole, and what would be right."""

    row: int | None
    column: str
    value: str
    text: str

    def __str__(self):
        where = _("第%(row)s行") % {"row": self.row} if self.row else _("整个文件")
        parts = [where, self.column, f"“{self.value}”" if self.value else "", self.text]
        return " · ".join(part for part in parts if part)


@dataclass
class Report:
    """What a workbook holds and what became of it."""

    kind: str
    total: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    written: bool = False
    slips: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    @property
    def ok(self):
        """Whether nothing is wrong."""
        return not self.slips

    @property
    def shown(self):
        """The slips that a reader is shown."""
        return self.slips[:MOST_SLIPS]

    @property
    def more(self):
        """How many slips are only counted."""
        return max(0, len(self.slips) - MOST_SLIPS)


@dataclass
class Checked:
    """A workbook that was read and checked: the report, and what would be stored."""

    report: Report
    register: object = None
    new: list = field(default_factory=list)
    changed: list = field(default_factory=list)


def run(*, kind, file, by=None, partial=False, dry_run=False):
    """Read `file` as a workbook of `kind` and answer a `Report`.

    Rows are checked first, without a lock; what passed is then written in one transaction: nothing when one row is
    wrong, the right ones with `partial`, nothing at all with `dry_run`.
    """
    checked = check(kind=kind, file=file)
    if not dry_run:
        store(checked, by=by, partial=partial)
    return checked.report


def check(*, kind, file, tell=lambda share: None):
    """Read and check `file`, and write nothing; `tell` hears what share of the work is done, from 0 to 1."""
    register_class = KINDS[kind]
    report = Report(kind=kind)
    try:
        sheet = read(file, register_class.columns(), lambda share: tell(share / 2))
    except BadWorkbook as error:
        report.slips.append(Slip(None, "", "", str(error)))
        return Checked(report)
    report.total = len(sheet.rows)
    _check_heads(register_class, sheet, report)
    if not report.total and report.ok:
        report.slips.append(Slip(None, "", "", _("表头下没有数据。")))
    found = _check_rows(register_class, sheet, report, lambda share: tell(0.5 + share / 2)) if report.ok else ()
    report.slips = [replace(slip, column=sheet.typed.get(slip.column, slip.column)) for slip in report.slips]
    return Checked(report, *found)


def store(checked, *, by, partial=False):
    """Write what was checked, in one transaction; what somebody changed since the check is left as they made it."""
    report = checked.report
    if not (checked.new or checked.changed) or (report.slips and not partial):
        return
    try:
        with transaction.atomic():
            checked.register.hold(checked.changed)
            checked.register.write(new=checked.new, changed=checked.changed, by=by)
    except (IntegrityError, Overtaken) as error:
        text = overlaps.message_for(error) or _("数据在核对后已被他人修改，未写入任何内容。请重新导入。")
        report.slips.append(Slip(None, "", "", str(text)))
        return
    report.written = True


def _check_heads(register_class, sheet, report):
    columns = register_class.columns()
    expected = {column.head for column in columns}
    heads = listed(column.label for column in columns)
    row = sheet.first_row - 1
    present = [head for head in sheet.heads if head]
    for column in columns:
        if column.required and column.head not in present:
            report.slips.append(
                Slip(row, str(column.label), "", _("缺少此列。应有的列：%(heads)s。") % {"heads": heads})
            )
    for head in dict.fromkeys(present):
        if head in expected:
            if present.count(head) > 1:
                report.slips.append(Slip(row, head, "", _("此列出现了不止一次，请只保留一列。")))
            continue
        free = known_as(column for column in columns if column.head not in present)
        near = get_close_matches(head.casefold(), free, n=1, cutoff=0.5)
        if near:
            label = next(column.label for column in columns if column.head == free[near[0]])
            report.slips.append(Slip(row, head, "", _("列名应为“%(head)s”。") % {"head": label}))
        else:
            report.notes.append(_("“%(head)s”列不在模板中，未导入。") % {"head": sheet.typed[head]})
    for area in sheet.merged:
        report.slips.append(Slip(None, area, "", _("数据区有合并单元格，请取消合并并在每个单元格填写内容。")))


def _check_rows(register_class, sheet, report, tell):
    """Run import-export dry over the rows; answers the register with the new and the changed instances."""
    columns = register_class.columns()
    heads = [column.head for column in columns if column.head in sheet.heads]
    masked = {column.head for column in columns if column.masked}
    good = []
    for number, row in sheet.rows:
        formulas = sheet.formulas.get(number, set()) & set(heads)
        for head in sorted(formulas):
            report.slips.append(
                Slip(number, head, _shown(row[head]), _("单元格是公式，请改为公式的结果（复制后选择性粘贴为数值）。"))
            )
        if formulas:
            report.bad += 1
        else:
            good.append((number, row))
    data = Dataset(headers=heads)
    for _number, row in good:
        data.append([row.get(head) for head in heads])
    register = register_class(row_numbers=[number for number, _row in good], tell=tell)
    # Not `import_data`: that would hold a transaction, and on SQLite everybody else, for as long as the checks take.
    result = register.import_data_inner(
        data, dry_run=True, raise_errors=False, using_transactions=False, collect_failed_rows=False
    )
    for error in result.base_errors:
        report.slips.append(Slip(None, "", "", str(error.error)))
    new, changed = [], []
    for (number, row), outcome in zip(good, result.rows, strict=False):
        slips = list(_slips(register_class, number, row, outcome, masked))
        if outcome.instance is not None:
            outcome.instance.row_number = number
        if slips:
            report.slips += slips
            report.bad += 1
        elif outcome.instance.stood is None:
            new.append(outcome.instance)
        elif outcome.instance.stood != register.snapshot(outcome.instance):
            changed.append(outcome.instance)
        else:
            report.unchanged += 1
    report.new, report.changed = len(new), len(changed)
    report.slips.sort(key=lambda slip: slip.row or 0)
    return register, new, changed


def _slips(register_class, number, row, outcome, masked):
    if outcome.validation_error is not None:
        error = outcome.validation_error
        found = error.message_dict if hasattr(error, "error_dict") else {WHOLE_ROW: error.messages}
        for attribute, texts in found.items():
            head = register_class.head_of(attribute)
            value = row.get(head)
            for text in texts:
                yield Slip(number, head, _masked(value) if head in masked else _shown(value), text)
    for error in outcome.errors:
        yield Slip(number, "", "", _("此行无法读取（%(kind)s）。") % {"kind": type(error.error).__name__})


def _shown(value):
    if value is None:
        return ""
    text = plain(value.date() if hasattr(value, "date") else value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _masked(value):
    text = _shown(value)
    return f"{text[:3]}******{text[-2:]}" if len(text) >= 7 else "*" * len(text)
