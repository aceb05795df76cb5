"""Figures of the register over time, for everybody in the bureau; a workbook for those who take lists out."""

from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from activities.forms.suggestions import TrendFilter
from activities.models import Suggestion
from activities.suggestions import trend
from staff import access, workbooks
from staff.views.lists import may_export


class TrendView(access.InsideMixin, TemplateView):
    """Topics, organisations, units or sessions × months or years: `?by=`, `?figure=`, `?year=`."""

    template_name = "activities/suggestion_trend.html"
    paginate_by = 20

    def get(self, request, *args, **kwargs):
        """The page, or the workbook of all lines."""
        self.filter = TrendFilter(request.GET)
        self.by = self.filter.value("by") or "topic"
        self.figure = self.filter.value("figure") or "logged"
        year = self.filter.value("year")
        self.columns = trend.spans(self.filter.years, int(year) if year else None)
        if not workbooks.wanted(request):
            return super().get(request, *args, **kwargs)
        if not may_export(request.user):
            raise Http404
        return self.workbook()

    def lines(self):
        """All lines."""
        rows = Suggestion.objects.visible_to(self.request.user)
        return trend.over_time(rows, by=self.by, figure=self.figure, columns=self.columns, user=self.request.user)

    def get_context_data(self, **kwargs):
        """A page of lines, each figure with the address of its rows."""
        page = Paginator(self.lines(), self.paginate_by).get_page(self.request.GET.get("page"))
        table = [
            (
                line,
                self.address(line),
                [
                    (one.label, cell, self.address(line, one))
                    for one, cell in zip(self.columns, line.cells, strict=True)
                ],
            )
            for line in page.object_list
        ]
        return super().get_context_data(
            filter=self.filter,
            columns=self.columns,
            table=table,
            page=page,
            by=trend.BY[self.by],
            figure=trend.FIGURES[self.figure],
            exports=may_export(self.request.user),
            **kwargs,
        )

    def address(self, line, span=None):
        """The register's page that lists what a figure counts."""
        if line.asked is None:
            return ""
        query = {**line.asked, **(span.asked if span else self.whole()), "figure": self.figure}
        return reverse("activities:suggestions", query=query)

    def whole(self):
        """The filter of all columns together."""
        year = self.filter.value("year")
        return {"year": year} if year else {}

    def workbook(self):
        """A line for each, numerator and denominator of each span beside each other."""
        plain = self.figure == "logged"
        names = [one.label for one in self.columns] + [_("合计")]
        headers = [str(trend.BY[self.by])]
        headers += names if plain else [f"{name} {word}" for name in names for word in (_("分子"), _("分母"))]
        rows = []
        for line in self.lines():
            cells = [*line.cells, line.total]
            figures = [cell.part for cell in cells]
            if not plain:
                figures = [number for cell in cells for number in (cell.part, cell.whole)]
            rows.append([line.label, *figures])
        return workbooks.export(_("建议分布"), headers, rows)
