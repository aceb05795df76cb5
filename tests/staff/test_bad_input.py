"""What must not come in: two people at one moment, days the wrong way round after a change, leave outside a posting."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from staff import leaves, plots, rosters, visits
from staff.choices import AssignmentRole, LeaveState
from staff.models import Assignment, Finding, Visit
from tests.factories import staff as make


def at_once(*calls):
    """Run the calls at one moment, each in a thread of its own; what each answered or raised."""
    gate, outcomes = threading.Barrier(len(calls)), []

    def run(call):
        gate.wait()
        try:
            outcomes.append(call())
        except ValidationError as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(outcomes) == len(calls)
    return outcomes


def refused(outcomes):
    return [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]


@pytest.fixture
def moved():
    """A posting that was moved to another unit for its last ten days: the part before and the part after."""
    before = make.make_posting(starts=make.today(-10), ends=make.today(20))
    day = make.today(10)
    after = rosters.move(posting=before, host_unit=make.make_unit(), duty="清理", day=day, reason="需要", by=None)
    before.refresh_from_db()
    return before, after


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_one_plot_to_one_person_at_one_moment_one_succeeds():
    plot, member = make.make_plot(), make.make_member()
    fields = {"plot": plot, "member": member, "role": AssignmentRole.LEAD, "by": None}
    outcomes = at_once(*(lambda ago=ago: plots.assign(starts=make.today(-ago), **fields) for ago in (0, 1)))
    assert len(refused(outcomes)) == 1
    assert Assignment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_visit_that_comes_from_two_tabs_at_one_moment_is_stored_once_and_answered_twice():
    assignment, token = make.make_assignment(), uuid.uuid4()
    fields = {"day": make.today(), "households": 3, "findings": [{"text": "电线老化"}], "by": None}
    outcomes = at_once(*[lambda: visits.record(assignment=assignment, token=token, **fields)] * 2)
    assert len({visit.pk for visit in outcomes}) == 1
    assert (Visit.objects.count(), Finding.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_extend_and_recall_from_the_same_page_one_succeeds():
    posting = make.make_posting()
    fields = {"posting": posting, "reason": "需要", "by": None, "seen": rosters.version(posting)}
    outcomes = at_once(
        lambda: rosters.extend(until=posting.ends + timedelta(days=1), **fields),
        lambda: rosters.recall(day=make.today(), **fields),
    )
    assert len(refused(outcomes)) == 1
    assert posting.changes.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", [rosters.end_early, rosters.recall])
def test_a_part_after_a_move_does_not_end_before_it_starts(moved, change):
    _before, after = moved
    with pytest.raises(ValidationError) as error:
        change(posting=after, day=make.today(9), reason="家事", by=None)
    assert list(error.value.error_dict) == ["day"]
    after.refresh_from_db()
    assert (after.ends, after.changes.count()) == (make.today(20), 0)


@pytest.mark.django_db
def test_the_part_before_a_move_is_closed_to_changes(moved):
    before, _after = moved
    calls = (
        lambda: rosters.extend(posting=before, until=make.today(15), reason="x", by=None),
        lambda: rosters.end_early(posting=before, day=make.today(1), reason="x", by=None),
        lambda: leaves.request(posting=before, starts=make.today(9), ends=make.today(11), reason="家事", by=None),
    )
    for call in calls:
        with pytest.raises(ValidationError):
            call()
    before.refresh_from_db()
    assert (before.ends, before.leaves.count(), before.changes.count()) == (make.today(9), 0, 1)


@pytest.mark.django_db
def test_leave_asked_for_before_an_early_end_is_not_approved_past_it():
    posting = make.make_posting(starts=make.today(-10), ends=make.today(20))
    leave = make.make_leave(posting=posting, starts=make.today(8), ends=make.today(9), state=LeaveState.REQUESTED)
    rosters.end_early(posting=posting, day=make.today(5), reason="家事", by=None)
    left = posting.leaves.get(pk=leave.pk)
    assert left.state == LeaveState.REFUSED
    with pytest.raises(ValidationError):
        leaves.decide(leave=left, approve=True, by=make.make_office())


@pytest.mark.django_db
@pytest.mark.parametrize(("starts", "ends"), [(-11, -9), (19, 21), (25, 26), (3, 2)])
def test_leave_outside_the_posting_or_the_wrong_way_round_is_refused(starts, ends):
    posting = make.make_posting(starts=make.today(-10), ends=make.today(20))
    with pytest.raises(ValidationError):
        leaves.request(posting=posting, starts=make.today(starts), ends=make.today(ends), reason="家事", by=None)
    assert not posting.leaves.exists()
