"""Postings and leave: nobody doubled, nothing overwritten, every change with its reason and a log entry."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from wagtail.models import ModelLogEntry

from staff import leaves, rosters, rounds
from staff.choices import ChangeKind, LeaveState, PostingState, Role, RoundState
from staff.models import Posting
from tests.factories.staff import (
    make_bureau,
    make_grant,
    make_leave,
    make_manager,
    make_member,
    make_need,
    make_office,
    make_posting,
    make_round,
    make_unit,
    today,
)

pytestmark = pytest.mark.django_db


def propose(**fields):
    round = fields.pop("round", None) or make_round()
    member = fields.pop("member", None) or make_member()
    fields = {"host_unit": make_unit(), "duty": "物流查验", "starts": today(), "ends": today(30), "by": None, **fields}
    return rosters.propose(round=round, member=member, **fields)


def actions(instance):
    return set(ModelLogEntry.objects.for_instance(instance).values_list("action", flat=True))


def test_a_member_cannot_hold_two_postings_on_one_day():
    first = propose(ends=today(10))
    with pytest.raises(rosters.Overlap) as error:
        propose(member=first.member, starts=today(10))
    assert list(error.value.error_dict) == ["starts"]
    assert str(first.host_unit) in error.value.messages[0]
    assert propose(member=first.member, starts=today(11)).pk


def test_a_posting_leads_elsewhere_and_starts_within_its_round():
    member = make_member()
    with pytest.raises(ValidationError):
        propose(member=member, host_unit=member.unit)
    with pytest.raises(ValidationError):
        propose(starts=today(-60))
    with pytest.raises(ValidationError):
        propose(ends=today(-1))


def test_a_round_is_approved_with_all_that_is_proposed_in_it():
    round = make_round(state=RoundState.DRAFT)
    posting = propose(round=round)
    assert rounds.approve(round=round, by=None) == [posting]
    posting.refresh_from_db()
    assert posting.state == PostingState.IN_POST
    assert actions(posting) == {"staff.posting.propose", "staff.posting.approve"}
    with pytest.raises(ValidationError):
        rosters.withdraw(posting=posting, by=None)


def test_a_proposal_withdrawn_frees_its_days_and_leaves_a_log_entry():
    posting = propose()
    rosters.withdraw(posting=posting, by=None)
    assert not Posting.objects.exists()
    assert propose(member=posting.member).pk
    assert ModelLogEntry.objects.filter(action="staff.posting.withdraw").count() == 1


def test_an_extension_keeps_the_old_end_and_the_reason():
    posting = make_posting(ends=today(20))
    rosters.extend(posting=posting, until=today(40), reason="专项行动未结束", by=None)
    posting.refresh_from_db()
    change = posting.changes.get()
    assert posting.ends == today(40)
    assert (change.old_ends, change.new_ends, change.reason) == (today(20), today(40), "专项行动未结束")
    assert actions(posting) == {"staff.posting.extend"}


@pytest.mark.parametrize("days", [20, 10])
def test_an_extension_ends_later(days):
    with pytest.raises(ValidationError):
        rosters.extend(posting=make_posting(ends=today(20)), until=today(days), reason="x", by=None)


def test_an_extension_into_another_posting_is_refused_and_changes_nothing():
    posting = make_posting(ends=today(20))
    make_posting(member=posting.member, round=posting.round, starts=today(30), ends=today(60))
    with pytest.raises(rosters.Overlap):
        rosters.extend(posting=posting, until=today(30), reason="x", by=None)
    posting.refresh_from_db()
    assert posting.ends == today(20)
    assert not posting.changes.exists()


def test_after_a_move_each_day_shows_where_the_person_was():
    posting = make_posting()
    old, new = posting.host_unit, make_unit()
    rosters.move(posting=posting, host_unit=new, duty="市场清理", day=today(5), reason="x", by=None)
    assert Posting.objects.on(today(4)).get().host_unit == old
    assert Posting.objects.on(today(5)).get().host_unit == new
    assert Posting.objects.on(today(150)).get().duty == "市场清理"
    assert posting.changes.get().kind == ChangeKind.MOVE


def test_a_replacement_follows_without_a_gap():
    posting = make_posting()
    successor = rosters.replace(posting=posting, member=make_member(), day=today(5), reason="x", by=None)
    posting.refresh_from_db()
    assert (posting.state, posting.ends) == (PostingState.REPLACED, today(4))
    assert (successor.replaces, successor.starts, successor.host_unit) == (posting, today(5), posting.host_unit)


def test_a_recalled_person_is_on_duty_until_the_last_day():
    posting = make_posting()
    rosters.recall(posting=posting, day=today(2), reason="x", by=None)
    assert Posting.objects.on_duty(today(2)).exists()
    assert not Posting.objects.on(today(3)).exists()
    with pytest.raises(ValidationError):
        rosters.extend(posting=posting, until=today(99), reason="x", by=None)


def test_an_early_end_cuts_leave_that_lies_after_it():
    posting = make_posting()
    across = make_leave(posting=posting, starts=today(4), ends=today(8), state=LeaveState.APPROVED)
    later = make_leave(posting=posting, starts=today(10), ends=today(11))
    rosters.end_early(posting=posting, day=today(5), reason="x", by=None)
    across.refresh_from_db()
    later.refresh_from_db()
    assert (across.ends, later.state) == (today(5), LeaveState.REFUSED)


def test_a_stale_form_is_refused():
    posting = make_posting(ends=today(20))
    seen = rosters.version(posting)
    rosters.extend(posting=posting, until=today(30), reason="x", by=None)
    with pytest.raises(ValidationError, match="已被他人修改"):
        rosters.extend(posting=posting, until=today(40), reason="y", by=None, seen=seen)


def test_postings_whose_last_day_has_passed_are_completed_once():
    ended, running = make_posting(ends=today(-1)), make_posting(ends=today())
    assert rosters.close_ended(day=today()) == 1
    assert rosters.close_ended(day=today()) == 0
    ended.refresh_from_db()
    running.refresh_from_db()
    assert (ended.state, running.state) == (PostingState.COMPLETED, PostingState.IN_POST)
    assert actions(ended) == {"staff.posting.complete"}


def test_a_round_closes_when_nobody_serves_in_it():
    posting = make_posting(ends=today(-1))
    with pytest.raises(ValidationError):
        rounds.close(round=posting.round, by=None)
    rosters.close_ended(day=today())
    assert rounds.close(round=posting.round, by=None).state == RoundState.CLOSED
    with pytest.raises(ValidationError):
        propose(round=posting.round.__class__.objects.get(pk=posting.round_id))


def test_a_moved_person_fills_one_place():
    need = make_need(headcount=1)
    posting = make_posting(need=need)
    rosters.move(posting=posting, host_unit=make_unit(), duty="清理", day=today(5), reason="x", by=None)
    assert need.round.needs.with_filled().get().filled == 0
    assert type(need.round).objects.with_figures(today()).get(pk=need.round_id).filled == 1


# --- leave --------------------------------------------------------------------------------------------------------


def test_leave_lies_inside_the_posting_and_does_not_overlap_other_leave():
    posting = make_posting(ends=today(20))
    leaves.request(posting=posting, starts=today(1), ends=today(2), reason="家事", by=None)
    for starts, ends in ((2, 3), (19, 21), (-99, 1), (5, 4)):
        with pytest.raises(ValidationError):
            leaves.request(posting=posting, starts=today(starts), ends=today(ends), reason="家事", by=None)


def test_up_to_three_days_the_host_unit_decides_longer_the_office():
    posting = make_posting()
    host, office = make_manager(posting.host_unit), make_office()
    short = make_leave(posting=posting, starts=today(1), ends=today(3))
    long = make_leave(posting=posting, starts=today(5), ends=today(8))
    assert leaves.decide(leave=short, approve=True, by=host).state == LeaveState.APPROVED
    with pytest.raises(ValidationError, match="党建办"):
        leaves.decide(leave=long, approve=True, by=host)
    assert leaves.decide(leave=long, approve=False, by=office).state == LeaveState.REFUSED
    assert actions(short) == {"staff.leave.approve"}
    assert actions(long) == {"staff.leave.refuse"}


def test_nobody_decides_on_their_own_leave_nor_on_that_of_another_units_person():
    office = make_office()
    own = make_leave(posting=make_posting(member=office.member))
    for user in (office, make_manager(make_unit())):
        with pytest.raises(ValidationError):
            leaves.decide(leave=own, approve=True, by=user)


def test_leave_is_decided_once():
    office = make_office()
    leave = make_leave()
    leaves.decide(leave=leave, approve=False, by=office)
    with pytest.raises(ValidationError, match="刷新"):
        leaves.decide(leave=leave, approve=True, by=office)


def test_an_early_return_gives_the_days_back():
    leave = make_leave(starts=today(-3), ends=today(3), state=LeaveState.APPROVED)
    assert leave.posting.days_in_post(today()) == 31 - 4
    leaves.come_back(leave=leave, day=today(), by=None)
    posting = Posting.objects.get()
    assert posting.days_in_post(today()) == 31 - 3
    assert Posting.objects.on_duty(today()).exists()
    with pytest.raises(ValidationError):
        leaves.come_back(leave=leave, day=today(), by=None)


def test_a_manager_over_the_whole_bureau_decides_for_every_host():
    manager = make_manager(make_bureau())
    make_grant(manager, Role.MANAGEMENT, unit=make_unit())
    assert leaves.decide(leave=make_leave(), approve=True, by=manager).state == LeaveState.APPROVED


# --- two at once --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_postings_made_at_one_moment_one_stands():
    member, round, hosts = make_member(), make_round(), [make_unit(), make_unit()]
    gate, outcomes = threading.Barrier(2), []

    def run(host):
        gate.wait()
        try:
            propose(round=round, member=member, host_unit=host)
            outcomes.append("made")
        except rosters.Overlap:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(host,)) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["made", "refused"]
    assert Posting.objects.count() == 1
