"""Attendance as a workbook, out and in again: the same rows as the list, each checked and reported."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from activities import attendance
from activities.choices import AWAY, AttendanceState, GuestKind
from activities.models import Guest
from staff.imports.sheets import BadWorkbook, Head, plain, read, spellings
from staff.wording import listed

# A workbook comes back whoever took it out: heads and words are read in each language.
COLUMNS = (
    KIND, NUMBER, NAME, UNIT, STATE, REASON, TIME, DAY, NOTE, SEEN
) = (
    gettext_noop("类别"), gettext_noop("工号"), gettext_noop("姓名"), gettext_noop("单位"), gettext_noop("出席情况"),
    gettext_noop("事由"), gettext_noop("签到时间"), gettext_noop("补课日期"), gettext_noop("补课说明"),
    gettext_noop("下载时情况(勿改)"),
)  # fmt: skip
HEADS = tuple(Head(name, gettext_lazy(name)) for name in COLUMNS)
EXPECTED = gettext_lazy("应到")
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")


def rows(activity):
    """The list and the guests as rows of a workbook."""
    people = activity.attendances.select_related("member__unit").order_by("member__spelling", "pk")
    for row in people:
        state = "" if row.state == AttendanceState.EXPECTED else row.get_state_display()
        person = [row.member.employee_number, row.member.name, str(row.member.unit)]
        made_up = [row.made_up_on, row.made_up_note]
        yield [EXPECTED, *person, state, row.reason, row.checked_in_at, *made_up, _seen(row.state)]
    for guest in activity.guests.all():
        number = guest.member.employee_number if guest.member_id else ""
        yield [guest.get_kind_display(), number, guest.name, guest.unit, "", "", guest.checked_in_at, None, "", ""]


def _seen(state):
    return str(AttendanceState(state).label)


@dataclass
class Line:
    """One row of the workbook: what it asks for, what became of it, or what is wrong with it."""

    number: int
    name: str
    text: str = ""
    error: str = ""
    mark: tuple = ()
    make_up: tuple = ()
    guest: tuple = ()


@dataclass
class Report:
    """What a workbook holds and what became of it, row by row."""

    lines: list = field(default_factory=list)
    trouble: str = ""
    written: bool = False

    @property
    def bad(self):
        """The rows with something wrong."""
        return [line for line in self.lines if line.error]

    @property
    def good(self):
        """The rows that change something."""
        return [line for line in self.lines if not line.error and (line.mark or line.make_up or line.guest)]


def _words(choices):
    """What may be typed for each of `choices`: its value, and its word in each language; without case."""
    return {word: choice for choice in choices for word in (choice.value, *spellings(choice.label))}


def _day(value):
    """A day as a cell may hold it. Raises ValueError."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = plain(value)
    if found := parse_date(text):
        return found
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(text)


def take_in(*, activity, file, at, by, partial=False):
    """Read a workbook back into the list: nothing is stored when one row is wrong, the right rows with `partial`."""
    report = Report()
    try:
        sheet = read(file, HEADS)
    except BadWorkbook as error:
        report.trouble = str(error)
        return report
    if not {NAME, STATE} & set(sheet.heads) or NUMBER not in sheet.heads:
        facts = {"number": _("工号"), "state": _("出席情况")}
        report.trouble = _("请使用本页下载的工作簿：缺少“%(number)s”或“%(state)s”列。") % facts
        return report
    listed = {
        row.member.employee_number.lower(): row for row in activity.attendances.select_related("member").order_by("pk")
    }
    known = set(activity.guests.values_list("name", "unit"))
    reader = _Reader(activity, listed, known, timezone.localdate(at))
    report.lines = [reader.line(number, cells) for number, cells in sheet.rows]
    if not report.lines:
        report.trouble = _("表头下没有数据。")
    if report.good and (partial or not report.bad):
        try:
            _store(activity=activity, lines=report.good, at=at, by=by)
        except ValidationError as error:
            report.trouble = " ".join(error.messages)
        else:
            report.written = True
    return report


