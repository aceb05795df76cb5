"""The roster: who is where on a day, by host unit or by home unit, with what hosts lack; on paper as a notice board."""

from datetime import timedelta
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff import whereabouts
from staff.forms import deployment as forms
from staff.models import Posting, Unit
from staff.views.lists import ScopedListView


class RosterView(ScopedListView):
    """Who is where on a day."""

    template_name = "staff/roster.html"
    paginate_by = 200
    filename = gettext_lazy("当日派驻名册")

    @property
    def headers(self):
        """The heads of the workbook, the units by which it is sorted first."""
        host, home = _("接收单位"), _("派出单位")
        units = (host, home) if self.by == whereabouts.HOST else (home, host)
        return (*units, _("姓名"), _("岗位职责"), _("开始日期"), _("结束日期"), _("当日状态"))

    def get_queryset(self):
        """Postings under way on the day, as plain rows."""
        asked = self.request.GET
        self.by = whereabouts.HOME if asked.get("by") == whereabouts.HOME else whereabouts.HOST
        seen = Posting.objects.visible_to(self.request.user)
        self.day = forms.RosterFilter.day(asked)
        there = seen.on(self.day).order_by().values(f"{self.by}_unit")
        self.filter = forms.RosterFilter(asked, units=Unit.objects.filter(pk__in=there))
        facts = {"postings": seen, "day": self.day, "by": self.by, "unit": self.filter.value("unit")}
        self.figures = whereabouts.totals(whereabouts.roster(**facts))
        return whereabouts.roster(**facts, state=self.filter.value("state")).values(*whereabouts.FIELDS)

    def get_paginator(self, *args, **kwargs):
        """Pages of the rows, whose number the totals have counted already."""
        paginator = super().get_paginator(*args, **kwargs)
        total, gone = self.figures["total"], self.figures["gone"]
        state = self.filter.value("state")
        paginator.count = {whereabouts.AWAY: gone, whereabouts.ON_DUTY: total - gone}.get(state, total)
        return paginator

    def get_context_data(self, **kwargs):
        """Add the day with its neighbours, the totals, and what hosts lack."""
        context = super().get_context_data(**kwargs)
        figures = self.figures
        hosts = whereabouts.strengths(day=self.day, unit=self.filter.value("unit")) if self.by == "host" else []
        by_name = {host.unit: host for host in hosts}
        return context | {
            "day": self.day,
            "before": self.day - timedelta(days=1),
            "after": self.day + timedelta(days=1),
            "by": self.by,
            "groups": [
                (unit, by_name.get(unit), list(rows))
                for unit, rows in groupby(context["object_list"], key=lambda row: row["unit"])
            ],
            "total": figures["total"],
            "away": figures["gone"],
            "on_duty": figures["total"] - figures["gone"],
            "short": [host for host in hosts if host.missing],
            "missing": sum(host.missing for host in hosts),
            "postings_url": reverse("staff:posting", args=[0]).removesuffix("0/"),
        }

    def workbook_row(self, row):
        """One line of the workbook."""
        state = _("请假") if row["away"] else _("在岗")
        return [row["unit"], row["other"], row["name"], row["duty"], row["starts"], row["ends"], state]


class RosterBoardView(RosterView):
    """The roster of a day as it hangs on the notice board: everybody on paper, unit by unit."""

    template_name = "staff/roster_board.html"
    paginate_by = 5000
    filename = None
