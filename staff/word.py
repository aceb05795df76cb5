"""Word files: what the portal writes for Word, in the layout of official papers (GB/T 9704-2012)."""

import re
from io import BytesIO

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, pgettext
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt, RGBColor

from staff.wording import colon

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Sizes by their Chinese names: 2号, 3号, 4号, 小4号.
TITLE, BODY, NUMBER, SMALL = Pt(22), Pt(16), Pt(14), Pt(12)
LINE, CHARACTER = Pt(28.95), Pt(15.75)
A4 = (Mm(210), Mm(297))
ROW = 9
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NO_FILENAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def safe(value):
    """`value` as text that XML can hold: nothing for None, no control characters."""
    return "" if value is None else NO_TEXT.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")


def written(day):
    """A day as official papers write it: 2022年12月1日, without zeros; in English where the paper is."""
    return date_format(day, "DATE_FORMAT")


def timed(at):
    """A moment as papers write it: 2022年12月1日09:00."""
    at = timezone.localtime(at)
    return pgettext("day and time", "%(day)s%(time)s") % {"day": written(at), "time": f"{at:%H:%M}"}


def lasting(starts, ends):
    """From when to when, the day named once where it is one day."""
    same = timezone.localdate(starts) == timezone.localdate(ends)
    return f"{timed(starts)}—{timezone.localtime(ends):%H:%M}" if same else f"{timed(starts)}—{timed(ends)}"


def numbered(number, text):
    """The heading `text` with its number from 1 on: 一、 in Chinese."""
    numerals = pgettext("numbers of headings", "一 二 三 四 五 六 七 八 九 十").split()
    return pgettext("numbered heading", "%(number)s、%(text)s") % {"number": numerals[number - 1], "text": text}


