"""Figures of suggestions, each with numerator and denominator: outcomes, funnel, time to answer, units, sessions."""

from dataclasses import dataclass

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q
from django.utils.translation import gettext as _

from activities.choices import OPEN_SUGGESTIONS, SuggestionState
from activities.fates import ADOPTED
from activities.models import Activity, Attendance, SuggestionAuthor
from staff.models import Unit

SESSIONS = 50


@dataclass(frozen=True)
class Figure:
    """One figure: its part of a whole (or a plain count), and the register's filter that lists the part's rows."""

    label: str
    part: int
    whole: int | None = None
    figure: str = ""

    @property
    def value(self):
        """The count, or the share in per cent; a dash where there is nothing to take a share of."""
        if self.whole is None:
            return str(self.part)
        return f"{self.part * 100 // self.whole}%" if self.whole else "—"

    @property
    def note(self):
        """Numerator and denominator."""
        return "" if self.whole is None else f"{self.part} / {self.whole}"

    @property
    def share(self):
        """The share in per cent as a number, for a bar."""
        return self.part * 100 // self.whole if self.whole else 0


def outcomes(rows, activity=None, counted=None):
    """The figures of the rules over `rows`; with a session also how many of those present took part.

    `counted` is what `rows.outcomes()` answered, for those who need it for more than the figures.
    """
    n = counted or rows.outcomes()
    found = [
        Figure(_("登记"), n["logged"], None, "logged"),
        Figure(_("立案率"), n["accepted"], n["logged"], "accepted"),
        Figure(_("采纳率"), n["adopted"], n["answered"], "adopted"),
        Figure(_("按期答复率"), n["in_time"], n["answered"], "in_time"),
        Figure(_("满意率"), n["satisfied"], n["rated"], "satisfied"),
    ]
    if activity:
        present = Attendance.objects.filter(activity=activity).there()
        voices = SuggestionAuthor.objects.filter(
            suggestion__in=rows.order_by().values("pk"), member__in=present.values("member")
        )
        found.append(Figure(_("参与率"), voices.values("member").distinct().count(), present.count()))
    return found


def funnel(rows):
    """How far suggestions got, each stage as a part of all that were logged (merged ones count once)."""
    n = rows.outcomes()
    labels = {
        "logged": _("登记"),
        "accepted": _("已立案"),
        "assigned": _("已交办"),
        "answered": _("已答复"),
        "adopted": _("采纳或部分采纳"),
        "closed": _("已办结"),
    }
    return [Figure(label, n[name], n["logged"], name) for name, label in labels.items()]


@dataclass(frozen=True)
class Days:
    """How many calendar days answers took: the middle one, the ninth of ten, and over how many answers."""

    median: int | None
    ninth: int | None
    count: int


def days_to_answer(rows):
    """From the day of logging to the day of the answer, counted by the database a row per number of days."""
    took = ExpressionWrapper(F("answered_on") - F("logged_on"), output_field=DurationField())
    answered = rows.filter(answered_on__isnull=False).order_by().annotate(took=took)
    pairs = [(took.days, n) for took, n in answered.values("took").annotate(n=Count("pk")).values_list("took", "n")]
    pairs.sort()
    count = sum(n for _took, n in pairs)
    return Days(_at(pairs, count, 50), _at(pairs, count, 90), count)


def _at(pairs, count, per_cent):
    """The smallest number of days within which so many per cent were answered (nearest rank)."""
    rank, reached = -(-count * per_cent // 100), 0
    for days, n in pairs:
        reached += n
        if reached >= rank:
            return days
    return None


def by_unit(rows, day):
    """Lead units with something open: how much of it is overdue, the most overdue first."""
    counted = (
        rows.filter(lead_unit__isnull=False, state__in=OPEN_SUGGESTIONS)
        .order_by()
        .values("lead_unit")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due__lt=day)))
    )
    counted = {row["lead_unit"]: row for row in counted}
    units = Unit.objects.in_bulk(counted)
    found = [(units[pk], Figure(str(units[pk]), row["overdue"], row["open"])) for pk, row in counted.items()]
    return sorted(found, key=lambda pair: (-pair[1].part, -pair[1].whole, str(pair[0])))


def by_session(rows, user):
    """What came of each of the latest sessions, the newest first."""
    counted = (
        rows.filter(activity__isnull=False)
        .exclude(state=SuggestionState.MERGED)
        .order_by()
        .values("activity")
        .annotate(
            logged=Count("pk"),
            accepted=Count("pk", filter=Q(accepted_on__isnull=False)),
            answered=Count("pk", filter=Q(answered_on__isnull=False)),
            adopted=Count("pk", filter=Q(verdict__in=ADOPTED)),
        )
        .order_by("-activity")[:SESSIONS]
    )
    counted = {row["activity"]: row for row in counted}
    activities = Activity.objects.visible_to(user).filter(pk__in=counted).order_by("-starts", "-pk")
    return [
        (
            activity,
            Figure(_("登记"), counted[activity.pk]["logged"]),
            Figure(_("立案率"), counted[activity.pk]["accepted"], counted[activity.pk]["logged"], "accepted"),
            Figure(_("答复率"), counted[activity.pk]["answered"], counted[activity.pk]["logged"], "answered"),
            Figure(_("采纳率"), counted[activity.pk]["adopted"], counted[activity.pk]["answered"], "adopted"),
        )
        for activity in activities
    ]
