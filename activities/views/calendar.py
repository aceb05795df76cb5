"""The calendar: a month, a week, an agenda, a day; each at its own address, with the filters behind it."""

import calendar
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from activities import by_day
from activities.forms.activities import KEEPERS, ActivityFilter
from activities.models import Activity
from activities.views.activities import page_address, records_of
from staff.access import roles
from staff.periods import midnight

YEARS = range(2000, 2100)
ONE = timedelta(days=1)
# So many of a day's activities are shown; the rest is one click away.
IN_A_MONTH, IN_A_WEEK, IN_AN_AGENDA, ON_A_PAGE = 4, 10, 12, 30
AGENDA = timedelta(days=14)


@require_safe
def this_month(request):
    """The month that is now, with the filters kept."""
    answer = redirect(address("month", timezone.localdate()))
    if request.GET:
        answer["Location"] += f"?{request.GET.urlencode()}"
    return answer


def address(view, day):
    """Where `day` stands in a view of the calendar; nowhere in years that it does not have."""
    if day.year not in YEARS:
        return None
    args = [day.year, day.month] if view == "month" else [day.isoformat()]
    return reverse(f"activities:{view}", args=args)


class CalendarView(TemplateView):
    """What the views of the calendar share: whose activities, when, and the ways to the other views.

    A view has `view`, its name, and answers `period`: the first and the last day that it shows.
    """

    def dispatch(self, request, *args, **kwargs):
        """The day of the address."""
        self.today = timezone.localdate()
        self.day = self.day_of(**kwargs)
        if self.day is None or self.day.year not in YEARS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def day_of(self, on):
        """The day that the address names; None where it names none."""
        try:
            day = date.fromisoformat(on)
        except ValueError:
            return None
        return day if day.isoformat() == on else None

    def period(self):
        """The first and the last day that are shown."""
        return self.day, self.day

    def get_context_data(self, **kwargs):
        """The frame: title, number, the ways back, forth and to today."""
        self.filter = ActivityFilter(self.request.GET, user=self.request.user, month=False)
        self.rows = self.filter.apply(Activity.objects.listed_for(self.request.user))
        self.first, self.last = self.period()
        here = self.today if self.first <= self.today <= self.last else self.day
        views = (
            ("month", pgettext("calendar", "月")),
            ("week", pgettext("calendar", "周")),
            ("agenda", pgettext("calendar", "日程")),
        )
        return super().get_context_data(
            filter=self.filter,
            view=self.view,
            first=self.first,
            last=self.last,
            today=self.today,
            views=[(name, label, address(name, here)) for name, label in views],
            earlier=address(self.view, self.before()),
            later=address(self.view, self.last + ONE),
            now=address(self.view, self.today),
            **kwargs,
        )

    def before(self):
        """A day of the period before, as long as this one."""
        return self.first - (self.last - self.first + ONE)

    def spread(self, first, last, shown, *, hosts=False):
        """The days from `first` to `last`, each activity with the address that is open to the reader."""
        days = by_day.spread(self.shown(self.rows, hosts=hosts), first, last, shown=shown)
        self.lead_somewhere({entry.activity.pk: entry.activity for day in days for entry in day.entries}.values())
        return days

    def shown(self, rows, *, hosts):
        """No more of activities than what is shown."""
        rows = rows.only("title", "starts", "ends", "place", "state")
        rows = rows if roles(self.request.user).inside else rows.with_page()
        return rows.with_host_names() if hosts else rows

    def lead_somewhere(self, rows):
        """Where each activity leads: to its record, to its page, or nowhere."""
        own = records_of(rows, self.request.user)
        for row in rows:
            row.address = row.get_absolute_url() if row.pk in own else page_address(row, self.request)


