"""Staff updates: posting, reading, thanking, hiding, taking back."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from home.models import Comment, Reaction, Update
from staff.models import Notification
from tests.factories.activities import make_activity, moment
from tests.factories.home import jpeg, make_comment, make_update
from tests.factories.staff import make_auditor, make_office, make_partner, make_posting, make_staff, make_unit

pytestmark = pytest.mark.django_db


def sent(**fields):
    """What a phone sends."""
    return {"token": str(uuid.uuid4()), "text": "今天走访了五户烟农。", "audience": "bureau", **fields}


def photos(number):
    """So many photos."""
    return [SimpleUploadedFile(f"{n}.jpg", jpeg(), "image/jpeg") for n in range(number)]


def test_an_update_with_photos_is_posted_once(client):
    user = make_staff()
    posting = make_posting(member=user.member)
    client.force_login(user)
    data = sent(photos=photos(3))
    response = client.post("/updates/new/", data)
    client.post("/updates/new/", {**data, "photos": photos(3)})
    update = Update.objects.get()
    assert response["Location"] == update.get_absolute_url()
    assert update.photos.count() == 3
    assert update.posting == posting


def test_a_wrong_photo_is_named_and_the_text_kept(client):
    client.force_login(make_staff())
    wrong = SimpleUploadedFile("说明.jpg", b"no picture", "image/jpeg")
    text = client.post("/updates/new/", sent(text="写了很久的话", photos=[wrong])).text
    assert "不是有效的照片" in text
    assert "写了很久的话" in text
    assert not Update.objects.exists()


def test_ten_photos_are_too_many(client):
    client.force_login(make_staff())
    assert "照片最多9张" in client.post("/updates/new/", sent(photos=photos(10))).text


def test_an_update_is_linked_with_the_activity_that_one_came_from(client):
    user = make_staff()
    activity = make_activity(title="昨天的志愿服务", starts=moment(days=-1), expected=[user.member])
    client.force_login(user)
    assert "昨天的志愿服务" in client.get(f"/updates/new/?activity={activity.pk}").text
    client.post("/updates/new/", sent(activity=activity.pk))
    assert Update.objects.get().activity == activity


def test_updates_are_closed_to_those_outside(client):
    update = make_update()
    assert client.get("/updates/")["Location"].startswith("/accounts/login/")
    client.force_login(make_partner())
    assert client.get("/updates/").status_code == 404
    assert client.get(update.get_absolute_url()).status_code == 404


def test_an_account_without_a_member_reads_and_posts_nothing(client):
    update = make_update()
    client.force_login(make_auditor())
    assert client.get("/updates/").status_code == 200
    assert client.get("/updates/new/").status_code == 404
    assert client.post(f"/updates/{update.pk}/thank/").status_code == 404
    assert client.post(update.get_absolute_url(), {"text": "你好"}).status_code == 404


def test_the_audience_limits_the_readers(client):
    here = make_unit()
    update = make_update(author=make_staff(unit=here).member, audience="unit", text="只给本单位看")
    client.force_login(make_staff(unit=here))
    assert "只给本单位看" in client.get("/updates/").text
    client.force_login(make_staff(unit=make_unit()))
    assert "只给本单位看" not in client.get("/updates/").text
    assert client.get(update.get_absolute_url()).status_code == 404


def test_thanks_are_given_and_taken_back(client):
    update = make_update()
    client.force_login(make_staff())
    client.post(f"/updates/{update.pk}/thank/", {"next": "/updates/"})
    assert Reaction.objects.count() == 1
    response = client.post(f"/updates/{update.pk}/thank/", {"next": "https://elsewhere.example/"})
    assert Reaction.objects.count() == 0
    assert response["Location"] == f"/updates/{update.pk}/#update-{update.pk}"


def test_a_comment_reaches_the_author(client):
    author = make_staff()
    update = make_update(author=author.member)
    client.force_login(make_staff(name="钱进"))
    client.post(update.get_absolute_url(), {"text": "学习了"})
    assert Comment.objects.get().text == "学习了"
    assert "钱进" in Notification.objects.get(user=author).text


def test_the_office_hides_with_a_reason_and_shows_again(client):
    update = make_update(text="不合适的话")
    client.force_login(make_staff())
    assert client.post(f"/updates/{update.pk}/hide/", {"because": "不合适"}).status_code == 404
    client.force_login(make_office())
    client.post(f"/updates/{update.pk}/hide/", {"because": ""})
    assert Update.objects.get().hidden_because == ""
    client.post(f"/updates/{update.pk}/hide/", {"because": "涉及个人隐私"})
    client.force_login(make_staff())
    assert "不合适的话" not in client.get("/updates/").text
    client.force_login(make_office())
    client.post(f"/updates/{update.pk}/hide/")
    assert Update.objects.get().hidden_because == ""


def test_one_takes_back_ones_own_after_being_asked(client, django_capture_on_commit_callbacks):
    author = make_staff()
    update = make_update(author=author.member, photos=1)
    file = update.photos.get().file
    client.force_login(make_staff())
    assert client.get(f"/updates/{update.pk}/delete/").status_code == 404
    client.force_login(author)
    assert "无法恢复" in client.get(f"/updates/{update.pk}/delete/").text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/updates/{update.pk}/delete/")
    assert not Update.objects.exists()
    assert not file.storage.exists(file.name)


def test_a_comment_is_deleted_by_its_author_or_the_office(client):
    comment = make_comment(author=make_staff().member)
    client.force_login(make_staff())
    assert client.post(f"/updates/comments/{comment.pk}/delete/").status_code == 404
    client.force_login(make_office())
    client.post(f"/updates/comments/{comment.pk}/delete/")
    assert not Comment.objects.exists()
