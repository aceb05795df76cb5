"""What the registers of plots and deployment are asked, in the users' words."""

from datetime import timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from staff.choices import (
    LEAVE_IN_FORCE,
    SERVED,
    AssignmentRole,
    ChangeKind,
    FindingState,
    HandoverCause,
    LeaveState,
    PostingState,
)
from staff.periods import PeriodQuerySet
from staff.querysets import ScopedQuerySet

# A handover is asked for from so long before a posting begins or somebody leaves.
HANDOVER_AHEAD = timedelta(days=14)


class DaysAfter(Func):
    """The day that lies so many days after another, reckoned by the database."""

    output_field = DateField()

    def as_sql(self, compiler, connection, **extra):
        """PostgreSQL adds whole days to a date."""
        return super().as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" + ", **extra)

    def as_sqlite(self, compiler, connection, **extra):
        """SQLite takes days as a modifier in words."""
        template = "date(%(expressions)s || ' days')"
        return super().as_sql(compiler, connection, template=template, arg_joiner=", '+' || ", **extra)


def _count(queryset):
    """A correlated count, zero where there is none."""
    counted = queryset.order_by().values("plot").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class PlotQuerySet(ScopedQuerySet):
    """Questions about plots."""

    def open_on(self, day):
        """Not yet given up by `day`."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))

    def in_season(self, day):
        """Plots whose visits are due on `day`; one without a season is visited all year."""
        return self.open_on(day).filter(
            Q(season_starts__isnull=True) | Q(season_starts__lte=day),
            Q(season_ends__isnull=True) | Q(season_ends__gte=day),
        )

    def within(self, code):
        """Plots that lie, wholly or in part, in the division with `code` or one below it."""
        lies = self.model.divisions.through.objects.filter(division__code__startswith=code)
        return self.filter(pk__in=lies.values("plot"))

    def with_cover(self, day):
        """Adds `technicians`, `grid_officers`, `holders` in force on `day`, since when it is held (`held_since`) and
        the day of the `last_visit`."""
        from staff.models import Assignment, Visit

        held = Assignment.objects.on(day).filter(plot=OuterRef("pk"))
        last = Visit.objects.filter(assignment__plot=OuterRef("pk"), day__lte=day).order_by("-day").values("day")[:1]
        return self.annotate(
            technicians=_count(held.filter(role=AssignmentRole.TECHNICIAN)),
            grid_officers=_count(held.filter(role=AssignmentRole.GRID_OFFICER)),
            holders=_count(held),
            held_since=Subquery(held.order_by("starts").values("starts")[:1], output_field=DateField()),
            last_visit=Subquery(last, output_field=DateField()),
        )

    def held(self, day):
        """Plots that somebody holds on `day`."""
        return self.open_on(day).with_cover(day).filter(holders__gt=0)

    def empty(self, day):
        """Plots that nobody holds on `day`."""
        return self.open_on(day).with_cover(day).filter(holders=0)

    def thin(self, day):
        """Held plots below the technicians or grid officers that they need."""
        return (
            self.open_on(day)
            .with_cover(day)
            .filter(holders__gt=0)
            .filter(Q(technicians__lt=F("technicians_needed")) | Q(grid_officers__lt=F("grid_officers_needed")))
        )

    def overdue(self, day):
        """Held plots in season whose interval has run out since the last visit, the season's or the holding's start:
        what `staff.visits.due` calls overdue, asked of the database."""
        late = Q(LessThan(DaysAfter("held_since", "visit_interval"), day), holders__gt=0)
        for field in ("last_visit", "season_starts"):
            late &= Q(**{f"{field}__isnull": True}) | Q(LessThan(DaysAfter(field, "visit_interval"), day))
        return self.in_season(day).with_cover(day).filter(late)


class AssignmentQuerySet(PeriodQuerySet):
    """Questions about who holds what."""

    def of(self, member):
        """Those of one member."""
        return self.filter(member=member)

    def with_last_visit(self):
        """Adds the day of the `last_visit` under the assignment."""
        return self.annotate(last_visit=Max("visits__day"))

    def to_hand_over(self, day):
        """Those of open plots whose holder has left, changed unit or been posted away since, or will soon, and for
        which nothing was decided: adds the `cause` and the day that it began (`caused_on`)."""
        from staff.models import Handover, Posting, Transfer

        soon = day + HANDOVER_AHEAD
        moves = Transfer.objects.filter(member=OuterRef("member"), day__gt=OuterRef("starts"), day__lte=soon)
        moves = moves.exclude(from_unit=F("to_unit")).filter(to_unit=OuterRef("member__unit"))
        away = Posting.objects.filter(
            member=OuterRef("member"),
            state=PostingState.IN_POST,
            starts__gt=OuterRef("starts"),
            starts__lte=soon,
            ends__gte=day,
        )
        decided = Handover.objects.filter(
            assignment=OuterRef("pk"), cause=OuterRef("cause"), caused_on__gte=OuterRef("caused_on")
        )
        held = Q(plot__closed_on__isnull=True) | Q(plot__closed_on__gt=day)
        left = Q(member__left_on__lte=soon)
        moved, posted = (
            Subquery(rows.order_by(f"-{name}").values(name)[:1], output_field=DateField())
            for rows, name in ((moves, "day"), (away, "starts"))
        )
        return (
            self.on(day)
            .filter(held, member__isnull=False)
            .alias(moved=moved, posted=posted)
            .annotate(
                cause=Case(
                    When(left, then=Value(HandoverCause.LEFT)),
                    When(Q(moved__isnull=False) & ~Q(plot__unit=F("member__unit")), then=Value(HandoverCause.MOVED)),
                    When(posted__isnull=False, then=Value(HandoverCause.POSTED)),
                    output_field=CharField(),
                ),
                caused_on=Case(
                    When(left, then=F("member__left_on")),
                    When(Q(moved__isnull=False) & ~Q(plot__unit=F("member__unit")), then=F("moved")),
                    default=F("posted"),
                    output_field=DateField(),
                ),
            )
            .filter(cause__isnull=False)
            .exclude(Exists(decided))
        )


class VisitQuerySet(ScopedQuerySet):
    """Questions about visits."""

    def between(self, first, last):
        """Visits of the days from `first` to `last`, both counted."""
        return self.filter(day__gte=first, day__lte=last)


class FindingQuerySet(ScopedQuerySet):
    """Questions about what visits found."""

    def open(self):
        """Not mended yet."""
        return self.filter(state=FindingState.OPEN)

    def overdue(self, day):
        """Open after the day that they were due."""
        return self.open().filter(due__lt=day)


class RoundQuerySet(PeriodQuerySet):
    """Questions about rounds of deployment."""

    def with_figures(self, day):
        """Adds how many people are `needed`, how many places are `filled`, and how many are `on_duty` on `day`."""
        from staff.models import Need, Posting

        here = Posting.objects.filter(round=OuterRef("pk"))
        needed = Need.objects.filter(round=OuterRef("pk")).order_by().values("round").annotate(n=Sum("headcount"))
        return self.annotate(
            needed=Coalesce(Subquery(needed.values("n"), output_field=IntegerField()), 0),
            filled=_people(here.holding_a_place(), "round"),
            on_duty=_people(here.on_duty(day), "round"),
        )


class NeedQuerySet(ScopedQuerySet):
    """Questions about what host units asked for."""

    def with_filled(self):
        """Adds how many people are or will be there for it (`filled`)."""
        from staff.models import Posting

        return self.annotate(filled=_people(Posting.objects.holding_a_place().filter(need=OuterRef("pk")), "need"))


def _people(postings, by):
    """A correlated count of persons: somebody moved within a round is one person."""
    counted = postings.order_by().values(by).annotate(n=Count("member", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class PostingQuerySet(PeriodQuerySet):
    """Questions about who serves where."""

    def served(self):
        """Those that were or are a fact; a proposal is not."""
        return self.filter(state__in=SERVED)

    def on(self, day):
        """Postings under way on `day`, the first and the last day counted; proposals left out."""
        return self.served().filter(starts__lte=day, ends__gte=day)

    def holding_a_place(self):
        """Those that fill a need: proposed, in post or served to the end; not recalled, replaced or moved away."""
        from staff.models import PostingChange

        moved = PostingChange.objects.filter(kind=ChangeKind.MOVE).values("posting")
        places = self.filter(state__in=(PostingState.PROPOSED, PostingState.IN_POST, PostingState.COMPLETED))
        return places.exclude(state=PostingState.COMPLETED, pk__in=moved)

    def with_leave(self, day):
        """Adds `away`: whether approved leave covers `day`."""
        from staff.models import Leave

        leave = Leave.objects.in_force().on(day).filter(posting=OuterRef("pk"))
        return self.annotate(away=Exists(leave))

    def on_duty(self, day):
        """Started, not ended, not on approved leave."""
        return self.on(day).with_leave(day).filter(away=False)

    def due_to_complete(self, day):
        """In post though their last day has passed."""
        return self.filter(state=PostingState.IN_POST, ends__lt=day)


class LeaveQuerySet(PeriodQuerySet):
    """Questions about leave from postings."""

    def in_force(self):
        """Approved, returned from or not."""
        return self.filter(state__in=LEAVE_IN_FORCE)

    def unreturned(self, day):
        """Approved leave that is over, of people in post who have not reported back (销假)."""
        return self.filter(state=LeaveState.APPROVED, ends__lt=day, posting__state=PostingState.IN_POST)

    def waiting_first(self):
        """What waits for a decision first, the longest waiting on top; then the latest."""
        waits = Case(When(state=LeaveState.REQUESTED, then=0), default=1)
        return self.order_by(waits, "-starts", "-pk")
