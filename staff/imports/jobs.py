"""A workbook that somebody brings in by the browser: checked and written by the task worker, confirmed in between."""

import hashlib
import json
import logging
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task
from wagtail.log_actions import log

from staff.choices import ImportState, RowOutcome
from staff.imports.engine import check, store
from staff.models import ImportRow, WorkbookImport

logger = logging.getLogger(__name__)

# A workbook that changes so many stored rows is confirmed by their number.
CONFIRM_BY_NUMBER = 50
KEPT = timedelta(days=7)
BATCH = 1000


@transaction.atomic
def bring_in(*, kind, file, by):
    """Take a workbook; it is checked in the background."""
    row = WorkbookImport.objects.create(
        kind=kind, file=file, name=file.name[-120:], by=by, language=translation.get_language()
    )
    transaction.on_commit(lambda: check_workbook.enqueue(row.pk))
    return row


@transaction.atomic
def confirm(*, workbook, by, partial=False, number=None):
    """Write what was shown. `number` is how many stored rows it changes, asked for when they are many."""
    row = WorkbookImport.objects.select_for_update().get(pk=workbook.pk)
    if not row.may_be_confirmed:
        raise ValidationError(_("该工作簿已处理或没有可写入的行，请刷新页面查看。"), code="stale")
    if row.bad and not partial:
        raise ValidationError({"partial": _("有误的行须先改正后重新上传，或勾选跳过。")})
    if row.changed >= CONFIRM_BY_NUMBER and number != row.changed:
        raise ValidationError({"number": _("请输入将被修改的行数，以确认修改这么多已有记录。")})
    row.state, row.percent, row.partial, row.overtaken = ImportState.WRITING, 0, partial, False
    row.save(update_fields=["state", "percent", "partial", "overtaken"])
    transaction.on_commit(lambda: write_workbook.enqueue(row.pk))
    return row


@transaction.atomic
def discard(*, workbook):
    """Take a workbook away that is not to be written; one that is in hand stays."""
    row = WorkbookImport.objects.select_for_update().get(pk=workbook.pk)
    if row.state in (ImportState.CHECKING, ImportState.WRITING):
        raise ValidationError(_("正在处理，请稍候再试。"), code="stale")
    _remove(row)


def due(now):
    """Take away what is older than a week."""
    for row in WorkbookImport.objects.filter(created_at__lt=now - KEPT):
        _remove(row)


def _remove(row):
    name, storage = row.file.name, row.file.storage
    row.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


@task()
def check_workbook(pk):
    """Read the workbook and store what each row would do. The task worker calls it, once more if it was ended."""
    row = WorkbookImport.objects.filter(pk=pk, state__in=(ImportState.WAITING, ImportState.CHECKING)).first()
    if row is not None:
        with translation.override(row.language):
            _work(row, ImportState.CHECKING, _show)


@task()
def write_workbook(pk):
    """Check the workbook again and write it, if it still does what was shown; else show it anew."""
    row = WorkbookImport.objects.filter(pk=pk, state=ImportState.WRITING).first()
    if row is not None:
        with translation.override(row.language):
            _work(row, ImportState.WRITING, _write)


def _work(row, state, finish):
    """Check the file, telling how far it is, and go on with `finish`; a defect of ours is logged and said."""
    _note(row, state=state, percent=0)
    try:
        with row.file.open("rb") as file:
            checked = check(kind=row.kind, file=file, tell=lambda share: _note(row, percent=min(99, int(share * 100))))
        finish(row, checked)
    except Exception:
        logger.exception("A workbook could not be brought in.")
        _note(row, state=ImportState.FAILED, problems=[_("处理时出错，未写入任何内容。请联系系统管理员。")])


def _note(row, **fields):
    WorkbookImport.objects.filter(pk=row.pk).update(**fields)


@transaction.atomic
def _show(row, checked):
    report = checked.report
    row.rows.all().delete()
    ImportRow.objects.bulk_create(_rows(row, checked), batch_size=BATCH)
    _note(
        row,
        state=ImportState.READY if report.new or report.changed or report.bad else ImportState.FAILED,
        percent=100,
        digest=_digest(checked),
        problems=[str(slip) for slip in report.slips if slip.row is None or not report.bad],
        notes=report.notes or ([_("所有行都与系统中一致。")] if report.unchanged and not report.slips else []),
        **{name: getattr(report, name) for name in ("total", "new", "changed", "unchanged", "bad")},
    )


def _write(row, checked):
    if _digest(checked) != row.digest:
        _show(row, checked)
        _note(row, overtaken=True)
        return
    with transaction.atomic():
        before = len(checked.report.slips)
        store(checked, by=row.by, partial=row.partial)
        if checked.report.written:
            _note(row, state=ImportState.DONE, percent=100, file="")
            log(instance=row, action="staff.import.write", user=row.by, data={"new": row.new, "changed": row.changed})
            name, storage = row.file.name, row.file.storage
            transaction.on_commit(lambda: storage.delete(name))
        else:
            _note(row, state=ImportState.FAILED, problems=[slip.text for slip in checked.report.slips[before:]])


def _rows(row, checked):
    """What is shown of each row: every refusal, change and new record."""
    refused = {}
    for slip in checked.report.slips:
        if slip.row is not None and checked.register is not None:
            refused.setdefault(slip.row, []).append([slip.column, slip.value, slip.text])
    for number, detail in refused.items():
        yield ImportRow(workbook=row, number=number, outcome=RowOutcome.REFUSED, detail=detail)
    for instance in checked.changed:
        detail = [
            [str(column.label), *(("●" if text else "") if column.masked else text for text in (before, after))]
            for column, before, after in checked.register.differences(instance)
        ]
        yield _stored(row, instance, RowOutcome.CHANGED, detail)
    for instance in checked.new:
        yield _stored(row, instance, RowOutcome.NEW, [])


def _stored(row, instance, outcome, detail):
    label = str(instance)[:200]
    return ImportRow(workbook=row, number=instance.row_number, outcome=outcome, label=label, detail=detail)


def _digest(checked):
    """What tells one outcome from another: each row's number, what stood there and what would stand there."""
    found = hashlib.sha256()
    for instance in [*checked.new, *checked.changed]:
        stands = checked.register.snapshot(instance)
        found.update(json.dumps([instance.row_number, instance.stood, stands], default=str, sort_keys=True).encode())
    found.update(f"{checked.report.bad}".encode())
    return found.hexdigest()
