"""Who has read a notice and who has not, for those who keep the people; a reminder to those who have not."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from home import receipts
from home.views.readers import ReaderListView
from staff.access import inside


class ReceiptListView(ReaderListView):
    """The readers of a notice: those who have not read it first of all, those who have on wish."""

    template_name = "home/receipt_list.html"
    domain, done_at, shows, undone = receipts, "read_at", ("unread", "read", "all"), "unread"
    filename = gettext_lazy("通知阅读情况")
    headers = (
        gettext_lazy("单位"),
        gettext_lazy("所在支部"),
        gettext_lazy("工号"),
        gettext_lazy("姓名"),
        pgettext_lazy("of a person", "阅读情况"),
        gettext_lazy("确认时间"),
        gettext_lazy("已提醒"),
    )

    def workbook_row(self, member):
        """One line of the workbook."""
        return [
            member.unit.name,
            member.branch.name if member.branch else "",
            member.employee_number,
            member.name,
            _("已读") if member.read_at else _("未读"),
            member.read_at,
            _("是") if member.reminded else "",
        ]

    def get_context_data(self, **kwargs):
        """The notice, and how many may be reminded."""
        waiting = self.people.filter(read_at=None, reminded=False, user__is_active=True).count()
        return super().get_context_data(notice=self.page, waiting=waiting, **kwargs)


@require_POST
@inside
def remind(request, pk):
    """Remind those of my people who have not read it."""
    notice = get_object_or_404(receipts.kept_pages(request.user).select_related("audience_unit"), pk=pk)
    number = receipts.remind(notice=notice, by=request.user)
    if number:
        words = ngettext("已提醒%(n)d人。", "已提醒%(n)d人。", number) % {"n": number}
        messages.success(request, words)
    else:
        messages.info(request, _("没有需要提醒的人：未读的人都已提醒过一次。"))
    return redirect("home:receipts", pk)
