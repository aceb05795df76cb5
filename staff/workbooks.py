"""Workbooks: what the portal writes for Excel, safely."""

import re
from datetime import date, datetime
from itertools import islice
from tempfile import NamedTemporaryFile
from urllib.parse import quote

from django.http import FileResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins so is read as a formula by Excel, or by whatever opens the text saved from it.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
WIDEST = 50
# What Excel wants in no name of a sheet.
NO_TITLE = re.compile(r"[\x00-\x1f\[\]:*?/\\]+")


def safe(value):
    """`value` as a cell may hold it: no formulas, no control characters, moments in local time without a zone."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def wanted(request):
    """Whether the reader asked for the list as a workbook."""
    return request.GET.get("format") == "xlsx"


def widths(headers, sample):
    """Column widths that show most cells whole: a Chinese character is two figures wide."""
    columns = zip(*[headers, *sample], strict=True)
    return [
        min(WIDEST, max(sum(2 if ord(sign) > 255 else 1 for sign in str(cell or "")) for cell in column) + 3)
        for column in columns
    ]


def export(filename, headers, rows):
    """A download of `rows` (an iterable of lists) under a bold, frozen head row; streamed from a temporary file."""
    rows = iter(rows)
    sample = [[safe(cell) for cell in row] for row in islice(rows, 200)]
    headers = [str(header) for header in headers]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(NO_TITLE.sub(" ", filename)[:31].strip())
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths(headers, sample), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_head(sheet, header) for header in headers])
    for row in sample:
        sheet.append(row)
    for row in rows:
        sheet.append([safe(cell) for cell in row])
    file = NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 (the response closes it)
    book.save(file.name)
    response = FileResponse(file, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}.xlsx"
    return response


def _head(sheet, text):
    cell = WriteOnlyCell(sheet, value=safe(text))
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="F3EEE5")
    cell.alignment = Alignment(vertical="center")
    return cell
