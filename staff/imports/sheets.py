"""Reading a workbook that a stranger may have made: what it is, its heads, and its rows as typed."""

import re
import unicodedata
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from staff.wording import listed

MAX_FILE = 20 * 1024 * 1024
MAX_UNPACKED = 400 * 1024 * 1024
MAX_ROWS = 60_000
MAX_COLUMNS = 60
# A sheet that was formatted to its end has a million empty rows: so many in a row are taken for the end.
EMPTY_ROWS_END = 500
HEAD_ROWS = 6
TELL_EVERY = 500
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z0-9:]+)"')
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


class BadWorkbook(Exception):
    """The file as a whole cannot be read; the text says why and what would be right."""


@dataclass(frozen=True)
class Head:
    """A column that a workbook may have: what its rows are kept by, and what the reader calls it."""

    head: str
    label: str

    def __str__(self):
        return str(self.label)


@dataclass
class Sheet:
    """The rows below the heads: (row number, {head: cell}), with formulas and merged cells noted apart.

    `typed` is what the file calls the columns that were expected.
    """

    heads: list
    rows: list
    first_row: int
    typed: dict = field(default_factory=dict)
    formulas: dict = field(default_factory=dict)
    merged: list = field(default_factory=list)


def plain(value):
    """A cell's text as it was meant: full-width signs made half-width, blanks at the ends and of odd kinds removed."""
    text = unicodedata.normalize("NFKC", str(value))
    return re.sub(r"[\s\u200b\ufeff]+", " ", text).strip()


def head(value):
    """A column's head without blanks, stars and line breaks."""
    return re.sub(r"[\s*]+", "", plain(value)) if value is not None else ""


def spellings(label):
    """How a word stands in a workbook, in any language that the portal speaks; without case."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.add(plain(label).casefold())
    return found


def known_as(columns):
    """{how a workbook may spell it: head} of columns, each with a `head` and a `label` translated lazily."""
    return {head(text).casefold(): one.head for one in columns for text in (one.head, *spellings(one.label))}


def read(file, columns, tell=lambda share: None):
    """The sheet of `file` (a path or an open file) with at least one of `columns` (see `known_as`). Raises BadWorkbook.

    `tell` hears what share of the rows has been read.
    """
    parts, expected = _check(file), known_as(columns)
    if hasattr(file, "seek"):
        file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        found = None
        for sheet in book.worksheets:
            found = _rows(sheet, expected, tell)
            if found:
                break
    except BadWorkbook:
        raise
    except Exception as error:  # whatever a broken workbook makes openpyxl raise
        raise BadWorkbook(_("文件已损坏或不是Excel工作簿，请用Excel另存为.xlsx后再导入。")) from error
    if found is None:
        raise BadWorkbook(
            _("未找到表头。第一张表须有以下列：%(heads)s。请下载模板填写。")
            % {"heads": listed(one.label for one in columns)}
        )
    found.merged = [area for area in parts if _below_heads(area, found.first_row)]
    return found


def _check(file):
    """Refuse what is not a workbook or would unpack to too much; answers the merged areas that the file names."""
    if hasattr(file, "seek"):
        file.seek(0, 2)
        size = file.tell()
        file.seek(0)
        start = file.read(8)
        file.seek(0)
    else:
        with Path(file).open("rb") as opened:
            start = opened.read(8)
            opened.seek(0, 2)
            size = opened.tell()
    if not size:
        raise BadWorkbook(_("文件是空的。"))
    if size > MAX_FILE:
        raise BadWorkbook(_("文件超过%(size)s MB，请分成几个文件导入。") % {"size": MAX_FILE // 1024 // 1024})
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadWorkbook(_("这是旧版.xls文件或加密文件，请用Excel另存为.xlsx后再导入。"))
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if not any(member.filename == "xl/workbook.xml" for member in members):
                raise BadWorkbook(_("文件不是Excel工作簿，请用Excel另存为.xlsx后再导入。"))
            if len(members) > 2000 or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise BadWorkbook(_("文件解压后过大，无法导入。请只保留需要的数据表。"))
            return _merged(archive, members)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise BadWorkbook(_("文件不是Excel工作簿，请用Excel另存为.xlsx后再导入。")) from error


def _merged(archive, members):
    areas = []
    for member in members:
        if not member.filename.endswith(".xml"):
            continue
        with archive.open(member) as part:
            tail, read_so_far = b"", 0
            while chunk := part.read(1 << 20):
                read_so_far += len(chunk)
                if read_so_far > MAX_UNPACKED:
                    raise BadWorkbook(_("文件解压后过大，无法导入。请只保留需要的数据表。"))
                text = tail + chunk
                if _ENTITIES.search(text):
                    raise BadWorkbook(_("文件含有不允许的内容，无法导入。"))
                if member.filename.startswith("xl/worksheets/sheet1."):
                    areas += [name.decode() for name in _MERGED.findall(text)]
                tail = chunk[-80:]
    return sorted(set(areas))


def _below_heads(area, first_row):
    return range_boundaries(area)[3] >= first_row


def _rows(sheet, expected, tell):
    """The heads and rows of one sheet, or None when no row near its top has an expected head."""
    found, empty = None, 0
    # What the file says of its own size may be wrong; it is good enough for a progress bar.
    said = sheet.max_row or MAX_ROWS
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        if found is None:
            typed = [head(cell.value) for cell in cells]
            heads = [expected.get(name.casefold(), name) for name in typed]
            if set(heads) & set(expected.values()):
                found = Sheet(heads=heads, rows=[], first_row=number + 1)
                found.typed = {
                    name: plain(cell.value).strip("* ") for name, cell in zip(heads, cells, strict=True) if name
                }
            elif number >= HEAD_ROWS:
                return None
            continue
        if number % TELL_EVERY == 0:
            tell(min(1, number / said))
        row = {}
        for name, cell in zip(found.heads, cells, strict=False):
            if not name or cell.value is None or cell.value == "":
                continue
            row[name] = cell.value
            if cell.data_type == "f":
                found.formulas.setdefault(number, set()).add(name)
        empty = 0 if row else empty + 1
        if row:
            found.rows.append((number, row))
        if empty > EMPTY_ROWS_END:
            break
        if len(found.rows) > MAX_ROWS:
            raise BadWorkbook(_("超过%(rows)s行，请分成几个文件导入。") % {"rows": MAX_ROWS})
    return found
