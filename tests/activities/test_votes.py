"""Votes: who counts, what passes, and what the figures must bear (BR 11)."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from activities import minutes, motions, votes
from activities.choices import AttendanceState, Kind, LeftOutReason, MotionKind
from activities.models import Motion
from staff.choices import PartyStatus, PostKind
from tests.activities.meetings import leave_out, meeting, refused, vote
from tests.factories.activities import (
    make_activity,
    make_attendance,
    make_minutes,
    moment,
)
from tests.factories.staff import (
    make_member,
    make_office,
    make_organisation,
    make_post,
    make_posting,
    make_round,
    make_unit,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("y", "carried"), [(5, False), (6, True), (8, True)])
def test_a_motion_passes_by_more_than_half_of_those_entitled_not_of_those_present(y, carried):
    """Of ten entitled eight are there: five of them are more than half of the ballots, and not enough."""
    motion = vote(meeting(full=10, there=8), y=y, n=8 - y)
    assert (motion.entitled, motion.present, motion.is_carried) == (10, 8, carried)


@pytest.mark.parametrize(("there", "taken"), [(4, False), (5, False), (6, True)])
def test_a_vote_is_taken_when_more_than_half_are_there(there, taken):
    row = meeting(full=10, there=there)
    if taken:
        assert vote(row, y=there).present == there
    else:
        refused("kind", vote, row, y=there)


def test_a_committee_votes_when_half_of_it_is_there():
    branch = make_organisation()
    activity = make_activity(branch, kinds=[Kind.COMMITTEE], starts=moment(hours=-1))
    for number, post in enumerate((PostKind.SECRETARY, PostKind.DEPUTY, PostKind.ORGANISATION, PostKind.PUBLICITY)):
        member = make_member(branch=branch, party_status=PartyStatus.FULL)
        make_post(organisation=branch, member=member, kind=post, starts=today(-100))
        state = AttendanceState.PRESENT if number < 2 else AttendanceState.LEAVE
        make_attendance(activity=activity, member=member, state=state, reason="" if number < 2 else "出差")
    make_member(branch=branch, party_status=PartyStatus.FULL)
    row = make_minutes(activity=activity, kind=Kind.COMMITTEE)
    motion = vote(row, kind=MotionKind.COMMITTEE, y=2)
    assert (motion.entitled, motion.present, motion.is_carried) == (4, 2, False)
    refused("kind", vote, row, kind=MotionKind.ORDINARY, y=2)


def test_probationary_members_neither_vote_nor_count():
    row = meeting(full=3, there=3)
    trial = make_member(branch=row.organisation, party_status=PartyStatus.PROBATIONARY)
    make_attendance(activity=row.activity, member=trial, state=AttendanceState.PRESENT)
    voters = votes.electorate(row)
    assert (voters.entitled, voters.there) == (3, 3)
    refused("votes_for", vote, row, y=4)


def test_a_member_cut_from_the_list_still_counts_among_those_entitled():
    """Nobody leaves E by being left off the list of attendance."""
    row = meeting(full=5, there=3)
    row.activity.attendances.filter(member=row.members[4]).delete()
    assert votes.electorate(row).entitled == 5


@pytest.mark.parametrize("ballots", [{"y": 9}, {"y": 5, "n": 4}, {"y": 8, "a": 1}, {"y": 0, "n": 9}])
def test_more_votes_than_voters_are_refused(ballots):
    row = meeting(full=10, there=8)
    refused("votes_for", vote, row, **ballots)
    assert not row.motions.exists()


def test_written_opinions_count_when_somebody_is_taken_in():
    row = meeting(full=10, there=6)
    motion = vote(row, kind=MotionKind.ADMISSION, y=8, w=2)
    assert motion.is_carried and motion.rule.secret
    refused("written", vote, row, kind=MotionKind.ADMISSION, y=8, w=5)
    refused("votes_for", vote, row, kind=MotionKind.ADMISSION, y=9, w=2)
    refused("written", vote, row, kind=MotionKind.ORDINARY, y=6, w=1)


@pytest.mark.parametrize(("there", "taken"), [(7, False), (8, True)])
def test_an_election_needs_four_fifths(there, taken):
    row = meeting(full=10, there=there)
    if taken:
        assert vote(row, kind=MotionKind.ELECTION, y=6).is_carried
        assert not vote(row, kind=MotionKind.ELECTION, y=5).is_carried
    else:
        refused("kind", vote, row, kind=MotionKind.ELECTION, y=there)


def test_a_result_that_the_figures_do_not_bear_is_refused():
    row = meeting(full=10, there=8)
    refused("announced", vote, row, y=5, announced="carried")
    refused("announced", vote, row, y=6, announced="lost")
    assert vote(row, y=6, announced="carried").is_carried


def test_the_database_itself_refuses_votes_that_cannot_be():
    row = meeting()
    fields = {"minutes": row, "title": "甲", "entitled": 5, "present": 4}
    for wrong in ({"votes_for": 5}, {"votes_for": 1, "present": 6}, {"votes_for": 4, "written": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Motion.objects.create(**{**fields, **wrong})


# Who is left out of those entitled


def test_somebody_counts_until_the_secretary_confirms_the_reason():
    row = meeting(full=5, there=3)
    named = leave_out(row, row.members[4], confirms=False)
    assert votes.electorate(row).entitled == 5
    motions.confirm_left_out(row=named, at=moment(), by=make_office())
    assert votes.electorate(row).entitled == 4
    motions.count_again(row=named, at=moment(), by=make_office())
    assert votes.electorate(row).entitled == 5


def test_who_is_there_or_has_no_vote_is_not_left_out():
    row = meeting(full=5, there=3)
    refused("member", leave_out, row, row.members[0])
    refused("member", leave_out, row, make_member())
    assert leave_out(row, row.members[0], reason=LeftOutReason.SUSPENDED)


@pytest.mark.parametrize(("starts", "ends", "proposed"), [(-90, 120, True), (-20, 60, False)])
def test_a_long_posting_is_proposed_and_decides_nothing(starts, ends, proposed):
    row = meeting(full=5, there=3)
    period = {"starts": today(starts), "ends": today(ends)}
    make_posting(round=make_round(**period), member=row.members[4], host_unit=make_unit(), **period)
    voters = votes.electorate(row)
    assert bool(voters.proposed) is proposed
    assert voters.entitled == 5


def test_what_changes_after_a_vote_is_found_before_the_signature():
    row = meeting(full=10, there=8)
    vote(row, y=8)
    row.activity.attendances.filter(member=row.members[0]).update(state=AttendanceState.ABSENT)
    row.refresh_from_db()
    with pytest.raises(ValidationError, match="有变化"):
        minutes.sign(minutes=row, member=row.members[1], revision=row.revision, at=moment(), by=None)


# Drafts