class _Reader:
    """Turns rows into lines, against the list as it stands."""

    def __init__(self, activity, listed, known, today):
        self.activity, self.listed, self.known, self.today = activity, listed, known, today
        self.expected = {"", *spellings(EXPECTED)}
        self.marks = _words(attendance.MARKS) | dict.fromkeys(self.expected)
        self.states = _words(AttendanceState)
        self.kinds = _words(GuestKind)
        self.met = set()

    def line(self, number, cells):
        """One row, with the first thing that is wrong with it."""
        cells = {name: value if isinstance(value, date) else plain(value) for name, value in cells.items()}
        text = {name: str(value) for name, value in cells.items()}
        line = Line(number, text.get(NAME, ""))
        kind = text.get(KIND, "")
        try:
            if kind.casefold() in self.expected:
                self._expected(line, cells, text)
            elif kind.casefold() in self.kinds:
                self._guest(line, self.kinds[kind.casefold()], text)
            else:
                raise ValueError(
                    _("类别“%(kind)s”有误，应为：%(kinds)s。")
                    % {"kind": kind, "kinds": listed([EXPECTED, *(str(one.label) for one in GuestKind)])}
                )
        except ValueError as error:
            line.error, line.mark, line.make_up, line.guest = str(error), (), (), ()
        return line

    def _expected(self, line, cells, text):
        row = self.listed.get(text.get(NUMBER, "").lower())
        if row is None:
            raise ValueError(_("工号不在应到名单中。"))
        if line.name and line.name != row.member.name:
            raise ValueError(_("工号与姓名不符：名单中是%(name)s。") % {"name": row.member.name})
        if row.member_id in self.met:
            raise ValueError(_("该人员在表中重复。"))
        self.met.add(row.member_id)
        line.name = row.member.name
        wanted = text.get(STATE, "")
        if wanted.casefold() not in self.marks:
            states = listed(str(mark.label) for mark in attendance.MARKS)
            raise ValueError(_("出席情况“%(state)s”有误，应为：%(states)s。") % {"state": wanted, "states": states})
        state = self.marks[wanted.casefold()]
        # A cell left as it came out speaks for nobody: what was marked meanwhile stays.
        came_out = self.states.get(text.get(SEEN, "").casefold()) if SEEN in text else None
        if state is None or (state == came_out and state != row.state):
            line.text = _("不变")
        else:
            self._mark(line, row, state, text.get(REASON, ""), came_out)
        if cells.get(DAY):
            self._make_up(line, row, state or row.state, cells[DAY], text.get(NOTE, ""))

    def _mark(self, line, row, state, reason, came_out):
        reason = reason[:200] if state in AWAY else ""
        if state == AttendanceState.LEAVE and not reason:
            raise ValueError(_("请假须填写事由。"))
        if came_out and came_out != row.state and state != row.state:
            raise ValueError(_("下载后已由他人登记为“%(state)s”，请核对。") % {"state": row.get_state_display()})
        if (state, reason) == (row.state, row.reason):
            line.text = _("不变")
            return
        line.mark = (row.member_id, state, reason, (row.state, row.reason))
        line.text = str(state.label)

    def _make_up(self, line, row, state, cell, note):
        try:
            day = _day(cell)
        except ValueError:
            raise ValueError(_("补课日期“%(day)s”有误，应如2022-12-01。") % {"day": cell}) from None
        if state not in AWAY:
            raise ValueError(_("只有请假或缺席的人员可以登记补课。"))
        if not self.activity.day <= day <= self.today:
            raise ValueError(_("补课日期不能早于活动当天，也不能晚于今天。"))
        if not note:
            raise ValueError(_("请填写补课内容或方式。"))
        if (day, note) != (row.made_up_on, row.made_up_note):
            line.make_up = (row.member_id, day, note)
            line.text = f"{line.text} {_('补课')}".strip()

    def _guest(self, line, kind, text):
        name, unit = text.get(NAME, ""), text.get(UNIT, "")
        if not name:
            raise ValueError(_("请填写来宾姓名。"))
        if len(name) > Guest._meta.get_field("name").max_length or len(unit) > Guest._meta.get_field("unit").max_length:
            raise ValueError(_("姓名或单位过长。"))
        if (name, unit) in self.known:
            line.text = _("不变")
            return
        self.known.add((name, unit))
        line.guest, line.text = (kind, name, unit), str(kind.label)


@transaction.atomic
def _store(*, activity, lines, at, by):
    """Write what the lines ask for, all of it or nothing."""
    marks = [line.mark for line in lines if line.mark]
    if marks:
        marked = attendance.mark(
            activity=activity,
            marks={member: (state, reason) for member, state, reason, _was in marks},
            seen={member: was for member, _state, _reason, was in marks},
            at=at,
            by=by,
        )
        if marked.stale:
            names = listed(row.member.name for row in marked.stale)
            raise ValidationError(_("%(names)s刚被他人登记，请重新上传。"), params={"names": names}, code="stale")
    for line in lines:
        if line.make_up:
            member, day, note = line.make_up
            today = timezone.localdate(at)
            attendance.make_up(activity=activity, member=member, day=day, note=note, today=today, by=by)
    for kind in GuestKind:
        guests = [line.guest[1:] for line in lines if line.guest and line.guest[0] == kind]
        if guests:
            attendance.add_guests(activity=activity, kind=kind, people=guests, by=by)
