"""Places at open activities: never oversold, a waiting list in order, a deadline, withdrawing."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from activities import calls, expected, planning, signups
from activities.choices import Kind, SignUpState
from staff.models import Notification
from tests.factories.activities import make_activity, moment
from tests.factories.staff import make_member, make_organisation, make_secretary, make_user

pytestmark = pytest.mark.django_db


def open_activity(branch=None, **fields):
    """Volunteering with places to sign up for."""
    return make_activity(branch, kinds=[Kind.VOLUNTEERING], sign_up=True, **fields)


def person():
    """Somebody with an account."""
    member = make_member()
    make_user(member=member)
    return member


def state(activity, member):
    """Where the member's sign-up stands."""
    return activity.sign_ups.get(member=member).state


def listed(activity):
    """The members on the list."""
    return set(activity.attendances.values_list("member", flat=True))


def test_places_are_given_in_order_and_the_rest_wait_in_line():
    activity = open_activity(capacity=2)
    people = [person() for _n in range(4)]
    for n, member in enumerate(people):
        signups.sign_up(activity=activity, member=member, at=moment() + timedelta(seconds=n))
    assert [state(activity, member) for member in people] == ["signed", "signed", "waiting", "waiting"]
    assert listed(activity) == {people[0].pk, people[1].pk}
    rows = {row.member_id: row for row in activity.sign_ups.all()}
    assert [signups.place_in_line(rows[member.pk]) for member in people[2:]] == [1, 2]
    assert signups.places_left(activity) == 0


def test_signing_up_twice_takes_one_place():
    activity, member = open_activity(capacity=5), person()
    for _again in range(2):
        signups.sign_up(activity=activity, member=member, at=moment())
    assert signups.places_left(activity) == 4


def test_withdrawing_moves_the_first_who_waits_up_and_tells_them():
    activity = open_activity(capacity=1)
    first, second, third = person(), person(), person()
    for n, member in enumerate((first, second, third)):
        signups.sign_up(activity=activity, member=member, at=moment() + timedelta(seconds=n))
    signups.withdraw(activity=activity, member=first, at=moment())
    assert state(activity, second) == SignUpState.SIGNED and state(activity, third) == SignUpState.WAITING
    assert listed(activity) == {second.pk}
    assert Notification.objects.filter(user=second.user).count() == 1
    assert not Notification.objects.filter(user__in=[first.user, third.user]).exists()


def test_who_comes_back_stands_at_the_end_of_the_line():
    activity = open_activity(capacity=1)
    first, second, third = person(), person(), person()
    for n, member in enumerate((first, second, third)):
        signups.sign_up(activity=activity, member=member, at=moment() + timedelta(seconds=n))
    signups.withdraw(activity=activity, member=second, at=moment())
    signups.sign_up(activity=activity, member=second, at=moment() + timedelta(seconds=9))
    signups.withdraw(activity=activity, member=first, at=moment())
    assert state(activity, third) == SignUpState.SIGNED and state(activity, second) == SignUpState.WAITING


def test_after_the_deadline_or_the_start_nobody_signs_up():
    at = moment()
    for activity in (
        open_activity(sign_up_until=at - timedelta(minutes=1)),
        open_activity(starts=at - timedelta(minutes=1)),
        open_activity(state="cancelled"),
        open_activity(state="draft"),
        make_activity(),
    ):
        with pytest.raises(ValidationError) as refused:
            signups.sign_up(activity=activity, member=person(), at=at)
        assert refused.value.code == "closed"


def test_a_place_is_not_given_back_after_the_start():
    activity, member = open_activity(), person()
    signups.sign_up(activity=activity, member=member, at=moment())
    with pytest.raises(ValidationError):
        signups.withdraw(activity=activity, member=member, at=activity.starts)
    assert state(activity, member) == SignUpState.SIGNED


def test_who_is_expected_anyway_takes_no_place():
    branch = make_organisation()
    member = make_member(branch=branch)
    activity = make_activity(branch, kinds=[Kind.THEME_DAY], sign_up=True, capacity=1)
    calls.refresh_list(activity, at=moment(), by=None)
    with pytest.raises(ValidationError) as refused:
        signups.sign_up(activity=activity, member=member, at=moment())
    assert refused.value.code == "expected"


def test_more_places_let_the_line_move_up_and_fewer_take_nothing_away():
    branch = make_organisation()
    by = make_secretary(branch)
    activity = open_activity(branch, capacity=1)
    people = [person() for _n in range(3)]
    for n, member in enumerate(people):
        signups.sign_up(activity=activity, member=member, at=moment() + timedelta(seconds=n))
    planning.change(activity=activity, version=1, by=by, capacity=2)
    assert [state(activity, member) for member in people] == ["signed", "signed", "waiting"]
    planning.change(activity=activity, version=2, by=by, capacity=1)
    assert listed(activity) == {people[0].pk, people[1].pk}


def test_leaving_somebody_out_gives_their_place_to_the_next():
    branch = make_organisation()
    by = make_secretary(branch)
    activity = open_activity(branch, capacity=1)
    first, second = person(), person()
    for n, member in enumerate((first, second)):
        signups.sign_up(activity=activity, member=member, at=moment() + timedelta(seconds=n))
    expected.leave_out(activity=activity, member=first, reason="当天另有任务", at=moment(), by=by)
    assert listed(activity) == {second.pk}
    with pytest.raises(ValidationError) as refused:
        signups.sign_up(activity=activity, member=first, at=moment())
    assert refused.value.code == "left_out"


@pytest.mark.django_db(transaction=True)
def test_places_are_never_oversold_however_many_sign_up_at_once():
    """Threads on a file database."""
    activity = open_activity(capacity=3)
    people = [person() for _n in range(8)]
    barrier = threading.Barrier(len(people))
    errors = []

    def take(member):
        try:
            barrier.wait()
            signups.sign_up(activity=activity, member=member, at=moment())
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[member]) for member in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    states = list(activity.sign_ups.values_list("state", flat=True))
    assert (states.count("signed"), states.count("waiting")) == (3, 5)
    assert activity.attendances.count() == 3


@pytest.mark.django_db(transaction=True)
def test_places_given_back_at_once_go_to_as_many_who_wait():
    """Threads on a file database."""
    activity = open_activity(capacity=3)
    people = [person() for _n in range(7)]
    for n, member in enumerate(people):
        signups.sign_up(activity=activity, member=member, at=moment() + timedelta(seconds=n))
    barrier = threading.Barrier(3)

    def give_back(member):
        try:
            barrier.wait()
            signups.withdraw(activity=activity, member=member, at=moment())
        finally:
            connection.close()

    threads = [threading.Thread(target=give_back, args=[member]) for member in people[:3]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert listed(activity) == {member.pk for member in people[3:6]}
    assert state(activity, people[6]) == SignUpState.WAITING