class Paper:
    """One paper on A4, written from top to bottom and sent as a download."""

    def __init__(self, title, *, subtitle="", landscape=False, pages="dash"):
        """An empty paper under `title`; `pages` numbers them as "dash" (— 1 —) or "of" (第1页 共3页)."""
        self.document = Document()
        self._page(landscape)
        self._fonts()
        self._styles()
        self._properties(title)
        self._numbers(pages)
        head = self.document.add_paragraph(safe(title), style="Title")
        if subtitle:
            head.paragraph_format.space_after = Pt(0)
            self.document.add_paragraph(safe(subtitle), style="Subtitle")

    def heading(self, text, level=1):
        """A heading numbered by its own text: 一、 at level 1, （一） at 2, 1. at 3."""
        self.document.add_paragraph(safe(text), style=f"Heading {min(max(level, 1), 3)}")

    def paragraph(self, text, *, indent=True, align="left"):
        """Running text; each line of it is a paragraph of its own."""
        for line in safe(text).split("\n"):
            paragraph = self.document.add_paragraph(line)
            paragraph.alignment = ALIGN[align]
            if indent and align != "center":
                _first_line(paragraph.paragraph_format)

    def fields(self, pairs):
        """Lines of a label and its value; a long value goes on under itself, not under the label."""
        for label, value in pairs:
            label = f"{safe(label)}{colon()}"
            paragraph = self.document.add_paragraph()
            # A Latin letter takes half the room of a character.
            hang = Pt(BODY.pt * sum(0.5 if sign.isascii() else 1 for sign in label))
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = hang, -hang
            _face(paragraph.add_run(label), "heading")
            for number, line in enumerate(safe(value).split("\n")):
                run = paragraph.add_run()
                if number:
                    run.add_break()
                run.add_text(line)

    def table(self, head, rows, *, widths=None, row_height=None):
        """A ruled table whose head stands on every page; `widths` and the least `row_height` in mm."""
        head = [safe(cell) for cell in head]
        whole = self.width.mm
        widths = widths or [whole / len(head)] * len(head)
        # Asked for more than there is between the margins, the columns share what there is.
        widths = [width * min(1, whole / sum(widths)) for width in widths]
        size = NUMBER if len(head) <= 5 else SMALL
        table = self.document.add_table(rows=0, cols=len(head), style="Table Grid")
        table.autofit = False
        table._tblPr.append(
            parse_xml(
                f"<w:tblCellMar {nsdecls('w')}>"
                '<w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
            )
        )
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        height = row_height or ROW
        table._tbl.append(_row(head, widths, height, size, face="heading", is_head=True))
        for row in rows:
            table._tbl.append(_row([safe(cell) for cell in row], widths, height, size, face="body"))
        # Word wants a paragraph between two tables, and after the last one.
        gap = self.document.add_paragraph().paragraph_format
        gap.line_spacing_rule, gap.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(14)

    def sign(self, *labels):
        """Places for signatures, two on a line."""
        for first in range(0, len(labels), 2):
            paragraph = self.document.add_paragraph()
            layout = paragraph.paragraph_format
            layout.space_before, layout.keep_together = Pt(10), True
            half = self.width.pt / 2
            for number, label in enumerate(labels[first : first + 2]):
                paragraph.add_run(("\t" if number else "") + f"{safe(label)}{colon()}\t")
                if number:
                    layout.tab_stops.add_tab_stop(Pt(half))
                layout.tab_stops.add_tab_stop(Pt(half * (number + 1) - 12), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)

    def date(self, day):
        """The day that the paper bears: at the right, four characters from the edge."""
        paragraph = self.document.add_paragraph(written(day))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(BODY.pt * 4)

    def content(self):
        """The file's bytes."""
        file = BytesIO()
        self.document.save(file)
        return file.getvalue()

    def response(self, filename):
        """The paper as a download; `filename` may be Chinese, and needs no ending."""
        name = NO_FILENAME.sub(" ", safe(filename)).strip(" .").removesuffix(".docx")[:80] or "document"
        response = HttpResponse(self.content(), content_type=DOCX)
        response["Content-Disposition"] = content_disposition_header(True, f"{name}.docx")
        return response

    @property
    def width(self):
        """What is between the margins."""
        section = self.document.sections[0]
        return Length(section.page_width - section.left_margin - section.right_margin)

    def _page(self, landscape):
        section, margins = self.document.sections[0], settings.PRINT_MARGINS_MM
        top, right, bottom, left = (Mm(margins[side]) for side in ("top", "right", "bottom", "left"))
        wide, high = A4
        if landscape:
            # The same sheet turned: what was left is now on top.
            section.orientation = WD_ORIENT.LANDSCAPE
            wide, high = high, wide
            top, right, bottom, left = left, bottom, right, top
        section.page_width, section.page_height = wide, high
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = top, bottom, left, right
        # The number stands 7 mm below the text, and is some 6 mm high.
        section.header_distance, section.footer_distance = Mm(15), max(bottom - Mm(13), Mm(8))
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = OxmlElement("w:docGrid")
            section._sectPr.append(grid)
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(round(LINE.pt * 20)))

    def _fonts(self):
        """Name, for each face, the free fonts that stand in where the licensed one is not installed."""
        part = next(part for part in self.document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
        fonts = parse_xml(part.blob)
        for name, *others in settings.PRINT_FONTS.values():
            font = parse_xml(
                f'<w:font {nsdecls("w")} w:name="{escape(name)}"><w:altName w:val="{escape(",".join(others))}"/>'
                '<w:charset w:val="86"/></w:font>'
            )
            fonts.append(font)
        part._blob = serialize_part_xml(fonts)

    def _styles(self):
        styles = self.document.styles
        for language in styles.element.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")
        _style(styles["Normal"], "body", BODY, pitch=CHARACTER)
        for name, face, size in (
            ("Title", "title", TITLE),
            ("Subtitle", "subheading", BODY),
            ("Heading 1", "heading", BODY),
            ("Heading 2", "subheading", BODY),
            ("Heading 3", "body", BODY),
        ):
            _style(styles[name], face, size, pitch=CHARACTER if size == BODY else None)
            styles[name].paragraph_format.keep_with_next = True
        for name in ("Title", "Subtitle"):
            styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
            styles[name].paragraph_format.space_after = LINE
        title = styles["Title"].paragraph_format
        title.line_spacing = Pt(36)
        for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
        for level in (1, 2, 3):
            _first_line(styles[f"Heading {level}"].paragraph_format)
        number = styles.add_style("Page Number", WD_STYLE_TYPE.PARAGRAPH)
        number.base_style = styles["Normal"]
        _style(number, "song", NUMBER)

    def _properties(self, title):
        about = self.document.core_properties
        about.title = safe(title)[:255]
        for left_by_the_template in ("author", "comments"):
            setattr(about, left_by_the_template, "")
        about.language = "en" if get_language() == "en" else "zh-CN"
        about.created = about.modified = timezone.now()

    def _numbers(self, pages):
        section = self.document.sections[0]
        if pages == "of":
            section.footer.paragraphs[0].style = "Page Number"
            section.footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            words = pgettext("number of a page", "第PAGE页　共NUMPAGES页")
            _parts(section.footer.paragraphs[0], *(part for part in re.split("(NUMPAGES|PAGE)", words) if part))
            return
        # Odd pages bear it at the right, even ones at the left, one character from the edge.
        self.document.settings.odd_and_even_pages_header_footer = True
        for footer, align, side in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right_indent"),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left_indent"),
        ):
            footer.is_linked_to_previous = False
            paragraph = footer.paragraphs[0]
            paragraph.style, paragraph.alignment = "Page Number", align
            setattr(paragraph.paragraph_format, side, NUMBER)
            _parts(paragraph, "— ", "PAGE", " —")


