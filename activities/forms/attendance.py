"""Forms of attendance: guests pasted as lines, a make-up, a workbook."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

from activities.choices import GuestKind
from activities.models import Guest
from staff.forms.fields import DayField

MOST_LINES = 300
NAME_LENGTH = Guest._meta.get_field("name").max_length
UNIT_LENGTH = Guest._meta.get_field("unit").max_length


class GuestsForm(forms.Form):
    """People outside the sum of those expected: a line each, the name and the unit apart by a comma, blank or tab."""

    kind = forms.ChoiceField(label=_("身份"), choices=GuestKind.choices, initial=GuestKind.PARTNER)
    unit = forms.CharField(
        label=_("单位"), max_length=UNIT_LENGTH, required=False, help_text=_("下面没有写单位的人用这个单位。")
    )
    people = forms.CharField(
        label=_("姓名"),
        max_length=20_000,
        help_text=_("每行一人，可粘贴多行；各人单位不同时写“姓名，单位”。"),
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("王建国，太和社区")}),
    )

    def clean(self):
        """The (name, unit) of each line; a line that is too long is named."""
        data = super().clean()
        lines = [line.strip() for line in data.get("people", "").splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError({"people": _("一次最多登记%(n)d人。") % {"n": MOST_LINES}})
        found = []
        for line in lines:
            name, unit = [*re.split(r"\s*[,，、;；\t]\s*|\s{1,}(?=\S{3,})", line, maxsplit=1), ""][:2]
            unit = unit.strip() or data.get("unit", "")
            if len(name) > NAME_LENGTH or len(unit) > UNIT_LENGTH:
                raise ValidationError({"people": _("这一行过长：%(line)s") % {"line": line[:60]}})
            found.append((name, unit))
        data["pairs"] = found
        return data


class MakeUpForm(forms.Form):
    """When and how somebody who was away made the session up."""

    day = DayField(label=_("补课日期"))
    note = forms.CharField(label=_("补课内容或方式"), max_length=200)


class WorkbookForm(forms.Form):
    """The workbook of the list, filled in."""

    file = forms.FileField(
        label=_("Excel 工作簿"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        validators=[FileExtensionValidator(["xlsx", "xlsm"], _("请选择 .xlsx 文件。旧版 .xls 请先另存为 .xlsx。"))],
    )
    partial = forms.BooleanField(label=_("跳过有误的行，只登记其余各行"), required=False)
