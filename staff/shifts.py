"""Shifts (值班、联合行动) at host units: planning them, who is on them, days of rest.

Only people in post there are placed, on days when they are not on leave. Nobody has two shifts at one time: the
database holds that, and its refusal comes back as `Doubled`, which names the person. Swaps are in `staff.swaps`.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from staff import overlaps
from staff.choices import NotificationKind
from staff.models import Leave, Posting, Shift, ShiftDuty, Unit
from staff.notifications import notify, worded

WEEK = timedelta(days=7)
# A shift may be planned for so many days at once.
MOST_DAYS = 31


class Doubled(ValidationError):
    """The person is on another shift at that time."""


# --- planning ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def plan(*, host_unit, kind, title, place, starts, ends, partners="", until=None, by):
    """A shift at a host unit, and the same on each day until the day `until`; answers the shifts.

    Sent twice, stored once: what stands there already is not planned again.
    """
    days = (until - timezone.localdate(starts)).days if until else 0
    if days < 0:
        raise ValidationError({"until": _("截止日期不能早于班次日期。")})
    if days >= MOST_DAYS:
        raise ValidationError({"until": _("一次最多安排%(n)d天。") % {"n": MOST_DAYS}})
    facts = {"host_unit": host_unit, "kind": kind, "title": title, "place": place, "partners": partners}
    made = []
    Unit.objects.select_for_update().get(pk=host_unit.pk)
    for number in range(days + 1):
        later = timedelta(days=number)
        shift = Shift(**facts, starts=starts + later, ends=ends + later)
        if same := Shift.objects.filter(**facts, starts=shift.starts, ends=shift.ends).first():
            made.append(same)
            continue
        shift.full_clean()
        shift.save()
        log(instance=shift, action="staff.shift.plan", user=by)
        made.append(shift)
    return made


@transaction.atomic
def edit(*, shift, by, **facts):
    """Change a shift; those on it keep it only if they are free and in post at the new time."""
    shift = Shift.objects.select_for_update(of=("self",)).select_related("host_unit").get(pk=shift.pk)
    moved = (shift.starts, shift.ends) != (facts["starts"], facts["ends"])
    for name, value in facts.items():
        setattr(shift, name, value)
    shift.full_clean()
    shift.save()
    if moved:
        duties = list(shift.duties.select_for_update(of=("self",)).select_related("posting__member__user"))
        for duty in duties:
            duty.shift = shift
            must_be_on_duty(duty.posting, shift)
            _store(duty)
        _tell(
            shift,
            [duty.posting for duty in duties],
            gettext_lazy("您的班次“%(title)s”改为%(day)s %(hours)s。"),
            f"shift:{shift.pk}:{shift.starts:%Y%m%d%H%M}:{shift.ends:%H%M}",
        )
    log(instance=shift, action="staff.shift.edit", user=by)
    return shift


@transaction.atomic
def discard(*, shift, by):
    """Call off a shift that has not begun; those on it are told."""
    shift = Shift.objects.select_for_update(of=("self",)).select_related("host_unit").get(pk=shift.pk)
    if shift.starts <= timezone.now():
        raise ValidationError(_("班次已开始，不能取消。"), code="transition")
    postings = [duty.posting for duty in shift.duties.select_related("posting__member__user")]
    _tell(shift, postings, gettext_lazy("班次“%(title)s”（%(day)s %(hours)s）已取消。"), f"shift:{shift.pk}:off")
    log(instance=shift, action="staff.shift.discard", user=by)
    shift.delete()


# --- people -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def place(*, shift, posting, instead_of=None, by):
    """Put somebody on a shift, or move them there from the duty `instead_of`. Raises Doubled.

    Answers how many days in a row they are then on shift, if a day of rest is due by then, else 0.
    """
    shift = Shift.objects.select_for_update(of=("self",)).select_related("host_unit").get(pk=shift.pk)
    posting = Posting.objects.select_for_update(of=("self",)).select_related("member__user").get(pk=posting.pk)
    must_be_on_duty(posting, shift)
    if instead_of is not None:
        if instead_of.shift_id == shift.pk:
            return 0
        instead_of.delete()
    duty = put_on(shift, posting)
    log(instance=duty, action="staff.shift.place", user=by, data={"shift": shift.pk})
    text = gettext_lazy("您被安排值班：%(title)s，%(day)s %(hours)s。")
    _tell(shift, [posting], text, f"duty:{duty.pk}")
    return _strained(posting.member_id, shift.day)


@transaction.atomic
def take_off(*, duty, by):
    """Take somebody off a shift; they are told while it still lies ahead."""
    duty = (
        ShiftDuty.objects.select_for_update(of=("self",))
        .select_related("shift", "posting__member__user")
        .get(pk=duty.pk)
    )
    log(instance=duty, action="staff.shift.take_off", user=by, data={"shift": duty.shift_id})
    if duty.shift.starts > timezone.now():
        text = gettext_lazy("您不再值班：%(title)s，%(day)s %(hours)s。")
        _tell(duty.shift, [duty.posting], text, f"duty:{duty.pk}:off")
    duty.delete()


def must_be_on_duty(posting, shift):
    """Only somebody in post at that host unit, and on none of the shift's days on leave."""
    text = None
    if posting.host_unit_id != shift.host_unit_id:
        text = _("%(name)s不在该单位派驻。")
    elif not posting.is_served or not (posting.in_force(shift.day) and posting.in_force(shift.last_day)):
        text = _("%(name)s当日不在派驻期间。")
    elif Leave.objects.in_force().within(shift.day, shift.last_day).filter(posting=posting).exists():
        text = _("%(name)s当日请假。")
    if text:
        raise ValidationError({"posting": text % {"name": posting.member}}, code="off_duty")


