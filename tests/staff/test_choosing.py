"""Whose turn it is: nobody goes again before the others of their office unless there is a reason."""

import pytest
from django.core.exceptions import ValidationError

from staff import choosing, rosters, rounds
from staff.choices import PostingState
from staff.models import Member, Posting
from staff.rows import RowErrors
from tests.factories.staff import (
    make_assignment,
    make_leave,
    make_member,
    make_need,
    make_posting,
    make_round,
    make_unit,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    """A unit of three, of whom the first has been deployed last year."""
    unit = make_unit()
    people = [make_member(unit=unit) for _number in range(3)]
    served(people[0])
    return people


def served(member, year=1):
    """Somebody's posting in a round of its own, so many years ago."""
    starts, ends = today(-365 * year), today(-365 * year + 60)
    round = make_round(starts=starts, ends=ends)
    return make_posting(round=round, member=member, state=PostingState.COMPLETED, starts=starts, ends=ends)


def ranked(round, people):
    queryset = Member.objects.filter(pk__in=[one.pk for one in people])
    return {one.pk: one for one in choosing.standings(round=round, people=queryset, day=today())}


def propose(round, member, **fields):
    facts = {"host_unit": make_unit(), "duty": "物流查验", "starts": today(), "ends": today(30), "by": None, **fields}
    return rosters.propose(round=round, member=member, **facts)


def test_those_of_an_office_who_have_not_been_come_first_and_the_portal_says_why(office):
    round = make_round()
    found = ranked(round, office)
    assert list(found)[-1] == office[0].pk
    assert [one.proposed for one in found.values()] == [True, True, False]
    assert "从未下沉" in found[office[1].pk].why
    assert "3人中已有1人去过" in found[office[1].pk].why
    assert "还有2人次数更少" in found[office[0].pk].why


def test_a_second_choice_asks_for_a_reason(office):
    round = make_round()
    with pytest.raises(ValidationError) as error:
        propose(round, office[0])
    assert list(error.value.error_dict) == ["again_reason"]
    assert not Posting.objects.filter(round=round).exists()
    assert propose(round, office[0], again_reason="熟悉辖区").again_reason == "熟悉辖区"


def test_when_all_of_the_office_have_been_the_turn_begins_again(office):
    for member in office[1:]:
        served(member, year=2)
    assert propose(make_round(), office[0]).pk


def test_those_chosen_in_this_round_are_no_longer_waited_for(office):
    round = make_round()
    for member in office[1:]:
        propose(round, member)
    assert not ranked(round, office)[office[0].pk].out_of_turn
    assert propose(round, office[0]).pk


def test_another_office_and_those_who_left_do_not_count(office):
    make_member()
    for member in office[1:]:
        member.left_on = today(-1)
        member.save(update_fields=["left_on"])
    assert propose(make_round(), office[0]).pk


def test_a_candidate_shows_service_plots_and_what_is_in_the_way(office):
    member = office[0]
    make_assignment(member=member)
    busy = make_posting(member=member, starts=today(-5), ends=today(20))
    make_leave(posting=busy, starts=today(-1), ends=today(1), state="approved")
    round = make_round()
    standings = choosing.standings(round=round, people=Member.objects.filter(pk=member.pk), day=today())
    [one] = choosing.candidates(standings=standings, starts=today(), ends=today(9), day=today())
    assert one.conflict == busy
    assert not one.available
    assert one.on_leave
    assert one.days == 61 + 6 - 2
    assert len(one.plots) == 1


def test_ranking_costs_the_same_for_any_number_of_people(office, django_assert_num_queries):
    round = make_round()
    people = Member.objects.all()
    for _number in range(8):
        served(make_member(unit=office[0].unit))
    with django_assert_num_queries(4):
        standings = choosing.standings(round=round, people=people, day=today())
    with django_assert_num_queries(5):
        choosing.candidates(standings=standings, starts=today(), ends=today(9), day=today())


def test_several_are_chosen_at_once_or_none(office):
    need = make_need(headcount=2)
    facts = {"need": need, "starts": today(), "ends": today(30), "by": None, "day": today()}
    with pytest.raises(RowErrors) as error:
        rounds.choose(picks=[(office[1], ""), (office[0], "")], **facts)
    assert list(error.value.rows) == [office[0].pk]
    assert not need.postings.exists()
    made = rounds.choose(picks=[(office[1], ""), (office[0], "熟悉辖区")], **facts)
    assert {one.member for one in made} == {office[0], office[1]}
    assert {one.duty for one in made} == {need.duty}


def test_nobody_is_chosen_beyond_what_was_asked_for(office):
    need = make_need(headcount=1)
    facts = {"need": need, "starts": today(), "ends": today(30), "by": None, "day": today()}
    with pytest.raises(ValidationError, match="还缺1人"):
        rounds.choose(picks=[(office[1], ""), (office[2], "")], **facts)
    rounds.choose(picks=[(office[1], "")], **facts)
    with pytest.raises(ValidationError, match="已配齐"):
        propose(need.round, office[2], need=need, host_unit=need.host_unit)
