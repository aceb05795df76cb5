"""The table of rules of meetings: each is owed, held and broken as its source says, and never set looser."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from activities import compliance, rolls, terms
from activities.choices import ActivityState, AttendanceState, Condition, Every, Kind
from activities.compliance import State
from activities.models import MeetingRule, Speech, StudyRule
from staff.models import Member
from tests.activities.test_compliance import ON, cell, held
from tests.factories.activities import make_attendance, make_minutes, make_rule
from tests.factories.staff import make_member, make_organisation, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole_branch():
    """A branch with a committee and a group, under the rules of the sources."""
    MeetingRule.objects.all().delete()
    compliance.seed_rules()
    branch = make_organisation()
    for _n in range(7):
        make_member(branch=branch)
    return branch


def standing(branch, kind, on=ON):
    rules, rows = compliance.table([branch], on)
    return next(cell for rule, cell in zip(rules, rows[0][1], strict=True) if rule.kind == kind)


@pytest.mark.parametrize(
    ("kind", "every", "source"),
    [
        (Kind.GENERAL, Every.QUARTER, "支部工作条例"),
        (Kind.COMMITTEE, Every.MONTH, "支部工作条例"),
        (Kind.GROUP, Every.MONTH, "支部工作条例"),
        (Kind.LECTURE, Every.QUARTER, "本单位规定"),
        (Kind.THEME_DAY, Every.MONTH, "支部工作条例"),
        (Kind.LIFE, Every.YEAR, "支部工作条例"),
        (Kind.APPRAISAL, Every.YEAR, "支部工作条例"),
    ],
)
def test_each_kind_is_owed_until_it_is_held_in_its_period(whole_branch, kind, every, source):
    host = make_organisation(parent=whole_branch, kind="group") if kind == Kind.GROUP else whole_branch
    rule = MeetingRule.objects.get(kind=kind)
    assert (rule.every, rule.times) == (every, 1) and source in rule.source
    first, last = compliance.period(every, ON)
    before = first - timedelta(days=1)
    held(host, before.month, before.day, year=before.year, kinds=[kind])
    assert standing(whole_branch, kind).state == State.DUE
    wrong = Kind.JOINT if kind != Kind.JOINT else Kind.THEME_DAY
    held(host, first.month, first.day, kinds=[wrong])
    assert standing(whole_branch, kind).state == State.DUE, "another kind does not stand in for it"
    held(host, first.month, first.day, kinds=[kind])
    assert standing(whole_branch, kind).state == State.HELD
    after = last + timedelta(days=1)
    if every != Every.YEAR:
        assert standing(whole_branch, kind, after).state == State.DUE


def talk(branch, *members, **fields):
    activity = held(branch, 11, kinds=[Kind.TALK], **fields)
    for member in members:
        make_attendance(activity=activity, member=member, state=AttendanceState.PRESENT)
    return activity


def test_talks_are_owed_between_each_pair_of_committee_and_members(whole_branch):
    seats = [make_post(organisation=whole_branch, kind=kind).member for kind in ("secretary", "publicity")]
    others = [make_member(branch=whole_branch) for _n in range(2)]

    def count():
        found = standing(whole_branch, Kind.TALK)
        return found.held, found.needed, found.state

    assert count() == (0, 3, State.DUE)
    talk(whole_branch, *seats)
    talk(whole_branch, *seats)
    assert count() == (1, 3, State.DUE), "the same pair twice is one"
    mixed = talk(whole_branch, seats[0], others[0])
    talk(whole_branch, seats[1])
    assert count() == (2, 3, State.DUE), "nobody talks alone"
    talk(whole_branch, *others, state=ActivityState.CANCELLED)
    assert count() == (2, 3, State.DUE)
    talk(whole_branch, *others)
    assert count() == (3, 3, State.HELD)
    mixed.attendances.filter(member=others[0]).update(state=AttendanceState.ABSENT)
    assert count() == (2, 3, State.DUE), "who was absent did not talk"


def test_a_branch_without_a_committee_owes_two_pairs():
    make_rule(kind=Kind.TALK, every=Every.YEAR)
    branch = make_organisation()
    secretary, *others = [make_post(organisation=branch).member, *(make_member(branch=branch) for _n in range(2))]
    assert cell(branch).needed == 2
    talk(branch, secretary, *others)
    assert (cell(branch).held, cell(branch).state) == (2, State.HELD)


def test_talks_cost_one_query_more_however_many(django_assert_num_queries):
    make_rule(kind=Kind.TALK, every=Every.YEAR)
    branches = [make_organisation() for _n in range(3)]
    for branch in branches:
        talk(branch, make_member(branch=branch), make_member(branch=branch))
    for some in (branches[:1], branches):
        with django_assert_num_queries(5):
            compliance.table(some, ON)


@pytest.mark.parametrize(
    ("kind", "stricter", "looser"),
    [
        (Kind.GENERAL, {"every": Every.MONTH}, {"every": Every.YEAR}),
        (Kind.COMMITTEE, {"condition": Condition.ALWAYS}, {"every": Every.QUARTER}),
        (Kind.GROUP, {"times": 2}, {"condition": Condition.COMMITTEE}),
        (Kind.THEME_DAY, {"times": 2}, {"every": Every.QUARTER}),
        (Kind.LIFE, {"every": Every.QUARTER}, {"condition": Condition.GROUPS}),
        (Kind.APPRAISAL, {"times": 2}, {"times": 0}),
    ],
)
def test_a_bureau_may_be_stricter_than_the_source_and_not_looser(whole_branch, kind, stricter, looser):
    for fields, fits in ((stricter, True), (looser, False)):
        changed = MeetingRule.objects.get(kind=kind)
        for name, value in fields.items():
            setattr(changed, name, value)
        if fits:
            changed.full_clean()
            continue
        with pytest.raises(ValidationError):
            changed.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            changed.save()


def test_a_new_bureau_gets_the_rules_by_itself_and_keeps_what_it_sets():
    MeetingRule.objects.all().delete()
    StudyRule.objects.all().delete()
    now = timezone.now()
    compliance.due(now)
    assert MeetingRule.objects.count() == len(compliance.DEFAULT_RULES) and StudyRule.objects.count() == 2
    MeetingRule.objects.filter(kind=Kind.THEME_DAY).update(times=2)
    MeetingRule.objects.filter(kind=Kind.TALK).delete()
    compliance.due(now)
    assert MeetingRule.objects.get(kind=Kind.THEME_DAY).times == 2
    assert MeetingRule.objects.filter(kind=Kind.TALK).exists()


def test_the_secretary_of_a_party_committee_gives_a_lecture_a_year():
    committee = make_organisation(kind="committee", term_ends=date(2028, 1, 1))
    secretary = make_post(organisation=committee, starts=date(2024, 1, 1)).member
    branch = make_organisation(term_ends=date(2028, 1, 1))

    def hints(on=ON):
        return terms.standings([committee], on)[0].hints

    def speak(year, kind, member=secretary, **fields):
        activity = held(branch, 3, year=year, kinds=[kind], **fields)
        minutes = make_minutes(activity=activity, kind=kind)
        Speech.objects.create(minutes=minutes, number=1, member=member, name=member.name, text="讲党课")

    for year, kind, member, fields in (
        (2025, Kind.LECTURE, secretary, {}),
        (2026, Kind.THEME_DAY, secretary, {}),
        (2026, Kind.LECTURE, make_member(branch=branch), {}),
        (2026, Kind.LECTURE, secretary, {"state": ActivityState.CANCELLED}),
    ):
        speak(year, kind, member, **fields)
        assert len(hints()) == 1 and secretary.name in hints()[0]
    speak(2026, Kind.LECTURE)
    assert hints() == []
    assert len(hints(date(2027, 1, 10))) == 1, "each year anew"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.GENERAL, "secretary committee plain trial"),
        (Kind.LECTURE, "secretary committee plain trial"),
        (Kind.THEME_DAY, "secretary committee plain trial"),
        (Kind.LIFE, "secretary committee plain trial"),
        (Kind.APPRAISAL, "secretary committee plain trial"),
        (Kind.JOINT, "secretary committee plain trial"),
        (Kind.COMMITTEE, "secretary committee"),
        (Kind.GROUP, "plain"),
        (Kind.TALK, ""),
        (Kind.VOLUNTEERING, ""),
        (Kind.STUDY_VISIT, ""),
    ],
)
def test_each_kind_expects_whom_the_rules_name(kind, expected):
    branch = make_organisation()
    group = make_organisation(parent=branch, kind="group")
    people = {
        "secretary": make_post(organisation=branch).member,
        "committee": make_post(organisation=branch, kind="publicity").member,
        "plain": make_member(branch=branch, group=group),
        "trial": make_member(branch=branch, party_status="probationary"),
        "former": make_member(branch=branch, left_on=date(2026, 1, 1)),
        "activist": make_member(branch=branch, party_status="activist"),
        "elsewhere": make_member(),
    }
    roll = rolls.expected(kinds=[kind], hosts=[group if kind == Kind.GROUP else branch], day=ON)
    found = {name for name, member in people.items() if member in roll}
    assert found == set(expected.split())


@pytest.mark.parametrize("status", ["probationary", "activist", "masses"])
def test_only_full_members_are_entitled_to_vote(status):
    full, other = make_member(), make_member(party_status=status)
    entitled = Member.objects.filter(rolls.entitled())
    assert full in entitled and other not in entitled
