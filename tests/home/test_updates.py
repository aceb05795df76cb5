"""Staff updates: posting, reading, thanking, hiding, taking back."""

import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image

from home.models import Comment, Reaction, Report, Update
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


def say(client, update, text, **fields):
    """Send a comment."""
    return client.post(update.get_absolute_url(), {"text": text, **fields}, follow=True)


def test_an_answer_stands_one_level_deep_and_reaches_who_is_answered(client):
    asker = make_staff(name="孙立")
    first = make_comment(update=make_update(), author=asker.member)
    client.force_login(make_staff(name="周敏"))
    say(client, first.update, "同感", reply_to=first.pk)
    answer = Comment.objects.get(text="同感")
    assert answer.reply_to == first
    assert "周敏回复了您的评论" in Notification.objects.get(user=asker).text
    say(client, first.update, "我也是", reply_to=answer.pk)
    assert Comment.objects.get(text="我也是").reply_to == first


def test_a_comment_sent_twice_is_stored_once(client):
    update = make_update()
    client.force_login(make_staff())
    token = str(uuid.uuid4())
    for _time in range(2):
        say(client, update, "学习了", token=token)
    assert Comment.objects.count() == 1


def test_a_colleague_named_in_a_comment_is_told_once_and_linked(client):
    named = make_staff(name="欧阳明")
    update = make_update()
    client.force_login(make_staff(name="钱进"))
    text = say(client, update, "请@欧阳明看看<b>").text
    assert Notification.objects.filter(user=named).count() == 1
    assert f'href="{named.member.get_absolute_url()}">@欧阳明</a>看看&lt;b&gt;' in text


def test_whoever_is_outside_the_audience_cannot_be_named_and_the_text_is_kept(client):
    here = make_unit()
    outsider = make_staff(name="常外", unit=make_unit())
    me = make_staff(unit=here)
    update = make_update(author=me.member, audience="unit")
    client.force_login(me)
    text = say(client, update, "写了很久，@常外 请看").text
    assert "不在这条动态的阅读范围内" in text and "写了很久" in text
    assert not Comment.objects.exists() and not Notification.objects.filter(user=outsider).exists()
    text = client.post("/updates/new/", sent(audience="unit", text="@常外 你好")).text
    assert "不在这条动态的阅读范围内" in text and "@常外 你好" in text


def test_of_two_with_one_name_the_number_says_who_is_meant(client):
    one, two = make_staff(name="张伟"), make_staff(name="张伟")
    update = make_update()
    client.force_login(make_staff())
    assert "有多人同名" in say(client, update, "@张伟 好").text
    say(client, update, f"@张伟({two.member.employee_number}) 好")
    assert Notification.objects.filter(user=two).count() == 1
    assert not Notification.objects.filter(user=one).exists()


def test_people_are_offered_by_pinyin_within_the_audience(client):
    here = make_unit()
    me = make_staff(unit=here)
    make_staff(name="单雄信", unit=here), make_staff(name="单远", unit=make_unit())
    client.force_login(me)
    text = client.get("/updates/people/", {"q": "shan", "audience": "unit"}).text
    assert "单雄信" in text and "单远" not in text
    update = make_update(author=make_staff(unit=make_unit()).member, audience="unit")
    assert client.get("/updates/people/", {"q": "shan", "update": update.pk}).status_code == 404


def test_a_comment_on_an_update_gone_meanwhile_is_given_back(client):
    update = make_update()
    address = update.get_absolute_url()
    update.delete()
    client.force_login(make_staff())
    response = client.post(address, {"text": "写了很久的评论"})
    assert response.status_code == 404
    assert "已不在了" in response.text and "写了很久的评论" in response.text


def test_an_answer_to_a_comment_gone_meanwhile_is_kept_in_the_form(client):
    comment = make_comment()
    update, number = comment.update, comment.pk
    comment.delete()
    client.force_login(make_staff())
    text = say(client, update, "我的回答", reply_to=number).text
    assert "您要回复的评论已经删除" in text and "我的回答" in text


def test_words_too_long_are_refused_and_kept(client):
    client.force_login(make_staff())
    text = client.post("/updates/new/", sent(text="长" * 100_000)).text
    assert "长" * 100_000 in text and not Update.objects.exists()
    text = say(client, make_update(), "长" * 100_000).text
    assert "长" * 100_000 in text and not Comment.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml"),
        ("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image/heic"),
    ],
)
def test_an_svg_or_a_broken_heic_is_named_beside_the_field(client, name, content, kind):
    client.force_login(make_staff())
    wrong = SimpleUploadedFile(name, content, kind)
    text = client.post("/updates/new/", sent(text="保留", photos=[wrong])).text
    assert name in text and "不是有效的照片" in text and "保留" in text
    assert not Update.objects.exists() and "<script>alert" not in text


def test_a_photo_of_an_iphone_is_posted_as_a_jpeg_that_says_nothing_of_the_place(client):
    out, data = BytesIO(), Image.Exif()
    data[0x010F] = "some maker"
    Image.new("RGB", (400, 200), "red").save(out, "HEIF", exif=data.tobytes())
    client.force_login(make_staff())
    client.post("/updates/new/", sent(photos=[SimpleUploadedFile("IMG_1.HEIC", out.getvalue(), "image/heic")]))
    with Image.open(Update.objects.get().photos.get().file) as stored:
        assert (stored.format, stored.size, dict(stored.getexif())) == ("JPEG", (400, 200), {})


