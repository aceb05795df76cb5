"""Visits to plots: when the next one is due, recording one with its findings and photos, and mending what was found."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from staff.choices import DUE_TONES, DueState, FindingState, NotificationKind
from staff.models import Assignment, Finding, Member, Notification, Visit, VisitPhoto
from staff.notifications import notify, worded

# The one table of what may become of a finding.
FINDING_MOVES = {FindingState.OPEN: {FindingState.CLOSED}, FindingState.CLOSED: set()}
# A visit shows as due from this many days before the interval ends; afterwards it is overdue.
LEAD_DAYS = 2
MAX_PHOTOS = 9


@dataclass(frozen=True)
class Due:
    """Where a plot stands between two visits, and the last day on which the next one is in time."""

    state: DueState
    on: date | None = None

    @property
    def label(self):
        """The state in words."""
        return self.state.label

    @property
    def tone(self):
        """Tone of the state's badge."""
        return DUE_TONES[self.state]


def due(*, plot, since, last_visit, day):
    """When `plot` must be visited again, seen on `day`.

    A visit is due by the plot's interval after the last one, and overdue after that. The clock starts with the season
    and with the holding (`since`), and stands still outside the season (local rule of the responsibility plots).
    """
    if not plot.in_season(day):
        return Due(DueState.OUT_OF_SEASON)
    interval = plot.visit_interval
    started = max(filter(None, (since, plot.season_starts)), default=None)
    base = max(filter(None, (last_visit, started)), default=None)
    if base is None:
        return Due(DueState.DUE, day)
    on = base + timedelta(days=interval)
    if day > on:
        return Due(DueState.OVERDUE, on)
    return Due(DueState.DUE if day >= on - timedelta(days=min(LEAD_DAYS, interval - 1)) else DueState.NOT_DUE, on)


def record(*, assignment, day, households, summary="", token, place="", findings=(), photos=(), queued=False, by):
    """Store a visit once, however often the phone sends it: the same `token` answers with the visit already stored.

    `findings` are dicts of text, owner and due; `photos` are files that `staff.photos.clean_photo` has cleaned.
    Owners of findings are told. Raises ValidationError for a day in the future or outside the assignment; one that was
    `queued` on a phone without a network while its assignment ended is kept and flagged instead.
    """
    known = Visit.objects.filter(token=token).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            # Its last day may be set meanwhile.
            assignment = Assignment.objects.select_for_update(of=("self",), no_key=True).get(pk=assignment.pk)
            flagged = queued and assignment.ends is not None and day > assignment.ends
            visit = Visit(
                assignment=assignment,
                day=day,
                households=households,
                summary=summary,
                token=token,
                place=place,
                flagged=flagged,
                recorded_by=by,
            )
            return _store(visit, findings, photos, by)
    except IntegrityError:
        # The same visit arrived twice at one moment: the first one stands.
        known = Visit.objects.filter(token=token).first()
        if known is None:
            raise
        return known


def _store(visit, findings, photos, by):
    if len(photos) > MAX_PHOTOS:
        raise ValidationError({"photos": _("照片最多%(n)d张。") % {"n": MAX_PHOTOS}})
    visit.full_clean(validate_unique=False)
    visit.save()
    for row in findings:
        finding = Finding(visit=visit, text=row["text"], owner=row.get("owner"), due=row.get("due"))
        _check_due(finding.due, visit.day)
        finding.full_clean()
        finding.save()
        _tell_owner(finding, by)
    for photo in photos:
        VisitPhoto(visit=visit, file=photo).save()
    log(instance=visit, action="staff.visit.record", user=by, data={"plot": visit.assignment.plot_id})
    return visit


def _check_due(due, day):
    if due and due < day:
        raise ValidationError({"due": _("整改期限不能早于走访日期。")})


def owners(plot, day):
    """Who can be asked to mend what is found on `plot`: they hold it or work in its unit, so that they can see it."""
    holders = plot.assignments.on(day).filter(member__isnull=False).values("member")
    return Member.objects.in_service(day).filter(Q(unit=plot.unit_id) | Q(pk__in=holders))


@transaction.atomic
def correct(*, visit, day, households, summary, by):
    """Put right what was written down of a visit. A day put right lies in the holding and not after a finding's due.

    The log keeps what it said before.
    """
    visit = Visit.objects.select_for_update(of=("self",)).select_related("assignment__plot").get(pk=visit.pk)
    before = {"day": visit.day.isoformat(), "households": visit.households, "summary": visit.summary}
    if visit.flagged and day != visit.day:
        visit.flagged = visit.assignment.ends is not None and day > visit.assignment.ends
    visit.day, visit.households, visit.summary = day, households, summary
    visit.full_clean()
    if visit.findings.filter(due__lt=day).exists():
        raise ValidationError({"day": _("走访日期不能晚于所登记问题的整改期限。")})
    visit.save()
    log(instance=visit, action="staff.visit.correct", user=by, data={"before": before})
    return visit


