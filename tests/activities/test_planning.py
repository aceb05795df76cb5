"""Arranging, changing and calling off: who is expected, who is told, who is not overwritten."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from activities import fixed_days, planning, rolls
from activities.choices import ActivityState, AttendanceState, Kind
from activities.models import Attendance
from staff.choices import OrganisationKind
from staff.models import Holiday, Notification, Transfer
from tests.factories.activities import make_activity, moment
from tests.factories.staff import (
    make_member,
    make_organisation,
    make_partner_organisation,
    make_post,
    make_secretary,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db


def arrange(branch, **fields):
    """A theme day of tomorrow, arranged by nobody in particular."""
    starts = fields.pop("starts", moment(days=1))
    fields = {"title": "主题党日", "place": "会议室", "ends": starts + timedelta(hours=2), "by": None, **fields}
    fields.setdefault("kinds", [Kind.THEME_DAY])
    return planning.arrange(hosts=[branch], lead=branch, starts=starts, **fields)


def test_all_members_of_the_branch_are_expected_and_told():
    branch = make_organisation()
    member = make_member(branch=branch)
    user = make_user(member=member)
    make_member(branch=branch, party_status="masses")
    make_member()
    activity = arrange(branch)
    assert list(activity.attendances.values_list("member", flat=True)) == [member.pk]
    assert Notification.objects.get(user=user).address == activity.get_absolute_url()


def test_a_member_who_moved_later_is_expected_where_they_belonged_on_the_day():
    old, new = make_organisation(), make_organisation()
    member = make_member(branch=new)
    Transfer.objects.create(member=member, day=today(30), from_branch=old, to_branch=new)
    assert list(rolls.expected(kinds=[Kind.THEME_DAY], hosts=[old], day=today())) == [member]
    assert not rolls.expected(kinds=[Kind.THEME_DAY], hosts=[new], day=today()).exists()


def test_a_committee_meeting_expects_those_who_hold_a_post_that_day():
    branch = make_organisation()
    post = make_post(organisation=branch)
    make_post(organisation=branch, kind="deputy", ends=today(-1))
    make_member(branch=branch)
    assert list(rolls.expected(kinds=[Kind.COMMITTEE], hosts=[branch], day=today())) == [post.member]


def test_a_group_meeting_expects_the_group_and_kinds_by_name_expect_nobody():
    branch = make_organisation()
    group = make_organisation(parent=branch, kind=OrganisationKind.GROUP)
    member = make_member(branch=branch, group=group)
    make_member(branch=branch)
    assert list(rolls.expected(kinds=[Kind.GROUP], hosts=[group], day=today())) == [member]
    assert not rolls.expected(kinds=[Kind.TALK], hosts=[branch], day=today()).exists()


def test_an_activity_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValidationError) as refused:
        arrange(make_organisation(), ends=moment())
    assert "ends" in refused.value.error_dict


def test_a_partner_cannot_host():
    with pytest.raises(ValidationError):
        arrange(make_partner_organisation())


def test_a_draft_lists_and_tells_nobody_until_it_is_sent_out():
    branch = make_organisation()
    make_user(member=make_member(branch=branch))
    activity = arrange(branch, schedule=False)
    assert not activity.attendances.exists() and not Notification.objects.exists()
    planning.schedule(activity=activity, by=None)
    assert activity.attendances.count() == 1 and Notification.objects.count() == 1


def test_a_change_of_place_is_told_and_an_older_form_overwrites_nothing():
    branch = make_organisation()
    make_user(member=make_member(branch=branch))
    activity = arrange(branch)
    planning.change(activity=activity, version=1, by=None, place="二楼")
    assert Notification.objects.count() == 2
    with pytest.raises(ValidationError) as refused:
        planning.change(activity=activity, version=1, by=None, place="三楼")
    assert refused.value.code == "stale"
    activity.refresh_from_db()
    assert activity.place == "二楼"


def test_a_change_keeps_those_already_marked():
    branch = make_organisation()
    activity = arrange(branch)
    stranger = make_member()
    Attendance.objects.create(activity=activity, member=stranger, state=AttendanceState.PRESENT)
    newcomer = make_member(branch=branch)
    planning.change(activity=activity, version=1, by=None, note="带笔记本")
    assert set(activity.attendances.values_list("member", flat=True)) == {stranger.pk, newcomer.pk}


def test_what_was_called_off_stays_so():
    activity = make_activity()
    planning.cancel(activity=activity, reason="暴雨", by=None)
    for again in (
        lambda: planning.cancel(activity=activity, reason="再次", by=None),
        lambda: planning.schedule(activity=activity, by=None),
        lambda: planning.change(activity=activity, version=2, by=None, place="别处"),
    ):
        with pytest.raises(ValidationError):
            again()
    activity.refresh_from_db()
    assert activity.state == ActivityState.CANCELLED


def test_calling_off_needs_a_reason():
    with pytest.raises(ValidationError):
        planning.cancel(activity=make_activity(), reason="  ", by=None)


def test_each_step_leaves_a_row_in_the_log():
    branch = make_organisation()
    user = make_secretary(branch)
    activity = arrange(branch, by=user, schedule=False)
    planning.schedule(activity=activity, by=user)
    planning.change(activity=activity, version=1, by=user, place="二楼")
    planning.cancel(activity=activity, reason="暴雨", by=user)
    actions = set(ModelLogEntry.objects.filter(user=user).values_list("action", flat=True))
    assert {f"activities.activity.{name}" for name in ("draft", "schedule", "change", "cancel")} <= actions


def test_the_next_theme_day_moves_off_a_holiday_and_passes_months_that_had_theirs():
    branch = make_organisation(theme_day=1)
    for number in range(1, 8):
        Holiday.objects.create(day=date(2026, 10, number), name="国庆节")
    assert fixed_days.next_theme_day(branch, date(2026, 9, 5)).day == date(2026, 10, 8)
    assert fixed_days.next_theme_day(branch, date(2026, 9, 5), had={(2026, 10)}).day == date(2026, 11, 2)
    assert fixed_days.next_theme_day(branch, date(2026, 12, 20)).day == date(2027, 1, 1)
    assert fixed_days.next_theme_day(make_organisation(theme_day=31), date(2026, 11, 1)).day == date(2026, 11, 30)
    assert fixed_days.next_theme_day(make_organisation(), date(2026, 9, 4)).day == date(2026, 9, 7)


def test_one_more_theme_day_in_a_year_that_is_planned_is_proposed_soon():
    branch = make_organisation(theme_day=15)
    for month in range(6, 13):
        starts = datetime(2026, month, 15, 15, tzinfo=timezone.get_current_timezone())
        last = make_activity(branch, starts=starts, state=ActivityState.DRAFT)
    offered = planning.proposal(branch, on=date(2026, 6, 1))
    assert timezone.localdate(offered["starts"]) == date(2026, 6, 4)
    assert planning.again(last, on=date(2026, 6, 1))[0].day == date(2027, 1, 15)
    far = planning.proposal(branch, on=date(2026, 6, 1), day=date(2027, 3, 1))
    assert timezone.localdate(far["starts"]) == date(2027, 3, 1)


def test_an_activity_is_held_again_on_the_next_fixed_day_or_a_month_later():
    branch = make_organisation(theme_day=15)
    zone = timezone.get_current_timezone()
    theme = make_activity(branch, starts=datetime(2026, 9, 15, 14, 30, tzinfo=zone))
    planned, starts, ends = planning.again(theme, on=date(2026, 9, 20))
    assert planned.day == date(2026, 10, 15) and starts.hour == 14 and ends - starts == theme.ends - theme.starts
    meeting = make_activity(branch, kinds=[Kind.COMMITTEE], starts=datetime(2026, 1, 31, 9, tzinfo=zone))
    assert planning.again(meeting, on=date(2026, 2, 1))[0].day == date(2026, 2, 27)
    late = make_activity(branch, starts=datetime(2026, 11, 16, 23, tzinfo=zone), kinds=[Kind.VOLUNTEERING],
                         ends=datetime(2026, 11, 17, 1, tzinfo=zone))  # fmt: skip
    _planned, starts, ends = planning.again(late, on=date(2026, 11, 20))
    assert (ends - starts) == timedelta(hours=2) and ends.astimezone(zone).day == starts.day + 1


def test_a_draft_may_leave_its_place_open_and_is_not_sent_out_without_one():
    activity = arrange(make_organisation(), place="", schedule=False)
    with pytest.raises(ValidationError) as refused:
        planning.schedule(activity=activity, by=None)
    assert "place" in refused.value.error_dict
    planning.change(activity=activity, version=1, by=None, place="二楼")
    assert planning.schedule(activity=activity, by=None).state == ActivityState.SCHEDULED


def test_the_form_starts_with_what_was_told_not_with_drafts():
    branch = make_organisation(theme_day=15)
    make_activity(branch, title="学条例", place="三楼", starts=moment(days=-20), state=ActivityState.HELD)
    make_activity(branch, title="草稿", place="待定", starts=moment(days=40), state=ActivityState.DRAFT)
    offered = planning.proposal(branch, on=today())
    assert offered["place"] == "三楼" and offered["titles"] == ["学条例"] and offered["like"].title == "学条例"
    assert "誓词" in offered["agenda"]
