"""Photos that people send in: checked, turned upright, stripped of what the camera wrote, and made screen-sized."""

import uuid
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

# What an iPhone takes is HEIC.
register_heif_opener(thumbnails=False)
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 1600
QUALITY = 82


def clean_photo(upload):
    """`upload` as an upright JPEG of at most 1600 px without metadata, or a ValidationError that says what is wrong.

    The size in pixels is read from the head of the file, before anything is unpacked into memory.
    """
    if upload.size > MAX_BYTES:
        raise ValidationError(_("照片“%(name)s”超过20 MB，请缩小后再上传。") % {"name": upload.name}, code="too_large")
    try:
        upload.seek(0)
        with Image.open(upload, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValidationError(
                    _("照片“%(name)s”超过4000万像素，请缩小后再上传。") % {"name": upload.name}, code="too_many_pixels"
                )
            image.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
            picture = _on_white(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError:
        raise ValidationError(
            _("照片“%(name)s”超过4000万像素，请缩小后再上传。") % {"name": upload.name}, code="too_many_pixels"
        ) from None
    except ValidationError:
        raise
    # Pillow reports a broken file by any of these, depending on the format and on where it breaks.
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, KeyError, MemoryError):
        raise ValidationError(
            _("“%(name)s”不是有效的照片，请上传JPEG、PNG、WebP或HEIC格式。") % {"name": upload.name}, code="not_a_photo"
        ) from None
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return ContentFile(out.getvalue(), name=f"{uuid.uuid4().hex}.jpg")


def _on_white(image):
    """The picture in plain colours, what was transparent turned white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")
