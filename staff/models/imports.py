"""A workbook on its way into the portal: who brought it, what its rows would do, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from staff.choices import ImportKind, ImportState, RowOutcome
from staff.querysets import ScopedQuerySet


def place(instance, filename):
    """Where the file lies: a name that nobody can guess, below a folder that is never served."""
    return f"imports/{uuid.uuid4().hex}.xlsx"


class WorkbookImportQuerySet(ScopedQuerySet):
    """Questions about workbooks brought in."""

    def working(self):
        """Those that the task worker has in hand or will take up."""
        return self.filter(state__in=(ImportState.WAITING, ImportState.CHECKING, ImportState.WRITING))


class WorkbookImport(models.Model):
    """One workbook, seen by its owner alone: read, checked, shown, confirmed, written; gone after a week."""

    kind = models.CharField(_("内容"), max_length=12, choices=ImportKind)
    file = models.FileField(_("工作簿"), upload_to=place)
    name = models.CharField(_("文件名"), max_length=120)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("导入人")
    )
    # What the reports are written in, since the task worker speaks no language of its own.
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    state = models.CharField(_("状态"), max_length=10, choices=ImportState, default=ImportState.WAITING)
    percent = models.PositiveSmallIntegerField(_("进度"), default=0)
    total = models.PositiveIntegerField(_("行数"), default=0)
    new = models.PositiveIntegerField(_("新增"), default=0)
    changed = models.PositiveIntegerField(_("修改"), default=0)
    unchanged = models.PositiveIntegerField(_("不变"), default=0)
    bad = models.PositiveIntegerField(_("有误"), default=0)
    # What is wrong with the file as a whole, and what its owner should know besides.
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    # What was shown: writing goes ahead only while checking again gives the same.
    digest = models.CharField(max_length=64, blank=True)
    overtaken = models.BooleanField(default=False)
    partial = models.BooleanField(_("跳过有误的行"), default=False)

    objects = WorkbookImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("工作簿导入")
        verbose_name_plural = _("工作簿导入")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.name}"

    def get_absolute_url(self):
        """Its page."""
        return reverse("staff:import", args=[self.pk])

    @property
    def is_working(self):
        """Whether the task worker has it in hand or will take it up."""
        return self.state in (ImportState.WAITING, ImportState.CHECKING, ImportState.WRITING)

    @property
    def writable(self):
        """How many rows would be written."""
        return self.new + self.changed

    @property
    def may_be_confirmed(self):
        """Whether it waits for its owner's word and there is something to write."""
        return self.state == ImportState.READY and bool(self.writable)


class ImportRow(models.Model):
    """What one row of a workbook would do; rows that change nothing are only counted."""

    workbook = models.ForeignKey(WorkbookImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("行号"))
    outcome = models.CharField(_("结果"), max_length=8, choices=RowOutcome)
    label = models.CharField(_("记录"), max_length=200, blank=True)
    # [column, before, after] of a change, [column, value, what would be right] of a refusal.
    detail = models.JSONField(default=list)

    class Meta:
        verbose_name = _("导入行")
        verbose_name_plural = _("导入行")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["workbook", "outcome", "number"], name="import_row_once")]

    def __str__(self):
        return f"{self.number} · {self.get_outcome_display()} · {self.label}"
