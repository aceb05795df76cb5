"""Rounds of deployment of the demo bureau since 2020, this year's under way."""

from datetime import date, timedelta

from home.demo import places
from home.demo.texts import postings as texts
from staff.choices import ChangeKind, LeaveState, PostingState, ReportSpan, RoundState, ShiftKind, Side, SwapState
from staff.models import (
    FieldReport,
    Leave,
    Member,
    Need,
    Opinion,
    Posting,
    PostingChange,
    Round,
    Shift,
    ShiftDuty,
    SwapRequest,
)

FIRST_YEAR = 2020
LENGTH = 125
BEHIND = 72


def load_rounds(world):
    """One round a year since 2020, each with 60 postings and more from the city offices to the county bureaus."""
    rng = world.rng("rounds")
    start = world.ago(BEHIND)
    pool = [
        member
        for unit in places.CITY_DEPARTMENTS
        if unit.role not in {"leaders", "retired", "party"}
        for member in world.by_unit[world.units[unit.name].pk]
        if member.branch_id
    ]
    rng.shuffle(pool)
    turn = 0
    for year in range(FIRST_YEAR, start.year + 1):
        starts = date(year, start.month, min(start.day, 28))
        current = year == start.year
        made = Round.objects.create(
            name=world.label(texts.ROUND_TITLES.format(year=year)),
            order_number=texts.ROUND_ORDER.format(year=year, number=rng.randrange(20, 70)),
            starts=starts,
            ends=starts + timedelta(days=LENGTH),
            state=RoundState.APPROVED if current else RoundState.CLOSED,
            note="下沉人员由接收单位统一安排工作，参加接收单位党支部组织生活，考勤以记录为准，不另报台账。",
        )
        needs = _needs(world, rng, made)
        people = [pool[(turn + n) % len(pool)] for n in range(64 + (year - FIRST_YEAR) % 5)]
        turn += len(people)
        postings = _postings(world, rng, made, needs, people, current)
        world.postings += postings
        _leaves_and_changes(world, rng, postings, current)
        if current:
            _moves(postings, world.today)
        _opinions(world, rng, [] if current else postings)
        if current:
            _reports(world, rng, postings)
            _shifts(world, rng, made)
            _proposals(made, [pool[(turn + n) % len(pool)] for n in range(3)], world.today)
            _draft(world, made, needs)


def _contact(host):
    """Who of a county bureau looks after those posted there."""
    return Member.objects.filter(unit__path__startswith=host.path, left_on=None).order_by("pk").first()


def _needs(world, rng, made):
    needs = []
    for county in places.COUNTIES:
        contact = _contact(world.units[county.code])
        for _post in range(2):
            needs.append(
                Need(
                    round=made,
                    host_unit=world.units[county.code],
                    place=rng.choice(county.units[-3:]).name,
                    duty=rng.choice(texts.DUTIES),
                    headcount=rng.choice((2, 2, 3)),
                    contact=contact,
                )
            )
    Need.objects.bulk_create(needs)
    return needs


def _postings(world, rng, made, needs, people, current):
    seats = [need for need in needs for _seat in range(need.headcount)]
    seats += [rng.choice(needs) for _extra in range(max(0, len(people) - len(seats)))]
    rows = []
    for member, need in zip(people, seats, strict=False):
        starts = made.starts + timedelta(days=rng.choice((0, 0, 0, 1, 3)))
        ends = made.ends - timedelta(days=rng.choice((0, 0, 5, 20)))
        rows.append(
            Posting(
                round=made,
                need=need,
                member=member,
                home_unit=member.unit,
                host_unit=need.host_unit,
                duty=need.duty,
                starts=starts,
                ends=ends,
                state=PostingState.IN_POST if current else PostingState.COMPLETED,
            )
        )
    return Posting.objects.bulk_create(rows, batch_size=500)


