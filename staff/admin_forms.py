"""Forms of the admin that say more than their model: trees with a parent, accounts without flags."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff import accounts, trees
from staff.admin_base import ScopedForm
from staff.admin_choosers import NEWCOMERS, ORGANISATIONS, UNITS
from staff.models import Member, Unit, User
from staff.scopes import choices_for


class TreeForm(ScopedForm):
    """A node with its parent; saving puts it there (`staff.trees`)."""

    parent_chooser = None
    parent = forms.ModelChoiceField(queryset=Unit.objects.none(), required=False, label=_("上级"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        model = self._meta.model
        above = self.instance.get_parent() if self.instance.pk else None
        self.fields["parent"].widget = self.parent_chooser.widget_class()
        self.fields["parent"].queryset = choices_for(model.objects.all(), self.for_user, now=above and above.pk)
        self.fields["parent"].initial = above and above.pk

    def clean_parent(self):
        """A node cannot stand below itself."""
        parent = self.cleaned_data["parent"]
        if parent and self.instance.pk and parent.path.startswith(self.instance.path):
            raise ValidationError(_("上级不能是自己或自己的下级。"))
        return parent

    def save(self, commit=True):
        """Put the node below its parent."""
        if commit:
            trees.place(node=self.instance, parent=self.cleaned_data["parent"])
            return self.instance
        return super().save(commit=False)


class UnitForm(TreeForm):
    """A unit below another."""

    parent_chooser = UNITS


class OrganisationForm(TreeForm):
    """A party organisation below another."""

    parent_chooser = ORGANISATIONS


class AccountForm(ScopedForm):
    """An account and whose it is: no flags, no groups and no password, which its owner sets by e-mail.

    Roles come from posts and grants alone.
    """

    person = forms.ModelChoiceField(
        queryset=Member.objects.none(),
        required=False,
        label=_("人员"),
        help_text=_("尚无账号的在职人员。"),
        widget=NEWCOMERS.widget_class,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        member = Member.objects.filter(user=self.instance).first() if self.instance.pk else None
        free = Member.objects.in_service(timezone.localdate()).filter(user=None)
        self.fields["person"].queryset = (free | Member.objects.filter(pk=member and member.pk)).order_by("spelling")
        self.fields["person"].initial = member and member.pk

    def clean_email(self):
        """Signing in by e-mail needs one account an address."""
        email = self.cleaned_data["email"]
        if email and User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("该电子邮箱已用于其他账号。"))
        return email

    def clean(self):
        """Nobody shuts themselves out."""
        cleaned = super().clean()
        if self.instance.pk and self.instance.pk == self.for_user.pk and not cleaned.get("is_active", True):
            self.add_error("is_active", _("不能停用自己的账号。"))
        return cleaned

    def save(self, commit=True):
        """Store the account, and whose it is."""
        if self.instance.pk is None:
            self.instance.set_unusable_password()
        user = super().save(commit=commit)
        if commit:
            accounts.belong(user=user, member=self.cleaned_data["person"])
        return user
