"""What staff open every morning, played on a phone and on a PC: my day, an editor's notice, a post and a reply."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from home.models import Comment, NoticeIndexPage, NoticePage, Receipt, Update
from staff.models import Notification
from tests.factories.staff import make_member, make_user
from tests.world import make_update, make_world

CAMERA, SIDEWAYS = 0x010F, 6
OFFLINE = "ERR_INTERNET_DISCONNECTED"
SEND = "main form[data-draft] button[type=submit]"


@pytest.fixture
def world(live_server):
    return make_world()


def photo_of_a_phone():
    """A photo taken upright: stored lying, with a word on how to turn it and the camera's name."""
    out, data = BytesIO(), Image.Exif()
    data[0x0112], data[CAMERA] = SIDEWAYS, "Phone of 段立本"
    Image.new("RGB", (2400, 1200), "green").save(out, "JPEG", exif=data)
    return {"name": "field.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_an_editor_publishes_a_notice_and_staff_confirm_it_in_the_morning(open_as, world, size):
    editor = open_as(world.users["office"], size)
    editor.goto(f"/admin/pages/add/home/noticepage/{NoticeIndexPage.objects.get().pk}/")
    editor.fill("[name=title]", "汛期值班安排")
    editor.check("[name=receipt_wanted]")
    editor.locator("[name=action-publish]").first.evaluate("button => button.click()")
    editor.wait_for_url("**/admin/pages/**")
    editor.locator(".messages .success").first.wait_for()
    notice = NoticePage.objects.live().get(title="汛期值班安排")
    page = open_as(world.users["staff"], size)
    page.goto("/")
    page.locator(f"main a[href='{notice.url}']:visible").first.click()
    page.locator("#receipt form button").click()
    page.locator("#receipt form").wait_for(state="detached")
    assert Receipt.objects.filter(notice=notice, user=world.users["staff"]).exists()
    page.goto("/me/")
    assert page.locator(f"main a[href='{notice.url}']").count() == 0


def test_a_post_from_the_phone_is_answered_with_a_name_found_by_pinyin(open_as, world, size):
    colleague = make_user(member=make_member(branch=world.here.branch, unit=world.here.unit, name="赵晓燕"))
    page = open_as(world.users["staff"], size)
    page.goto("/updates/new/")
    page.set_input_files("input[name=photos]", photo_of_a_phone())
    page.locator(".preview img").wait_for()
    page.fill("textarea[name=text]", "烤房检查完毕")
    page.locator("main form[data-draft] button[type=submit]").last.click()
    page.get_by_text("烤房检查完毕").first.wait_for()
    update = Update.objects.get(text="烤房检查完毕")
    with Image.open(update.photos.get().file) as stored:
        # Upright, at screen size, and nothing of the camera in it.
        assert (stored.size, dict(stored.getexif())) == ((800, 1600), {})
    # What the server has stored is no draft any more, as soon as the page that shows it has run its scripts.
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('draft:'))")
    other = open_as(colleague, size)
    other.goto(f"/updates/{update.pk}/")
    # The photo opens and closes by the keyboard, which comes back to where it was.
    other.locator("[data-viewer] a").first.focus()
    other.keyboard.press("Enter")
    other.locator("#viewer[open]").wait_for()
    other.keyboard.press("Escape")
    assert other.evaluate("document.activeElement.matches('[data-viewer] a')")
    other.locator("#say textarea").press_sequentially("辛苦了 @duanliben")
    other.locator(".mention-list [data-insert]").first.wait_for()
    other.keyboard.press("Enter")
    assert other.input_value("#say textarea") == "辛苦了 @段立本 "
    other.locator("#say button[type=submit]").last.click()
    other.locator("#comments .comment-text").first.wait_for()
    comment = Comment.objects.get(update=update)
    told = Notification.objects.filter(user=world.users["staff"]).latest("pk")
    page.goto("/me/notifications/")
    page.locator(f"main a[href='/me/notifications/{told.pk}/']").first.click()
    page.locator(f"#comment-{comment.pk}").wait_for()


