"""Photos and papers that come with a suggestion: checked by what they are, not by what they are called."""

import uuid
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _

from activities.models import SuggestionFile
from staff.photos import clean_photo

PHOTOS = (".jpg", ".jpeg", ".png", ".webp")
# What a paper of each kind begins with: nothing else is stored under its name.
PAPERS = {".pdf": b"%PDF-", ".docx": b"PK\x03\x04", ".xlsx": b"PK\x03\x04", ".pptx": b"PK\x03\x04"}
ACCEPT = ",".join((*PHOTOS, *PAPERS))
MAX_FILES = 6
MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class Paper:
    """A file that may be stored: its content, the name that readers see, and whether it is a photo."""

    file: File
    name: str
    photo: bool


def clean(upload):
    """`upload` as a `Paper`, or a ValidationError that says what is wrong. Photos lose what the camera wrote."""
    kind = Path(upload.name).suffix.lower()
    if kind in PHOTOS:
        return Paper(clean_photo(upload), _("照片"), photo=True)
    if kind not in PAPERS:
        raise ValidationError(
            _("“%(name)s”的格式不能上传，请用照片、PDF或Word、Excel、PPT文件。") % {"name": upload.name}, code="kind"
        )
    if upload.size > MAX_BYTES:
        raise ValidationError(_("文件“%(name)s”超过20 MB。") % {"name": upload.name}, code="too_large")
    upload.seek(0)
    content = upload.read()
    if not content.startswith(PAPERS[kind]):
        raise ValidationError(_("“%(name)s”的内容与格式不符。") % {"name": upload.name}, code="not_a_paper")
    name = "".join(sign for sign in Path(upload.name).name if sign.isprintable())
    stem = name[: -len(kind)][: 90 - len(kind)]
    return Paper(ContentFile(content, name=f"{uuid.uuid4().hex}{kind}"), f"{stem}{kind}", photo=False)


def check(files, *, unnamed):
    """Refuse too many, and papers of somebody who is not to be named: a document often says who wrote it."""
    if len(files) > MAX_FILES:
        raise ValidationError({"files": _("附件最多%(n)d个。") % {"n": MAX_FILES}})
    if unnamed and any(not paper.photo for paper in files):
        raise ValidationError({"files": _("文件的属性里常有作者姓名，不具名的建议只能附照片。")})


def keep(suggestion, files):
    """Store the files of a suggestion that has just been logged."""
    check(files, unnamed=suggestion.unnamed)
    for paper in files:
        SuggestionFile(suggestion=suggestion, file=paper.file, name=paper.name, photo=paper.photo).save()
