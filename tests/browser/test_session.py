"""A session played in real browsers: a projector, a recorder and ten phones, then the register and the minutes."""

import time

import pytest

from activities import suggestions
from activities.models import Speech, Suggestion
from staff.codes import qr
from tests.browser.until import until
from tests.factories import activities as act
from tests.factories import staff as make

PHONES = 10
# The screen shows a voice within so many seconds of its being stored.
SOONEST = 3_000


@pytest.fixture
def room(live_server):
    branch = make.make_organisation(unit=make.make_unit(name="官渡区局"))
    return branch, make.make_secretary(branch), act.make_activity(branch, starts=act.moment(-1))


def test_a_room_speaks(open_as, room):
    branch, secretary, activity = room
    base = f"/activities/{activity.pk}/session/"
    recorder = open_as(secretary)
    recorder.goto(base)
    recorder.fill("input[name=question]", "怎样把网格责任压实到人？")
    recorder.click(".session-open button[type=submit]")
    recorder.wait_for_url(f"**{base}record/")

    screen = open_as(secretary)
    screen.goto(f"{base}screen/")
    assert screen.inner_text("h1") == "怎样把网格责任压实到人？"
    assert screen.locator(".screen-qr svg").bounding_box()["width"] > 200

    phones = []
    for number in range(PHONES):
        member = make.make_staff(name=f"党员{number}", branch=branch, unit=branch.unit)
        phone = open_as(member, "phone", expects=["409"])
        phone.goto(f"{base}say/")
        phone.fill("textarea[name=text]", f"第{number}部手机：每周对标一次。")
        phones.append(phone)
    for phone in phones:
        phone.click("[data-send]")
    for phone in phones:
        phone.locator(".say-state.is-done").wait_for()
        assert phone.input_value("textarea[name=text]") == ""
    screen.locator(".voice-card").nth(PHONES - 1).wait_for(timeout=SOONEST)
    assert screen.inner_text("[data-count]") == str(PHONES)
    assert Suggestion.objects.filter(activity=activity).count() == PHONES

    # The recorder enters for a speaker, puts the words right, and merges a double read side by side.
    speaker = make.make_member(name="赵铁柱", branch=branch, unit=branch.unit)
    recorder.fill("[data-enter] input[name=speaker]", speaker.employee_number)
    recorder.fill("[data-enter] textarea[name=text]", "画一张作战图")
    recorder.click("[data-enter] button[type=submit]")
    screen.locator(".voice-card:has-text('赵铁柱')").wait_for(timeout=SOONEST)
    row = recorder.locator(".voice:has-text('画一张作战图')")
    row.locator("summary").click()
    row.locator("textarea[name=text]").fill("画一张作战图，定目标、定考核。")
    row.locator("input[name=topic]").fill("网格责任")
    row.locator(".voice-edit button[type=submit]").click()
    screen.locator(".voice-card:has-text('定目标、定考核')").wait_for(timeout=SOONEST)
    recorder.locator(".voice:has-text('第0部手机') [data-pick]").click()
    recorder.locator(".voice:has-text('第1部手机') [data-pick]").click()
    assert "第0部手机" in recorder.inner_text("[data-one]") and "第1部手机" in recorder.inner_text("[data-other]")
    recorder.click("dialog[open] button[type=submit]")
    screen.locator(".voice-card:has-text('第0部手机')").wait_for(state="detached", timeout=SOONEST)
    screen.click("[data-order=topic]")
    assert screen.locator(".voice-group h2").count() == 2

    # It ends: a phone that comes late keeps its words and takes them outside.
    late = phones[0]
    late.fill("textarea[name=text]", "来晚了的一句话，还是想说。")
    recorder.goto(base)
    recorder.click("button:has-text('结束征集')")
    screen.locator("[data-over]:visible").wait_for(timeout=SOONEST)
    late.click("[data-send]")
    late.locator("[data-outside-link]:visible").click()
    late.wait_for_url("**/suggestions/new/")
    assert late.input_value("textarea[name=text]") == "来晚了的一句话，还是想说。"

    recorder.click("button:has-text('写入会议记录')")
    recorder.wait_for_url("**/minutes/theme_day/**")
    assert Speech.objects.filter(minutes__activity=activity, member=speaker, text__contains="作战图").exists()
    assert Speech.objects.filter(minutes__activity=activity).count() == PHONES + 1