def _face(run, face):
    name = settings.PRINT_FONTS[face][0]
    run.font.name = settings.PRINT_LATIN_FONT
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)


def _style(style, face, size, *, pitch=None):
    """Give a style our face, size and pitch of characters, and take away what Word's own template gave it."""
    font, layout = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = settings.PRINT_LATIN_FONT, size, False, False
    font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), settings.PRINT_FONTS[face][0])
    for tag in ("w:spacing", "w:kern"):
        for extra in style.element.rPr.findall(qn(tag)):
            style.element.rPr.remove(extra)
    # 28 characters a line: by the space between them, since programs differ on what a grid of characters means.
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(round(((pitch or size).pt - size.pt) * 20)))
    style.element.rPr.find(qn("w:sz")).addprevious(spacing)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    layout.space_before = layout.space_after = Pt(0)


def _first_line(layout):
    layout.first_line_indent = Pt(BODY.pt * 2)


def _parts(paragraph, *parts):
    """Words and page figures in turn: PAGE and NUMPAGES are fields that Word fills in."""
    for part in parts:
        if not part.isupper():
            paragraph.add_run(part)
            continue
        for kind in ("begin", part, "end"):
            run = paragraph.add_run()
            if kind == part:
                text = OxmlElement("w:instrText")
                text.text = part
            else:
                text = OxmlElement("w:fldChar")
                text.set(qn("w:fldCharType"), kind)
            run._element.append(text)


def _row(cells, widths, height, size, *, face, is_head=False):
    """A table row as XML: python-docx's own cells cost more the longer the table is."""
    fonts = f'w:ascii="{settings.PRINT_LATIN_FONT}" w:hAnsi="{settings.PRINT_LATIN_FONT}"'
    fonts += f' w:eastAsia="{escape(settings.PRINT_FONTS[face][0])}"'
    look = f'<w:rPr><w:rFonts {fonts}/><w:spacing w:val="0"/><w:sz w:val="{round(size.pt * 2)}"/></w:rPr>'
    centred = '<w:jc w:val="center"/>' if is_head else ""
    layout = (
        '<w:pPr><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:line="{round(size.pt * 26)}" w:lineRule="atLeast"/>{centred}{look}</w:pPr>'
    )
    columns = []
    for text, width in zip(cells, widths, strict=True):
        lines = "".join(
            f'<w:p>{layout}<w:r>{look}<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
            for line in text.split("\n")
        )
        columns.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{round(Mm(width).twips)}" w:type="dxa"/>'
            f'<w:vAlign w:val="center"/></w:tcPr>{lines}</w:tc>'
        )
    return parse_xml(
        f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/>"
        f'<w:trHeight w:val="{round(Mm(height).twips)}" w:hRule="atLeast"/>'
        f"{'<w:tblHeader/>' if is_head else ''}</w:trPr>{''.join(columns)}</w:tr>"
    )
