"""My day (我的一天): all that waits for one person today and this week, from every register, soonest first."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils import timezone

from activities import suggestions
from activities.choices import ActivityState
from activities.models import Activity, Attendance, Decision, Suggestion
from home.models import NoticePage, Receipt
from staff import visits
from staff.access import roles
from staff.choices import DueState, LeaveState
from staff.models import Assignment, Finding, Leave, Notification, Posting
from staff.policies import READERS

# How far ahead "this week" looks, today counted.
DAYS_AHEAD = 7
SHOWN = 5


@dataclass(frozen=True)
class Call:
    """One plot that waits for a visit, with how it stands."""

    holding: object
    due: object


@dataclass
class Day:
    """What one person finds on their page; every list is limited, so the page is the same size in any bureau."""

    on: object
    member: object = None
    expected: list = field(default_factory=list)
    calls: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    leaves: list = field(default_factory=list)
    unrecorded: list = field(default_factory=list)
    decisions: list = field(default_factory=list)
    # How many plots wait for this person to name who takes them over.
    handovers: int = 0
    waiting: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    # Notices to read, beside those to confirm.
    news: list = field(default_factory=list)

    @property
    def is_quiet(self):
        """Whether nothing waits."""
        return not any(
            (
                self.expected,
                self.calls,
                self.findings,
                self.decisions,
                self.leaves,
                self.handovers,
                self.unrecorded,
                self.waiting,
                self.notices,
            )
        )

    @property
    def decides(self):
        """Whether something waits for a decision."""
        return bool(self.findings or self.leaves or self.unrecorded or self.waiting or self.handovers)


def of(user, *, on):
    """What waits for `user` on the day `on`; without a member, what an office without one has to do."""
    held = roles(user)
    now = timezone.now()
    day = Day(on=on, member=held.member)
    if not held.inside:
        return day
    day.leaves = list(
        Leave.objects.permitted(user, "decide")
        .filter(state=LeaveState.REQUESTED)
        .select_related("posting__member", "posting__host_unit")
        .order_by("starts", "pk")[:SHOWN]
    )
    day.unrecorded = list(
        Activity.objects.permitted(user, "change")
        .filter(state=ActivityState.SCHEDULED, ends__lt=now)
        .order_by("starts", "pk")[:SHOWN]
    )
    if held.holds(*READERS):
        day.handovers = Assignment.objects.permitted(user, "change").to_hand_over(on).count()
    day.waiting = list(suggestions.waiting_for(user)[:SHOWN])
    notices = list(unconfirmed_first(user)[: 2 * SHOWN])
    day.notices = [notice for notice in notices if notice.waits][:SHOWN]
    day.news = [notice for notice in notices if not notice.waits][:SHOWN]
    if held.member is not None:
        _of_member(day, held.member, now)
    return day


def _of_member(day, member, now):
    """What is somebody's own: where they are expected, their plots, their posting, what they are to mend."""
    until = timezone.make_aware(datetime.combine(day.on + timedelta(days=DAYS_AHEAD), time.min))
    day.expected = list(
        Attendance.objects.filter(
            member=member, activity__state=ActivityState.SCHEDULED, activity__ends__gte=now, activity__starts__lt=until
        )
        .select_related("activity")
        .order_by("activity__starts", "pk")[:SHOWN]
    )
    day.calls = calls(member, day.on)[:SHOWN]
    day.decisions = list(Decision.objects.owed_by(member).select_related("minutes__activity")[:SHOWN])
    day.findings = list(
        Finding.objects.open()
        .filter(owner=member)
        .select_related("visit__assignment__plot")
        .order_by("due", "pk")[:SHOWN]
    )


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
    return NoticePage.objects.visible_to(user).newest().annotate(waits=waits).order_by("-waits", "-day", "-pk")


def calls(member, on):
    """The plots that `member` holds on the day `on` and must visit now, the latest first."""
    holdings = Assignment.objects.on(on).of(member).select_related("plot__unit").with_last_visit()
    found = [
        Call(row, visits.due(plot=row.plot, since=row.starts, last_visit=row.last_visit, day=on)) for row in holdings
    ]
    wanted = [call for call in found if call.due.state in (DueState.DUE, DueState.OVERDUE)]
    return sorted(wanted, key=lambda call: (call.due.on, call.holding.pk))


def unread(user):
    """The newest things that `user` has not opened."""
    return Notification.objects.filter(user=user).unread()[:SHOWN]