def test_a_phone_without_a_net_keeps_its_words_and_sends_them_once_it_is_back(open_as, room):
    branch, secretary, activity = room
    suggestions.open_session(activity=activity, question="问题", by=secretary)
    phone = open_as(make.make_staff(branch=branch, unit=branch.unit), "phone", expects=["ERR_FAILED"])
    address = f"/activities/{activity.pk}/session/say/"
    phone.goto(address)
    phone.fill("textarea[name=text]", "电梯里写的一句话。")
    # The server stores it, and the answer is lost on the way: only the phone knows nothing of it.
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    phone.route("**/session/say/", lose)
    phone.click("[data-send]")
    phone.locator(".say-state.is-waiting").wait_for()
    assert lost == [201]
    phone.reload()
    assert phone.input_value("textarea[name=text]") == "电梯里写的一句话。"
    for _turn in range(5):
        phone.locator("[data-send]").dispatch_event("click")
    phone.locator(".say-state.is-done").wait_for()
    time.sleep(0.5)
    assert Suggestion.objects.filter(activity=activity).count() == 1
    phone.reload()
    assert phone.input_value("textarea[name=text]") == ""


def test_two_phones_come_by_the_code_and_what_they_hold_at_the_end_is_not_lost(open_as, room):
    branch, secretary, activity = room
    base = f"/activities/{activity.pk}/session/"
    recorder, screen = open_as(secretary), open_as(secretary)
    recorder.goto(base)
    recorder.fill("input[name=question]", "怎样方便群众？")
    recorder.click(".session-open button[type=submit]")
    recorder.wait_for_url(f"**{base}record/")
    screen.goto(f"{base}screen/")
    screen.evaluate("window.neverLoadedAnew = true")
    # What the code says stands below it in letters, too.
    address = f"http://{screen.inner_text('.screen-address')}"
    drawn = screen.locator(".screen-qr svg path").last.get_attribute("d")
    assert address.endswith(f"{base}say/") and drawn in str(qr(address))

    phones = []
    for number in range(2):
        member = make.make_member(name=f"群众{number}", branch=branch, unit=branch.unit)
        make.make_user(member=member, username=f"phone{number}", password="four words in a row")
        phone = open_as(size="phone", expects=["409"])
        phone.goto(address)
        phone.fill("input[name=login]", f"phone{number}")
        phone.fill("input[name=password]", "four words in a row")
        phone.press("input[name=password]", "Enter")
        phone.wait_for_url(f"**{base}say/")
        phones.append(phone)
    for number, phone in enumerate(phones):
        phone.fill("textarea[name=text]", f"第{number}句：大厅设一台自助机。")
        phone.evaluate("for (let n = 0; n < 5; n++) document.querySelector('[data-send]').click()")
        phone.locator(".say-state.is-done").wait_for()
    # The same words typed once more are the same suggestion.
    phones[0].fill("textarea[name=text]", "第0句：大厅设一台自助机。")
    phones[0].click("[data-send]")
    until(phones[0], "document.querySelector('textarea[name=text]').value === ''")
    for number in range(2):
        screen.locator(f".voice-card:has-text('第{number}句')").wait_for(timeout=SOONEST)
        recorder.locator(f".voice:has-text('第{number}句')").wait_for(timeout=SOONEST)
    assert screen.evaluate("window.neverLoadedAnew") and screen.inner_text("[data-count]") == "2"
    assert Suggestion.objects.filter(activity=activity).count() == 2

    for number, phone in enumerate(phones):
        phone.fill("textarea[name=text]", f"第{number}部手机没来得及发的话。")
    recorder.goto(base)
    recorder.click("button:has-text('结束征集')")
    screen.locator("[data-over]:visible").wait_for(timeout=SOONEST)
    assert screen.evaluate("window.neverLoadedAnew")
    # One sends and is told, the other looks again first: both have their words, and one button outside.
    phones[0].click("[data-send]")
    phones[0].locator("[data-outside-link]:visible").click()
    phones[0].wait_for_url("**/suggestions/new/")
    phones[0].click("main form button[type=submit]:has-text('提交建议')")
    phones[1].reload()
    assert "征集已结束" in phones[1].inner_text("main")
    phones[1].click("[data-send]:has-text('作为日常建议提交')")
    for number, phone in enumerate(phones):
        phone.get_by_text("已登记，编号").wait_for()
        row = Suggestion.objects.get(text=f"第{number}部手机没来得及发的话。")
        assert row.activity is None and row.authors.get().member.name == f"群众{number}"
    assert Suggestion.objects.count() == 4