def _leaves_and_changes(world, rng, postings, current):
    leaves, changes = [], []
    for place, posting in enumerate(postings):
        if place % 6 == 1:
            starts = (
                world.ago(1) if current and place % 12 == 1 else posting.starts + timedelta(days=rng.randrange(20, 50))
            )
            ends = starts + timedelta(days=rng.choice((1, 2, 2, 4)))
            over = ends < world.today
            leaves.append(
                Leave(
                    posting=posting,
                    starts=starts,
                    ends=ends,
                    reason=rng.choice(texts.POSTING_LEAVE_REASONS),
                    state=LeaveState.RETURNED if over else LeaveState.APPROVED,
                    returned_on=ends + timedelta(days=1) if over else None,
                )
            )
        if current and place % 17 == 5:
            leaves.append(
                Leave(
                    posting=posting,
                    starts=world.today + timedelta(days=3),
                    ends=world.today + timedelta(days=6),
                    reason=rng.choice(texts.POSTING_LEAVE_REASONS),
                )
            )
        if not current and place % 15 == 7:
            old, posting.ends = posting.ends, posting.ends - timedelta(days=rng.randrange(10, 30))
            changes.append(
                PostingChange(
                    posting=posting,
                    kind=ChangeKind.EARLY_END,
                    day=posting.ends,
                    old_ends=old,
                    new_ends=posting.ends,
                    reason=rng.choice(texts.CHANGE_REASONS["early_end"]),
                )
            )
    Posting.objects.bulk_update(postings, ["ends"], batch_size=200)
    Leave.objects.bulk_create(leaves, batch_size=500)
    PostingChange.objects.bulk_create(changes)


def _moves(postings, today):
    """Two people of the round under way changed places a while ago, and one took over from another."""
    day = today - timedelta(days=20)
    free = [one for one in postings if one.starts < day < one.ends and not one.leaves.exists()]
    for posting, other in ((free[3], free[20]), (free[9], free[30])):
        _follow(posting, day, ChangeKind.MOVE, member=posting.member, host_unit=other.host_unit, duty=other.duty)
    leaving = free[14]
    spare = leaving.home_unit.members.filter(postings=None, left_on=None).order_by("pk").first()
    if spare is not None:
        here = {"host_unit": leaving.host_unit, "duty": leaving.duty, "need": leaving.need}
        _follow(leaving, day, ChangeKind.REPLACEMENT, member=spare, replaces=leaving, **here)


def _follow(posting, day, kind, **facts):
    ends, old = posting.ends, posting.host_unit
    posting.ends = day - timedelta(days=1)
    posting.state = PostingState.COMPLETED if kind == ChangeKind.MOVE else PostingState.REPLACED
    posting.save(update_fields=["ends", "state"])
    hosts = {"old_host_unit": old, "new_host_unit": facts["host_unit"]} if kind == ChangeKind.MOVE else {}
    PostingChange.objects.create(
        posting=posting,
        kind=kind,
        day=day,
        old_ends=ends,
        new_ends=posting.ends,
        reason=texts.CHANGE_REASONS[kind][0],
        handover="" if hosts else texts.HANDOVER,
        **hosts,
    )
    Posting.objects.create(
        round=posting.round,
        home_unit=posting.home_unit,
        starts=day,
        ends=ends,
        state=PostingState.IN_POST,
        **facts,
    )


def _proposals(made, people, today):
    """People for the places that are free wait for the party office's word."""
    short = [need for need in made.needs.with_filled().order_by("pk") if need.filled < need.headcount]
    for number, (need, member) in enumerate(zip(short, people, strict=False)):
        Posting.objects.create(
            round=made,
            need=need,
            member=member,
            home_unit=member.unit,
            host_unit=need.host_unit,
            duty=need.duty,
            starts=today + timedelta(days=7),
            ends=made.ends,
            again_reason="" if number else texts.AGAIN_REASON,
        )


def _draft(world, made, needs):
    """Next year's round is being drawn up from this one."""
    year = made.starts.year + 1
    draft = Round.objects.create(
        name=world.label(texts.ROUND_TITLES.format(year=year)),
        starts=made.starts.replace(year=year),
        ends=made.starts.replace(year=year) + timedelta(days=LENGTH),
        note=made.note,
    )
    rows = [Need(round=draft, host_unit=one.host_unit, place=one.place, duty=one.duty, headcount=2) for one in needs]
    Need.objects.bulk_create(rows)


