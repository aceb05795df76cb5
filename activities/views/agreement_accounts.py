"""Accounts of an agreement's partners: the party office opens and shuts them from the agreement's page."""

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from activities.forms.agreements import AccountForm
from activities.models import JointAgreement
from staff import access, partners
from staff.choices import Role
from staff.forms.fields import put_errors


class OfficeMixin(access.InsideMixin):
    """A page of the party office about a partner of an agreement."""

    def may_enter(self, held):
        """The party office."""
        return held.holds(Role.OFFICE)

    def find(self, pk, party):
        """The agreement and the partner among its parties."""
        self.agreement = get_object_or_404(JointAgreement.objects.visible_to(self.request.user), pk=pk)
        self.party = get_object_or_404(self.agreement.parties.filter(external=True), pk=party)


class AccountOpenView(OfficeMixin, FormView):
    """Open an account for a partner's person."""

    template_name = "activities/agreement_account.html"
    form_class = AccountForm

    def get_context_data(self, **kwargs):
        """Add the agreement and the partner."""
        self.find(self.kwargs["pk"], self.kwargs["party"])
        return super().get_context_data(agreement=self.agreement, party=self.party, **kwargs)

    def form_valid(self, form):
        """Open it; its owner sets the password at the address that is shown once."""
        self.find(self.kwargs["pk"], self.kwargs["party"])
        try:
            grant = partners.open_account(organisation=self.party, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        if grant.user.has_usable_password():
            messages.success(self.request, _("账号已开通，使用原有密码登录。"))
            return redirect(self.agreement)
        return self.render_to_response(
            self.get_context_data(user_made=grant.user, address=password_address(grant.user))
        )

    def form_invalid(self, form):
        """What was typed stays."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


def password_address(user):
    """Where the owner of the account sets its password, once."""
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return get_adapter().get_reset_password_from_key_url(f"{user_pk_to_url_str(user)}-{token}")


class AccountCloseView(OfficeMixin, View):
    """Shut a partner's account."""

    http_method_names = ["post"]

    def post(self, request, pk, party, grant):
        """Take the role back."""
        self.find(pk, party)
        found = get_object_or_404(partners.accounts_of([self.party]), pk=grant)
        partners.close_account(grant=found, by=request.user)
        messages.success(request, _("账号已停用。"))
        return redirect(self.agreement)
