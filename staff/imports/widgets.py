"""What a cell may hold, and how it is read: text, whole numbers, days in every way they are typed, choices, names."""

import re
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.widgets import Widget

from staff.imports.sheets import plain, spellings
from staff.wording import listed

BLANK = {"", "-", "--", "—", "/", "无"}
FORMULA_SIGNS = ("=", "+", "-", "@")
_DAY = re.compile(r"^(\d{4})\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})\s*日?(?:\s+[0:]+)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
# Excel counts days from here; the limits are 1927 and 2119.
EXCEL_EPOCH = date(1899, 12, 30)
SERIALS = range(10_000, 80_000)


class Text(Widget):
    """Text on one line; `phone` allows a leading plus and drops blanks and brackets."""

    def __init__(self, *, phone=False):
        super().__init__()
        self.phone = phone

    def clean(self, value, row=None, **kwargs):
        """The text, normalised; a whole number typed as a number keeps no decimal point."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, date):
            raise ValueError(_("应为文字，不能是日期。"))
        text = plain(value) if value is not None else ""
        if text in BLANK:
            return None
        if self.phone:
            return re.sub(r"[\s()]", "", text)
        if text.lstrip("'").startswith(FORMULA_SIGNS):
            raise ValueError(_("不能以 = + - @ 开头。"))
        return text


class Whole(Widget):
    """A whole number, not negative."""

    def clean(self, value, row=None, **kwargs):
        """The number; digits may be full-width, with separators or 户, 人, 天 behind them."""
        if isinstance(value, bool | date):
            raise ValueError(_("应为整数，例如 12。"))
        if isinstance(value, float):
            value = int(value) if value.is_integer() else value
        text = plain(value) if value is not None else ""
        if text in BLANK:
            return None
        digits = re.sub(r"[,\s]|[户人天名日]$", "", text)
        if not re.fullmatch(r"\d{1,8}", digits):
            raise ValueError(_("应为整数，例如 12。"))
        return int(digits)


class Day(Widget):
    """A day: Excel's own date or its serial number, 2022年3月1日, 2022.3.1, 2022/3/1, 2022-03-01, 20220301."""

    def clean(self, value, row=None, **kwargs):
        """The day."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in SERIALS:
            return EXCEL_EPOCH + timedelta(days=int(value))
        text = plain(value) if value is not None else ""
        if text in BLANK:
            return None
        if match := _DAY.match(text) or _COMPACT.match(text):
            try:
                return date(*map(int, match.groups()))
            except ValueError:
                raise ValueError(_("没有这一天，请核对日期。")) from None
        if text.isdigit() and int(text) in SERIALS:
            return EXCEL_EPOCH + timedelta(days=int(text))
        raise ValueError(_("应为日期，例如 2022-03-01 或 2022年3月1日。"))


class Choice(Widget):
    """One of the words of a `TextChoices`, in any language that the portal speaks."""

    def __init__(self, choices):
        super().__init__()
        self.choices = choices

    @property
    def words(self):
        """What the workbook offers, in the reader's language."""
        return [str(choice.label) for choice in self.choices]

    def clean(self, value, row=None, **kwargs):
        """The stored value of the word."""
        text = plain(value) if value is not None else ""
        if text in BLANK:
            return None
        for choice in self.choices:
            if text == choice.value or text.casefold() in spellings(choice.label):
                return choice.value
        raise ValueError(_("应为以下之一：%(words)s。") % {"words": listed(self.words)})


class Named(Widget):
    """A row of another table by its name (or another key); all names are read once, the nearest is suggested."""

    def __init__(self, queryset, *keys, what):
        super().__init__()
        self.queryset, self.keys, self.what = queryset, keys, what
        self._known = None

    @property
    def known(self):
        """Every row by each of its keys; a key that several rows share is nobody's."""
        if self._known is None:
            self._known = {}
            for row in self.queryset():
                for key in self.keys:
                    name = plain(getattr(row, key) or "")
                    if name:
                        self._known[name] = row if self._known.get(name, row) == row else None
        return self._known

    def clean(self, value, row=None, **kwargs):
        """The row."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = plain(value) if value is not None else ""
        if text in BLANK:
            return None
        if text in self.known:
            if self.known[text] is None:
                raise ValueError(_("“%(name)s”不止一个，请填写全称或代码。") % {"name": text})
            return self.known[text]
        facts = {"what": self.what, "name": text}
        if near := get_close_matches(text, self.known, n=1, cutoff=0.5):
            raise ValueError(_("%(what)s中没有“%(name)s”。是否为“%(near)s”？") % {**facts, "near": near[0]})
        raise ValueError(_("%(what)s中没有“%(name)s”，请填写系统中已有的。") % facts)


class NamedMany(Named):
    """Several rows of another table, their names apart by 、 or a comma."""

    def clean(self, value, row=None, **kwargs):
        """The rows, or None for a blank cell."""
        text = plain(value) if value is not None else ""
        if text in BLANK:
            return None
        return [super(NamedMany, self).clean(part) for part in re.split(r"[、,;，；]", text) if part.strip()]


class Column(Field):
    """A column of the workbook: its head, what it fills, whether it must be filled, an example and a note.

    A blank cell leaves what is stored as it is; a required one is a slip. The head is Chinese, and what rows are kept
    by; a workbook may have it in the reader's language, as `label`.
    """

    def __init__(
        self, head, attribute=None, widget=None, *, label=None, required=False, example="", note="", masked=False
    ):
        super().__init__(column_name=head, attribute=attribute or "", widget=widget or Text())
        self.head, self.required, self.example, self.note, self.masked = head, required, example, note, masked
        self.label = label or gettext_lazy(head)

    @property
    def choices(self):
        """What the template offers as a drop-down."""
        if isinstance(self.widget, Choice):
            return self.widget.words
        return []

    def clean(self, row, **kwargs):
        """The cell's value; a required one must be there."""
        value = self.widget.clean(row.get(self.head), row=row)
        if value is None and self.required:
            raise ValueError(_("必填。"))
        return value

    def save(self, instance, row, is_m2m=False, **kwargs):
        """Put the cell into `instance`, unless it is blank."""
        value = self.clean(row, **kwargs)
        if value is not None and self.attribute:
            setattr(instance, self.attribute, value)
