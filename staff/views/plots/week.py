"""A week's visits of a branch or unit on one screen: who visited where, what is due, what is overdue."""

from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff import visits
from staff.forms.plots import WeekFilter
from staff.models import Plot, Unit, Visit
from staff.policies import READERS
from staff.views.lists import ScopedListView
from staff.views.plots.register import COVER_QUESTIONS
from staff.wording import listed


class WeekView(ScopedListView):
    """The plots of one's scope with the week's visits to each."""

    template_name = "staff/plot_week.html"
    filename = gettext_lazy("一周走访")
    headers = tuple(
        gettext_lazy(text) for text in ("责任田", "责任单位", "责任人", "本周走访", "走访户数", "应走访日期", "状态")
    )

    def may_enter(self, held):
        """Those who answer for plots of others."""
        return held.holds(*READERS)

    def get_queryset(self):
        """Open plots of one's scope, of the unit asked for."""
        kept = Plot.objects.permitted(self.request.user, "change")
        units = Unit.objects.filter(pk__in=kept.order_by().values("unit")).order_by("path")
        self.filter = WeekFilter(self.request.GET, units=units)
        self.today = timezone.localdate()
        chosen = self.filter.value("day") or self.today
        self.first = chosen - timedelta(days=chosen.weekday())
        self.seen_on = min(self.today, self.first + timedelta(days=6))
        rows = kept.open_on(self.today)
        if unit := self.filter.value("unit"):
            rows = rows.filter(unit__path__startswith=unit.path)
        self.scope = rows
        if cover := self.filter.value("cover"):
            rows = getattr(rows, COVER_QUESTIONS[cover])(self.seen_on)
        return rows.with_cover(self.seen_on).select_related("unit").order_by("unit__path", "name", "pk")

    def get_context_data(self, **kwargs):
        """Add the week's rows, its days, and what it came to."""
        context = super().get_context_data(**kwargs)
        rows = visits.week(plots=context["object_list"], first=self.first, day=self.seen_on)
        last = self.first + timedelta(days=6)
        made = Visit.objects.between(self.first, last).filter(assignment__plot__in=self.scope.order_by().values("pk"))
        return context | {
            "rows": rows,
            "first": self.first,
            "last": last,
            "earlier": self.first - timedelta(days=7),
            "later": self.first + timedelta(days=7) if last < self.today else None,
            "made": made.count(),
            "households": made.aggregate(n=Sum("households"))["n"] or 0,
            "visited": made.order_by().values("assignment__plot").distinct().count(),
            "overdue": self.scope.overdue(self.seen_on).count(),
            "empty": self.scope.empty(self.seen_on).count(),
        }

    def exported(self, rows):
        """All plots with their week."""
        return visits.week(plots=list(rows), first=self.first, day=self.seen_on)

    def workbook_row(self, row):
        """One line of the workbook."""
        return [
            row.plot.name,
            row.plot.unit.name,
            listed(row.holders),
            "；".join(f"{day.month}月{day.day}日 {who}" for day, who, _number in row.visits),
            sum(number for _day, _who, number in row.visits),
            row.due.on if row.due else None,
            row.due.label if row.due else _("无人负责"),
        ]
