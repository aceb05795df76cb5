"""My day (我的一天): all that waits for one person today and this week, from every register, soonest first.

Each thing is one `Task` with its one button, so that the pages and the digest by mail say the same. The front page asks
for it on each visit: what lies in one register is read with one query, and of each row no more than is shown.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from activities import checkin, suggestions
from activities.choices import ActivityState, AnswerState, AttendanceState, CheckInWay
from activities.models import Activity, Attendance, Decision, Invitation, Suggestion
from home.models import NoticePage, Receipt
from staff import visits
from staff.access import roles
from staff.choices import DueState, LeaveState, SwapState
from staff.models import Assignment, Finding, Leave, Notification, Posting, Shift, ShiftDuty, SwapRequest

# How far ahead "this week" looks, today counted.
DAYS_AHEAD = 7
SHOWN = 5
NO_DAY = date(9999, 12, 31)


@dataclass(frozen=True)
class Task:
    """One thing that waits: where it leads, what is known about it, and the one button that deals with it."""

    title: str
    url: str
    meta: tuple = ()
    # The day on which it is due; None for what has no day.
    day: date | None = None
    button: str = ""
    # Where the button leads; `post` for one that does it at once.
    action: str = ""
    post: bool = False
    tone: str = ""
    label: str = ""


@dataclass
class Day:
    """What one person finds on their page; every list is limited, so the page is the same size in any bureau."""

    on: object
    member: object = None
    # What is theirs to do, and what others wait for their decision on.
    tasks: list = field(default_factory=list)
    decides: list = field(default_factory=list)
    # Notices to confirm, and beside them those to read.
    notices: list = field(default_factory=list)
    news: list = field(default_factory=list)

    @property
    def is_quiet(self):
        """Whether nothing waits."""
        return not (self.tasks or self.decides or self.notices)

    @property
    def today(self):
        """What is to be done today, and what is overdue."""
        return [task for task in self.tasks if task.day is not None and task.day <= self.on]

    @property
    def week(self):
        """What comes after today."""
        return [task for task in self.tasks if task.day is None or task.day > self.on]


def of(user, *, on):
    """What waits for `user` on the day `on`; without a member, what an office without one has to do."""
    held = roles(user)
    day = Day(on=on, member=held.member)
    if not held.inside:
        return day
    now = timezone.now()
    if held.member is not None:
        found = [
            *_expected(held.member, on, now),
            *_shifts(held.member, on, now),
            *_visits(held.member, on),
            *_owed(held.member, on),
        ]
        day.tasks = sorted(found, key=lambda task: task.day or NO_DAY)
    day.decides = [*_leaves(user), *_handovers(user, on), *_kept(user, now), *_suggested(user)]
    notices = list(unconfirmed_first(user)[: 2 * SHOWN])
    day.notices = [notice for notice in notices if notice.waits][:SHOWN]
    day.news = [notice for notice in notices if not notice.waits][:SHOWN]
    return day


# --- one's own --------------------------------------------------------------------------------------------------------


def _expected(member, on, now):
    """Activities of the week at which `member` is expected: to answer, to check in, or to be there."""
    rows = Attendance.objects.filter(
        member=member,
        state=AttendanceState.EXPECTED,
        activity__state=ActivityState.SCHEDULED,
        activity__ends__gte=now,
        activity__starts__lt=_midnight(on + timedelta(days=DAYS_AHEAD)),
    )
    shown = ("activity", "activity__title", "activity__starts", "activity__ends", "activity__place")
    rows = rows.order_by("activity__starts", "pk").values_list(
        *shown, "activity__check_in", "invitation__called_at", "invitation__answer"
    )
    for pk, title, starts, ends, place, way, called, answer in rows[:SHOWN]:
        url = reverse("activities:detail", args=[pk])
        button, action, tone, label = "", "", "", ""
        if starts - checkin.OPENS_BEFORE <= now <= ends and way != CheckInWay.LIST:
            button, action = pgettext("button", "签到"), reverse("activities:check_in", args=[pk])
        elif called and answer in (None, AnswerState.OPEN) and now < starts:
            button, action = pgettext("button", "答复"), url
        elif answer:
            label = AnswerState(answer).label if answer != AnswerState.OPEN else ""
            tone = "green" if answer == AnswerState.COMING else "amber"
        local = timezone.localtime(starts)
        meta = (f"{date_format(local, 'MONTH_DAY_FORMAT')} {local:%H:%M}", place)
        yield Task(title, url, meta, max(local.date(), on), button, action, tone=tone, label=label)


def _shifts(member, on, now):
    """Shifts of the week that `member` is on, and those that a colleague asks them to take."""
    duties = ShiftDuty.objects.filter(shift=OuterRef("pk"), posting__member=member)
    asked = SwapRequest.objects.filter(shift=OuterRef("pk"), to_posting__member=member, state=SwapState.ASKED)
    rows = Shift.objects.filter(ends__gt=now, starts__lt=_midnight(on + timedelta(days=DAYS_AHEAD)))
    rows = rows.annotate(mine=Exists(duties), asked=Exists(asked)).filter(Q(mine=True) | Q(asked=True))
    for shift in rows.select_related("host_unit").order_by("starts", "pk")[:SHOWN]:
        meta = (f"{date_format(shift.day, 'MONTH_DAY_FORMAT')} {shift.hours}", shift.place or str(shift.host_unit))
        url, day = shift.get_absolute_url(), max(shift.day, on)
        if shift.asked:
            title = _("同事请您换班：%(title)s") % {"title": shift.title}
            yield Task(title, url, meta, day, pgettext("button", "答复"), url)
        else:
            yield Task(shift.title, url, meta, day, tone="blue", label=shift.get_kind_display())


def _visits(member, on):
    """Plots to visit now, and those that become due within the week."""
    for call in calls(member, on)[:SHOWN]:
        plot, due = call.holding.plot, call.due
        meta = [_("应于 %(day)s 前走访") % {"day": date_format(due.on, "MONTH_DAY_FORMAT")}]
        if call.holding.last_visit:
            meta.append(_("上次走访 %(day)s") % {"day": date_format(call.holding.last_visit, "MONTH_DAY_FORMAT")})
        overdue = due.state == DueState.OVERDUE
        yield Task(
            plot.name,
            reverse("staff:plot", args=[plot.pk]),
            tuple(meta),
            due.on,
            _("记录走访"),
            reverse("staff:visit_add", args=[plot.pk]),
            tone=due.tone if overdue else "",
            label=due.label if overdue else "",
        )


def _owed(member, on):
    """What meetings decided that `member` does, and what visits found that they mend; in one query."""
    by = Coalesce("due", Value(NO_DAY))
    decisions = Decision.objects.open().filter(owner=member).order_by().annotate(what=Value("decision"), by=by)
    findings = Finding.objects.open().filter(owner=member).order_by().annotate(what=Value("finding"), by=by)
    rows = decisions.values_list("what", "pk", "text", "by", "minutes__activity__title", "minutes__activity").union(
        findings.values_list("what", "pk", "text", "by", "visit__assignment__plot__name", "visit__assignment__plot"),
        all=True,
    )
    for what, pk, text, due, context, of_ in rows.order_by("by", "pk")[: 2 * SHOWN]:
        due = due if isinstance(due, date) else date.fromisoformat(due)
        due = None if due == NO_DAY else due
        late = bool(due and due < on)
        decided = what == "decision"
        meta = [_("会议决定") if decided else _("待整改问题"), context]
        if due:
            meta.append(_("应于 %(day)s 前完成") % {"day": date_format(due, "MONTH_DAY_FORMAT")})
        url = reverse("activities:detail" if decided else "staff:plot", args=[of_])
        done = reverse("activities:decision_done" if decided else "staff:close_finding", args=[pk])
        yield Task(
            Truncator(text).chars(60),
            url,
            tuple(meta),
            due,
            pgettext("button", "完成") if decided else pgettext("button", "销号"),
            done,
            post=decided,
            tone="red" if late else "",
            label=pgettext("state", "逾期") if late else "",
        )


# --- what others wait for ---------------------------------------------------------------------------------------------


def _leaves(user):
    """Leave from postings that `user` decides on."""
    rows = Leave.objects.permitted(user, "decide").filter(state=LeaveState.REQUESTED)
    rows = rows.select_related("posting__member", "posting__host_unit").order_by("starts", "pk")
    for leave in rows[:SHOWN]:
        url = leave.posting.get_absolute_url()
        title = _("审批%(name)s的请假") % {"name": leave.posting.member.name}
        days = f"{date_format(leave.starts, 'MONTH_DAY_FORMAT')}–{date_format(leave.ends, 'MONTH_DAY_FORMAT')}"
        yield Task(title, url, (days, str(leave.posting.host_unit)), leave.starts, pgettext("button", "审批"), url)


def _handovers(user, on):
    """The plots that wait for `user` to name who takes them over, as one line."""
    count = Assignment.objects.permitted(user, "change").to_hand_over(on).count()
    if count:
        title = ngettext("%(number)s 块责任田待交接", "%(number)s 块责任田待交接", count) % {"number": count}
        url = reverse("staff:handovers")
        yield Task(title, url, (_("责任人离职、调离或下沉派驻"),), on, pgettext("button", "办理"), url)


def _kept(user, now):
    """Activities that `user` keeps: those that are over and not recorded, and those for which somebody asks leave."""
    asking = Invitation.objects.asking().filter(
        attendance__activity=OuterRef("pk"), attendance__state=AttendanceState.EXPECTED
    )
    rows = Activity.objects.permitted(user, "change").filter(state=ActivityState.SCHEDULED)
    rows = rows.filter(Q(ends__lt=now) | Q(Exists(asking), starts__gt=now)).order_by("starts", "pk")
    for pk, title, starts, ends, place in rows.values_list("pk", "title", "starts", "ends", "place")[:SHOWN]:
        local = timezone.localtime(starts)
        meta = (f"{date_format(local, 'MONTH_DAY_FORMAT')} {local:%H:%M}", place)
        url = reverse("activities:detail", args=[pk])
        if ends < now:
            attendance = reverse("activities:attendance", args=[pk])
            yield Task(title, url, meta, local.date(), _("登记考勤"), attendance)
        else:
            call = reverse("activities:call", args=[pk])
            yield Task(_("有人请假：%(title)s") % {"title": title}, call, meta, None, pgettext("button", "审批"), call)


def _suggested(user):
    """Suggestions whose next step `user` owes."""
    rows = suggestions.waiting_for(user).only("text", "number", "due", "state")
    for suggestion in rows[:SHOWN]:
        url = suggestion.get_absolute_url()
        numbered = pgettext("with its number", "建议 %(number)s") % {"number": suggestion.number}
        meta = [numbered, suggestion.get_state_display()]
        if suggestion.due:
            meta.append(_("%(day)s到期") % {"day": date_format(suggestion.due, "MONTH_DAY_FORMAT")})
        yield Task(
            Truncator(suggestion.text).chars(48), url, tuple(meta), suggestion.due, pgettext("button", "办理"), url
        )


# --- beside it --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """One plot that waits for a visit, with how it stands."""

    holding: object
    due: object


def calls(member, on):
    """The plots that `member` holds on the day `on` and must visit now or within the week, the latest first."""
    holdings = Assignment.objects.on(on).of(member).select_related("plot").with_last_visit()
    found = [
        Call(row, visits.due(plot=row.plot, since=row.starts, last_visit=row.last_visit, day=on)) for row in holdings
    ]
    last = on + timedelta(days=DAYS_AHEAD)
    wanted = [call for call in found if call.due.state in (DueState.DUE, DueState.OVERDUE)]
    wanted += [call for call in found if call.due.state == DueState.NOT_DUE and call.due.on and call.due.on < last]
    return sorted(wanted, key=lambda call: (call.due.on, call.holding.pk))


def posting_of(member, on):
    """The posting that `member` serves in or goes to next, with the days served; None without one."""
    if member is None:
        return None
    rows = Posting.objects.served().filter(member=member, ends__gte=on).select_related("host_unit", "round")
    posting = rows.prefetch_related("leaves").order_by("starts").first()
    if posting is not None:
        posting.has_begun = posting.starts <= on
        posting.days_served = posting.days_in_post(on)
    return posting


def own_suggestions(member):
    """What `member` put forward last."""
    return Suggestion.objects.by_author(member)[:SHOWN] if member else Suggestion.objects.none()


def unconfirmed_first(user):
    """The notices that `user` may read: those that wait for their receipt first, then the newest."""
    confirmed = Receipt.objects.filter(user=user, notice=OuterRef("pk"))
    waits = Case(When(Q(receipt_wanted=True) & ~Exists(confirmed), then=True), default=False)
    shown = ("title", "url_path", "day", "act_by", "receipt_wanted")
    rows = NoticePage.objects.visible_to(user).only(*shown).annotate(waits=waits)
    return rows.order_by("-waits", "-day", "-pk")


def unread(user, most=SHOWN):
    """The newest things that `user` has not opened."""
    return Notification.objects.filter(user=user).unread()[:most]


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
