"""Assigning many plots from one table: typed row by row, or pasted from a workbook."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.choices import AssignmentRole
from staff.forms.fields import DATE_FORMATS, DayField, MemberField
from staff.wording import listed

MOST_ROWS = 200
# The columns of a pasted table, in their order.
COLUMNS = ("plot", "member", "role", "starts", "ends", "officer_name", "officer_phone")
ROLES = {str(label): value for value, label in AssignmentRole.choices}


class PlotField(forms.CharField):
    """A plot of one's scope typed by its name, with its unit before it where several bear it."""

    def __init__(self, **kwargs):
        super().__init__(max_length=120, **kwargs)
        self.widget.attrs |= {"list": "plots", "autocomplete": "off"}
        self.plots = {}

    def clean(self, value):
        """The plot meant."""
        text = super().clean(value)
        if not text:
            return None
        found = self.plots.get(text, ())
        if len(found) == 1:
            return found[0]
        if found:
            names = listed(f"{plot.unit} · {plot.name}" for plot in found[:4])
            raise forms.ValidationError(_("有多块同名责任田，请写明：%(names)s。"), params={"names": names})
        raise forms.ValidationError(_("您的管理范围内没有“%(text)s”。"), params={"text": text})


def by_name(plots):
    """The plots by what may be typed for them."""
    table = {}
    for plot in plots:
        table.setdefault(plot.name, []).append(plot)
        table.setdefault(f"{plot.unit} · {plot.name}", []).append(plot)
    return table


class AssignRow(forms.Form):
    """One row of the table; a row left empty is none."""

    plot = PlotField(label=_("责任田"))
    member = MemberField(label=_("本局人员"), required=False)
    role = forms.ChoiceField(label=_("分工"), choices=AssignmentRole.choices)
    starts = DayField(label=_("开始日期"))
    ends = DayField(label=_("结束日期"), required=False)
    officer_name = forms.CharField(label=_("共建单位网格员"), max_length=40, required=False)
    officer_phone = forms.CharField(label=_("网格员电话"), max_length=20, required=False)

    def __init__(self, *args, plots, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["plot"].plots = plots
        self.empty_permitted = True

    def has_changed(self):
        """A row in which only part and day stand, as they were offered, is empty."""
        return any(self.data.get(self.add_prefix(name), "").strip() for name in ("plot", "member", "officer_name"))


AssignRows = forms.formset_factory(AssignRow, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True)


class PasteForm(forms.Form):
    """A table as it is copied from a workbook: a row a line, cells apart by tabs."""

    table = forms.CharField(
        label=_("粘贴表格"),
        required=False,
        max_length=60000,
        help_text=_("从Excel复制：责任田、工号或姓名、分工、开始日期、结束日期、网格员、网格员电话，每行一项。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def pasted(text):
    """The rows of a pasted table, as they would be typed; a head row is left out."""
    rows = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        if not any(cells) or cells[0] == "责任田":
            continue
        row = dict(zip(COLUMNS, cells, strict=False))
        row["role"] = ROLES.get(row.get("role", ""), AssignmentRole.LEAD if not row.get("role") else row["role"])
        for name in ("starts", "ends"):
            row[name] = _day(row.get(name, ""))
        rows.append(row)
    return rows[:MOST_ROWS]


def _day(text):
    """A day as a field shows it; what is none stays as it was typed."""
    field = forms.DateField(input_formats=DATE_FORMATS, required=False)
    try:
        day = field.clean(text)
    except forms.ValidationError:
        return text
    return day.isoformat() if day else ""