class MonthView(CalendarView):
    """A month by weeks, with the days of its neighbours that fill the first and the last one."""

    template_name = "activities/month.html"
    view = "month"

    def day_of(self, year, month):
        """The first of the month."""
        return date(year, month, 1) if year in YEARS and 1 <= month <= 12 else None

    def period(self):
        """The month."""
        return self.day, self.day.replace(day=calendar.monthrange(self.day.year, self.day.month)[1])

    def before(self):
        """The last day of the month before, however long that is."""
        return self.first - ONE

    def get_context_data(self, **kwargs):
        """The weeks with their days, each with what takes place on it."""
        context = super().get_context_data(**kwargs)
        monday, sunday = self.first - ONE * self.first.weekday(), self.last + ONE * (6 - self.last.weekday())
        days = self.spread(monday, sunday, IN_A_MONTH)
        return context | {
            "title": date_format(self.first, "YEAR_MONTH_FORMAT"),
            "total": by_day.how_many(self.rows, self.first, self.last),
            "back": _("上一月"),
            "forth": _("下一月"),
            "this": _("本月"),
            "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
            "weekdays": [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")],
        }


class WeekView(CalendarView):
    """A week as bureaus put it on the wall: a row a day, morning, afternoon and evening."""

    template_name = "activities/week.html"
    view = "week"

    def period(self):
        """Monday to Sunday."""
        monday = self.day - ONE * self.day.weekday()
        return monday, monday + ONE * 6

    def get_context_data(self, **kwargs):
        """The days of the week; the evening is left out where nothing takes place in it."""
        context = super().get_context_data(**kwargs)
        days = self.spread(self.first, self.last, IN_A_WEEK, hosts=True)
        parts = [_("上午"), _("下午"), _("晚上")]
        shown = 3 if any(day.parts[2] for day in days) else 2
        return context | {
            "title": _span(self.first, self.last),
            "kicker": _("%(year)d年第%(week)d周")
            % {"year": self.first.isocalendar().year, "week": self.first.isocalendar().week},
            "total": by_day.how_many(self.rows, self.first, self.last),
            "back": _("上一周"),
            "forth": _("下一周"),
            "this": _("本周"),
            "parts": parts[:shown],
            "days": [(day, list(zip(parts, day.parts[:shown], strict=False))) for day in days],
        }


class AgendaView(CalendarView):
    """What comes in the two weeks from a day on: the days on which there is something, one below the other."""

    template_name = "activities/agenda.html"
    view = "agenda"

    def period(self):
        """Two weeks from the day on."""
        return self.day, self.day + AGENDA - ONE

    def get_context_data(self, **kwargs):
        """The days that have something; where none has, the next one that does."""
        context = super().get_context_data(**kwargs)
        days = self.spread(self.first, self.last, IN_AN_AGENDA, hosts=True)
        total = sum(day.total for day in days)
        return context | {
            "title": _span(self.first, self.last),
            "kicker": _("%(year)d年") % {"year": self.first.year} if self.first.year == self.last.year else "",
            "total": by_day.how_many(self.rows, self.first, self.last),
            "back": _("前两周"),
            "forth": _("后两周"),
            "this": _("今天"),
            "days": [day for day in days if day.entries or day.name or (total and day.day == self.today)],
            "next": None if total else self._next(),
        }

    def _next(self):
        """The day of the next activity after these, with its address."""
        row = self.rows.filter(starts__gte=midnight(self.last + ONE)).order_by("starts").first()
        return row and {"day": row.day, "address": address("agenda", row.day)}


class DayView(CalendarView):
    """All that takes place on one day, page by page."""

    template_name = "activities/day.html"
    view = "day"

    def get_context_data(self, **kwargs):
        """The activities of the day, and the way to arrange another for those who do."""
        context = super().get_context_data(**kwargs)
        rows = self.shown(by_day.touching(self.rows, self.day, self.day), hosts=True)
        page = Paginator(rows, ON_A_PAGE).get_page(self.request.GET.get("page"))
        self.lead_somewhere(page.object_list)
        works, name = by_day.marked(self.day, self.day)[self.day]
        entries = tuple(by_day.Entry(row, self.day) for row in page)
        return context | {
            "title": date_format(self.day, "DATE_FORMAT"),
            "total": page.paginator.count,
            "back": _("前一天"),
            "forth": _("后一天"),
            "this": _("今天"),
            "day": by_day.Day(self.day, works, name, entries, page.paginator.count),
            "page_obj": page,
            "keeps": roles(self.request.user).holds(*KEEPERS) and self.day >= self.today,
        }


def _span(first, last):
    shape = "MONTH_DAY_FORMAT" if first.year == last.year else "DATE_FORMAT"
    return f"{date_format(first, shape)} — {date_format(last, shape)}"