def put_on(shift, posting):
    """Store that somebody is on a shift, once. Raises Doubled."""
    if shift.duties.filter(posting=posting).exists():
        raise ValidationError({"posting": _("%(name)s已在这个班次。") % {"name": posting.member}}, code="twice")
    return _store(ShiftDuty(shift=shift, posting=posting))


def _store(duty):
    """Store who is on a shift; the database's refusal of two at one time becomes `Doubled`, naming the other."""
    try:
        with transaction.atomic():
            duty.save()
    except IntegrityError as error:
        if not overlaps.is_refusal(error):
            raise
        raise Doubled({"posting": _doubled_text(duty)}) from None
    return duty


def _doubled_text(duty):
    """The guard's message, with the person and the shift that is in the way."""
    member, shift = duty.posting.member, duty.shift
    text = f"{member}：{overlaps.MESSAGES[overlaps.SHIFT_OVERLAP]}"
    others = ShiftDuty.objects.of(member).filter(shift__starts__lt=shift.ends, shift__ends__gt=shift.starts)
    other = others.exclude(pk=duty.pk).select_related("shift").first()
    return text + _("（%(title)s，%(day)s %(hours)s）") % _facts(other.shift) if other else text


def _facts(shift):
    return {"title": shift.title, "day": shift.day, "hours": shift.hours}


def address(shift):
    """The board on which `shift` stands."""
    return f"{reverse('staff:shifts')}?unit={shift.host_unit_id}&week={shift.day:%Y-%m-%d}"


def _tell(shift, postings, text, key):
    """Tell those of them who have an account; the message leads to the board."""
    users = [posting.member.user for posting in postings if posting.member.user_id]
    words = worded(text, _facts(shift))
    notify(users=users, kind=NotificationKind.DEPLOYMENT, text=words, address=address(shift), key=key)


# --- rest -------------------------------------------------------------------------------------------------------------


def runs(days):
    """For each of the days on shift, which one in a row it is: {day: 1, next day: 2, …}."""
    found = {}
    for day in sorted(days):
        found[day] = found.get(day - timedelta(days=1), 0) + 1
    return found


def rest_due(nth):
    """Whether the `nth` day on shift in a row is one too many."""
    return nth > settings.SHIFT_DAYS_IN_A_ROW


