"""Forms of a call: whom to add, which leave to ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.forms.fields import MemberField


class AddForm(forms.Form):
    """Somebody to expect beside the roll."""

    person = MemberField(label=_("增列人员"))


class LeaveForm(forms.Form):
    """Why somebody cannot come."""

    reason = forms.CharField(
        label=_("请假事由"), max_length=200, strip=True, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 200})
    )
