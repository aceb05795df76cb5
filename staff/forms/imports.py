"""Forms of workbooks brought in by the browser."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.choices import ImportKind
from staff.imports.jobs import CONFIRM_BY_NUMBER
from staff.imports.sheets import MAX_FILE


class WorkbookForm(forms.Form):
    """What is brought in, and the file."""

    kind = forms.ChoiceField(label=gettext_lazy("内容"), choices=ImportKind, widget=forms.RadioSelect)
    file = forms.FileField(
        label=gettext_lazy("工作簿"),
        help_text=gettext_lazy(".xlsx 文件，不超过20 MB、6万行。先核对并显示结果，确认后才写入。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self):
        """Refuse at once what is too large; everything else is said row by row."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise ValidationError(_("文件超过%(size)s MB，请分成几个文件导入。") % {"size": MAX_FILE // 1024 // 1024})
        return file


class ConfirmForm(forms.Form):
    """The word that lets a checked workbook be written."""

    partial = forms.BooleanField(required=False, label=gettext_lazy("跳过有误的行，写入其余各行"))
    number = forms.IntegerField(required=False, label=gettext_lazy("将被修改的行数"))

    def __init__(self, *args, workbook, **kwargs):
        super().__init__(*args, **kwargs)
        if not workbook.bad:
            del self.fields["partial"]
        if workbook.changed < CONFIRM_BY_NUMBER:
            del self.fields["number"]
        else:
            self.fields["number"].required = True
            self.fields["number"].help_text = _("此工作簿将修改%(number)d条已有记录，请输入这个数字以确认。") % {
                "number": workbook.changed
            }