def _opinions(world, rng, postings):
    Opinion.objects.bulk_create(
        [
            Opinion(
                posting=posting,
                side=side,
                text=rng.choice(texts.STATEMENTS if side == Side.SELF else texts.OPINIONS),
                signed_by=posting.member.name if side == Side.SELF else str(_speaker(posting, side)),
                signed_on=posting.ends + timedelta(days=3),
            )
            for posting in postings
            for side in Side
        ],
        batch_size=500,
    )


def _speaker(posting, side):
    return posting.host_unit if side == Side.HOST else posting.home_unit


def _reports(world, rng, postings):
    monday = world.ago(world.today.weekday())
    FieldReport.objects.bulk_create(
        [
            FieldReport(posting=posting, span=ReportSpan.WEEK, day=monday - timedelta(weeks=week), text=text)
            for posting in postings
            for week, text in enumerate(rng.sample(texts.REPORTS, rng.randrange(2, 7)), start=0)
            if monday - timedelta(weeks=week) <= posting.ends
        ],
        batch_size=500,
    )


def _shifts(world, rng, made):
    """Duty on each working day and joint actions twice a week at each host unit, from three weeks ago to two ahead;
    people take turns, and nobody is put on a shift during leave."""
    by_host = {}
    for posting in made.postings.served().select_related("host_unit").prefetch_related("leaves").order_by("pk"):
        by_host.setdefault(posting.host_unit, []).append(posting)
    shifts, duties = [], []
    for number, (host, crew) in enumerate(by_host.items()):
        turn = 0
        for offset in range(-21, 15):
            day = world.today + timedelta(days=offset)
            plan = [ShiftKind.DUTY] if world.working_day(day) == day else []
            plan += [ShiftKind.JOINT] if day.weekday() in ((1, 4), (2, 5), (3, 6))[number % 3] else []
            there = [one for one in crew if one.starts <= day < one.ends and not _on_leave(one, day)]
            for kind in plan:
                shift = _shift(world, rng, host, kind, day)
                shifts.append(shift)
                for _person in range(min(len(there), 2 if kind == ShiftKind.JOINT else 1)):
                    duties.append(ShiftDuty(shift=shift, posting=there.pop(turn % len(there))))
                    turn += 1
    Shift.objects.bulk_create(shifts, batch_size=500)
    ShiftDuty.objects.bulk_create(duties, batch_size=500)
    _swaps(world, duties)


def _shift(world, rng, host, kind, day):
    joint = kind == ShiftKind.JOINT
    return Shift(
        host_unit=host,
        kind=kind,
        title=rng.choice(texts.JOINT_SUBJECTS if joint else texts.SHIFT_SUBJECTS),
        place="联合工作站" if joint else "局机关值班室",
        starts=world.at(day, 19 if joint else 9),
        ends=world.at(day + timedelta(days=1), 1) if joint else world.at(day, 17),
        partners=rng.choice(texts.SHIFT_PARTNERS) if joint else "",
    )


def _on_leave(posting, day):
    return any(leave.starts <= day + timedelta(days=1) and leave.ends >= day for leave in posting.leaves.all())


def _swaps(world, duties):
    """At each host unit somebody asks a colleague to take a coming shift; some wait for the unit, some are done."""
    by_host = {}
    for duty in duties:
        if duty.shift.day > world.today + timedelta(days=1):
            by_host.setdefault(duty.shift.host_unit_id, []).append(duty)
    asked = []
    for coming in by_host.values():
        first, number = coming[0], len(asked)
        others = (one for one in coming if one.shift.day != first.shift.day)
        other = next((one for one in others if one.posting_id != first.posting_id), None)
        if other is None:
            continue
        state = (SwapState.ASKED, SwapState.AGREED, SwapState.REFUSED)[number % 3]
        asked.append(
            SwapRequest(
                shift=first.shift,
                from_posting=first.posting,
                to_posting=other.posting,
                return_shift=other.shift if number % 2 else None,
                state=state,
                reason=texts.SWAP_REASONS[number % len(texts.SWAP_REASONS)],
                answered_at=None if state == SwapState.ASKED else world.at(world.ago(1), 15),
            )
        )
    SwapRequest.objects.bulk_create(asked)
