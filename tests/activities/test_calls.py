"""Who is expected and may be changed by name, the notice and who opened it, answers and leave, reminders."""

from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from activities import answers, calls, expected, planning, reminders
from activities.choices import ActivityState, AnswerState, AttendanceState, Kind, ListChangeKind
from activities.models import Activity, Invitation, ListChange
from staff.models import Notification, Preference
from tests.factories.activities import make_activity, make_attendance, moment
from tests.factories.staff import (
    make_member,
    make_organisation,
    make_posting,
    make_secretary,
    make_unit,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    """A branch with a secretary."""
    branch = make_organisation()
    branch.keeper = make_secretary(branch)
    return branch


def arranged(branch, **fields):
    """A theme day in two days to which the branch's members are called by its secretary."""
    starts = fields.pop("starts", moment(days=2))
    fields = {"title": "主题党日", "place": "会议室", "ends": starts + timedelta(hours=2), **fields}
    fields.setdefault("kinds", [Kind.THEME_DAY])
    return planning.arrange(hosts=[branch], lead=branch, starts=starts, by=branch.keeper, **fields)


def person(branch, **fields):
    """A member of the branch with an account."""
    member = make_member(branch=branch, **fields)
    make_user(member=member)
    return member


def told(member):
    """What reached the member, oldest first."""
    return [row.text for row in Notification.objects.filter(user=member.user).order_by("pk")]


def row_of(activity, member):
    """The member's line of the list."""
    return activity.attendances.get(member=member)


# Who is expected


def test_somebody_added_by_name_is_expected_and_called(branch):
    activity, stranger = arranged(branch), person(make_organisation())
    expected.add(activity=activity, member=stranger, at=moment(), by=branch.keeper)
    assert row_of(activity, stranger).invitation.called_at
    assert len(told(stranger)) == 1
    with pytest.raises(ValidationError) as refused:
        expected.add(activity=activity, member=stranger, at=moment(), by=branch.keeper)
    assert refused.value.code == "present"


def test_somebody_left_out_with_a_reason_is_not_expected_and_is_told(branch):
    member = person(branch)
    activity = arranged(branch)
    with pytest.raises(ValidationError):
        expected.leave_out(activity=activity, member=member, reason=" ", at=moment(), by=branch.keeper)
    assert row_of(activity, member)
    expected.leave_out(activity=activity, member=member, reason="长期病休", at=moment(), by=branch.keeper)
    assert not activity.attendances.filter(member=member).exists()
    assert len(told(member)) == 2


def test_the_changes_survive_a_change_of_the_activity_and_can_be_undone(branch):
    member, stranger = person(branch), person(make_organisation())
    activity = arranged(branch)
    expected.leave_out(activity=activity, member=member, reason="长期病休", at=moment(), by=branch.keeper)
    expected.add(activity=activity, member=stranger, at=moment(), by=branch.keeper)
    planning.change(activity=activity, version=1, by=branch.keeper, note="带笔记本")
    listed = set(activity.attendances.values_list("member", flat=True))
    assert stranger.pk in listed and member.pk not in listed
    for change in ListChange.objects.filter(activity=activity):
        expected.undo_change(activity=activity, change=change, at=moment(), by=branch.keeper)
    listed = set(activity.attendances.values_list("member", flat=True))
    assert member.pk in listed and stranger.pk not in listed


def test_adding_somebody_left_out_puts_them_back_on_their_roll(branch):
    member = person(branch)
    activity = arranged(branch)
    expected.leave_out(activity=activity, member=member, reason="长期病休", at=moment(), by=branch.keeper)
    expected.add(activity=activity, member=member, at=moment(), by=branch.keeper)
    assert not ListChange.objects.exists() and row_of(activity, member)


def test_a_draft_takes_changes_without_telling_anybody(branch):
    member, stranger = person(branch), person(make_organisation())
    activity = arranged(branch, schedule=False)
    expected.leave_out(activity=activity, member=member, reason="长期病休", at=moment(), by=branch.keeper)
    expected.add(activity=activity, member=stranger, at=moment(), by=branch.keeper)
    assert not Notification.objects.exists() and not activity.attendances.exists()
    planning.schedule(activity=activity, by=branch.keeper)
    listed = set(activity.attendances.values_list("member", flat=True))
    assert stranger.pk in listed and member.pk not in listed
    assert not told(member) and told(stranger)


def test_once_begun_the_list_is_no_longer_changed_by_name(branch):
    member = person(branch)
    activity = make_activity(branch, starts=moment(hours=-1))
    for act in (
        lambda: expected.add(activity=activity, member=member, at=moment(), by=branch.keeper),
        lambda: expected.leave_out(activity=activity, member=member, reason="病", at=moment(), by=branch.keeper),
    ):
        with pytest.raises(ValidationError) as refused:
            act()
        assert refused.value.code == "state"


def test_who_does_not_serve_any_more_is_not_added(branch):
    gone = make_member(left_on=today(-10))
    with pytest.raises(ValidationError) as refused:
        expected.add(activity=arranged(branch), member=gone, at=moment(), by=branch.keeper)
    assert refused.value.code == "not_in_service"


# The notice and who opened it


def test_the_first_look_is_kept_and_counted(branch):
    member, other = person(branch), make_member(branch=branch)
    activity = arranged(branch)
    first = moment()
    calls.opened(row=row_of(activity, member), at=first)
    calls.opened(row=row_of(activity, member), at=moment(hours=1))
    assert row_of(activity, member).invitation.opened_at == first
    standing = calls.standing(activity)
    # The secretary, the member, and somebody without an account.
    assert (standing.listed, standing.called, standing.opened, standing.unreachable) == (3, 3, 1, 1)
    assert row_of(activity, other).invitation.opened_at is None


def test_who_has_not_opened_is_reminded_once_and_who_has_is_not(branch):
    seen, unseen = person(branch), person(branch)
    activity = arranged(branch)
    calls.opened(row=row_of(activity, seen), at=moment())
    for _again in range(2):
        calls.remind_unopened(activity=activity, at=moment(), by=branch.keeper)
    assert len(told(seen)) == 1 and len(told(unseen)) == 2


def test_what_is_written_down_afterwards_calls_nobody(branch):
    member = person(branch)
    activity = arranged(branch, starts=moment(days=-3))
    assert row_of(activity, member) and not told(member)


def test_a_change_says_what_it_was_and_is_once_and_newcomers_are_called_instead(branch):
    member, stranger = person(branch), person(make_organisation())
    activity = arranged(branch)
    planning.change(
        activity=activity,
        version=1,
        by=branch.keeper,
        place="二楼",
        hosts=[branch, stranger.branch],
        lead=branch,
        kinds=[Kind.THEME_DAY],
    )
    assert len(told(member)) == 2 and "会议室" in told(member)[1] and "二楼" in told(member)[1]
    assert len(told(stranger)) == 1 and "会议室" not in told(stranger)[0]
    planning.change(activity=activity, version=2, by=branch.keeper, note="带笔记本")
    assert len(told(member)) == 2


def test_both_moments_are_told_when_the_time_moves(branch):
    member = person(branch)
    starts = timezone.make_aware(datetime.combine(today(3), time(9)))
    activity = arranged(branch, starts=starts)
    later = starts + timedelta(days=1, hours=5)
    planning.change(activity=activity, version=1, by=branch.keeper, starts=later, ends=later + timedelta(hours=2))
    assert "09:00" in told(member)[1] and "14:00" in told(member)[1]


def test_calling_off_is_told_to_those_who_wait_for_a_place_too(branch):
    member, waiting = person(branch), person(make_organisation())
    activity = arranged(branch)
    activity.sign_ups.create(member=waiting, state="waiting")
    planning.cancel(activity=activity, reason="暴雨", by=branch.keeper)
    assert "暴雨" in told(member)[-1] and "暴雨" in told(waiting)[-1]


# Answers and leave


def test_a_member_answers_and_says_it_twice_without_a_second_entry(branch):
    member = person(branch)
    activity = arranged(branch)
    for _again in range(2):
        answers.answer(activity=activity, member=member, coming=True, at=moment())
    assert row_of(activity, member).invitation.answer == AnswerState.COMING
    assert calls.standing(activity).coming == 1
    assert ModelLogEntry.objects.filter(action="activities.call.come").count() == 1


def test_leave_needs_a_reason_and_reaches_the_secretary_without_it(branch):
    member = person(branch)
    activity = arranged(branch)
    with pytest.raises(ValidationError):
        answers.answer(activity=activity, member=member, coming=False, reason="  ", at=moment())
    answers.answer(activity=activity, member=member, coming=False, reason="住院手术", at=moment())
    note = Notification.objects.filter(user=branch.keeper).latest("pk")
    assert member.name in note.text and "手术" not in note.text
    assert row_of(activity, member).state == AttendanceState.EXPECTED


def test_approved_leave_lands_in_the_list_with_its_reason(branch):
    member = person(branch)
    activity = arranged(branch)
    answers.answer(activity=activity, member=member, coming=False, reason="出差", at=moment())
    answers.approve(activity=activity, member=member, at=moment(), by=branch.keeper)
    row = row_of(activity, member)
    assert (row.state, row.reason) == (AttendanceState.LEAVE, "出差")
    assert "批准" in told(member)[-1]
    planning.change(activity=activity, version=1, by=branch.keeper, note="带笔记本")
    assert row_of(activity, member).state == AttendanceState.LEAVE


def test_a_refusal_needs_a_reason_and_says_it(branch):
    member = person(branch)
    activity = arranged(branch)
    answers.answer(activity=activity, member=member, coming=False, reason="有事", at=moment())
    with pytest.raises(ValidationError):
        answers.refuse(activity=activity, member=member, reason=" ", at=moment(), by=branch.keeper)
    answers.refuse(activity=activity, member=member, reason="须参加表决", at=moment(), by=branch.keeper)
    assert row_of(activity, member).state == AttendanceState.EXPECTED
    assert "须参加表决" in told(member)[-1]


def test_leave_taken_back_makes_the_member_expected_again(branch):
    member = person(branch)
    activity = arranged(branch)
    answers.answer(activity=activity, member=member, coming=False, reason="出差", at=moment())
    answers.approve(activity=activity, member=member, at=moment(), by=branch.keeper)
    with pytest.raises(ValidationError):
        answers.answer(activity=activity, member=member, coming=False, reason="出差", at=moment())
    answers.answer(activity=activity, member=member, coming=True, at=moment())
    row = row_of(activity, member)
    assert (row.state, row.reason, row.invitation.answer) == (AttendanceState.EXPECTED, "", AnswerState.COMING)
    assert member.name in Notification.objects.filter(user=branch.keeper).latest("pk").text


def test_nobody_decides_on_their_own_leave(branch):
    activity, member = arranged(branch), branch.keeper.member
    answers.answer(activity=activity, member=member, coming=False, reason="出差", at=moment())
    for act in (
        lambda: answers.approve(activity=activity, member=member, at=moment(), by=branch.keeper),
        lambda: answers.refuse(activity=activity, member=member, reason="不行", at=moment(), by=branch.keeper),
    ):
        with pytest.raises(ValidationError) as refused:
            act()
        assert refused.value.code == "own"


def test_leave_of_those_deployed_is_proposed_and_given_in_one_step(branch):
    away, here = person(branch), person(branch)
    make_posting(member=away, host_unit=make_unit(name="官渡区局"))
    activity = arranged(branch)
    assert list(answers.proposals(activity)) == [away.pk]
    assert answers.approve_proposals(activity=activity, at=moment(), by=branch.keeper) == 1
    row = row_of(activity, away)
    assert row.state == AttendanceState.LEAVE and "官渡区局" in row.reason
    assert row_of(activity, here).state == AttendanceState.EXPECTED
    assert not answers.proposals(activity)


def test_leave_asked_by_word_of_mouth_needs_its_reason(branch):
    member = make_member(branch=branch)
    activity = arranged(branch)
    with pytest.raises(ValidationError) as refused:
        answers.approve(activity=activity, member=member, at=moment(), by=branch.keeper)
    assert refused.value.code == "reason"
    answers.approve(activity=activity, member=member, reason="来电请假：发烧", at=moment(), by=branch.keeper)
    assert row_of(activity, member).state == AttendanceState.LEAVE


@pytest.mark.parametrize("state", [ActivityState.CANCELLED, ActivityState.DRAFT])
def test_what_is_not_arranged_takes_no_answers(branch, state):
    member = person(branch)
    activity = make_activity(branch, state=state, expected=[member])
    with pytest.raises(ValidationError) as refused:
        answers.answer(activity=activity, member=member, coming=True, at=moment())
    assert refused.value.code == "closed"


def test_after_the_start_and_from_strangers_no_answer_is_taken(branch):
    row = make_attendance(activity=make_activity(branch, starts=moment(hours=-1)))
    with pytest.raises(ValidationError) as refused:
        answers.answer(activity=row.activity, member=row.member, coming=True, at=moment())
    assert refused.value.code == "closed"
    with pytest.raises(ValidationError) as refused:
        answers.answer(activity=arranged(branch), member=make_member(), coming=True, at=moment())
    assert refused.value.code == "not_expected"


def test_who_is_there_gets_no_leave(branch):
    row = make_attendance(activity=make_activity(branch), state=AttendanceState.PRESENT)
    with pytest.raises(ValidationError) as refused:
        answers.approve(activity=row.activity, member=row.member, reason="出差", at=moment(), by=branch.keeper)
    assert refused.value.code == "there"


@pytest.mark.parametrize(
    ("start", "end"),
    [(start, end) for start in AnswerState for end in AnswerState if end not in (start, AnswerState.OPEN)],
)
def test_an_answer_moves_as_the_table_says(branch, start, end):
    member = person(branch)
    activity = make_activity(branch, expected=[member])
    row = row_of(activity, member)
    on_leave = start == AnswerState.APPROVED
    Invitation.objects.create(
        attendance=row,
        answer=start,
        reason="" if start in (AnswerState.OPEN, AnswerState.COMING) else "出差",
        decision="须参加" if start == AnswerState.REFUSED else "",
    )
    if on_leave:
        activity.attendances.update(state=AttendanceState.LEAVE, reason="出差")
    acts = {
        AnswerState.COMING: lambda: answers.answer(activity=activity, member=member, coming=True, at=moment()),
        AnswerState.ASKED: lambda: answers.answer(
            activity=activity, member=member, coming=False, reason="住院", at=moment()
        ),
        AnswerState.APPROVED: lambda: answers.approve(
            activity=activity, member=member, reason="出差", at=moment(), by=branch.keeper
        ),
        AnswerState.REFUSED: lambda: answers.refuse(
            activity=activity, member=member, reason="须参加", at=moment(), by=branch.keeper
        ),
    }
    actions = {"coming": "come", "asked": "ask_leave", "approved": "approve", "refused": "refuse"}
    if end in answers.ANSWER_MOVES[start]:
        acts[end]()
        assert Invitation.objects.get().answer == end
        assert ModelLogEntry.objects.filter(action=f"activities.call.{actions[end]}").exists()
    else:
        with pytest.raises(ValidationError) as refused:
            acts[end]()
        assert refused.value.code == "stale"
        assert Invitation.objects.get().answer == start


def test_each_change_of_the_list_leaves_a_row_in_the_log(branch):
    member = person(branch)
    activity = arranged(branch)
    expected.leave_out(activity=activity, member=member, reason="病休", at=moment(), by=branch.keeper)
    expected.undo_change(activity=activity, change=ListChange.objects.get(), at=moment(), by=branch.keeper)
    expected.add(activity=activity, member=make_member(), at=moment(), by=branch.keeper)
    calls.remind_unopened(activity=activity, at=moment(), by=branch.keeper)
    actions = set(ModelLogEntry.objects.filter(user=branch.keeper).values_list("action", flat=True))
    assert {f"activities.call.{name}" for name in ("leave_out", "undo", "add", "remind")} <= actions


def test_the_database_itself_refuses_leave_and_leaving_out_without_reasons(branch):
    row = make_attendance()
    for create in (
        lambda: Invitation.objects.create(attendance=row, answer=AnswerState.ASKED),
        lambda: Invitation.objects.create(attendance=row, answer=AnswerState.REFUSED, reason="出差"),
        lambda: ListChange.objects.create(
            activity=row.activity, member=row.member, kind=ListChangeKind.LEFT_OUT, by=branch.keeper
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            create()


# Reminders


def tomorrow_at(hour):
    """A moment of tomorrow, and now as a day's tick sees it."""
    return timezone.make_aware(datetime.combine(today(1), time(hour)))


def remind(now):
    """Tick twice, as it happens every minute."""
    reminders.due(now)
    reminders.due(now + timedelta(minutes=1))


def test_the_day_before_everybody_expected_is_reminded_once(branch):
    coming, leave = person(branch), person(branch)
    activity = make_activity(branch, starts=tomorrow_at(15), expected=[coming, leave])
    activity.attendances.filter(member=leave).update(state=AttendanceState.LEAVE, reason="出差")
    remind(reminders.day_before(activity.starts) - timedelta(minutes=5))
    assert not told(coming)
    remind(reminders.day_before(activity.starts))
    assert len(told(coming)) == 1 and not told(leave)


def test_an_hour_before_only_where_it_is_wanted(branch):
    member = person(branch)
    starts = tomorrow_at(15)
    quiet = make_activity(branch, starts=starts, expected=[member], day_reminder_for=starts)
    remind(starts - timedelta(minutes=50))
    assert not told(member)
    Activity.objects.filter(pk=quiet.pk).update(hour_reminder=True)
    remind(starts - timedelta(minutes=50))
    assert len(told(member)) == 1
    reminders.due(starts + timedelta(minutes=1))
    assert len(told(member)) == 1


def test_who_turned_reminders_off_gets_none(branch):
    member = person(branch)
    Preference.objects.create(user=member.user, muted=["reminder"])
    activity = make_activity(branch, starts=tomorrow_at(15), expected=[member])
    remind(reminders.day_before(activity.starts))
    assert not told(member)


def test_who_was_called_after_the_reminder_fell_due_is_not_reminded(branch):
    member = person(branch)
    starts = timezone.now() + timedelta(hours=6)
    activity = arranged(branch, starts=starts)
    remind(timezone.now() + timedelta(minutes=2))
    assert len(told(member)) == 1
    assert row_of(activity, member)


def test_a_new_day_is_reminded_of_again_but_not_right_after_the_change(branch):
    member = person(branch)
    starts = tomorrow_at(15)
    activity = make_activity(branch, starts=starts, expected=[member])
    remind(reminders.day_before(starts))
    later = starts + timedelta(days=7)
    planning.change(activity=activity, version=1, by=branch.keeper, starts=later, ends=later + timedelta(hours=2))
    assert len(told(member)) == 2
    remind(reminders.day_before(starts) + timedelta(hours=1))
    assert len(told(member)) == 2
    remind(reminders.day_before(later))
    assert len(told(member)) == 3


def test_who_has_not_opened_a_call_is_reminded_by_itself_once(branch):
    seen, unseen = person(branch), person(branch)
    activity = arranged(branch, starts=moment(days=3))
    calls.opened(row=row_of(activity, seen), at=moment())
    now = moment(days=1, hours=1)
    Activity.objects.filter(pk=activity.pk).update(day_reminder_for=activity.starts)
    remind(now)
    assert len(told(seen)) == 1 and len(told(unseen)) == 2


def test_what_was_called_off_is_not_reminded_of(branch):
    member = person(branch)
    activity = make_activity(branch, starts=tomorrow_at(15), expected=[member], state=ActivityState.CANCELLED)
    remind(reminders.day_before(activity.starts))
    assert not told(member)
