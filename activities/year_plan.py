"""A year of a branch: what the meeting rules ask for, what there is already, and drafts for the rest in one step."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.log_actions import log

from activities import clashes, compliance, fixed_days, kind_templates, planning, publishing
from activities.choices import BY_NAME, ActivityState, Condition, Every, Kind
from activities.models import Activity, ActivityHost, MeetingRule
from staff.choices import COMMITTEE_POSTS, OrganisationKind, PartyStatus
from staff.models import Member, PartyOrganisation, Post

ONE = timedelta(days=1)
# Without a fixed day the theme day is proposed for the middle of the month.
USUAL_THEME_DAY = 15
# Where in its month a meeting is proposed, so that they do not fall on one another.
USUAL_DAYS = {
    Kind.COMMITTEE: 5,
    Kind.GROUP: 10,
    Kind.LIFE: 10,
    Kind.APPRAISAL: 17,
    Kind.GENERAL: 22,
    Kind.LECTURE: 25,
}
# Which month of its period: a lecture comes in the middle of a quarter, with the theme day; all else at the end.
MIDDLE = (Kind.LECTURE,)


@dataclass(frozen=True)
class Slot:
    """A meeting that a rule asks for and nobody has arranged: of what kind, by whom, in which period, on which day.

    `missed` is one whose period is over.
    """

    kind: str
    organisation: object
    first: date
    last: date
    planned: fixed_days.PlannedDay
    missed: bool = False

    @property
    def label(self):
        """The kind in words."""
        return Kind(self.kind).label

    @property
    def day(self):
        """The day on which it is proposed."""
        return self.planned.day

    @property
    def moved(self):
        """Why the day is not the one that the rule names."""
        return fixed_days.move_in_words(self.planned)


@dataclass(frozen=True)
class Line:
    """Where the year stands with one rule: how many are missing, or why none is due."""

    rule: object
    missing: int
    why: str = ""


@dataclass
class Month:
    """One month of the plan: its theme day, what there is, what is missing."""

    first: date
    theme_day: fixed_days.PlannedDay | None
    activities: list = field(default_factory=list)
    slots: list = field(default_factory=list)

    @property
    def moved(self):
        """Why the theme day is not the fixed one."""
        return fixed_days.move_in_words(self.theme_day)


@dataclass(frozen=True)
class Plan:
    """The year of one branch as it stands on a day."""

    branch: object
    year: int
    lines: list
    months: list
    open: list
    holidays: dict
    people: dict

    @property
    def drafts(self):
        """What stands as a draft, by its day."""
        rows = [row for month in self.months for row in month.activities]
        return [row for row in rows if row.state == ActivityState.DRAFT]


def of(*, branch, year, on):
    """The plan of `branch` for `year`, seen on the day `on`; its queries are the same however much there is."""
    holidays = fixed_days.table(date(year, 1, 1), date(year, 12, 31))
    groups = list(PartyOrganisation.objects.below(branch).filter(kind=OrganisationKind.GROUP))
    people = _people(branch, on)
    activities = _activities([branch, *groups], year)
    full = sum(status == PartyStatus.FULL for _name, _group, status, _committee in people.values())
    diary = _Diary(branch, on, holidays, {row.day for row in activities})
    lines, open_slots = {}, []
    rules = list(MeetingRule.objects.all())
    # The theme day has its day; the others go round it.
    for rule in sorted(rules, key=lambda rule: rule.kind != Kind.THEME_DAY):
        why = _why_not(rule, full, groups)
        hosts = [] if why else groups if rule.kind == Kind.GROUP else [branch]
        slots = [slot for host in hosts for slot in diary.slots(rule, host, year, _held(activities, rule.kind, host))]
        missing = sum(not slot.missed for slot in slots)
        lines[rule.pk] = Line(rule, missing, why)
        open_slots += slots
    open_slots.sort(key=lambda slot: (slot.day, slot.kind))
    firsts = [date(year, month, 1) for month in range(1, 13)]
    months = [Month(first, fixed_days.theme_day(branch, year, first.month, holidays)) for first in firsts]
    for row in activities:
        months[row.day.month - 1].activities.append(row)
    for slot in open_slots:
        months[slot.day.month - 1].slots.append(slot)
    lines = [lines[rule.pk] for rule in rules]
    return Plan(branch, year, lines, months, [slot for slot in open_slots if not slot.missed], holidays, people)


def _people(branch, on):
    """Those on the branch's roll: {member: (name, group, status, whether of the committee)}."""
    posts = Post.objects.on(on).filter(organisation=branch, kind__in=COMMITTEE_POSTS, member=OuterRef("pk"))
    rows = Member.objects.on_roll(branch, on).annotate(committee=Exists(posts))
    return {pk: about for pk, *about in rows.values_list("pk", "name", "group", "party_status", "committee")}


