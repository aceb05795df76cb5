"""Blocks that accounts of activities, news, notices and exemplars are written with."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

RICH_TEXT_FEATURES = ["h3", "bold", "ol", "ul", "link", "document-link"]


class FigureBlock(blocks.StructBlock):
    """A picture with its caption."""

    image = ImageBlock(label=_("图片"))
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


class BodyBlock(blocks.StreamBlock):
    """The body of everything that is written to be read."""

    heading = blocks.CharBlock(label=_("小标题"), max_length=60, template="blocks/heading.html", icon="title")
    text = blocks.RichTextBlock(label=_("正文"), features=RICH_TEXT_FEATURES, icon="pilcrow")
    figure = FigureBlock()
    gallery = GalleryBlock()
    quotation = QuotationBlock()
    figures = FiguresBlock()
    call_out = CallOutBlock()
    attachment = AttachmentBlock()
