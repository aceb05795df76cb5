"""Workbooks that the portal writes are safe to open."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from staff import workbooks


def written(headers, rows):
    response = workbooks.export("名册", headers, rows)
    assert "filename*=UTF-8''%E5%90%8D%E5%86%8C.xlsx" in response["Content-Disposition"]
    return load_workbook(BytesIO(b"".join(response.streaming_content))).active


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(text):
    cell = written(["甲"], [[text]])["A2"]
    assert (cell.value.strip(), cell.data_type) == (f"'{text}".strip(), "s")


def test_figures_days_and_gaps_stay_what_they_are():
    sheet = written(["甲", "乙", "丙"], [[3, date(2022, 9, 1), None], ["a\x00b", 1.5, True]])
    assert [cell.value for cell in sheet[2]][0] == 3
    assert sheet["B2"].value.date() == date(2022, 9, 1)
    assert sheet["C2"].value is None
    assert sheet["A3"].value == "ab"


def test_a_list_may_be_called_anything():
    response = workbooks.export("出席 甲/乙：[A]*?:\\", ["甲"], [])
    assert load_workbook(BytesIO(b"".join(response.streaming_content))).sheetnames == ["出席 甲 乙： A"]


def test_the_head_is_bold_and_stays_in_sight_however_many_rows_follow():
    sheet = written(["甲"], ([number] for number in range(1000)))
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert sheet.max_row == 1001