@transaction.atomic
def amend_finding(*, finding, text, owner, due, by):
    """Change the words, the owner or the due day of an open finding; a new owner is told."""
    finding = (
        Finding.objects.select_for_update(of=("self",)).select_related("visit__assignment__plot").get(pk=finding.pk)
    )
    if finding.state != FindingState.OPEN:
        raise ValidationError(_("该问题已由他人销号，请刷新页面查看。"), code="stale")
    _check_due(due, finding.visit.day)
    passed_on = owner is not None and owner.pk != finding.owner_id
    plot = finding.visit.assignment.plot
    if passed_on and not owners(plot, timezone.localdate()).filter(pk=owner.pk).exists():
        raise ValidationError({"owner": _("整改责任人须为该责任田的责任人或责任单位人员。")})
    finding.text, finding.owner, finding.due = text, owner, due
    finding.full_clean()
    finding.save()
    if passed_on:
        _tell_owner(finding, by)
    log(instance=finding, action="staff.finding.amend", user=by)
    return finding


def _tell_owner(finding, by):
    """Tell who is to mend it, unless they wrote it down themselves."""
    user = finding.owner.user if finding.owner_id else None
    if user is None or user == by:
        return
    plot = finding.visit.assignment.plot
    notify(
        users=[user],
        kind=NotificationKind.PLOT,
        text=lambda: _("%(plot)s走访发现问题，请您整改：%(text)s") % {"plot": plot.name, "text": finding.text},
        address=plot.get_absolute_url(),
        key=f"finding:{finding.pk}",
    )


def due_findings(now):
    """Remind, once, those who are to mend what is open after its day."""
    day = timezone.localdate(now)
    late = Finding.objects.overdue(day).filter(owner__user__isnull=False)
    late = late.select_related("owner__user", "visit__assignment__plot")
    late = {f"finding:{finding.pk}:late": finding for finding in late}
    told = set(Notification.objects.filter(key__in=list(late)).values_list("key", flat=True))
    for key in late.keys() - told:
        finding = late[key]
        plot = finding.visit.assignment.plot
        notify(
            users=[finding.owner.user],
            kind=NotificationKind.PLOT,
            text=worded(
                gettext_lazy("%(plot)s的问题已过整改期限：%(text)s"), {"plot": plot.name, "text": finding.text}
            ),
            address=plot.get_absolute_url(),
            key=key,
        )


@transaction.atomic
def close_finding(*, finding, result, day, by):
    """Mark a finding mended on `day`. Raises ValidationError when somebody has closed it already."""
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    if FindingState.CLOSED not in FINDING_MOVES[finding.state]:
        raise ValidationError(_("该问题已由他人销号，请刷新页面查看。"), code="stale")
    finding.state = FindingState.CLOSED
    finding.result = result
    finding.closed_on = day
    finding.full_clean()
    finding.save()
    log(instance=finding, action="staff.finding.close", user=by)
    return finding


def visits_of(plot):
    """The plot's visits, newest first, with all that its page shows of them."""
    return (
        Visit.objects.filter(assignment__plot=plot)
        .select_related("assignment__member")
        .prefetch_related("photos", "findings__owner")
        .order_by("-day", "-pk")
    )


@dataclass(frozen=True)
class WeekRow:
    """A plot in a week: who holds it, who visited it on which day, and how it stands."""

    plot: object
    holders: list
    visits: list
    due: Due | None


def week(*, plots, first, day):
    """What the week from `first` on brought to each of `plots` (fetched `with_cover`), in their order. Two queries."""
    last = first + timedelta(days=6)
    keys = [plot.pk for plot in plots]
    holders, made = defaultdict(list), defaultdict(list)
    held = Assignment.objects.within(first, last).filter(plot__in=keys).order_by("role", "pk")
    for row in held.values("plot", "officer_name", "member__name"):
        holders[row["plot"]].append(row["member__name"] or row["officer_name"])
    rows = Visit.objects.between(first, last).filter(assignment__plot__in=keys).order_by("day", "pk")
    for row in rows.values(
        "assignment__plot", "assignment__member__name", "assignment__officer_name", "day", "households"
    ):
        who = row["assignment__member__name"] or row["assignment__officer_name"]
        made[row["assignment__plot"]].append((row["day"], who, row["households"]))
    return [
        WeekRow(
            plot,
            list(dict.fromkeys(holders[plot.pk])),
            made[plot.pk],
            due(plot=plot, since=plot.held_since, last_visit=plot.last_visit, day=day) if plot.holders else None,
        )
        for plot in plots
    ]
