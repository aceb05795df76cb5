"""Opening an invitation: the first password, and in."""

from allauth.account.utils import perform_login
from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.forms import SetPasswordForm
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from staff import invitations


class FirstPasswordForm(SetPasswordForm):
    """The password, twice."""

    new_password1 = forms.CharField(
        label=_("新密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    new_password2 = forms.CharField(
        label=_("再输入一次"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request, token):
    """Set the password by the link; looking at it spends nothing, so a preview in a chat does no harm."""
    try:
        user = invitations.find(token).user
        form = FirstPasswordForm(user, request.POST or None)
        if not form.is_valid():
            status = 422 if form.is_bound else 200
            return render(request, "staff/invitation.html", {"form": form, "account": user}, status=status)
        user = invitations.accept(token=token, password=form.cleaned_data["new_password1"])
    except invitations.Gone:
        return render(request, "staff/invitation_gone.html", status=410)
    if request.user.is_authenticated:
        logout(request)
    return perform_login(request, user, redirect_url=settings.LOGIN_REDIRECT_URL)