def _activities(hosts, year):
    """What the branch and its groups have in the year, cancelled ones apart, in the order of their days."""
    first, last = (timezone.make_aware(datetime(one, 1, 1)) for one in (year, year + 1))
    held = ActivityHost.objects.filter(organisation__in=hosts).order_by().values("activity")
    rows = Activity.objects.filter(pk__in=held, starts__gte=first, starts__lt=last)
    rows = rows.exclude(state=ActivityState.CANCELLED).order_by("starts", "pk")
    hosts = Prefetch("hosts", ActivityHost.objects.select_related("organisation__unit"))
    return list(rows.prefetch_related(hosts, "kinds"))


def _held(activities, kind, host):
    """The days on which `host` has something of `kind`."""
    return [
        row.day
        for row in activities
        if any(one.kind == kind for one in row.kinds.all())
        and any(one.organisation_id == host.pk for one in row.hosts.all())
    ]


def _why_not(rule, full_members, groups):
    """Why `rule` does not apply to a branch, or asks for nothing that can be planned; empty when it does (BR)."""
    if rule.kind in BY_NAME:
        return _("按人约定，不列入计划")
    if rule.condition == Condition.COMMITTEE and full_members < compliance.COMMITTEE_FROM:
        return _("正式党员不足%(n)d人，不设支委会") % {"n": compliance.COMMITTEE_FROM}
    if rule.condition == Condition.GROUPS and not groups:
        return _("未设党小组")
    return ""


def _periods(every, branch, year):
    """The periods of a year in which something is due from the branch, each as its first and last day."""
    step = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}[every]
    periods = [compliance.period(every, date(year, month, 1)) for month in range(1, 13, step)]
    return [one for one in periods if branch.founded_on is None or branch.founded_on <= one[0]]


@dataclass
class _Diary:
    """What decides on which days a branch can still meet: its rule, the office's table, the days already taken."""

    branch: object
    on: date
    holidays: dict
    taken: set

    def slots(self, rule, host, year, held):
        """The slots of `rule` at `host` in a year, for which none of the days `held` stands."""
        found = []
        for first, last in _periods(rule.every, self.branch, year):
            there = sum(first <= day <= last for day in held)
            found += [self._slot(rule.kind, host, first, last) for _number in range(rule.times - there)]
        return found

    def _slot(self, kind, host, first, last):
        planned = self._day(kind, first, last)
        if planned is None:
            meant = self._usual(kind, first, last)
            return Slot(kind, host, first, last, fixed_days.PlannedDay(meant, meant), missed=True)
        # Groups meet beside one another.
        if kind != Kind.GROUP:
            self.taken.add(planned.day)
        return Slot(kind, host, first, last, planned)

    def _usual(self, kind, first, last):
        """The day of a period that the branch's rule or our habit names for a kind."""
        month = last.month - 1 if kind in MIDDLE and first.month != last.month else last.month
        if kind == Kind.THEME_DAY:
            meant = fixed_days.named_day(self.branch, last.year, month)
            return meant or date(last.year, month, USUAL_THEME_DAY)
        return date(last.year, month, USUAL_DAYS.get(kind, USUAL_THEME_DAY))

    def _day(self, kind, first, last):
        """The day proposed for a kind from `first` to `last`; None when no day of it is left.

        A theme day keeps its fixed day as far as possible; what is not bound to a day takes the next one that is free.
        """
        meant = self._usual(kind, first, last)
        if kind == Kind.THEME_DAY and meant > self.on:
            planned = fixed_days.moved_to_ordinary(meant, self.holidays)
            if planned.day > self.on:
                return planned
        later = (meant + ONE * n for n in range((last - meant).days + 1))
        earlier = (meant - ONE * n for n in range(1, (meant - first).days + 1))
        day = next((day for day in (*later, *earlier) if self._free(day, kind)), None)
        if day is None or kind != Kind.THEME_DAY:
            return day and fixed_days.PlannedDay(day, day)
        return fixed_days.PlannedDay(day, meant, _("日期已过"))

    def _free(self, day, kind):
        beside = kind in (Kind.THEME_DAY, Kind.GROUP)
        return day > self.on and not fixed_days.objection(day, self.holidays) and (beside or day not in self.taken)


