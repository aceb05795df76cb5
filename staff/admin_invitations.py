"""Invitations in the admin: one person or a whole unit, by mail, as codes to scan, or as a Word list; and what became
of them.
"""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from staff import invitations, policies
from staff.access import allowed
from staff.admin_choosers import MEMBERS, UNITS
from staff.models import Invitation, Member, Unit, User
from staff.views.invitations import shown
from staff.word import Paper

# The lists of invitations, each a question of their queryset.
STATES = {
    "open": (gettext_lazy("待开通"), lambda rows, now: rows.open(now)),
    "expired": (gettext_lazy("已过期"), lambda rows, now: rows.expired(now)),
    "accepted": (gettext_lazy("已开通"), lambda rows, now: rows.accepted()),
}


def may_invite(held):
    """Whether the menu leads here."""
    return policies.inviters(held) is not None


class InvitationForm(forms.Form):
    """Whom, and how the links reach them."""

    member = forms.ModelChoiceField(
        Member.objects.all(), required=False, label=gettext_lazy("人员"), widget=MEMBERS.widget_class
    )
    unit = forms.ModelChoiceField(
        Unit.objects.all(),
        required=False,
        label=gettext_lazy("单位"),
        help_text=gettext_lazy("该单位和下级单位中尚未设置密码的全部人员。"),
        widget=UNITS.widget_class,
    )
    how = forms.ChoiceField(
        label=gettext_lazy("方式"),
        initial="page",
        choices=[
            ("page", gettext_lazy("可打印的二维码和链接")),
            ("word", gettext_lazy("下载 Word 名单")),
            ("mail", gettext_lazy("发邮件，没有邮箱的显示二维码")),
        ],
        widget=forms.RadioSelect,
    )

    def clean(self):
        """Either one person or a unit."""
        super().clean()
        if bool(self.cleaned_data.get("member")) == bool(self.cleaned_data.get("unit")) and not self.errors:
            raise forms.ValidationError(_("请选择一名人员，或一个单位。"))

    def members(self):
        """The people meant."""
        if member := self.cleaned_data["member"]:
            return [member]
        return Member.objects.filter(unit__in=Unit.objects.below(self.cleaned_data["unit"]).order_by().values("pk"))


class InvitationsView(FormView):
    """The form, and below it the invitations that are open, that ran out, and that were accepted."""

    template_name = "staff/admin/invitations.html"
    form_class = InvitationForm

    def dispatch(self, request, *args, **kwargs):
        """Others find nothing."""
        if not allowed(request.user, "add", Invitation):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        """Take one back, send one again, invite the owner of an account, or whom the form names."""
        if "revoke" in request.POST:
            taken = invitations.revoke(invitation=self.invitation("revoke"), by=request.user)
            messages.success(request, _("邀请已撤销，链接失效。") if taken else _("该账号已经开通。"))
            return redirect("invitations")
        if "again" in request.POST:
            invitation = self.invitation("again")
            return self.invite_account(invitation.user, mail=invitation.by_mail)
        if "account" in request.POST:
            rows = User.objects.filter(pk__in=_number(request.POST["account"]))
            return self.invite_account(get_object_or_404(rows), mail="mail" in request.POST)
        return super().post(request, *args, **kwargs)

    def invitation(self, name):
        """The invitation that a button names."""
        rows = Invitation.objects.visible_to(self.request.user).select_related("user")
        return get_object_or_404(rows, pk__in=_number(self.request.POST[name]))

    def invite_account(self, user, *, mail):
        """A new invitation of one account."""
        invited = invitations.invite_account(user=user, by=self.request.user, mail=mail)
        return shown(self.request, [invited] if invited else [], back="invitations")

    def form_valid(self, form):
        """Invite, and show or send the links."""
        how = form.cleaned_data["how"]
        invited = invitations.invite(members=form.members(), by=self.request.user, mail=how == "mail")
        if how == "word" and invited:
            return paper(invited)
        return shown(self.request, invited, back="invitations")

    def get_context_data(self, **kwargs):
        """Add a page of one of the lists, and how many stand in each."""
        rows, now = Invitation.objects.visible_to(self.request.user), timezone.now()
        state = self.request.GET.get("state")
        state = state if state in STATES else "open"
        listed = STATES[state][1](rows, now).select_related("user__member__unit", "made_by__member")
        page = Paginator(listed.order_by("-sent_at", "-pk"), 50).get_page(self.request.GET.get("page"))
        states = [(name, label, question(rows, now).count()) for name, (label, question) in STATES.items()]
        return super().get_context_data(state=state, states=states, page=page, **kwargs)


def _number(text):
    """What a button sends as the numbers that it can mean: one, or none."""
    return [int(text)] if text.isascii() and text.isdigit() and len(text) < 19 else []


def paper(invited):
    """The list to print and cut up."""
    title = _("账号开通链接")
    sheet = Paper(title, pages="of")
    text = _("请在%(days)d天内打开本人的链接设置密码。每个链接只能使用一次，请勿转给他人。")
    sheet.paragraph(text % {"days": settings.INVITATION_DAYS})
    rows = [
        (row.member.name, row.member.employee_number, str(row.member.unit), row.link) for row in invited if row.link
    ]
    sheet.table([_("姓名"), _("工号"), _("单位"), _("链接")], rows, widths=[22, 22, 32, 80], row_height=14)
    sheet.date(timezone.localdate())
    return sheet.response(title)
