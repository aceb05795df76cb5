"""Blocks that accounts of activities, news, notices and exemplars are written with."""

from collections import defaultdict

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.rich_text import RichText, expand_db_html

RICH_TEXT_FEATURES = ["h3", "bold", "ol", "ul", "link", "document-link"]
# What every browser plays without help.
VIDEO_EXTENSIONS = ("mp4", "webm")
WIDE = "width-1200|format-webp"
GALLERY = "fill-640x480|format-webp"
# A captions track of a long film is some hundred kilobytes.
MOST_CAPTIONS = 1024 * 1024
# Browsers know a WebVTT file by how it begins; a mark of the byte order may stand before it.
CAPTIONS_BEGIN = (b"WEBVTT", b"\xef\xbb\xbfWEBVTT")
# Stands in no text: neither forms nor PostgreSQL accept it.
BETWEEN = "\0"


class PictureBlock(ImageBlock):
    """A picture with its alternative text; Wagtail calls the file "Image" in every language."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.child_blocks["image"].label = _("图片文件")


class FigureBlock(blocks.StructBlock):
    """A picture with its caption."""

    image = PictureBlock(label=_("图片"))
    caption = blocks.CharBlock(label=_("图注"), required=False, max_length=120)

    class Meta:
        icon = "image"
        label = _("图片")
        template = "blocks/figure.html"


class GalleryBlock(blocks.StructBlock):
    """Several pictures side by side."""

    images = blocks.ListBlock(ImageChooserBlock(label=_("图片")), label=_("图片"), min_num=2, max_num=9)
    caption = blocks.CharBlock(label=_("图注"), required=False, max_length=120)

    class Meta:
        icon = "image"
        label = _("组图")
        template = "blocks/gallery.html"

    def get_context(self, value, parent_context=None):
        """The pictures that are still there."""
        pictures = [image for image in value["images"] if image is not None]
        return {**super().get_context(value, parent_context=parent_context), "pictures": pictures}


class QuotationBlock(blocks.StructBlock):
    """Somebody's words."""

    text = blocks.TextBlock(label=_("引文"), max_length=400)
    source = blocks.CharBlock(label=_("出处"), required=False, max_length=80)

    class Meta:
        icon = "openquote"
        label = _("引语")
        template = "blocks/quotation.html"


class FigureItemBlock(blocks.StructBlock):
    """One figure with its unit and what it counts."""

    value = blocks.CharBlock(label=_("数字"), max_length=20)
    label = blocks.CharBlock(label=_("说明"), max_length=40)


class FiguresBlock(blocks.StructBlock):
    """A row of figures."""

    items = blocks.ListBlock(FigureItemBlock(), label=_("数字"), min_num=1, max_num=4)

    class Meta:
        icon = "list-ol"
        label = _("数字")
        template = "blocks/figures.html"


class CallOutBlock(blocks.StructBlock):
    """What must not be overlooked."""

    text = blocks.TextBlock(label=_("提示"), max_length=300)

    class Meta:
        icon = "warning"
        label = _("提示")
        template = "blocks/call_out.html"


class AttachmentBlock(blocks.StructBlock):
    """A file to take along."""

    document = DocumentChooserBlock(label=_("附件"))

    class Meta:
        icon = "doc-full"
        label = _("附件")
        template = "blocks/attachment.html"


def wrong_captions(document):
    """Why a document is no captions track, or nothing."""
    if document.file.size > MOST_CAPTIONS:
        return _("字幕文件不能超过1 MB。")
    with document.file.open("rb") as file:
        begins = file.read(max(map(len, CAPTIONS_BEGIN)))
    if document.file_extension.lower() != "vtt" or not begins.startswith(CAPTIONS_BEGIN):
        return _("字幕文件须为WebVTT格式：扩展名为vtt，开头是WEBVTT。")
    return ""


class VideoBlock(blocks.StructBlock):
    """A video file of the library, played on the page."""

    video = DocumentChooserBlock(label=_("视频文件"), help_text=_("MP4或WebM格式。"))
    caption = blocks.CharBlock(label=_("说明"), max_length=120, help_text=_("也给听不到声音的人：说清视频里有什么。"))
    poster = ImageChooserBlock(label=_("封面"), required=False, help_text=_("播放前显示的画面。"))
    captions = DocumentChooserBlock(label=_("字幕文件"), required=False, help_text=_("WebVTT格式，不超过1 MB。"))
    language = blocks.ChoiceBlock(label=_("字幕语言"), choices=[("zh-CN", "中文"), ("en", "English")], default="zh-CN")
    transcript = blocks.TextBlock(label=_("文字稿"), required=False, help_text=_("收起显示在视频下方。"))

    class Meta:
        icon = "media"
        label = _("视频")
        template = "blocks/video.html"

    def clean(self, value):
        """Only what browsers play."""
        cleaned = super().clean(value)
        if cleaned["video"].file_extension.lower() not in VIDEO_EXTENSIONS:
            wrong = ValidationError(_("浏览器只能播放MP4或WebM格式的视频。"))
            raise blocks.StructBlockValidationError(block_errors={"video": wrong})
        if cleaned["captions"] and (wrong := wrong_captions(cleaned["captions"])):
            raise blocks.StructBlockValidationError(block_errors={"captions": ValidationError(wrong)})
        return cleaned


