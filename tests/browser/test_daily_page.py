"""What staff open every morning, played on a phone and on a PC: my day, an editor's notice, a post and a reply."""

from io import BytesIO

import pytest
from PIL import Image

from home.models import Comment, NoticeIndexPage, NoticePage, Receipt, Update
from staff.models import Notification
from tests.factories.staff import make_member, make_user
from tests.world import make_world

CAMERA, SIDEWAYS = 0x010F, 6


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
