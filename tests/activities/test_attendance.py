"""Attendance: the sum is always true, leave has a reason, nobody's marks are lost, make-ups stand beside the sum."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from activities import attendance, attendance_books, sheets
from activities.choices import ActivityState, AttendanceState, Kind
from activities.models import Invitation, LeftOut
from staff.choices import PartyStatus
from tests.factories.activities import make_activity, make_attendance, make_guest, make_minutes, moment
from tests.factories.staff import (
    make_member,
    make_office,
    make_partner_organisation,
    make_posting,
    make_secretary,
    make_unit,
    today,
)

pytestmark = pytest.mark.django_db


def started(**fields):
    """An activity that began ten minutes ago."""
    return make_activity(starts=moment(hours=-1 / 6), **fields)


def address(name, *args):
    return reverse(f"activities:{name}", args=args)


def test_expected_is_present_and_leave_and_absent():
    activity = started()
    rows = [make_attendance(activity=activity) for _n in range(4)]
    states = ["present", "late", "absent"]
    marks = {row.member_id: (state, "") for row, state in zip(rows, states, strict=False)}
    marks[rows[3].member_id] = ("leave", "出差")
    attendance.mark(activity=activity, marks=marks, at=moment(), by=None)
    sums = attendance.turnout(activity)
    assert (sums.expected, sums.there, sums.leave, sums.absent, sums.open) == (4, 2, 1, 1, 0)
    activity.refresh_from_db()
    assert activity.state == ActivityState.HELD


def test_leave_without_a_reason_is_refused_and_nothing_is_stored():
    activity = started()
    first, second = make_attendance(activity=activity), make_attendance(activity=activity)
    with pytest.raises(ValidationError):
        attendance.mark(
            activity=activity,
            marks={first.member_id: ("present", ""), second.member_id: ("leave", " ")},
            at=moment(),
            by=None,
        )
    first.refresh_from_db()
    assert first.state == AttendanceState.EXPECTED


def test_leave_of_a_deployed_member_takes_the_posting_as_its_reason():
    activity = started()
    row = make_attendance(activity=activity)
    make_posting(member=row.member, host_unit=make_unit(name="官渡区局"))
    attendance.mark(activity=activity, marks={row.member_id: ("leave", "")}, at=moment(), by=None)
    row.refresh_from_db()
    assert "官渡区局" in row.reason


def test_a_stranger_to_the_list_or_an_unknown_state_is_refused():
    activity = started()
    row = make_attendance(activity=activity)
    for marks in ({make_member().pk: ("present", "")}, {row.member_id: ("expected", "")}, {row.member_id: ("x", "")}):
        with pytest.raises(ValidationError):
            attendance.mark(activity=activity, marks=marks, at=moment(), by=None)


def test_nothing_is_marked_at_what_was_called_off():
    activity = started(state=ActivityState.CANCELLED)
    row = make_attendance(activity=activity)
    with pytest.raises(ValidationError):
        attendance.mark(activity=activity, marks={row.member_id: ("present", "")}, at=moment(), by=None)


def test_two_secretaries_never_overwrite_each_other_and_the_later_one_is_told():
    """Both opened the list while nobody was marked."""
    activity = started()
    one, other, third = (make_attendance(activity=activity) for _n in range(3))
    seen = dict.fromkeys((one.member_id, other.member_id, third.member_id), ("expected", ""))
    first = {one.member_id: ("leave", "病假"), other.member_id: ("present", "")}
    attendance.mark(activity=activity, marks=first, seen=seen, at=moment(), by=None)
    second = {one.member_id: ("absent", ""), other.member_id: ("present", ""), third.member_id: ("late", "")}
    done = attendance.mark(activity=activity, marks=second, seen=seen, at=moment(), by=None)
    assert [row.member_id for row in done.stale] == [one.member_id]
    states = dict(activity.attendances.values_list("member", "state"))
    assert states == {one.member_id: "leave", other.member_id: "present", third.member_id: "late"}


def test_what_is_sent_as_it_was_seen_leaves_a_later_mark_alone():
    activity = started()
    row = make_attendance(activity=activity, state="present")
    attendance.mark(activity=activity, marks={row.member_id: ("late", "")}, at=moment(), by=None)
    seen = {row.member_id: ("present", "")}
    done = attendance.mark(activity=activity, marks={row.member_id: ("present", "")}, seen=seen, at=moment(), by=None)
    row.refresh_from_db()
    assert row.state == "late" and done.stale == [] and done.changed == []


def test_the_quorum_counts_those_entitled_to_vote_and_the_committee_needs_half():
    activity = started(kinds=[Kind.GENERAL])
    rows = [make_attendance(activity=activity) for _n in range(4)]
    candidate = make_member(branch=activity.lead, party_status=PartyStatus.PROBATIONARY)
    make_attendance(activity=activity, member=candidate, state="present")
    for row in rows[:2]:
        attendance.mark(activity=activity, marks={row.member_id: ("present", "")}, at=moment(), by=None)
    figures = attendance.turnout(activity)
    general = figures.quorum([Kind.GENERAL])
    assert (general.entitled, general.present, general.needed, general.stands) == (4, 2, 3, False)
    assert figures.quorum([Kind.COMMITTEE]).stands
    assert not figures.quorum([Kind.COMMITTEE, Kind.GENERAL]).stands
    assert figures.quorum([Kind.VOLUNTEERING]) is None
    minutes = make_minutes(activity=activity, kind=Kind.GENERAL)
    LeftOut.objects.create(minutes=minutes, member=rows[3].member, reason="illness", confirmed_by=make_office())
    assert attendance.turnout(activity).quorum([Kind.GENERAL]).stands


def test_a_make_up_stands_beside_the_sum_and_needs_a_day_and_a_note():
    activity = started()
    row = make_attendance(activity=activity, state="absent")
    there = make_attendance(activity=activity, state="present")
    told = {"activity": activity, "today": activity.day + timedelta(days=9), "by": None}
    for member, day, note in (
        (row.member_id, activity.day - timedelta(days=1), "补学"),
        (row.member_id, activity.day + timedelta(days=10), "补学"),
        (row.member_id, activity.day, " "),
        (there.member_id, activity.day, "补学"),
        (make_member().pk, activity.day, "补学"),
    ):
        with pytest.raises(ValidationError):
            attendance.make_up(member=member, day=day, note=note, **told)
    attendance.make_up(member=row.member_id, day=activity.day + timedelta(days=3), note="自学条例", **told)
    sums = attendance.turnout(activity)
    assert (sums.expected, sums.there, sums.absent, sums.made_up) == (2, 1, 1, 1)
    attendance.mark(activity=activity, marks={row.member_id: ("present", "")}, at=moment(), by=None)
    row.refresh_from_db()
    assert row.made_up_on is None and attendance.turnout(activity).made_up == 0


def test_a_guest_is_written_down_once():
    activity = started()
    attendance.add_guest(activity=activity, kind="partner", name="王建国", unit="社区", by=None)
    with pytest.raises(ValidationError):
        attendance.add_guest(activity=activity, kind="partner", name="王建国", unit="社区", by=None)


# --- the secretary's pages ---


@pytest.fixture
def kept(client):
    """An activity under way whose secretary is signed in."""
    activity = started(partners=[make_partner_organisation(name="太和社区党委")])
    client.force_login(make_secretary(activity.lead))
    return activity


def test_one_touch_marks_one_person_and_answers_line_and_figures(client, kept):
    row = make_attendance(activity=kept)
    url = address("mark_one", kept.pk, row.member_id)
    sent = {f"state-{row.member_id}": "leave", f"seen-{row.member_id}": "expected|"}
    asked = client.post(url, sent, headers={"HX-Request": "true"}).content.decode()
    assert "须填写事由" in asked and "data-ask" in asked
    done = client.post(url, sent | {f"reason-{row.member_id}": "病假"}, headers={"HX-Request": "true"}).content.decode()
    assert 'data-state="leave"' in done and 'hx-swap-oob="true"' in done
    late = client.post(url, sent | {f"state-{row.member_id}": "absent"}, headers={"HX-Request": "true"})
    row.refresh_from_db()
    assert (row.state, row.reason) == ("leave", "病假") and "刚被他人登记" in late.content.decode()


def test_an_open_list_follows_what_others_mark(client, kept):
    row = make_attendance(activity=kept)
    url = address("attendance_now", kept.pk)
    first = client.get(url)
    assert first.json()["rows"] == {str(row.member_id): ["", "expected|", ""]}
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    attendance.mark(activity=kept, marks={row.member_id: ("leave", "病假")}, at=moment(), by=None)
    then = client.get(url, headers={"If-None-Match": first["ETag"]}).json()
    assert then["rows"][str(row.member_id)] == ["leave", "leave|病假", "病假"] and "turnout" in then["turnout"]


def test_the_rest_are_present_and_the_deployed_on_leave(client, kept):
    here, away, marked = (make_attendance(activity=kept) for _n in range(3))
    make_posting(member=away.member, host_unit=make_unit(name="嵩明县局"))
    url = address("attendance", kept.pk)
    assert "嵩明县局" in client.get(url).content.decode()
    attendance.mark(activity=kept, marks={marked.member_id: ("late", "")}, at=moment(), by=None)
    seen = {f"seen-{row.member_id}": "expected|" for row in (here, away, marked)}
    answer = client.post(url, {"do": "rest", **seen}, follow=True)
    states = dict(kept.attendances.values_list("member", "state"))
    assert states == {here.member_id: "present", away.member_id: "leave", marked.member_id: "late"}
    assert marked.member.name in " ".join(str(message) for message in answer.context["messages"])


def test_who_waits_for_a_decision_on_leave_is_not_among_the_rest(client, kept):
    here, asks = (make_attendance(activity=kept) for _n in range(2))
    Invitation.objects.create(attendance=asks, answer="asked", reason="带孩子看病")
    answer = client.post(address("attendance", kept.pk), {"do": "rest"}, follow=True)
    assert dict(kept.attendances.values_list("member", "state")) == {
        here.member_id: "present",
        asks.member_id: "expected",
    }
    assert asks.member.name in " ".join(str(message) for message in answer.context["messages"])
    client.post(address("attendance", kept.pk), {"do": "rest", f"state-{asks.member_id}": "late"})
    assert kept.attendances.get(pk=asks.pk).state == "late"


def test_guests_are_pasted_as_lines_and_written_once(client, kept):
    lines = "王建国，太和社区\n李明\t官渡街道办事处\n欧阳娜娜\n\n王建国, 太和社区"
    sent = {"kind": "partner", "unit": "太和社区党委", "people": lines}
    for _turn in range(2):
        assert client.post(address("guest_add", kept.pk), sent).status_code == 302
    guests = {"王建国": "太和社区", "李明": "官渡街道办事处", "欧阳娜娜": "太和社区党委"}
    assert dict(kept.guests.values_list("name", "unit")) == guests
    bad = client.post(address("guest_add", kept.pk), sent | {"people": "长" * 60})
    assert bad.status_code == 422 and kept.guests.count() == 3
    assert 'value="太和社区党委"' in client.get(address("attendance", kept.pk)).content.decode()


def test_a_make_up_is_written_down_and_taken_back_on_the_list(client, kept):
    row = make_attendance(activity=kept, state="absent")
    url = address("make_up", kept.pk, row.member_id)
    client.post(url, {"day": today().isoformat(), "note": "观看录像"})
    row.refresh_from_db()
    assert row.made_up_note == "观看录像"
    assert "观看录像" in client.get(address("attendance", kept.pk)).content.decode()
    client.post(url, {"do": "undo"})
    row.refresh_from_db()
    assert row.made_up_on is None


# --- the workbook ---


def sheet_of(activity, client):
    """The list taken out as a workbook: the book, its sheet, and the rows by employee number."""
    answer = client.get(address("attendance", activity.pk) + "?format=xlsx")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    sheet = book.active
    return book, sheet, {row[1].value: row for row in sheet.iter_rows(min_row=2)}


def uploaded(book):
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("出席.xlsx", out.getvalue())


COLUMN = {name: number for number, name in enumerate(attendance_books.COLUMNS)}


def put(row, **values):
    for name, value in values.items():
        row[COLUMN[name]].value = value


def test_the_workbook_goes_out_is_filled_in_and_comes_back(client, kept):
    here, away, same = (make_attendance(activity=kept) for _n in range(3))
    book, sheet, rows = sheet_of(kept, client)
    put(rows[here.member.employee_number], 出席情况="实到")
    put(rows[away.member.employee_number], 出席情况="请假", 事由="病假", 补课日期=today(), 补课说明="自学")
    sheet.append(["列席", None, "赵观察", "市局机关党委"])
    answer = client.post(address("attendance_book", kept.pk), {"file": uploaded(book)})
    assert answer.status_code == 200 and "逐行结果" in answer.content.decode()
    away.refresh_from_db()
    assert (away.state, away.reason, away.made_up_on, away.made_up_note) == ("leave", "病假", today(), "自学")
    assert attendance.turnout(kept).there == 1 and attendance.turnout(kept).open == 1
    assert kept.guests.get().name == "赵观察"
    again = client.post(address("attendance_book", kept.pk), {"file": uploaded(sheet_of(kept, client)[0])})
    assert "无需改动" in again.content.decode()


def test_the_workbook_in_english_comes_back_too(client, kept):
    client.cookies["django_language"] = "en"
    here = make_attendance(activity=kept)
    book, sheet, rows = sheet_of(kept, client)
    assert [cell.value for cell in sheet[1]][:5] == ["Kind", "Employee number", "Name", "Unit", "Attendance"]
    put(rows[here.member.employee_number], 出席情况="present")
    sheet.append(["Observer", None, "赵观察", "市局机关党委"])
    client.post(address("attendance_book", kept.pk), {"file": uploaded(book)})
    assert attendance.turnout(kept).there == 1 and kept.guests.get().kind == "observer"


def test_one_wrong_row_keeps_all_out_unless_the_right_ones_are_asked_for(client, kept):
    good, bad = make_attendance(activity=kept), make_attendance(activity=kept)
    book, sheet, rows = sheet_of(kept, client)
    put(rows[good.member.employee_number], 出席情况="迟到")
    put(rows[bad.member.employee_number], 出席情况="请假")
    sheet.append(["应到", "NOBODY1", "查无此人", "", "实到"])
    sheet.append(["贵宾", "", "某人", "", ""])
    url = address("attendance_book", kept.pk)
    answer = client.post(url, {"file": uploaded(book)})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert (
        all(word in text for word in ("须填写事由", "不在应到名单", "贵宾")) and not kept.attendances.there().exists()
    )
    answer = client.post(url, {"file": uploaded(book), "partial": "on"})
    good.refresh_from_db()
    assert answer.status_code == 200 and good.state == "late" and kept.guests.count() == 0


def test_an_old_workbook_overwrites_nothing_that_was_marked_since(client, kept):
    left, changed = make_attendance(activity=kept), make_attendance(activity=kept)
    book, _sheet, rows = sheet_of(kept, client)
    put(rows[changed.member.employee_number], 出席情况="缺席")
    marks = {left.member_id: ("present", ""), changed.member_id: ("present", "")}
    attendance.mark(activity=kept, marks=marks, at=moment(), by=None)
    answer = client.post(address("attendance_book", kept.pk), {"file": uploaded(book)})
    assert answer.status_code == 422 and "下载后已由他人登记" in answer.content.decode()
    assert set(kept.attendances.values_list("state", flat=True)) == {"present"}


@pytest.mark.parametrize("name", ["x.xlsx", "x.txt"])
def test_what_is_no_workbook_is_refused(client, kept, name):
    answer = client.post(address("attendance_book", kept.pk), {"file": SimpleUploadedFile(name, b"nothing of it")})
    assert answer.status_code == 422


# --- the sign-in sheet ---


def test_the_sign_in_sheet_has_its_head_everybody_expected_and_a_block_of_guests(client, kept):
    row = make_attendance(activity=kept, state="leave", reason="病假")
    make_guest(activity=kept, name="王建国", unit="太和社区")
    make_minutes(activity=kept, chair=row.member)
    answer = client.get(address("sign_in_paper", kept.pk))
    document = Document(BytesIO(answer.content))
    people, guests = document.tables
    assert [cell.text for cell in people.rows[0].cells] == [
        "序号",
        "姓名",
        "党组织（单位）",
        "职务",
        "身份",
        "签名",
        "备注",
    ]
    assert people.rows[1].cells[1].text == row.member.name and "病假" in people.rows[1].cells[6].text
    assert guests.rows[1].cells[1].text == "王建国" and len(guests.rows) == 2 + sheets.BLANK_ROWS
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert kept.place in text and f"主持人：{row.member.name}" in text and "应到1人" in text
    assert kept.title in client.get(address("sign_in_sheet", kept.pk)).content.decode()
