"""Photos are checked before they are unpacked, and stored small, upright and without what the camera wrote."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from staff import photos


def upload(image=None, name="照片.jpg", format="JPEG", content=None, **options):
    if content is None:
        out = BytesIO()
        image.save(out, format, **options)
        content = out.getvalue()
    return SimpleUploadedFile(name, content)


def opened(file):
    return Image.open(BytesIO(file.read()))


def test_a_photo_is_turned_upright_shrunk_and_stripped():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "some maker"
    clean = opened(photos.clean_photo(upload(Image.new("RGB", (3000, 2000), "green"), exif=exif)))
    assert (clean.format, clean.size) == ("JPEG", (1067, 1600))
    assert not clean.getexif()


def test_what_an_iphone_takes_becomes_a_jpeg_without_what_the_camera_wrote():
    exif = Image.Exif()
    exif[0x010F] = "some maker"
    taken = upload(Image.new("RGB", (2000, 1000), "red"), name="IMG_1.HEIC", format="HEIF", exif=exif.tobytes())
    clean = opened(photos.clean_photo(taken))
    assert (clean.format, clean.size) == ("JPEG", (1600, 800))
    assert clean.getpixel((5, 5))[0] > 200 and not clean.getexif()


def test_two_hundred_megabytes_are_refused_without_a_byte_being_read():
    class Huge(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("read")

    huge = Huge("照片.jpg", b"")
    huge.size = 200 * 1024 * 1024
    with pytest.raises(ValidationError, match="照片.jpg.*超过20 MB"):
        photos.clean_photo(huge)


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_other_formats_become_jpeg_with_what_was_transparent_white(format):
    clean = opened(photos.clean_photo(upload(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), format=format)))
    assert clean.format == "JPEG"
    assert min(clean.getpixel((5, 5))) > 250


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a photo",
        b"\xff\xd8\xff\xe0" + b"\0" * 50,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
        b"<svg></svg>",
        b"GIF89a",
    ],
)
def test_what_is_not_a_photo_is_refused_by_name(content):
    with pytest.raises(ValidationError, match="不是有效的照片"):
        photos.clean_photo(upload(content=content))


def test_a_truncated_photo_is_refused():
    out = BytesIO()
    Image.effect_noise((400, 400), 90).convert("RGB").save(out, "JPEG")
    with pytest.raises(ValidationError):
        photos.clean_photo(upload(content=out.getvalue()[: len(out.getvalue()) // 2]))


@pytest.mark.parametrize("size", [(10_000, 5_000), (20_000, 20_000)])
def test_more_than_forty_megapixels_are_refused(size):
    with pytest.raises(ValidationError, match="4000万像素"):
        photos.clean_photo(upload(Image.new("1", size), format="PNG"))


def test_more_than_twenty_megabytes_are_refused():
    with pytest.raises(ValidationError, match="20 MB"):
        photos.clean_photo(upload(content=b"0" * (photos.MAX_BYTES + 1)))
