"""Fields of party organisations for forms where a select of all of them would be too long: typed by name."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

# How many organisations a select may hold before one types instead.
SHORT = 20
APART = re.compile(r"[、，,;；\n]+")


class OrganisationsField(forms.CharField):
    """Several organisations by name, apart by 、; scripts make it a picker with suggestions as one types."""

    most = 30

    def __init__(self, *, offers, queryset=None, **kwargs):
        kwargs.setdefault("max_length", 2000)
        super().__init__(**kwargs)
        self.queryset = queryset
        self.widget.attrs |= {
            "autocomplete": "off",
            "placeholder": _("输入名称查找，多个之间用“、”隔开"),
            "data-picker": reverse_lazy("activities:organisation_options"),
            "data-offers": offers,
        }

    def prepare_value(self, value):
        """The names of organisations, or what was typed."""
        if isinstance(value, str) or value is None:
            return value or ""
        return "、".join(row.name for row in value)

    def has_changed(self, initial, data):
        """Whether other organisations are named than before."""
        return self.prepare_value(initial) != (data or "")

    def clean(self, value):
        """The organisations meant, in the order typed; names that nobody has are told."""
        text = super().clean(value)
        names = list(dict.fromkeys(name.strip() for name in APART.split(text) if name.strip()))
        if len(names) > self.most:
            raise ValidationError(_("最多%(n)d个。"), params={"n": self.most}, code="too_many")
        found = {row.name: row for row in self.queryset.filter(name__in=names)} if names else {}
        unknown = [name for name in names if name not in found]
        if unknown:
            raise ValidationError(
                _("没有找到“%(names)s”，请从提示中选择全称。"), params={"names": "、".join(unknown)}, code="unknown"
            )
        return [found[name] for name in names]


class OrganisationField(OrganisationsField):
    """One organisation by name; its number is understood too."""

    most = 1

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.widget.attrs |= {"placeholder": _("输入名称查找"), "data-one": ""}

    def prepare_value(self, value):
        """The name of the organisation that a number stands for."""
        if isinstance(value, int) or (isinstance(value, str) and value.isdigit()):
            row = self.queryset.filter(pk=value).first()
            return row.name if row else ""
        return value or ""

    def clean(self, value):
        """The organisation meant, or None."""
        if value and value.isdigit():
            value = self.prepare_value(value) or value
        found = super().clean(value)
        return found[0] if found else None


def matching(organisations, text):
    """Those of `organisations` whose name or unit has `text` in it, the first few."""
    text = text.strip()
    return organisations.filter(name__icontains=text).select_related("unit")[:10] if text else organisations.none()
