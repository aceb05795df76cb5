"""How well an area is covered: county, township, village, in clicks."""

from itertools import chain

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from staff import access, coverage, workbooks
from staff.choices import DivisionLevel
from staff.models import Division, Plot
from staff.policies import READERS


class CoverageView(access.InsideMixin, TemplateView):
    """Which villages are held, thin, empty or overdue: county, then township, then village."""

    template_name = "staff/coverage.html"

    def may_enter(self, held):
        """Those who answer for plots of others."""
        return held.holds(*READERS)

    def get(self, request, *args, **kwargs):
        """The page, or the workbook."""
        self.below = self.division()
        rows, self.total = coverage.coverage(
            plots=Plot.objects.permitted(request.user, "change"), day=timezone.localdate(), below=self.below
        )
        self.rows = rows
        if not workbooks.wanted(request):
            return super().get(request, *args, **kwargs)
        headers = [_("区划"), _("责任田"), _("有人负责"), _("力量不足"), _("无人负责"), _("走访逾期"), _("联系人")]
        lines = (
            [row.name, row.plots, row.held, row.thin, row.empty, row.overdue, row.contact[1] if row.contact else ""]
            for row in chain(rows, [self.total])
        )
        return workbooks.export(_("责任田覆盖"), headers, lines)

    def division(self):
        """The division looked into, or None for the whole bureau."""
        code = self.request.GET.get("division", "")[:12]
        return get_object_or_404(Division.objects.select_related("parent__parent__parent"), code=code) if code else None

    def get_context_data(self, **kwargs):
        """The rows with the way back up."""
        map_ = coverage.county_map(self.rows) if self.below is None else None
        way = []
        above = self.below and self.below.parent
        while above is not None:
            way.insert(0, above)
            above = above.parent
        return super().get_context_data(
            below=self.below,
            rows=self.rows,
            total=self.total,
            map=map_,
            way=[step for step in way if len(step.code) >= coverage.CODE_LENGTHS[DivisionLevel.COUNTY]],
            scope=f"kept=1&division={self.below.code}" if self.below else "kept=1",
            **kwargs,
        )
