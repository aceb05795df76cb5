"""Shifts: who is placed when, nobody twice at one time, days of rest, and swaps in three steps."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from staff import shifts, swaps
from staff.choices import LeaveState, PostingState, ShiftKind, SwapState
from staff.models import Notification, Shift, ShiftDuty, SwapRequest
from tests.factories.staff import (
    make_duty,
    make_leave,
    make_manager,
    make_member,
    make_office,
    make_posting,
    make_secretary,
    make_shift,
    make_staff,
    make_swap,
    make_unit,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return make_unit()


@pytest.fixture
def leader(host):
    return make_manager(host)


@pytest.fixture
def posting(host):
    return make_posting(host_unit=host, member=make_member(name="赵一"))


@pytest.fixture
def other(host):
    return make_posting(host_unit=host, member=make_member(name="钱二"))


def board_url(host, day=0):
    return f"/deployments/shifts/?unit={host.pk}&week={today(day):%Y-%m-%d}"


def facts(**fields):
    day = today(3).isoformat()
    return {"kind": "duty", "title": "夜间值守", "day": day, "starts_at": "22:00", "ends_at": "06:00", **fields}


# --- placing ------------------------------------------------------------------------------------------------------


def test_only_people_in_post_there_and_not_on_leave_are_placed(host, leader, posting):
    shift = make_shift(host_unit=host)
    shifts.place(shift=shift, posting=posting, by=leader)
    assert shift.duties.get().posting == posting
    elsewhere = make_posting()
    over = make_posting(host_unit=host, starts=today(-20), ends=today(-1), state=PostingState.COMPLETED)
    proposed = make_posting(host_unit=host, state=PostingState.PROPOSED)
    away = make_posting(host_unit=host)
    make_leave(posting=away, starts=today(1), ends=today(1), state=LeaveState.APPROVED)
    for one in (elsewhere, over, proposed, away):
        with pytest.raises(ValidationError):
            shifts.place(shift=shift, posting=one, by=leader)
    assert shift.duties.count() == 1


def test_a_night_shift_asks_for_both_days(host, leader):
    night = make_shift(host_unit=host, hours=(22, 30))
    for one in (
        make_posting(host_unit=host, ends=today(1)),
        make_leave(posting=make_posting(host_unit=host), starts=today(2), state=LeaveState.APPROVED).posting,
    ):
        with pytest.raises(ValidationError):
            shifts.place(shift=night, posting=one, by=leader)
    until_midnight = make_shift(host_unit=host, hours=(20, 24))
    shifts.place(shift=until_midnight, posting=make_posting(host_unit=host, ends=today(1)), by=leader)


def test_leave_that_is_only_asked_for_does_not_keep_anybody_off(host, leader, posting):
    make_leave(posting=posting)
    shifts.place(shift=make_shift(host_unit=host), posting=posting, by=leader)


def test_two_shifts_at_one_time_are_refused_by_the_database_with_the_name_and_the_other_shift(host, leader, posting):
    make_duty(posting=posting, shift=make_shift(host_unit=host, title="机关值班"))
    with pytest.raises(shifts.Doubled) as refused:
        shifts.place(shift=make_shift(host_unit=host, hours=(16, 20)), posting=posting, by=leader)
    text = " ".join(refused.value.messages)
    assert "赵一" in text and "已有其他班次" in text and "机关值班" in text
    shifts.place(shift=make_shift(host_unit=host, hours=(17, 20)), posting=posting, by=leader)


def test_a_longer_shift_may_not_run_into_another_of_its_people(host, leader, posting):
    make_duty(posting=posting, shift=make_shift(host_unit=host, hours=(18, 20)))
    shift = make_duty(posting=posting, shift=make_shift(host_unit=host)).shift
    same = {"kind": shift.kind, "title": shift.title, "place": "", "partners": "", "starts": shift.starts}
    with pytest.raises(shifts.Doubled):
        shifts.edit(shift=shift, by=leader, **same, ends=shift.ends + timedelta(hours=2))
    shift.refresh_from_db()
    assert timezone.localtime(shift.ends).hour == 17
    shifts.edit(shift=shift, by=leader, **same, ends=shift.ends + timedelta(hours=1))


def test_moving_somebody_takes_them_off_the_old_shift_or_leaves_them_there(host, leader, posting):
    duty = make_duty(posting=posting, shift=make_shift(host_unit=host))
    later = make_shift(host_unit=host, hours=(10, 12))
    shifts.place(shift=later, posting=posting, instead_of=duty, by=leader)
    assert ShiftDuty.objects.get().shift == later
    away = make_shift(host_unit=host, day=200)
    with pytest.raises(ValidationError):
        shifts.place(shift=away, posting=posting, instead_of=ShiftDuty.objects.get(), by=leader)
    assert ShiftDuty.objects.get().shift == later


def test_who_is_placed_and_taken_off_is_told(host, leader, posting):
    user = make_user(member=posting.member)
    shift = make_shift(host_unit=host)
    shifts.place(shift=shift, posting=posting, by=leader)
    shifts.take_off(duty=shift.duties.get(), by=leader)
    assert Notification.objects.filter(user=user).count() == 2


# --- rest ---------------------------------------------------------------------------------------------------------


def test_the_seventh_day_in_a_row_warns_and_is_not_refused(host, leader, posting, client):
    for day in range(1, 7):
        assert shifts.place(shift=make_shift(day=day, host_unit=host), posting=posting, by=leader) == 0
    seventh = make_shift(day=7, host_unit=host)
    client.force_login(leader)
    answer = client.post(f"/deployments/shifts/{seventh.pk}/place/", {"posting": posting.pk}, follow=True)
    text = answer.content.decode()
    assert "赵一已连续值班7天" in text and "连续7天" in text
    assert seventh.duties.count() == 1


def test_closing_a_gap_counts_the_days_on_both_sides(host, leader, posting):
    for day in (1, 2, 3, 5, 6, 7):
        shifts.place(shift=make_shift(day=day, host_unit=host), posting=posting, by=leader)
    assert shifts.place(shift=make_shift(day=4, host_unit=host), posting=posting, by=leader) == 7


def test_the_bureau_sets_how_many_days_in_a_row(settings, host, leader, posting):
    settings.SHIFT_DAYS_IN_A_ROW = 1
    shifts.place(shift=make_shift(day=1, host_unit=host), posting=posting, by=leader)
    assert shifts.place(shift=make_shift(day=2, host_unit=host), posting=posting, by=leader) == 2


# --- the board ----------------------------------------------------------------------------------------------------


def test_a_strangers_board_is_empty_and_the_leader_and_the_crew_see_theirs(client, host, leader, posting):
    make_duty(posting=posting, shift=make_shift(day=0, host_unit=host, title="收购线", partners="王强（县公安局）"))
    url = board_url(host)
    assert client.get(url).status_code == 302
    for user, sees in (
        (leader, True),
        (make_office(), True),
        (make_user(member=posting.member), True),
        (make_staff(), False),
        (make_manager(), False),
        (make_secretary(), False),
    ):
        client.force_login(user)
        text = client.get(url).content.decode()
        assert ("赵一" in text) is sees and ("王强（县公安局）" in text) is sees
        assert ("data-keeps" in text) is (user == leader or user.grants.filter(role="office").exists())


@pytest.mark.parametrize(
    "query", ["week=x", "week=2026-02-31", "week=9999-12-31", "unit=x", "unit=999999", "week=0001-01-01"]
)
def test_a_wrong_address_shows_a_board_all_the_same(client, leader, posting, query):
    client.force_login(leader)
    assert client.get(f"/deployments/shifts/?{query}").status_code == 200


def test_nobody_else_plans_or_places(client, host, posting):
    duty = make_duty(posting=posting, shift=make_shift(host_unit=host))
    for user in (make_user(member=posting.member), make_manager(), make_manager(posting.home_unit), make_secretary()):
        client.force_login(user)
        for path in (f"{duty.shift_id}/place/", f"{duty.shift_id}/discard/", f"duties/{duty.pk}/remove/", "new/"):
            url = f"/deployments/shifts/{path}?unit={host.pk}"
            assert client.post(url, {"posting": posting.pk, **facts()}).status_code == 404
    assert (Shift.objects.count(), ShiftDuty.objects.count()) == (1, 1)


def test_what_is_refused_stands_beside_the_shift_with_and_without_scripts(client, host, leader, posting):
    make_duty(posting=posting, shift=make_shift(day=0, host_unit=host))
    shift = make_shift(day=0, host_unit=host, title="第二个")
    client.force_login(leader)
    url, data = f"/deployments/shifts/{shift.pk}/place/", {"posting": posting.pk}
    page = client.post(url, data)
    part = client.post(url, data, headers={"HX-Request": "true"})
    for answer in (page, part):
        assert answer.status_code == 422 and "赵一：该人员在这段时间已有其他班次" in answer.content.decode()
    assert "<h1" in page.content.decode() and "<h1" not in part.content.decode()


@pytest.mark.parametrize("data", [{}, {"posting": "x"}, {"posting": "999999"}, {"posting": "own", "duty": "x"}])
def test_nonsense_is_refused(client, host, leader, posting, data):
    shift = make_shift(host_unit=host)
    client.force_login(leader)
    data = {name: posting.pk if value == "own" else value for name, value in data.items()}
    assert client.post(f"/deployments/shifts/{shift.pk}/place/", data).status_code == 422
    assert not shift.duties.exists()


def test_a_duty_of_somebody_else_or_of_another_unit_is_not_moved(client, host, leader, posting, other):
    theirs, far = make_duty(posting=other), make_duty()
    shift = make_shift(host_unit=host, day=9)
    client.force_login(leader)
    for duty in (theirs, far):
        data = {"posting": posting.pk, "duty": duty.pk}
        assert client.post(f"/deployments/shifts/{shift.pk}/place/", data).status_code == 422
        assert ShiftDuty.objects.filter(pk=duty.pk).exists()


# --- planning -----------------------------------------------------------------------------------------------------


def test_a_night_shift_ends_the_day_after_and_may_repeat(client, host, leader):
    client.force_login(leader)
    until = today(5).isoformat()
    data = facts(kind="joint", partners="王强（县公安局）", until=until)
    for _twice in range(2):
        assert client.post(f"/deployments/shifts/new/?unit={host.pk}", data).status_code == 302
    made = list(Shift.objects.all())
    assert [shift.day for shift in made] == [today(3), today(4), today(5)]
    assert made[0].hours == "22:00—06:00(次日)" and made[0].kind == ShiftKind.JOINT


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"day": "x"},
        {"starts_at": "25:00"},
        {"until": "2001-01-01"},
        {"until": "2099-01-01"},
        {"kind": "x"},
    ],
)
def test_what_is_wrong_with_a_shift_is_named_and_kept(client, host, leader, wrong):
    client.force_login(leader)
    answer = client.post(f"/deployments/shifts/new/?unit={host.pk}", facts(place="老街路口") | wrong)
    assert answer.status_code == 422 and "老街路口" in answer.content.decode()
    assert not Shift.objects.exists()


def test_a_shift_is_changed_and_called_off_before_it_begins(client, host, leader, posting):
    user = make_user(member=posting.member)
    shift = make_duty(posting=posting, shift=make_shift(host_unit=host)).shift
    client.force_login(leader)
    assert client.post(f"/deployments/shifts/{shift.pk}/", facts(title="改")).status_code == 302
    shift.refresh_from_db()
    assert (shift.title, shift.day) == ("改", today(3))
    client.post(f"/deployments/shifts/{shift.pk}/discard/")
    assert not Shift.objects.exists() and Notification.objects.filter(user=user).count() == 2
    begun = make_shift(host_unit=host, day=-1)
    client.post(f"/deployments/shifts/{begun.pk}/discard/")
    assert Shift.objects.get() == begun


def test_a_shift_lasts_at_most_a_day_and_a_night(host):
    with pytest.raises(ValidationError):
        make_shift(host_unit=host, hours=(0, 25)).full_clean()


def test_coming_shifts_are_ones_own_the_next_one_first(host, posting, other):
    later, over = make_shift(host_unit=host, day=5), make_shift(host_unit=host, day=-2)
    soon = make_shift(host_unit=host, day=2)
    for shift in (later, over, soon):
        make_duty(posting=posting, shift=shift)
    make_duty(posting=other, shift=soon)
    found = ShiftDuty.objects.coming(posting.member, timezone.now())
    assert [duty.shift for duty in found] == [soon, later]


# --- swaps --------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(posting, other):
    return make_user(member=posting.member), make_user(member=other.member)


def ask(client, duty, whom):
    return client.post(f"/deployments/shifts/duties/{duty.pk}/swap/", {"whom": whom, "reason": "家中有事"})


def test_a_swap_is_asked_agreed_and_approved_and_each_step_tells_the_next(client, host, leader, posting, other, people):
    asks, answers = people
    duty, theirs = make_duty(posting=posting), make_duty(posting=other, shift=make_shift(day=4, host_unit=host))
    client.force_login(asks)
    assert ask(client, duty, f"{other.pk}-{theirs.shift_id}").status_code == 302
    swap = SwapRequest.objects.get()
    assert Notification.objects.filter(user=answers).count() == 1
    client.force_login(leader)
    client.post(f"/deployments/shifts/swaps/{swap.pk}/decide/", {"approve": "yes"})
    swap.refresh_from_db()
    assert swap.state == SwapState.ASKED, "the host unit does not decide before the colleague"
    client.force_login(answers)
    client.post(f"/deployments/shifts/swaps/{swap.pk}/answer/", {"agree": "yes"})
    assert Notification.objects.filter(user=leader).count() == 1
    client.force_login(leader)
    client.post(f"/deployments/shifts/swaps/{swap.pk}/decide/", {"approve": "yes"})
    swap.refresh_from_db()
    assert swap.state == SwapState.APPROVED and swap.decided_at
    assert duty.shift.duties.get().posting == other and theirs.shift.duties.get().posting == posting
    assert Notification.objects.filter(user__in=people).count() == 3
    text = client.get("/deployments/shifts/swaps/").content.decode()
    assert "赵一 请 钱二 换班" in text


def test_shifts_at_one_time_can_change_hands(host, leader, posting, other):
    duty, theirs = make_duty(posting=posting), make_duty(posting=other)
    swap = make_swap(duty, other, return_shift=theirs.shift, state=SwapState.AGREED)
    swaps.decide(swap=swap, approve=True, by=leader)
    assert duty.shift.duties.get().posting == other and theirs.shift.duties.get().posting == posting


def test_conflicts_are_looked_for_again_at_the_approval(host, leader, posting, other):
    duty = make_duty(posting=posting)
    doubled = make_swap(duty, other, state=SwapState.AGREED)
    make_duty(posting=other)
    gone = make_swap(make_duty(posting=posting, shift=make_shift(day=3, host_unit=host)), other, state=SwapState.AGREED)
    gone.shift.duties.all().delete()
    third = make_duty(posting=posting, shift=make_shift(day=6, host_unit=host))
    away = make_swap(third, other, state=SwapState.AGREED)
    make_leave(posting=other, starts=today(6), ends=today(6), state=LeaveState.APPROVED)
    for swap in (doubled, gone, away):
        with pytest.raises(ValidationError):
            swaps.decide(swap=swap, approve=True, by=leader)
        swap.refresh_from_db()
        assert swap.state == SwapState.AGREED
    assert duty.shift.duties.get().posting == posting and third.shift.duties.get().posting == posting


def test_each_step_is_for_its_person_alone_and_once(client, leader, posting, other, people):
    swap = make_swap(make_duty(posting=posting), other)
    url = f"/deployments/shifts/swaps/{swap.pk}/"
    strangers = [make_staff(), make_manager(), make_secretary()]
    for step, who in (("answer", people[1]), ("withdraw", people[0]), ("decide", leader)):
        for user in (*people, leader, *strangers):
            if user != who:
                client.force_login(user)
                assert client.post(f"{url}{step}/").status_code == 404
    swaps.answer(swap=swap, agree=False, by=people[1])
    for again in (lambda: swaps.answer(swap=swap, agree=True, by=people[1]),
                  lambda: swaps.withdraw(swap=swap, by=people[0]),
                  lambda: swaps.decide(swap=swap, approve=True, by=leader)):  # fmt: skip
        with pytest.raises(ValidationError):
            again()


def test_a_leader_does_not_approve_a_swap_of_their_own(client, host, posting):
    leader = make_manager(host)
    own = make_posting(host_unit=host, member=leader.member, home_unit=make_unit())
    swap = make_swap(make_duty(posting=posting), own, state=SwapState.AGREED)
    client.force_login(leader)
    assert client.post(f"/deployments/shifts/swaps/{swap.pk}/decide/", {"approve": "yes"}).status_code == 404
    assert leader not in swaps.deciders(swap)


def test_one_asks_once_for_a_coming_shift_and_only_for_ones_own(client, host, posting, other, people):
    duty, past = make_duty(posting=posting), make_duty(posting=posting, shift=make_shift(day=-1, host_unit=host))
    client.force_login(people[1])
    assert ask(client, duty, other.pk).status_code == 404
    client.force_login(people[0])
    assert ask(client, duty, other.pk).status_code == 302
    assert ask(client, duty, other.pk).status_code == 422
    assert ask(client, past, other.pk).status_code == 422
    for nonsense in ("", "x", posting.pk, make_posting().pk, f"{other.pk}-999999"):
        assert ask(client, duty, nonsense).status_code == 422
    assert SwapRequest.objects.count() == 1
