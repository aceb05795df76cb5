"""The portal as an app of the phone: offline, a newer version, shared photos, nothing of one reader for the next."""

import json
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from portal import installable
from tests.browser.until import until
from tests.factories.staff import make_staff

OFFLINE = "ERR_INTERNET_DISCONNECTED"
REGISTERED = "() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"


def sign_in(context, live_server, user):
    """Give the browser a session of `user`, as somebody else signs in on the same phone."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def test_without_a_network_a_page_of_nobody_and_with_a_newer_worker_an_offer(open_as, live_server, monkeypatch):
    user = make_staff()
    page = open_as(user, "phone", expects=[OFFLINE])
    page.goto("/me/")
    page.wait_for_function(REGISTERED)
    page.context.set_offline(True)
    page.goto("/me/")
    assert page.locator("h1").inner_text() == "没有网络"
    assert user.username not in page.content()
    page.context.set_offline(False)
    page.locator("[data-reload]").click()
    page.wait_for_url("**/me/")
    page.locator("h1", has_text="我的一天").wait_for()
    # A deployed version of other files is offered, and taken when the reader presses.
    monkeypatch.setattr(installable, "version", lambda: "newer")
    page.evaluate("navigator.serviceWorker.getRegistration('/').then((one) => one.update())")
    page.locator(".renewal button").click()
    until(page, "async () => (await caches.keys()).join() === 'shell-newer'")


def test_chromium_finds_the_portal_fit_to_install(open_as, live_server):
    """By its own criteria; that the pages of a test are private is all that it may hold against it."""
    page = open_as(make_staff(), "phone")
    page.goto("/")
    page.wait_for_function(REGISTERED)
    browser = page.context.new_cdp_session(page)
    assert [e["errorId"] for e in browser.send("Page.getInstallabilityErrors")["installabilityErrors"]] in (
        [],
        ["in-incognito"],
    )
    known = browser.send("Page.getAppManifest")
    assert known["errors"] == [] and known["url"] == f"{live_server.url}/manifest.webmanifest"
    manifest = json.loads(known["data"])
    assert (manifest["display"], manifest["start_url"], manifest["scope"]) == ("standalone", "/", "/")
    for address in [manifest["start_url"], *(one["url"] for one in manifest["shortcuts"])]:
        assert page.goto(address).status == 200 and page.url == live_server.url + address
    pictures = {}
    for icon in manifest["icons"]:
        picture = Image.open(BytesIO(page.request.get(icon["src"]).body())).convert("RGBA")
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
        pictures[icon["purpose"], icon["sizes"]] = picture
    assert {("any", "192x192"), ("any", "512x512"), ("maskable", "512x512")} <= set(pictures)
    # A phone cuts the maskable one to a circle or a drop: it is painted to its edge, alike all round its rim.
    maskable = pictures["maskable", "512x512"]
    rim = {maskable.getpixel(place) for place in ((0, 0), (511, 0), (0, 511), (511, 511), (256, 20), (20, 256))}
    assert len(rim) == 1 and rim.pop()[3] == 255


def test_a_form_sent_without_a_network_meets_the_page_without_one(open_as):
    """Not the browser's own error: the way back to what was filled in stands on it."""
    page = open_as(make_staff(), "phone", expects=[OFFLINE])
    page.goto("/me/settings/")
    page.wait_for_function(REGISTERED)
    page.context.set_offline(True)
    page.locator("main form button[type=submit]").last.click()
    page.locator("h1", has_text="没有网络").wait_for()
    page.context.set_offline(False)
    page.go_back()
    page.locator("main form button[type=submit]").last.wait_for()


def test_photos_shared_from_elsewhere_stand_in_the_form(open_as):
    page = open_as(make_staff(), "phone")
    page.goto("/me/")
    page.wait_for_function(REGISTERED)
    out = BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG")
    # The phone posts to the share target as a page that it opens; a form with a file does the same.
    page.set_content(
        '<form action="/share/" method="post" enctype="multipart/form-data">'
        '<input name="text" value="今天的烤房"><input type="file" name="photos" multiple><button>分享</button></form>'
    )
    heic = BytesIO()
    Image.new("RGB", (60, 40), "green").save(heic, "HEIF")
    photos = [("a.jpg", "image/jpeg", out), ("b.heic", "application/octet-stream", heic)]
    page.set_input_files(
        "input[name=photos]", [{"name": name, "mimeType": kind, "buffer": b.getvalue()} for name, kind, b in photos]
    )
    page.locator("button").click()
    page.wait_for_url("**/updates/new/?shared=1")
    page.locator(".preview img").wait_for()
    page.locator(".preview-name", has_text="b.heic").wait_for()
    assert page.input_value("textarea[name=text]") == "今天的烤房"


@pytest.fixture
def two(live_server):
    return make_staff(), make_staff()


def test_what_somebody_typed_outlives_their_session_and_is_not_shown_to_the_next(open_as, live_server, two):
    first, second = two
    page = open_as(first, "phone")
    page.goto("/updates/new/")
    page.fill("textarea[name=text]", "还没有写完的话")
    page.reload()
    assert page.input_value("textarea[name=text]") == "还没有写完的话"
    page.wait_for_function(REGISTERED)
    page.evaluate("caches.open('shared').then((cache) => cache.put('/shared/text', new Response('私人照片')))")
    # The session runs out, and the same person comes back.
    page.context.clear_cookies()
    page.goto("/updates/new/")
    sign_in(page.context, live_server, first)
    page.goto("/updates/new/")
    assert page.input_value("textarea[name=text]") == "还没有写完的话"
    sign_in(page.context, live_server, second)
    page.goto("/updates/new/?shared=1")
    until(page, "async () => !(await caches.has('shared'))")
    assert page.input_value("textarea[name=text]") == ""


def test_signing_out_leaves_nothing_of_the_reader_on_the_phone(open_as, two):
    page = open_as(two[0], "pc")
    page.goto("/updates/new/")
    page.fill("textarea[name=text]", "还没有写完的话")
    page.evaluate("caches.open('shared').then((cache) => cache.put('/shared/text', new Response('私人照片')))")
    page.evaluate("caches.open('visits-1').then((cache) => cache.put('/plots/', new Response('我的责任田')))")
    page.locator("summary.top-button:visible").click()
    page.locator(".menu form button").click()
    page.wait_for_load_state()
    until(page, "async () => !(await caches.has('shared')) && !(await caches.has('visits-1'))")
    assert page.evaluate("Object.keys(localStorage).filter((key) => /^(draft|kept):/.test(key))") == []
