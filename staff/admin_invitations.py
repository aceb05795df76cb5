"""Inviting people from the admin: one person or a whole unit, by mail, as codes to scan, or as a Word list."""

from django import forms
from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from staff import invitations
from staff.access import roles
from staff.admin_choosers import MEMBERS, UNITS
from staff.choices import Role
from staff.codes import qr
from staff.models import Member, Unit
from staff.word import Paper


def may_invite(held):
    """The system administrator."""
    return held.holds(Role.SYSADMIN)


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
            ("page", gettext_lazy("显示二维码和链接")),
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
    """The form, and below it what was made: the links are shown this once."""

    template_name = "staff/admin/invitations.html"
    form_class = InvitationForm

    def dispatch(self, request, *args, **kwargs):
        """Others find nothing."""
        if not may_invite(roles(request.user)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        """Invite, and show or send the links."""
        how = form.cleaned_data["how"]
        invited = invitations.invite(members=form.members(), by=self.request.user, mail=how == "mail")
        if how == "word" and invited:
            return paper(invited)
        shown = [(row, qr(row.link)) for row in invited if row.link]
        answer = self.get_context_data(form=form, done=True, shown=shown, mailed=len(invited) - len(shown))
        return self.render_to_response(answer)


def paper(invited):
    """The list to print and cut up."""
    sheet = Paper("账号开通链接", pages="of")
    sheet.paragraph(f"请在{settings.INVITATION_DAYS}天内打开本人的链接设置密码。每个链接只能使用一次，请勿转给他人。")
    rows = [(row.member.name, row.member.employee_number, str(row.member.unit), row.link) for row in invited]
    sheet.table(["姓名", "工号", "单位", "链接"], rows, widths=[22, 22, 32, 80], row_height=14)
    sheet.date(timezone.localdate())
    return sheet.response("账号开通链接")
