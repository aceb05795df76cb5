"""Inviting somebody from their own page, and opening an invitation: the first password, and in."""

from allauth.account.utils import perform_login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.forms import SetPasswordForm
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from staff import access, invitations
from staff.codes import qr
from staff.models import Invitation, Member


class FirstPasswordForm(SetPasswordForm):
    """The password, twice."""

    new_password1 = forms.CharField(
        label=_("新密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    new_password2 = forms.CharField(
        label=_("再输入一次"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


def shown(request, invited, *, back):
    """The links of `invited`, this once, as a sheet to print; those sent by mail are counted in a message."""
    codes = [(row, qr(row.link)) for row in invited if row.link]
    if mailed := len(invited) - len(codes):
        text = ngettext("已向 %(total)s 人发出邮件。", "已向 %(total)s 人发出邮件。", mailed)
        messages.success(request, text % {"total": mailed})
    if not invited:
        messages.info(
            request, gettext("没有需要邀请的人：都已设置密码、已离职、账号已停用，或者工号已被其他账号使用。")
        )
    if not codes:
        return redirect(back)
    until = Invitation.objects.get(user=codes[0][0].user).expires_at
    answer = render(request, "staff/invitation_sheet.html", {"codes": codes, "until": until, "back": resolve_url(back)})
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


@require_POST
@access.inside
def invite(request, pk):
    """Invite one member, from their page: by mail, or with a code to show."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    if not access.allowed(request.user, "add", Invitation):
        raise Http404
    if "revoke" in request.POST:
        invitation = get_object_or_404(Invitation.objects.visible_to(request.user), user__member=member)
        taken = invitations.revoke(invitation=invitation, by=request.user)
        messages.success(request, gettext("邀请已撤销，链接失效。") if taken else gettext("该账号已经开通。"))
        return redirect(member)
    invited = invitations.invite(members=[member], by=request.user, mail="mail" in request.POST)
    return shown(request, invited, back=member.get_absolute_url())


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request, token):
    """Set the password by the link; looking at it spends nothing, so a preview in a chat does no harm.

    Nothing that the page asks for, and no page after it, is told the address with its token.
    """
    answer = _opened(request, token)
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer


def _opened(request, token):
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
