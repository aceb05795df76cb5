"""Minutes save themselves, hold what was typed through a lost connection, and never let two editors overwrite."""

import re

import pytest
from playwright.sync_api import expect

from activities.models import Minutes
from tests.factories.activities import make_activity, moment
from tests.factories.staff import make_office, make_secretary

pytestmark = pytest.mark.django_db(transaction=True)


def test_minutes_outlive_a_lost_connection_and_a_second_editor(open_as, live_server):
    secretary = make_secretary()
    activity = make_activity(secretary.member.branch, starts=moment(hours=-1))
    address = f"/activities/{activity.pk}/minutes/theme_day/{secretary.member.branch_id}/"
    page = open_as(secretary, "pc", expects=["ERR_INTERNET_DISCONNECTED", "409 (Conflict)"])
    page.goto(address)
    page.fill("#id_chair", secretary.member.name)
    page.click("text=保存会议记录")
    # What the button sent is not offered again as unsaved, though the name comes back with its number.
    expect(page.locator("#id_chair")).to_have_value(re.compile(rf"\d+ {secretary.member.name}"))
    expect(page.locator("[data-kept]")).to_be_hidden()
    page.fill("#id_text", "会议开始")
    expect(page.locator("[data-status]")).to_contain_text("已自动保存", timeout=15000)
    page.context.set_offline(True)
    page.fill("#id_text", "断网后写的")
    expect(page.locator("[data-status]")).to_contain_text("连接中断", timeout=15000)
    page.context.set_offline(False)
    expect(page.locator("[data-status]")).to_contain_text("已自动保存", timeout=15000)
    other = open_as(make_office(), "phone")
    other.goto(address)
    other.fill("#id_agenda", "另一人的议程")
    expect(other.locator("[data-status]")).to_contain_text("已自动保存", timeout=15000)
    page.fill("#id_text", "我接着写的")
    expect(page.locator("[data-theirs]")).to_contain_text("另一人的议程", timeout=15000)
    assert page.input_value("#id_text") == "我接着写的"
    page.click("[data-mine]")
    expect(page.locator("[data-status]")).to_contain_text("已自动保存", timeout=15000)
    assert Minutes.objects.get().text == "我接着写的"
