"""The timeline of a round: a bar per person, fifty people a page."""

from collections import defaultdict

from django.core.paginator import Paginator
from django.db.models import Max, Min, Prefetch
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import TemplateView

from staff import access, timeline
from staff.forms.deployment import TimelineFilter
from staff.models import Leave, Posting, Round, Unit


class TimelineView(access.InsideMixin, TemplateView):
    """Who serves when in a round, with leave, moves and today; by month, by quarter or whole."""

    template_name = "staff/round_timeline.html"
    a_page = 50

    def get_context_data(self, **kwargs):
        """The scale and the rows of one page of people, by the host unit where each began."""
        user, day = self.request.user, timezone.localdate()
        round = get_object_or_404(Round.objects.visible_to(user), pk=self.kwargs["pk"])
        seen = Posting.objects.visible_to(user).filter(round=round)
        units = Unit.objects.filter(pk__in=round.postings.order_by().values("host_unit"))
        asked = TimelineFilter(self.request.GET, units=units)
        reach = seen.aggregate(starts=Min("starts"), ends=Max("ends"))
        starts = min(filter(None, [round.starts, reach["starts"]]))
        ends = max(filter(None, [round.ends, reach["ends"], starts]))
        on = asked.value("from") or min(max(day, starts), ends)
        window = timeline.window(zoom=asked.value("zoom"), starts=starts, ends=ends, on=on)
        if unit := asked.value("unit"):
            seen = seen.filter(host_unit=unit)
        people = seen.order_by().values("member").annotate(path=Min("host_unit__path"), first=Min("starts"))
        people = people.order_by("path", "member__spelling", "member").values_list("member", flat=True)
        page = Paginator(people, self.a_page).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            round=round,
            keeps=access.allowed(user, "change", Round),
            filter=asked,
            window=window,
            ticks=timeline.ticks(window),
            today=window.at(day) if window.shows(day) else None,
            before=window.step(-1) if window.step(-1) and window.first > starts else None,
            after=window.step(1) if window.step(1) and window.last < ends else None,
            rows=self.rows(round, user, list(page), window),
            page_obj=page,
            **kwargs,
        )

    def rows(self, round, user, members, window):
        """The rows of these people, each with all of their postings in the round."""
        leaves = Prefetch("leaves", Leave.objects.in_force().order_by("starts"))
        postings = Posting.objects.visible_to(user).filter(round=round, member__in=members)
        found = defaultdict(list)
        for posting in (
            postings.select_related("member", "host_unit", "home_unit").prefetch_related(leaves).order_by("starts")
        ):
            found[posting.member_id].append(posting)
        return [timeline.row(postings=found[pk], window=window) for pk in members]
