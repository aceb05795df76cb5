"""Field reports: written by the person in post, once a day or week, read by host and home; the record of service."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from docx import Document
from icalendar import Calendar
from openpyxl import load_workbook

from activities import feeds
from staff import field_reports
from staff.choices import LeaveState, PostingState, ReportSpan
from staff.models import FieldReport
from tests.factories.staff import (
    make_duty,
    make_leave,
    make_manager,
    make_member,
    make_office,
    make_posting,
    make_report,
    make_secretary,
    make_shift,
    make_staff,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting():
    return make_posting(member=make_member(name="赵一"))


@pytest.fixture
def writer(posting):
    return make_user(member=posting.member)


def data(**fields):
    return {"span": "day", "day": today(-1).isoformat(), "text": "走访六户，宣讲收购政策。", **fields}


def test_a_report_is_written_under_ones_own_posting_only(client, posting, writer):
    url = f"/deployments/postings/{posting.pk}/reports/new/"
    for user in (make_staff(), make_manager(posting.host_unit), make_office()):
        client.force_login(user)
        assert client.post(url, data()).status_code == 404
    client.force_login(writer)
    assert "data-keep" in client.get(url).content.decode()
    assert client.post(url, data()).status_code == 302
    assert FieldReport.objects.get().text.startswith("走访六户")


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "长" * 4001},
        {"day": "x"},
        {"day": "2001-01-01"},
        {"day": "2098-01-01"},
        {"span": "x"},
    ],
)
def test_what_is_wrong_is_named_and_the_text_stays(client, posting, writer, wrong):
    client.force_login(writer)
    answer = client.post(f"/deployments/postings/{posting.pk}/reports/new/", data() | wrong)
    assert answer.status_code == 422 and not FieldReport.objects.exists()
    if "text" not in wrong:
        assert "走访六户" in answer.content.decode()


def test_any_day_of_a_week_files_its_report_under_monday_and_a_week_has_one(posting, writer):
    day = today(-8)
    report = field_reports.write(posting=posting, span=ReportSpan.WEEK, day=day, text="一", by=writer)
    monday = day - timedelta(days=day.weekday())
    assert report.day == max(monday, posting.starts)
    with pytest.raises(ValidationError) as refused:
        field_reports.write(posting=posting, span=ReportSpan.WEEK, day=monday, text="二", by=writer)
    assert "day" in refused.value.error_dict
    field_reports.write(posting=posting, span=ReportSpan.DAY, day=monday, text="日记另算", by=writer)


def test_the_first_week_of_a_posting_is_filed_under_its_first_day(writer):
    posting = make_posting(member=make_member(), starts=today(-3))
    report = field_reports.write(posting=posting, span=ReportSpan.WEEK, day=today(-3), text="一", by=writer)
    assert report.day == today(-3)


def test_nothing_is_written_of_a_proposal(client):
    posting = make_posting(state=PostingState.PROPOSED)
    client.force_login(make_user(member=posting.member))
    assert client.get(f"/deployments/postings/{posting.pk}/reports/new/").status_code == 404


def test_the_writer_corrects_it_and_nobody_else(client, posting, writer):
    report = make_report(posting=posting)
    url = f"/deployments/reports/{report.pk}/edit/"
    for user in (make_manager(posting.host_unit), make_secretary(posting.member.branch), make_staff()):
        client.force_login(user)
        assert client.post(url, data(text="改")).status_code == 404
    client.force_login(writer)
    assert report.text in client.get(url).content.decode()
    assert client.post(url, data(text="改")).status_code == 302
    report.refresh_from_db()
    assert report.text == "改"


def test_host_and_home_read_and_nobody_elsewhere(client, posting, writer):
    report = make_report(posting=posting)
    readers = [writer, make_manager(posting.host_unit), make_manager(posting.home_unit), make_office()]
    readers.append(make_secretary(posting.member.branch))
    for user in (*readers, make_staff(), make_manager(), make_secretary()):
        client.force_login(user)
        text = client.get("/deployments/reports/").content.decode()
        assert (report.text in text) is (user in readers)
    client.logout()
    assert client.get("/deployments/reports/").status_code == 302


def test_filters_find_what_is_meant_and_wrong_ones_are_named(client, posting):
    make_report(posting=posting, text="查寄递网点")
    make_report(posting=posting, text="收购线", day=today(-9), span="week")
    make_report(text="别处")
    client.force_login(make_office())

    def found(**query):
        return {report.text for report in client.get("/deployments/reports/", query).context["object_list"]}

    assert found(q="寄递") == {"查寄递网点"} and found(q="赵一") == {"查寄递网点", "收购线"}
    assert found(span="week") == {"收购线"} and found(unit=posting.host_unit_id) == {"查寄递网点", "收购线"}
    assert found(since=today(-2).isoformat(), unit=posting.host_unit_id) == {"查寄递网点"}
    assert found(until=today(-5).isoformat()) == {"收购线"}
    assert len(found(unit="x", since="x", span="x", q="")) == 3


def test_the_workbook_holds_the_same_rows_and_no_formula(client, posting):
    make_report(posting=posting, text="=1+1")
    client.force_login(make_manager(posting.host_unit))
    answer = client.get("/deployments/reports/?format=xlsx")
    row = [cell.value for cell in list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.rows)[1]]
    assert row[2] == "赵一" and not str(row[-1]).startswith("=")
    client.force_login(make_user(member=posting.member))
    assert client.get("/deployments/reports/?format=xlsx").status_code == 404


# --- the record of service ------------------------------------------------------------------------------------------


def served(posting):
    make_leave(posting=posting, starts=today(-9), ends=today(-8), state=LeaveState.RETURNED)
    make_leave(posting=posting, starts=today(-5), ends=today(-5), state=LeaveState.REFUSED)
    for day, kind in ((-3, "duty"), (-2, "joint"), (3, "duty")):
        make_duty(posting=posting, shift=make_shift(day=day, kind=kind, host_unit=posting.host_unit))
    make_report(posting=posting)


def test_the_record_counts_days_leave_shifts_and_reports_from_the_records(client, posting, writer):
    served(posting)
    client.force_login(writer)
    record = client.get(f"/members/{posting.member_id}/service/").context["record"]
    one = record.services[0]
    assert (one.days, one.leave_days, one.duties, one.joint, len(one.reports)) == (31 - 2, 2, 1, 1, 1)
    assert (record.days, record.shifts, record.reports) == (29, 2, 1)


def test_the_word_file_says_the_same(client, posting):
    served(posting)
    client.force_login(make_office())
    answer = client.get(f"/members/{posting.member_id}/service.docx")
    document = Document(BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert "赵一" in text and "夜查三个路段" in text and "29天" in cells


def test_the_record_shows_only_postings_that_the_reader_may_see(client, posting, writer):
    elsewhere = make_posting(member=posting.member, starts=today(-200), ends=today(-100), state="completed")
    url = f"/members/{posting.member_id}/service/"
    client.force_login(make_manager(elsewhere.host_unit))
    assert [one.posting for one in client.get(url).context["record"].services] == [elsewhere]
    client.force_login(writer)
    assert len(client.get(url).context["record"].services) == 2
    for user in (make_staff(), make_manager(), make_secretary()):
        client.force_login(user)
        assert client.get(url).status_code == 404
        assert client.get(f"/members/{posting.member_id}/service.docx").status_code == 404


def test_who_never_served_reads_an_empty_record_of_ones_own(client):
    user = make_staff()
    client.force_login(user)
    assert client.get(f"/members/{user.member.pk}/service/").status_code == 200


# --- one's own calendar ---------------------------------------------------------------------------------------------


def test_ones_own_calendar_has_postings_by_the_day_and_shifts_by_the_hour(client, posting, writer):
    duty = make_duty(posting=posting)
    make_duty()
    token = feeds.create_token(user=writer)
    answer = client.get(reverse("activities:own_feed", args=[token]))
    events = {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert set(events) == {f"posting-{posting.pk}@zerentian", f"duty-{duty.pk}@zerentian"}
    whole = events[f"posting-{posting.pk}@zerentian"]
    assert whole["dtstart"].dt == posting.starts and whole["dtend"].dt == posting.ends + timedelta(days=1)
    assert events[f"duty-{duty.pk}@zerentian"]["dtstart"].dt == timezone.localtime(duty.shift.starts)
