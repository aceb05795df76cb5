"""The week board of shifts: people are placed by dragging and from the keyboard, and moved on by the same means."""

import pytest
from playwright.sync_api import expect

from staff.models import ShiftDuty
from tests.factories import staff as make


@pytest.fixture
def board(open_as, live_server):
    """A host unit's board of the week with two shifts of a day, open before its manager; somebody is in post there."""
    posting = make.make_posting()
    shifts = [make.make_shift(day=0, hours=hours, host_unit=posting.host_unit) for hours in ((9, 12), (14, 17))]
    page = open_as(make.make_manager(posting.host_unit), "pc")
    page.goto(f"/deployments/shifts/?unit={posting.host_unit_id}")
    return page, posting, shifts


def placed(shift):
    return list(ShiftDuty.objects.filter(shift=shift).values_list("posting", flat=True))


def test_somebody_is_placed_by_dragging_and_moved_on_from_the_keyboard(board):
    page, posting, (morning, afternoon) = board
    slots = page.locator("[data-slot]")
    page.locator(".shift-person").first.drag_to(slots.nth(0))
    expect(slots.nth(0).locator("[data-posting]")).to_have_count(1)
    assert placed(morning) == [posting.pk]

    lift = slots.nth(0).locator(".shift-lift")
    lift.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(slots.nth(1).locator("[data-posting]")).to_have_count(1)
    assert (placed(morning), placed(afternoon)) == ([], [posting.pk])