class TableBlock(TypedTableBlock):
    """A table: columns of words or of figures."""

    class Meta:
        icon = "table"
        label = _("表格")
        template = "blocks/table.html"

    def get_context(self, value, parent_context=None):
        """Each cell with the head of its column, which phones show beside it."""
        heads = [(column["heading"], column["block"].name == "number") for column in value.columns]
        rows = [
            [(head, cell, is_number) for (head, is_number), cell in zip(heads, row, strict=True)] for row in value.rows
        ]
        context = super().get_context(value, parent_context=parent_context)
        return {**context, "heads": heads, "rows": rows}


class StepBlock(blocks.StructBlock):
    """One point in time and what happened."""

    when = blocks.CharBlock(label=_("时间"), max_length=30)
    text = blocks.TextBlock(label=_("经过"), max_length=300)


class TimelineBlock(blocks.StructBlock):
    """What happened, one thing after another."""

    steps = blocks.ListBlock(StepBlock(), label=_("经过"), min_num=1, max_num=30)

    class Meta:
        icon = "history"
        label = _("时间线")
        template = "blocks/timeline.html"


class RelatedBlock(blocks.StructBlock):
    """Activities that belong to the matter; each reader sees those that they may read."""

    activities = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="activities.ActivityPage", label=_("活动")),
        label=_("活动"),
        min_num=1,
        max_num=6,
    )

    class Meta:
        icon = "date"
        label = _("相关活动")
        template = "blocks/related.html"

    def get_context(self, value, parent_context=None):
        """The published faces that the reader may read, in the editor's order."""
        readable = parent_context["readable"]
        chosen = [page.pk for page in value["activities"] if page is not None]
        context = super().get_context(value, parent_context=parent_context)
        return {**context, "faces": [readable[pk] for pk in chosen if pk in readable]}


def with_renditions(shown):
    """Fetch at once what the pictures of the blocks, by kind, are shown as."""
    pictures = [
        *(value["image"] for value in shown["figure"]),
        *(value["poster"] for value in shown["video"]),
        *(picture for value in shown["gallery"] for picture in value["images"]),
    ]
    renditions = get_image_model().get_rendition_model().objects.filter(filter_spec__in=[WIDE, GALLERY])
    pictures = [picture for picture in pictures if picture is not None]
    prefetch_related_objects(pictures, Prefetch("renditions", renditions, to_attr="prefetched_renditions"))


def readable_activities(shown, user):
    """The published faces among the chosen ones of all blocks that `user` may read, by their id."""
    from activities.models import ActivityPage

    chosen = {page.pk for value in shown["related"] for page in value["activities"] if page is not None}
    if not chosen:
        return {}
    return ActivityPage.objects.visible_to(user).defer_streamfields().select_related("activity").in_bulk(chosen)


def with_addresses(texts):
    """The texts with the addresses of what they link to, fetched at once for all of them."""
    html = expand_db_html(BETWEEN.join(text.source for text in texts))
    return [RichText(one) for one in html.split(BETWEEN)]


class BodyBlock(blocks.StreamBlock):
    """The body of everything that is written to be read."""

    heading = blocks.CharBlock(label=_("小标题"), max_length=60, template="blocks/heading.html", icon="title")
    text = blocks.RichTextBlock(label=_("正文"), features=RICH_TEXT_FEATURES, icon="pilcrow")
    figure = FigureBlock()
    gallery = GalleryBlock()
    video = VideoBlock()
    quotation = QuotationBlock()
    figures = FiguresBlock()
    table = TableBlock(
        [
            ("text", blocks.CharBlock(label=_("文字"), required=False, max_length=120)),
            ("number", blocks.CharBlock(label=_("数字"), required=False, max_length=30)),
        ]
    )
    timeline = TimelineBlock()
    call_out = CallOutBlock()
    attachment = AttachmentBlock()
    related = RelatedBlock()

    def render_basic(self, value, context=None):
        """The blocks one after another; what those of a kind show is fetched at once, however many they are."""
        shown = defaultdict(list)
        for child in value:
            shown[child.block_type].append(child.value)
        with_renditions(shown)
        request = (context or {}).get("request")
        user = request.user if request is not None else AnonymousUser()
        texts = iter(with_addresses(shown["text"]))
        of_text = self.child_blocks["text"]
        children = [
            blocks.StreamValue.StreamChild(of_text, next(texts), id=child.id) if child.block is of_text else child
            for child in value
        ]
        return super().render_basic(children, {**(context or {}), "readable": readable_activities(shown, user)})
