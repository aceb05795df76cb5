"""Word files stand in the layout of official papers and hold whatever text they are given."""

from datetime import date
from io import BytesIO
from urllib.parse import unquote

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from staff.word import Paper


def opened(paper):
    return Document(BytesIO(paper.content()))


def paragraph(document, text):
    return next(row for row in document.paragraphs if text in row.text)


def east_asian(element):
    return element.rPr.rFonts.get(qn("w:eastAsia"))


def test_the_sheet_has_the_margins_of_an_official_paper():
    section = opened(Paper("会议记录")).sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    sides = (section.top_margin, section.left_margin, section.bottom_margin, section.right_margin)
    assert [round(side.mm) for side in sides] == [37, 28, 35, 26]
    assert section._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")) == "579"


def test_a_bureau_may_set_margins_of_its_own(settings):
    settings.PRINT_MARGINS_MM = {"top": 20, "right": 21, "bottom": 22, "left": 23}
    section = opened(Paper("会议记录")).sections[0]
    assert [round(side.mm) for side in (section.top_margin, section.left_margin)] == [20, 23]


def test_a_sheet_turned_keeps_its_text_within_the_same_bounds():
    section = opened(Paper("台账", landscape=True)).sections[0]
    assert section.page_width > section.page_height
    assert round((section.page_width - section.left_margin - section.right_margin) / Mm(1)) == 297 - 37 - 35


def test_title_headings_and_text_have_their_faces_and_sizes():
    paper = Paper("会议记录", subtitle="2022年第4号")
    paper.heading("一、议程")
    paper.heading("（一）学习", level=2)
    paper.heading("1. 文件", level=3)
    paper.paragraph("正文。")
    document = opened(paper)
    faces = {
        "会议记录": ("方正小标宋简体", 22),
        "一、议程": ("黑体", 16),
        "（一）学习": ("楷体_GB2312", 16),
        "1. 文件": ("仿宋_GB2312", 16),
        "正文。": ("仿宋_GB2312", 16),
    }
    for text, (face, size) in faces.items():
        style = paragraph(document, text).style
        assert (east_asian(style.element), style.font.size) == (face, Pt(size)), text
    assert paragraph(document, "会议记录").style.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert document.styles["Normal"].paragraph_format.line_spacing == Pt(28.95)
    assert document.styles["Normal"].element.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"
    assert paragraph(document, "正文。").paragraph_format.first_line_indent == Pt(32)


def test_free_fonts_stand_in_where_the_named_ones_are_missing():
    package = opened(Paper("会议记录")).part.package
    fonts = next(part.blob for part in package.iter_parts() if part.partname == "/word/fontTable.xml").decode()
    assert 'w:name="仿宋_GB2312"' in fonts
    assert "Noto Serif CJK SC" in fonts


def test_the_head_of_a_table_stands_on_each_page_and_rows_keep_their_least_height():
    paper = Paper("签到表")
    paper.table(["序号", "姓名", "签名"], [[number, f"王{number}", ""] for number in range(80)], widths=[15, 40, 60])
    table = opened(paper).tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    assert [round(row.height.mm) for row in table.rows[:2]] == [9, 9]
    assert len(table.rows) == 81
    assert Pt(12) <= table.rows[1].cells[1].paragraphs[0].runs[0].font.size <= Pt(14)
    assert [round(cell.width.mm) for cell in table.rows[1].cells] == [15, 40, 60]


def test_a_table_never_leaves_the_sheet():
    paper = Paper("台账")
    paper.table(["甲", "乙"], [["1", "2"]], widths=[200, 200])
    assert round(sum(cell.width for cell in opened(paper).tables[0].rows[0].cells) / Mm(1)) == 156


@pytest.mark.parametrize("text", ["<w:p>&amp;</w:p>", 'a "quoted" & b', "甲\x00乙\x0b丙"])
def test_any_text_is_held_as_text(text):
    paper = Paper(text, subtitle=text)
    paper.heading(text)
    paper.paragraph(text)
    paper.fields([(text, text)])
    paper.table([text], [[text], [None]])
    paper.sign(text)
    document = opened(paper)
    held = text.replace("\x00", "").replace("\x0b", "")
    assert document.paragraphs[0].text == held
    assert [row.cells[0].text for row in document.tables[0].rows] == [held, held, ""]


def test_the_day_is_written_without_zeros_at_the_right():
    paper = Paper("会议记录")
    paper.date(date(2022, 12, 1))
    row = paragraph(opened(paper), "2022年12月1日")
    assert row.alignment == WD_ALIGN_PARAGRAPH.RIGHT


def test_lines_of_a_text_are_paragraphs_and_of_a_value_lines():
    paper = Paper("会议记录")
    paper.paragraph("一\r\n二")
    paper.fields([("参会", "甲\n乙")])
    texts = [row.text for row in opened(paper).paragraphs]
    assert texts[1:] == ["一", "二", "参会：甲\n乙"]


def test_pages_are_numbered_between_dashes_or_of_their_number():
    dash = opened(Paper("会议记录")).sections[0]
    assert "PAGE" in dash.footer._element.xml
    assert dash.footer.paragraphs[0].text.startswith("—")
    assert "PAGE" in dash.even_page_footer._element.xml
    assert dash.footer.paragraphs[0].style.font.size == Pt(14)
    of = opened(Paper("签到表", pages="of")).sections[0].footer
    assert "NUMPAGES" in of._element.xml
    assert of.paragraphs[0].text.startswith("第")


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("官渡支部会议记录", "官渡支部会议记录.docx"),
        ("会议记录.docx", "会议记录.docx"),
        ('../a\\b"c\r\nSet-Cookie: x', "a b c Set-Cookie  x.docx"),
        ("", "document.docx"),
    ],
)
def test_a_download_is_named_safely(filename, name):
    response = Paper("会议记录").response(filename)
    header = response["Content-Disposition"]
    assert response["Content-Type"].endswith("wordprocessingml.document")
    assert unquote(header.split("''")[-1]) == name or f'filename="{name}"' in header
