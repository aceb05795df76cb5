"""Figures of suggestions for those who lead: each with numerator and denominator, each leading to its rows."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from activities.forms.suggestions import FiguresFilter
from activities.models import Suggestion
from activities.suggestions import figures
from staff import access, workbooks
from staff.views.lists import EXPORTERS


class FiguresView(access.InsideMixin, TemplateView):
    """Funnel, time to answer, what is overdue by unit, what came of each session."""

    template_name = "activities/suggestion_figures_page.html"

    def may_enter(self, held):
        """Those who lead: secretaries, management, the party office."""
        return held.inside and held.holds(*EXPORTERS)

    def get(self, request, *args, **kwargs):
        """The page, or the workbook of the same figures."""
        self.filter = FiguresFilter(request.GET)
        if workbooks.wanted(request):
            return self.workbook()
        return super().get(request, *args, **kwargs)

    def rows(self):
        """The suggestions that are counted."""
        rows = Suggestion.objects.visible_to(self.request.user)
        if year := self.filter.value("year"):
            rows = rows.filter(logged_on__year=year)
        if branch := self.filter.value("branch"):
            rows = rows.filter(organisation__path__startswith=branch.path)
        return rows

    def figures(self):
        """All of them."""
        user, rows, day = self.request.user, self.rows(), timezone.localdate()
        return {
            "funnel": figures.funnel(rows),
            "days": figures.days_to_answer(rows),
            "outcomes": figures.outcomes(rows)[1:],
            "units": figures.by_unit(rows, day),
            "sessions": figures.by_session(rows, user),
        }

    def get_context_data(self, **kwargs):
        """The figures with the filter that they were counted under."""
        found = self.figures()
        late = [pair for pair in found["units"] if pair[1].part]
        return super().get_context_data(
            filter=self.filter,
            register=reverse("activities:suggestions"),
            **{**found, "units": late, "in_time": len(found["units"]) - len(late)},
            **kwargs,
        )

    def workbook(self):
        """A line for each figure: what, of whom, numerator, denominator, share."""
        found, rows = self.figures(), []
        for name, group in ((_("办理进程"), found["funnel"]), (_("质量"), found["outcomes"])):
            rows += [(name, "", one.label, one.part, one.whole, one.value) for one in group]
        days = found["days"]
        rows.append((_("答复用时"), "", _("中位数(天)"), days.median, days.count, ""))
        rows.append((_("答复用时"), "", _("九成以内(天)"), days.ninth, days.count, ""))
        rows += [
            (_("各单位逾期"), str(unit), _("已逾期"), one.part, one.whole, one.value) for unit, one in found["units"]
        ]
        for activity, *group in found["sessions"]:
            title = f"{timezone.localdate(activity.starts)} {activity.title}"
            rows += [(_("各场次"), title, one.label, one.part, one.whole, one.value) for one in group]
        headers = (_("类别"), _("范围"), _("指标"), _("分子"), _("分母"), _("比例"))
        return workbooks.export(_("建议办理数据"), headers, rows)
