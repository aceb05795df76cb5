"""Articles in the admin: what is wrong stands beside its field, what was written stays, and who reads it is said."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import nested_form_data, streamfield

from home import study
from home.models import NewsIndexPage, NewsPage, NoticeIndexPage, NoticePage, Receipt, StudyIndexPage, StudyPage
from staff.audience import Audience
from staff.posts import sync_groups
from tests.factories.home import make_news, make_notice, make_study_page
from tests.factories.staff import make_office, make_staff, make_unit, today

pytestmark = pytest.mark.django_db
TYPES = {
    "newspage": (NewsIndexPage, NewsPage),
    "noticepage": (NoticeIndexPage, NoticePage),
    "studypage": (StudyIndexPage, StudyPage),
}


@pytest.fixture
def editor(client):
    """The office, signed in."""
    user = make_office()
    sync_groups(users=[user])
    client.force_login(user)
    return client


def write(client, kind, press="action-publish", **fields):
    """What an editor sends who fills in the form of a new page and presses a button."""
    facts = {"title": "走访周", "day": f"{today()}", "audience": "bureau", "hours": "1", "meant_for": "all"}
    body = streamfield([("heading", "half a day of work")])
    none = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    data = nested_form_data({**facts, "body": body, "comments": none, **fields, press: "1"})
    parent = TYPES[kind][0].objects.get()
    return client.post(reverse("wagtailadmin_pages:add", args=["home", kind, parent.pk]), data)


def moment(days):
    """A moment as the fields of the schedule take it."""
    return timezone.localtime(timezone.now() + timedelta(days=days)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("kind", "fields", "field", "text"),
    [
        ("studypage", {"title": "甲篇"}, "title", "已有同名的学习资料。"),
        ("studypage", {"title": "字" * 121}, "title", "标题不能超过120个字。"),
        ("studypage", {"hours": "20"}, "hours", "学时须在0.5到8之间。"),
        ("studypage", {"hours": "-1"}, "hours", "学时须在0.5到8之间。"),
        ("studypage", {"hours": "0.3"}, "hours", "学时以0.5为单位。"),
        ("studypage", {"hours": ""}, "hours", "此项为必填项。"),
        ("noticepage", {"audience": "unit"}, "audience_unit", "请选择单位：不选则没有人能看到。"),
        ("newspage", {"audience": "unit"}, "audience_unit", "请选择单位：不选则没有人能看到。"),
        ("noticepage", {"act_by": f"{today(-1)}"}, "act_by", "办理时限不能早于通知日期。"),
        ("noticepage", {"day": "2026-13-45"}, "day", "输入一个有效的日期。"),
        ("newspage", {"introduction": "字" * 201}, "introduction", "200"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_written_stays(editor, kind, fields, field, text):
    make_study_page(title="甲篇")
    before = TYPES[kind][1].objects.count()
    answer = write(editor, kind, **fields)
    assert answer.status_code == 200
    assert text in " ".join(answer.context["form"].errors[field])
    assert not answer.context["form"].non_field_errors()
    assert "half a day of work" in answer.text
    assert TYPES[kind][1].objects.count() == before


def test_a_draft_is_held_to_the_same(editor):
    make_study_page(title="甲篇")
    assert write(editor, "studypage", press="action-save", title="甲篇").context["form"].errors.keys() == {"title"}
    assert write(editor, "studypage", press="action-save", title="乙篇").status_code == 302
    assert not StudyPage.objects.get(title="乙篇").live


def test_hours_and_a_title_that_are_both_wrong_are_said_at_once(editor):
    make_study_page(title="甲篇")
    assert set(write(editor, "studypage", title="甲篇", hours="20").context["form"].errors) == {"title", "hours"}


@pytest.mark.parametrize("times", [{"go_live_at": 3, "expire_at": 2}, {"expire_at": -1}])
def test_times_that_cannot_be_are_said_with_the_way_to_their_window(editor, times):
    answer = write(editor, "noticepage", **{name: moment(days) for name, days in times.items()})
    assert answer.status_code == 200
    assert "编辑计划" in " ".join(answer.context["form"].non_field_errors())
    assert "half a day of work" in answer.text


def test_what_expires_is_published_until_then(editor):
    assert write(editor, "noticepage", go_live_at=moment(1), expire_at=moment(2)).status_code == 302
    notice = NoticePage.objects.get()
    assert not notice.live and notice.approved_schedule


def test_two_pages_of_one_title_have_addresses_of_their_own(editor):
    for _time in range(2):
        assert write(editor, "newspage", title="例会").status_code == 302
    assert len(set(NewsPage.objects.values_list("slug", flat=True))) == 2


def test_a_page_without_picture_and_introduction_is_published(editor):
    write(editor, "newspage")
    page = NewsPage.objects.live().get()
    assert editor.get(page.url).status_code == editor.get("/news/").status_code == 200


@pytest.mark.parametrize(
    ("audience", "text"),
    [(Audience.PUBLIC, "不必登录"), (Audience.BUREAU, "本单位职工登录可看"), (Audience.UNIT, "东川县局及下属单位职工")],
)
def test_the_editor_says_who_will_read_the_page(editor, audience, text):
    unit = make_unit(name="东川县局") if audience == Audience.UNIT else None
    page = make_news(audience=audience, audience_unit=unit)
    answer = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert text in answer.text
    assert "任何人可看" not in answer.text


def test_large_letters_reach_the_admin(editor):
    assert "admin-large.css" not in editor.get("/admin/").text
    editor.cookies["large_text"] = "1"
    assert "admin-large.css" in editor.get("/admin/").text


def test_what_readers_left_on_a_page_keeps_it_from_being_deleted(editor):
    reader = make_staff()
    notice, material, other = make_notice(receipt_wanted=True), make_study_page(), make_news()
    Receipt.objects.create(notice=notice, user=reader)
    study.finish(page=material, member=reader.member, by=reader)
    for page in (notice, material):
        answer = editor.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
        assert "不能删除" in answer.text
        bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={page.pk}&id={other.pk}"
        assert "不能删除" in editor.post(bulk, follow=True).text
        assert type(page).objects.filter(pk=page.pk).exists()
    assert NewsPage.objects.filter(pk=other.pk).exists()
    editor.post(reverse("wagtailadmin_pages:delete", args=[other.pk]))
    assert not NewsPage.objects.filter(pk=other.pk).exists()


def test_taken_down_and_published_again_nothing_of_its_readers_is_lost(editor):
    reader, material = make_staff(), make_study_page()
    study.finish(page=material, member=reader.member, by=reader)
    editor.post(reverse("wagtailadmin_pages:unpublish", args=[material.pk]))
    assert editor.get(material.url).status_code == 404
    StudyPage.objects.get(pk=material.pk).save_revision().publish()
    assert editor.get(material.url).status_code == 200
    assert material.completions.get().record.hours == Decimal("1.5")


def test_no_part_of_a_block_is_called_by_the_name_of_its_field():
    labels = list(labels_of(NewsPage._meta.get_field("body").stream_block))
    assert labels and not [label for label in labels if label.isascii()]


def labels_of(block):
    """What the editor calls the parts of a block, and theirs."""
    for part in getattr(block, "child_blocks", {}).values():
        yield str(part.label)
        yield from labels_of(part)
    if hasattr(block, "child_block"):
        yield from labels_of(block.child_block)
