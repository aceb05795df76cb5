"""Accounts of an agreement's partners: the party office opens and shuts them from the agreement's page."""

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from activities.forms.agreements import AccountForm
from activities.models import JointAgreement
from staff import access, partners
from staff.choices import Role
from staff.forms.fields import put_errors


def find(user, pk, party):
    """The agreement and the partner among its parties."""
    agreement = get_object_or_404(JointAgreement.objects.visible_to(user), pk=pk)
    return agreement, get_object_or_404(agreement.parties.filter(external=True), pk=party)


class AccountOpenView(access.InsideMixin, FormView):
    """Open an account for a partner's person, by the party office."""

    template_name = "activities/agreement_account.html"
    form_class = AccountForm

    def may_enter(self, held):
        """The party office."""
        return held.holds(Role.OFFICE)

    def get_context_data(self, **kwargs):
        """Add the agreement and the partner."""
        agreement, party = find(self.request.user, self.kwargs["pk"], self.kwargs["party"])
        return super().get_context_data(agreement=agreement, party=party, **kwargs)

    def form_valid(self, form):
        """Open it; its owner sets the password at the address that is shown once."""
        agreement, party = find(self.request.user, self.kwargs["pk"], self.kwargs["party"])
        try:
            grant = partners.open_account(organisation=party, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.form_invalid(form)
        if grant.user.has_usable_password():
            messages.success(self.request, _("账号已开通，使用原有密码登录。"))
            return redirect(agreement)
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


@require_POST
@access.inside
def close_account(request, pk, party, grant):
    """Shut a partner's account."""
    if not access.roles(request.user).holds(Role.OFFICE):
        raise Http404
    agreement, partner = find(request.user, pk, party)
    found = get_object_or_404(partners.accounts_of([partner]), pk=grant)
    partners.close_account(grant=found, by=request.user)
    messages.success(request, _("账号已停用。"))
    return redirect(agreement)