@transaction.atomic
def generate(*, branch, year, by, on, with_lectures=True):
    """Make a draft of each meeting that is missing from now on; answers them. By two at once, each is made once.

    With `with_lectures` a quarter's lecture is given at the theme day of its month, where that is missing too.
    """
    branch = PartyOrganisation.objects.select_for_update().get(pk=branch.pk)
    plan = of(branch=branch, year=year, on=on)
    habits, texts = planning.habits(branch), kind_templates.for_organisation(branch)
    joined = _joined(plan.open) if with_lectures else {}
    made = []
    for slot in plan.open:
        if slot in joined.values():
            continue
        kinds = [slot.kind, Kind.LECTURE] if slot in joined else [slot.kind]
        made.append(_draft(slot, kinds, habits, texts[slot.kind], by))
    if made:
        log(instance=branch, action="activities.plan.generate", user=by, data={"year": year, "made": len(made)})
    return made


def _joined(slots):
    """Which theme day also holds which lecture: {slot of the theme day: slot of the lecture of that month}."""
    theme_days = {slot.day.month: slot for slot in reversed(slots) if slot.kind == Kind.THEME_DAY}
    lectures = {slot.day.month: slot for slot in reversed(slots) if slot.kind == Kind.LECTURE}
    return {theme_days[month]: lecture for month, lecture in lectures.items() if month in theme_days}


def _draft(slot, kinds, habits, text, by):
    start, length, place = habits.of(slot.kind)
    starts = timezone.make_aware(datetime.combine(slot.day, start))
    return planning.arrange(
        hosts=[slot.organisation],
        lead=slot.organisation,
        kinds=kinds,
        title=title_of(slot),
        starts=starts,
        ends=starts + length,
        place=place,
        agenda=text.agenda,
        note=text.note,
        by=by,
        schedule=False,
    )


def title_of(slot):
    """What a draft is called until it gets its theme, in the language of whoever has it made."""
    month = date_format(slot.day, pgettext("date format", "n月"))
    words = {"month": month, "year": slot.first.year, "kind": Kind(slot.kind).label}
    if slot.kind == Kind.GROUP:
        return _("%(group)s%(month)s党小组会") % {**words, "group": slot.organisation}
    months = slot.last.month - slot.first.month + 1
    if months == 1:
        return _("%(month)s%(kind)s") % words
    if months == 3:
        return _("第%(quarter)d季度%(kind)s") % {**words, "quarter": slot.last.month // 3}
    return _("%(year)d年度%(kind)s") % words


def clashes_of(plan, rows, *, user):
    """The clashes of each of `rows` of the plan: {activity: [Clash, …]}; who is expected is read from today's roll."""
    gatherings = [
        clashes.Gathering(
            hosts=tuple(host.organisation for host in row.hosts.all()),
            starts=row.starts,
            ends=row.ends,
            place=row.place,
            expected=_expected(plan, row),
            pk=row.pk,
        )
        for row in rows
    ]
    return {
        row.pk: found
        for row, found in zip(rows, clashes.of_each(gatherings, user=user, holidays=plan.holidays), strict=True)
    }


def _expected(plan, row):
    kinds = {kind.kind for kind in row.kinds.all()}
    hosts = {host.organisation_id for host in row.hosts.all()}
    found = {}
    for pk, (name, group, _status, committee) in plan.people.items():
        if kinds == {Kind.COMMITTEE}:
            belongs = committee
        else:
            belongs = plan.branch.pk in hosts or group in hosts
        if belongs:
            found[pk] = name
    return found


@transaction.atomic
def send_out(*, activity, by):
    """Schedule a draft and publish the page of what has one, both or neither."""
    activity = planning.schedule(activity=activity, by=by)
    if activity.has_face:
        publishing.publish(activity=activity, by=by)
    return activity


@transaction.atomic
def discard(*, activity, by):
    """Throw a draft away: nobody was told of it, so nobody need be told."""
    activity = planning.locked(activity)
    if activity.state != ActivityState.DRAFT:
        raise ValidationError(_("只有草稿可以删除，已安排的活动请取消。"), code="state")
    log(instance=activity, action="activities.activity.discard", user=by)
    activity.delete()
