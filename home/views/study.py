"""Study material: that one finished it, taking that back on the same day, and who finished it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from home import study
from home.models import StudyPage
from home.views.readers import ReaderListView
from staff.access import inside, roles


def _read(request, pk):
    """The page, and the member who reads it; an account without a member finishes nothing."""
    member = roles(request.user).member
    if member is None:
        raise Http404
    return get_object_or_404(StudyPage.objects.visible_to(request.user), pk=pk), member


@require_POST
@inside
def finish(request, pk):
    """学完了: once for ever."""
    page, member = _read(request, pk)
    study.finish(page=page, member=member, by=request.user)
    return redirect(f"{page.get_url(request)}#finished")


@require_POST
@inside
def retract(request, pk):
    """撤回, on the same day."""
    page, member = _read(request, pk)
    try:
        study.retract(page=page, member=member, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已撤回，学时不再计入。"))
    return redirect(f"{page.get_url(request)}#finished")


class StudyReaderListView(ReaderListView):
    """Those of my people who finished the material, by branch and name; those who have not on wish."""

    template_name = "home/study_readers.html"
    domain, done_at, shows, undone = study, "finished_at", ("finished", "open", "all"), "open"
    filename = gettext_lazy("学习资料学完情况")
    headers = (
        gettext_lazy("党支部"),
        gettext_lazy("单位"),
        gettext_lazy("工号"),
        gettext_lazy("姓名"),
        gettext_lazy("学完情况"),
        gettext_lazy("学完时间"),
        gettext_lazy("计入学时"),
    )

    def workbook_row(self, member):
        """One line of the workbook."""
        return [
            member.branch.name if member.branch else "",
            member.unit.name,
            member.employee_number,
            member.name,
            _("已学完") if member.finished_at else _("未学完"),
            member.finished_at,
            float(member.counted or 0),
        ]

    def get_context_data(self, **kwargs):
        """The material, too."""
        return super().get_context_data(study=self.page, **kwargs)
