"""What time brings: everything due is done, once, whoever else is at it and whatever fails."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection

from portal.management.commands import tick
from staff.choices import PostingState, Role
from staff.posts import role_group
from tests.factories import staff as make


@pytest.mark.django_db
def test_a_grant_that_ended_yesterday_loses_its_group():
    """Time alone changes what the admin shows: nobody edits the grant."""
    user = make.make_staff()
    make.make_grant(user, Role.OFFICE, ends=make.today(-1), starts=make.today(-9))
    make.make_grant(user, Role.AUDITOR)
    user.groups.add(role_group(Role.OFFICE))
    call_command("tick")
    assert set(user.groups.values_list("name", flat=True)) == {"role:auditor"}


@pytest.mark.django_db
def test_a_posting_whose_last_day_has_passed_is_completed():
    """The day after, not on the day itself."""
    ended = make.make_posting(ends=make.today(-1))
    last_day = make.make_posting(ends=make.today())
    call_command("tick")
    call_command("tick")
    ended.refresh_from_db()
    last_day.refresh_from_db()
    assert (ended.state, last_day.state) == (PostingState.COMPLETED, PostingState.IN_POST)


@pytest.mark.django_db
def test_one_failure_stops_no_other_and_is_told(monkeypatch):
    """The rest is done, the exit code is 1."""
    done = []

    def broken(now):
        raise RuntimeError("broken")

    monkeypatch.setattr(tick, "DUE", [broken, lambda now: done.append(now)])
    with pytest.raises(SystemExit) as ended:
        call_command("tick")
    assert ended.value.code == 1
    assert len(done) == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_tick_at_the_same_time_does_nothing(monkeypatch):
    """While one works, another finds the lock taken and ends well."""
    runs = []

    def another(now):
        runs.append("first")
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    def second():
        call_command("tick")
        connection.close()

    monkeypatch.setattr(tick, "DUE", [another])
    call_command("tick")
    assert runs == ["first"]