def photo(name="1.jpg", format="JPEG", kind="image/jpeg", side=80):
    """A small photo with a name."""
    out = BytesIO()
    Image.new("RGB", (side, side // 2), "red").save(out, format)
    return {"name": name, "mimeType": kind, "buffer": out.getvalue()}


def test_a_photo_of_an_iphone_that_the_browser_cannot_open_is_sent_as_it_is(open_as, world):
    page = open_as(world.users["staff"], "phone")
    page.goto("/updates/new/")
    named_only = {"name": "b.heic", "mimeType": "image/heic", "buffer": b"no photo at all"}
    page.set_input_files("input[name=photos]", [photo("IMG_1.HEIC", "HEIF", "image/heic", side=400), named_only])
    expect(page.locator(".photo-status")).to_have_text("“b.heic”不是照片，请选JPEG、PNG、WebP或HEIC格式。")
    expect(page.locator(".preview")).to_have_text("IMG_1.HEIC×")
    page.fill("textarea[name=text]", "苹果手机拍的")
    page.locator(SEND).last.click()
    page.locator("[data-viewer] img").first.wait_for()
    with Image.open(Update.objects.get(text="苹果手机拍的").photos.get().file) as stored:
        assert (stored.format, stored.size) == ("JPEG", (400, 200))


def test_what_is_too_large_is_said_on_the_phone_before_it_is_sent(open_as, world, tmp_path):
    """Two hundred megabytes; and originals that fit one by one, but not together."""
    huge, head = tmp_path / "huge.jpg", b"\0\0\0\x18ftypheic"
    with huge.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    for name in ("a.heic", "b.heic"):
        with (tmp_path / name).open("wb") as file:
            file.write(head)
            file.truncate(12 * 1024 * 1024)
    page = open_as(world.users["staff"], "phone")
    page.goto("/updates/new/")
    page.set_input_files("input[name=photos]", [huge, tmp_path / "a.heic", tmp_path / "b.heic"])
    status = page.locator(".photo-status")
    expect(status).to_contain_text("“huge.jpg”太大，超过100 MB", timeout=30_000)
    expect(status).to_contain_text("“b.heic”是HEIC原图")
    expect(page.locator(".preview")).to_have_text("a.heic×")


def test_nine_photos_are_chosen_looked_through_by_keyboard_and_no_tenth(open_as, world):
    page = open_as(world.users["staff"], "phone")
    page.goto("/updates/new/")
    page.set_input_files("input[name=photos]", [photo(f"{number}.jpg") for number in range(10)])
    expect(page.locator(".preview img")).to_have_count(9)
    expect(page.locator(".photo-status")).to_contain_text("照片最多9张")
    page.locator(".preview-remove").last.press("Enter")
    expect(page.locator(".preview img")).to_have_count(8)
    page.set_input_files("input[name=photos]", photo("x.png", "PNG", "image/png"))
    expect(page.locator(".preview img")).to_have_count(9)
    page.fill("textarea[name=text]", "九张")
    page.locator(SEND).last.click()
    links = page.locator("[data-viewer] a")
    expect(links).to_have_count(9)
    assert Update.objects.get(text="九张").photos.count() == 9
    links.nth(8).focus()
    page.keyboard.press("Enter")
    place = page.locator(".viewer-place")
    for key, shown in (("", "9 / 9"), ("ArrowRight", "1 / 9"), ("ArrowLeft", "9 / 9"), ("ArrowLeft", "8 / 9")):
        if key:
            page.keyboard.press(key)
        expect(place).to_have_text(shown)
    assert page.locator("#viewer img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 80
    page.locator(".viewer-close").press("Enter")
    assert page.evaluate("document.activeElement === document.querySelectorAll('[data-viewer] a')[8]")


def test_without_a_network_nothing_is_lost_and_the_answer_lost_on_the_way_stores_it_once(open_as, world):
    page = open_as(world.users["staff"], "phone", expects=[OFFLINE, "ERR_FAILED"])
    page.goto("/updates/new/")
    page.set_input_files("input[name=photos]", photo())
    page.locator(".preview img").wait_for()
    page.fill("textarea[name=text]", "山上没有信号")
    page.context.set_offline(True)
    page.locator(SEND).last.click()
    expect(page.locator(".offline-note")).to_contain_text("没有网络")
    assert page.input_value("textarea[name=text]") == "山上没有信号" and page.locator(".preview img").count() == 1
    page.context.set_offline(False)
    expect(page.locator(".offline-note")).to_be_empty()

    # The server stores it, and the answer is lost: the phone does not know, keeps the draft, and sends it again.
    def lose(route):
        if route.request.method != "POST":
            route.continue_()
            return
        route.fetch(max_redirects=0)
        route.abort()

    page.context.route("**/updates/new/", lose)
    page.locator(SEND).last.click()
    page.wait_for_timeout(500)
    assert Update.objects.filter(text="山上没有信号").count() == 1
    page.context.unroute("**/updates/new/")
    page.goto("/updates/new/")
    assert page.input_value("textarea[name=text]") == "山上没有信号"
    expect(page.locator("[data-draft-note]")).to_be_visible()
    page.locator(SEND).last.click()
    page.locator("[data-viewer]").first.wait_for()
    update = Update.objects.get(text="山上没有信号")
    assert update.photos.count() == 1
    page.goto("/updates/new/")
    assert page.input_value("textarea[name=text]") == ""


def test_the_next_page_of_updates_comes_by_the_keyboard_which_goes_on_where_it_begins(open_as, world):
    for number in range(14):
        make_update(world.here.member, text=f"第{number:02}条")
    page = open_as(world.users["staff"], "pc")
    page.goto("/updates/")
    expect(page.locator(".feed > .update")).to_have_count(10)
    page.locator("[data-more]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".feed > .update")).to_have_count(15)
    page.wait_for_function("() => document.querySelectorAll('.feed > .update')[10].contains(document.activeElement)")
    expect(page.locator(".feed-more")).to_contain_text("已经到底了")
