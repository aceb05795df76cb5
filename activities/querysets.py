"""What the registers of activities, agreements and suggestions are asked, in the users' words."""

from datetime import datetime, time, timedelta

from django.db import connections
from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from activities import fates
from activities.choices import (
    OPEN_SUGGESTIONS,
    THERE,
    ActivityState,
    AnswerState,
    AttendanceState,
    ItemList,
    ItemState,
)
from staff.access import roles
from staff.periods import PeriodQuerySet
from staff.querysets import ScopedQuerySet


class ActivityQuerySet(ScopedQuerySet):
    """Questions about activities."""

    def between(self, first, last):
        """Those that touch a moment from `first` up to, not counting, `last`."""
        return self.filter(starts__lt=last, ends__gt=first)

    def listed_for(self, user):
        """What `user` finds in lists and calendars: what they may see, and what has a page that they may read."""
        from activities.models import ActivityPage

        if roles(user).inside:
            return self.visible_to(user)
        seen = self.model.objects.visible_to(user).order_by().values("pk")
        pages = ActivityPage.objects.visible_to(user).order_by().values("activity")
        return self.filter(Q(pk__in=seen) | Q(pk__in=pages))

    def with_page(self):
        """Brings the address of the published page along (`page`), without its text."""
        from activities.models import ActivityPage

        faces = ActivityPage.objects.only("activity", "url_path", "title", "live", "audience")
        return self.prefetch_related(Prefetch("page", faces))

    def coming(self, moment):
        """Arranged and not over at `moment`, soonest first."""
        return self.filter(state=ActivityState.SCHEDULED, ends__gte=moment).order_by("starts", "pk")

    def took_place(self, moment):
        """Not a draft, not cancelled, and begun by `moment`."""
        return self.filter(state__in=(ActivityState.SCHEDULED, ActivityState.HELD), starts__lte=moment)

    def counted(self, first, last, day):
        """Those begun from `first` to `last` that count for the meeting rules on `day`: held, or begun as arranged."""
        midnight = [timezone.make_aware(datetime.combine(one, time.min)) for one in (first, min(last, day))]
        states = (ActivityState.SCHEDULED, ActivityState.HELD)
        rows = self.filter(state__in=states, starts__gte=midnight[0])
        return rows.filter(starts__lt=midnight[1] + timedelta(days=1))

    def of_organisation(self, organisation):
        """Hosted by `organisation` or one below it."""
        from activities.models import ActivityHost

        hosts = ActivityHost.objects.filter(organisation__path__startswith=organisation.path)
        return self.filter(pk__in=hosts.values("activity"))

    def of_kind(self, kind):
        """Those that count as `kind`."""
        from activities.models import ActivityKind

        return self.filter(pk__in=ActivityKind.objects.filter(kind=kind).values("activity"))

    def for_member(self, member):
        """Those at which `member` is expected."""
        from activities.models import Attendance

        return self.filter(pk__in=Attendance.objects.filter(member=member).values("activity"))

    def with_turnout(self):
        """Adds `expected`, `present`, `on_leave` and `absent`: the list done, expected = present + leave + absent."""
        from activities.models import Attendance

        rows = Attendance.objects.filter(activity=OuterRef("pk")).order_by().values("activity")

        def count(states=None):
            counted = rows.filter(state__in=states) if states else rows
            return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)

        return self.annotate(
            expected=count(),
            present=count(THERE),
            on_leave=count([AttendanceState.LEAVE]),
            absent=count([AttendanceState.ABSENT]),
        )

    def with_hosts(self):
        """Brings hosts and kinds along, for lists that show them."""
        return self.with_host_names().prefetch_related("kinds")

    def with_host_names(self):
        """Brings the hosts along with their organisations, in one query."""
        from activities.models import ActivityHost

        return self.prefetch_related(Prefetch("hosts", ActivityHost.objects.select_related("organisation")))


class AttendanceQuerySet(ScopedQuerySet):
    """Questions about attendance."""

    def there(self):
        """Present, late among them."""
        return self.filter(state__in=THERE)

    def unanswered(self):
        """Expected, and the list does not say yet what became of them."""
        return self.filter(state=AttendanceState.EXPECTED)


class InvitationQuerySet(ScopedQuerySet):
    """Questions about those who were called."""

    def called(self):
        """Sent the notice."""
        return self.filter(called_at__isnull=False)

    def unopened(self):
        """Sent the notice, and not opened it."""
        return self.called().filter(opened_at__isnull=True)

    def asking(self):
        """Wait for a decision on their leave."""
        return self.filter(answer=AnswerState.ASKED)


class DecisionQuerySet(ScopedQuerySet):
    """Questions about what meetings decided."""

    def open(self):
        """Not done yet, of meetings that were not called off."""
        return self.filter(done_on__isnull=True).exclude(minutes__activity__state=ActivityState.CANCELLED)

    def owed_by(self, member):
        """Open ones that `member` answers for, the most urgent first and those without a date last."""
        return self.open().filter(owner=member).order_by(F("due").asc(nulls_last=True), "pk")


class AgreementQuerySet(PeriodQuerySet):
    """Questions about joint agreements."""

    def ending(self, first, last):
        """Whose last day lies between `first` and `last`."""
        return self.filter(ends__gte=first, ends__lte=last)

    def with_items(self):
        """Adds how many `projects` there are and how many are `done`."""
        from activities.models import AgreementItem

        rows = AgreementItem.objects.filter(agreement=OuterRef("pk"), list=ItemList.PROJECT).order_by()
        rows = rows.values("agreement")

        def count(counted):
            return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)

        return self.annotate(projects=count(rows), done=count(rows.filter(state=ItemState.DONE)))


class SuggestionQuerySet(ScopedQuerySet):
    """Questions about suggestions."""

    def open(self):
        """Somebody still owes the next step."""
        return self.filter(state__in=OPEN_SUGGESTIONS)

    def overdue(self, day):
        """Open after the day by which the next step is due."""
        return self.open().filter(due__lt=day)

    def by_author(self, member):
        """Those that `member` put forward or co-signed."""
        from activities.models import SuggestionAuthor

        return self.filter(pk__in=SuggestionAuthor.objects.filter(member=member).values("suggestion"))

    def fates(self):
        """How many there are of each fate (`activities.fates`)."""
        return dict(self.order_by().values_list("fate").annotate(n=Count("*")))

    def outcomes(self):
        """Figures of the rules, each with its numerator and denominator (merged ones count once); `rows` is all."""
        return fates.outcomes(self.fates())

    def occurring(self, field):
        """The values of `field` that occur, of all suggestions: one look into its index for each, however many rows."""
        table, column = self.model._meta.db_table, self.model._meta.get_field(field).column
        looked_for = (
            f'WITH RECURSIVE found(value) AS (SELECT MIN("{column}") FROM "{table}" UNION ALL'  # noqa: S608 (our names)
            f' SELECT (SELECT MIN("{column}") FROM "{table}" WHERE "{column}" > found.value) FROM found'
            " WHERE found.value IS NOT NULL) SELECT value FROM found WHERE value IS NOT NULL"
        )
        with connections[self.db].cursor() as cursor:
            cursor.execute(looked_for)
            return [value for (value,) in cursor.fetchall()]
