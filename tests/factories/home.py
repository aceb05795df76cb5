"""Articles, pictures and updates for tests: `make_news(audience="public")`; each is valid by its defaults."""

from io import BytesIO
from itertools import count

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image as Picture
from wagtail.images import get_image_model

from home.models import (
    Comment,
    ExemplarIndexPage,
    ExemplarPage,
    NewsIndexPage,
    NewsPage,
    NoticeIndexPage,
    NoticePage,
    StudyIndexPage,
    StudyPage,
    Update,
    UpdatePhoto,
)
from staff.models import Notification
from tests.factories.staff import make_member

_numbers = count(1)


def jpeg(width=64, height=48):
    """The bytes of a small picture."""
    out = BytesIO()
    Picture.new("RGB", (width, height), "#7a9").save(out, "JPEG")
    return out.getvalue()


def make_image(**fields):
    """A picture in Wagtail's library."""
    number = next(_numbers)
    file = ImageFile(BytesIO(jpeg()), name=f"picture{number}.jpg")
    return get_image_model().objects.create(**{"title": f"图片{number}", "file": file, **fields})


def _article(index, model, fields):
    number = next(_numbers)
    fields = {"title": f"第{number}篇", "slug": f"article-{number}", "introduction": "导语", **fields}
    return index.objects.get().add_child(instance=model(**fields))


def make_news(**fields):
    """A piece of news for the bureau."""
    return _article(NewsIndexPage, NewsPage, fields)


def make_notice(**fields):
    """A notice for the bureau that asks for no receipt."""
    return _article(NoticeIndexPage, NoticePage, fields)


def make_exemplar(**fields):
    """An exemplar for the bureau."""
    return _article(ExemplarIndexPage, ExemplarPage, fields)


def make_study_page(**fields):
    """Study material of an hour and a half for everybody of the bureau."""
    return _article(StudyIndexPage, StudyPage, {"hours": "1.5", "meant_for": "all", **fields})


def make_update(*, photos=0, **fields):
    """What a member posted just now for the whole bureau."""
    author = fields.pop("author", None) or make_member()
    fields = {"text": "今天走访了五户。", "posted_at": timezone.now(), "unit": author.unit, **fields}
    fields.setdefault("branch", author.branch)
    update = Update.objects.create(author=author, **fields)
    for number in range(photos):
        UpdatePhoto.objects.create(update=update, file=ContentFile(jpeg(), name=f"u{update.pk}-{number}.jpg"))
    return update


def make_comment(**fields):
    """What a colleague said under an update."""
    fields = {"text": "辛苦了。", **fields}
    if "update" not in fields:
        fields["update"] = make_update()
    if "author" not in fields:
        fields["author"] = make_member()
    return Comment.objects.create(**fields)


def make_notification(user, **fields):
    """Something that reached `user` and is not opened yet."""
    return Notification.objects.create(
        **{"user": user, "kind": "system", "text": "系统消息", "address": "/me/", **fields}
    )
