"""Fields that several forms share: a day, a person by number or name, photos, filters."""

from datetime import date
from html import escape

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.models import ModelChoiceIterator
from django.forms.utils import flatatt
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from staff.models import Member
from staff.photos import clean_photo
from staff.rows import RowErrors
from staff.visits import MAX_PHOTOS
from staff.wording import listed

# Days outside these are slips of the keyboard.
EARLIEST, LATEST = date(1921, 7, 23), date(2099, 12, 31)
DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]


class DayField(forms.DateField):
    """A day: the browser's own picker, and the ways of writing one that people use."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(input_formats=DATE_FORMATS, **kwargs)
        self.validators += [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]


class MemberField(forms.CharField):
    """A person typed by number or name; the browser offers matches as one types."""

    def __init__(self, *, queryset=None, **kwargs):
        kwargs.setdefault("max_length", 80)
        super().__init__(**kwargs)
        self.queryset = Member.objects.all() if queryset is None else queryset
        self.widget.attrs |= {
            "list": "people",
            "autocomplete": "off",
            "placeholder": _("工号或姓名"),
            "hx-get": reverse_lazy("staff:member_options"),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#people",
        }

    def clean(self, value):
        """The member meant, or a message that says why it is not clear who."""
        text = super().clean(value)
        if not text:
            return None
        number, _space, name = text.partition(" ")
        people = self.queryset.select_related("unit", "user")
        found = people.filter(employee_number__iexact=number).first()
        if found is not None and (not name.strip() or name.strip().startswith(found.name)):
            return found
        named = list(people.filter(name=text)[:4])
        if len(named) == 1:
            return named[0]
        if named:
            numbers = listed(person.employee_number for person in named)
            raise ValidationError(
                _("有多人同名，请填写工号：%(numbers)s。"), params={"numbers": numbers}, code="ambiguous"
            )
        raise ValidationError(_("没有找到“%(text)s”，请填写工号或完整姓名。"), params={"text": text}, code="unknown")


class PhotosInput(forms.ClearableFileInput):
    """Several photos in one field."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to nine photos, each cleaned; all that are wrong are named at once."""

    def __init__(self, **kwargs):
        accept = "image/jpeg,image/png,image/webp"
        super().__init__(widget=PhotosInput(attrs={"multiple": True, "accept": accept}), **kwargs)

    def clean(self, data, initial=None):
        """The cleaned photos, in the order given."""
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if len(uploads) > MAX_PHOTOS:
            raise ValidationError(_("照片最多%(n)d张。"), params={"n": MAX_PHOTOS}, code="too_many")
        cleaned, errors = [], []
        for upload in uploads:
            try:
                cleaned.append(clean_photo(super().clean(upload, initial)))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return cleaned


class LongSelect(forms.Select):
    """A select written at once: Django fills two templates for each option, which is most of the time of a list."""

    def render(self, name, value, attrs=None, renderer=None):
        """The same element as Django's, for choices without groups."""
        chosen = {str(one) for one in self.format_value(value)}
        rows = ((escape(str(key)), escape(str(label)), str(key) in chosen) for key, label in self.choices)
        options = mark_safe(
            "".join(
                f'<option value="{key}"{" selected" if selected else ""}>{label}</option>'
                for key, label, selected in rows
            )
        )
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", attributes, options)


class Names(ModelChoiceIterator):
    """The choices of a filter by their names alone: a list of hundreds of units needs no hundreds of objects."""

    def __iter__(self):
        """The empty choice where the field has one, then (key, name) of each row."""
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        rows = self.queryset.values_list("pk", "short_name", "name")
        yield from ((pk, short_name or name) for pk, short_name, name in rows)


class FilterForm(forms.Form):
    """Filters of a list: all optional, in the address; a wrong one is named and left out."""

    def __init__(self, data):
        super().__init__(data, auto_id="filter_%s")
        self.prepare()
        for field in self.fields.values():
            field.required = False
            if isinstance(field, forms.ModelChoiceField):
                field.iterator = Names
            if type(field.widget) is forms.Select:
                field.widget = LongSelect(attrs=field.widget.attrs, choices=field.choices)
        self.is_valid()

    def prepare(self):
        """Where a filter's choices depend on more than its class."""

    def value(self, name):
        """What is wanted of `name`, or None."""
        return self.cleaned_data.get(name) or None


def put_errors(form, error):
    """Show what a domain function refused beside the field that it names, or above the form."""
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error)


def put_table_errors(table, error):
    """Show what a domain function refused of a table of forms beside its rows, or above the table."""
    if isinstance(error, RowErrors):
        for place, wrong in error.rows.items():
            put_errors(table.forms[place], wrong)
    else:
        table.non_form_errors().extend(error.messages)