def days_on_shift(members, first, last):
    """{member: the days on which their shifts begin}, with what came before and after so that runs are whole."""
    around = timedelta(days=settings.SHIFT_DAYS_IN_A_ROW + 1)
    rows = ShiftDuty.objects.filter(
        posting__member__in=members, shift__in=Shift.objects.between(first - around, last + around).order_by()
    )
    found = defaultdict(set)
    for member, starts in rows.values_list("posting__member", "shift__starts"):
        found[member].add(timezone.localdate(starts))
    return found


def _strained(member, day):
    """How many days in a row somebody is on shift around `day`, if a day of rest is due, else 0."""
    found = runs(days_on_shift([member], day, day)[member])
    last = day
    while last + timedelta(days=1) in found:
        last += timedelta(days=1)
    return found[last] if rest_due(found[last]) else 0


# --- the week ---------------------------------------------------------------------------------------------------------


@dataclass
class Placed:
    """Somebody on a shift, as the board shows them."""

    duty: ShiftDuty
    away: bool
    in_a_row: int
    own: bool

    @property
    def name(self):
        """Who it is."""
        return self.duty.posting.member.name


@dataclass
class Slot:
    """A shift on the board: who is on it, and who could be."""

    shift: Shift
    people: list
    free: list = field(default_factory=list)


@dataclass
class BoardDay:
    """One day of the board."""

    day: object
    slots: list


@dataclass
class Board:
    """A host unit's week: its days with their shifts, and the people in post there."""

    unit: object
    days: list
    crew: list

    @property
    def empty(self):
        """Whether nothing is planned."""
        return not any(day.slots for day in self.days)


def monday(day):
    """The first day of the week of `day`."""
    return day - timedelta(days=day.weekday())


def crew_of(unit, first, last):
    """People in post at `unit` on one of these days, with their approved leave then (`leave_now`)."""
    leave = Leave.objects.in_force().within(first, last)
    rows = Posting.objects.served().within(first, last).filter(host_unit=unit).select_related("member", "home_unit")
    return rows.prefetch_related(Prefetch("leaves", leave, to_attr="leave_now")).order_by("member__spelling", "pk")


def _is_away(posting, shift):
    return any(leave.starts <= shift.last_day and leave.ends >= shift.day for leave in posting.leave_now)


def _serves(posting, shift):
    return posting.in_force(shift.day) and posting.in_force(shift.last_day) and not _is_away(posting, shift)


def board(*, unit, first, member=None):
    """The week from `first` at a host unit, as `member` (or nobody of its people) reads it. Six queries."""
    last = first + WEEK - timedelta(days=1)
    crew = list(crew_of(unit, first, last))
    by_pk = {posting.pk: posting for posting in crew}
    people = ShiftDuty.objects.select_related("posting__member").order_by("posting__member__spelling", "pk")
    shifts = Shift.objects.filter(host_unit=unit).between(first, last).prefetch_related(Prefetch("duties", people))
    worked = days_on_shift([posting.member_id for posting in crew], first, last)
    in_a_row = {one: runs(days) for one, days in worked.items()}
    days = {first + timedelta(days=number): [] for number in range(7)}
    for shift in shifts:
        placed = []
        for duty in shift.duties.all():
            posting = by_pk.get(duty.posting_id)
            nth = in_a_row.get(duty.posting.member_id, {}).get(shift.day, 0)
            placed.append(
                Placed(
                    duty=duty,
                    away=posting is None or not _serves(posting, shift),
                    in_a_row=nth if rest_due(nth) else 0,
                    own=member is not None and duty.posting.member_id == member.pk,
                )
            )
        on_it = {one.duty.posting_id for one in placed}
        free = [posting for posting in crew if posting.pk not in on_it and _serves(posting, shift)]
        days[shift.day].append(Slot(shift=shift, people=placed, free=free))
    for posting in crew:
        posting.shifts_now = sum(first <= day <= last for day in worked.get(posting.member_id, ()))
    return Board(unit=unit, days=[BoardDay(day, slots) for day, slots in days.items()], crew=crew)