def test_two_hundred_megabytes_are_refused_beside_the_field_and_the_text_kept(client, monkeypatch):
    """As the server sees them: lying in a file on its disk, of which not a byte is read."""
    huge = SimpleUploadedFile("照片.jpg", jpeg(), "image/jpeg")
    client.force_login(make_staff())
    monkeypatch.setattr(UploadedFile, "size", property(lambda file: 200 * 1024 * 1024, lambda file, size: None))
    monkeypatch.setattr(Image, "open", lambda *args, **kwargs: pytest.fail("read"))
    text = client.post("/updates/new/", sent(text="保留", photos=[huge])).text
    assert "照片.jpg" in text and "超过20 MB" in text and "保留" in text and not Update.objects.exists()


def test_edited_words_are_marked_and_the_earlier_ones_kept_for_the_office(client):
    author = make_staff()
    update = make_update(author=author.member, text="原来的话")
    comment = make_comment(update=update, author=author.member, text="原评论")
    client.force_login(make_staff())
    assert client.post(f"/updates/{update.pk}/edit/", {"text": "篡改"}).status_code == 404
    assert client.post(f"/updates/comments/{comment.pk}/edit/", {"text": "篡改"}).status_code == 404
    client.force_login(author)
    client.post(f"/updates/{update.pk}/edit/", {"text": "改后的话"})
    client.post(f"/updates/comments/{comment.pk}/edit/", {"text": "新评论"})
    client.force_login(make_staff())
    text = client.get(update.get_absolute_url()).text
    assert text.count("已编辑") == 2 and "改后的话" in text and "新评论" in text
    assert "原来的话" not in client.get(f"/updates/{update.pk}/history/").text
    client.force_login(make_office())
    text = client.get(f"/updates/{update.pk}/history/").text
    assert "原来的话" in text and "原评论" in text


def test_a_deleted_comment_with_answers_leaves_its_place(client):
    author = make_staff()
    comment = make_comment(author=author.member, text="要删的话")
    make_comment(update=comment.update, reply_to=comment, text="别人的回答")
    client.force_login(author)
    client.post(f"/updates/comments/{comment.pk}/delete/")
    text = client.get(comment.update.get_absolute_url()).text
    assert "要删的话" not in text and "评论已由作者删除" in text and "别人的回答" in text


def test_a_report_reaches_the_office_which_hides_with_a_reason(client):
    author, reporter, office = make_staff(), make_staff(), make_office()
    update = make_update(author=author.member, text="不当的话")
    client.force_login(author)
    assert client.get(f"/updates/{update.pk}/report/").status_code == 404
    client.force_login(reporter)
    for _time in range(2):
        client.post(f"/updates/{update.pk}/report/", {"reason": "rude", "detail": ""})
    report = Report.objects.get()
    assert Notification.objects.filter(user=office).count() == 1
    assert client.get("/updates/reports/").status_code == 404
    client.force_login(office)
    assert "不当的话" in client.get("/updates/reports/").text
    refused = client.post(f"/updates/reports/{report.pk}/", {"outcome": "hidden", "answer": ""})
    assert refused.status_code == 200 and Report.objects.get().is_waiting
    client.post(f"/updates/reports/{report.pk}/", {"outcome": "hidden", "answer": "言语不当"})
    assert Update.objects.get().hidden_because == "言语不当"
    assert "言语不当" in Notification.objects.get(user=reporter).text
    assert "言语不当" in Notification.objects.get(user=author).text


def test_a_reported_comment_is_removed_and_its_author_told(client):
    author = make_staff()
    comment = make_comment(author=author.member, text="造谣")
    client.force_login(make_staff())
    client.post(f"/updates/comments/{comment.pk}/report/", {"reason": "false"})
    client.force_login(make_office())
    client.post(f"/updates/reports/{Report.objects.get().pk}/", {"outcome": "hidden", "answer": "内容不实"})
    client.force_login(make_staff())
    text = client.get(comment.update.get_absolute_url()).text
    assert "造谣" not in text and "评论已由党建办删除" in text
    assert Notification.objects.filter(user=author, text__contains="内容不实").exists()


def test_what_its_author_took_back_settles_the_report(client):
    author = make_staff()
    update = make_update(author=author.member, text="收回的话")
    client.force_login(make_staff())
    client.post(f"/updates/{update.pk}/report/", {"reason": "other"})
    client.force_login(author)
    client.post(f"/updates/{update.pk}/delete/")
    report = Report.objects.get()
    assert report.outcome == "gone" and report.quoted == "收回的话"


def test_more_goes_on_where_the_list_began(client):
    for number in range(12):
        make_update(text=f"第{number:02}条")
    client.force_login(make_staff())
    first = client.get("/updates/")
    assert "第11条" in first.text and "第01条" not in first.text and 'rel="next"' in first.text
    make_update(text="刚发的")
    begun = first.context["begun"]
    piece = client.get("/updates/", {"page": 2, "begun": begun}, headers={"HX-Request": "true"}).text
    assert "第01条" in piece and "第00条" in piece and "第02条" not in piece and "<h1" not in piece
