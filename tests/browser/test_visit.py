"""The visit in the field: recorded without a network, kept on the phone, and stored exactly once afterwards."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from staff.models import Finding, Visit
from tests.browser.until import until
from tests.factories import staff as make

# What the browser says of each request without a network.
CUT = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")


@pytest.fixture
def holding(live_server):
    """A plot that somebody with an account holds."""
    member = make.make_member()
    make.make_user(member=member)
    return make.make_assignment(member=member)


@pytest.fixture
def phone(open_as, holding):
    """The holder's phone with the page of a visit, which has been kept for the field."""
    page = open_as(holding.member.user, "phone", expects=CUT)
    page.goto(f"/plots/{holding.plot_id}/visit/")
    until(page, "async () => Boolean(await (await caches.open('visits-1')).match(location.pathname))")
    return page


@pytest.fixture
def photo():
    out = BytesIO()
    Image.effect_noise((600, 400), 60).convert("RGB").save(out, "JPEG")
    return {"name": "field.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def cut(page):
    """Take the network away, from the page and from its service worker."""
    page.context.set_offline(True)
    asked = "fetch('/healthz').then(() => 'online', () => 'offline')"
    assert page.context.service_workers[0].evaluate(asked) == "offline"


def write(page, households):
    """Fill in a visit and send it."""
    page.fill("input[name=households]", str(households))
    page.fill("textarea[name=summary]", "查看烤房用火安全。")
    page.locator("main button[type=submit]").click()


def test_a_visit_without_a_network_is_kept_over_a_reload_and_stored_once_though_sent_twice(phone, holding, photo):
    cut(phone)
    phone.locator("details.finding-row summary").first.click()
    phone.fill("textarea[name=findings-0-text], input[name=findings-0-text]", "电线老化")
    phone.set_input_files("input[name=photos]", photo)
    write(phone, 12)
    queue = phone.locator("[data-visit-queue]")
    expect(queue.locator("li")).to_have_count(1)
    phone.reload()
    expect(phone.locator("h1")).to_have_text("记录走访")
    expect(queue.locator("li")).to_have_count(1)
    expect(queue.locator("li")).to_contain_text("12")
    assert not Visit.objects.exists()

    sent = []

    def lose_the_first_answer(route):
        if route.request.method != "POST":
            route.continue_()
            return
        answer = route.fetch()
        sent.append(answer.json())
        if len(sent) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    phone.route("**/visit/", lose_the_first_answer)
    phone.context.set_offline(False)
    expect(queue.locator("[data-state].amber")).to_have_count(1)
    phone.wait_for_function("() => navigator.onLine")
    for _time in range(50):
        if sent:
            break
        phone.wait_for_timeout(50)
    phone.reload()
    expect(queue.locator("[data-state].green")).to_have_count(1)
    assert [answer["stored"] for answer in sent] == [True, True]
    visit = Visit.objects.get()
    assert (visit.households, visit.photos.count(), visit.flagged) == (12, 1, False)
    assert Finding.objects.get().text == "电线老化"


def test_a_visit_kept_while_its_holding_ended_is_stored_and_flagged(phone, holding):
    cut(phone)
    write(phone, 5)
    queue = phone.locator("[data-visit-queue]")
    expect(queue.locator("[data-state].amber")).to_have_count(1)
    holding.ends = make.today(-1)
    holding.save()
    phone.context.set_offline(False)
    expect(queue.locator("[data-state].green")).to_have_count(1)
    visit = Visit.objects.get()
    assert (visit.households, visit.assignment, visit.flagged) == (5, holding, True)
