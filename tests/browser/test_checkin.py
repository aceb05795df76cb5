"""The screen in the hall and a phone in it: one tap, and the screen counts one more."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from activities import checkin
from tests.factories import activities as act
from tests.factories import staff as make


@pytest.fixture
def activity(live_server):
    """An activity under way at which four are expected."""
    activity = act.make_activity(starts=act.moment())
    for _n in range(4):
        member = make.make_member(branch=activity.lead)
        make.make_user(member=member)
        act.make_attendance(activity=activity, member=member)
    return activity


def test_a_phone_checks_in_and_the_screen_counts_it(open_as, activity):
    screen = open_as(make.make_secretary(activity.lead), "pc")
    screen.goto(f"/activities/{activity.pk}/check-in/screen/")
    expect(screen.locator(".hall-qr svg")).to_be_visible()
    expect(screen.locator(".hall-figures .there dd")).to_have_text("0/4")
    assert screen.evaluate("document.documentElement.scrollHeight <= innerHeight")

    row = activity.attendances.first()
    phone = open_as(row.member.user, "phone")
    code = checkin.code(activity=activity.pk, at=timezone.now())
    phone.goto(f"/activities/{activity.pk}/check-in/?code={code}")
    phone.click(".arrival-button")
    expect(phone.locator("h1")).to_have_text("签到成功")
    expect(screen.locator(".hall-figures .there dd")).to_have_text("1/4", timeout=8000)
    row.refresh_from_db()
    assert row.state == "present" and row.checked_in_at


def test_the_list_is_found_in_and_marked_with_one_touch(open_as, activity, size):
    row, other = activity.attendances.select_related("member")[:2]
    page = open_as(make.make_secretary(activity.lead), size)
    page.goto(f"/activities/{activity.pk}/attendance/")
    page.fill("#roll-find", row.member.employee_number)
    expect(page.locator(f"#row-{other.member_id}")).to_be_hidden()
    page.locator(f"#row-{row.member_id} label.leave").click()
    page.locator(f"#row-{row.member_id} [data-reason]").first.click()
    expect(page.locator(f"#row-{row.member_id}")).to_have_attribute("data-state", "leave")
    expect(page.locator("#turnout .stat.blue .stat-value")).to_have_text("1")
    row.refresh_from_db()
    assert (row.state, row.reason) == ("leave", "因公出差")
