"""What speaks against a day, a time or a place: named before something is arranged, as far as the reader may know."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from activities import clashes
from activities.choices import ActivityState, Kind
from staff.choices import LeaveState, OrganisationKind, UnitKind
from staff.models import Holiday
from tests.factories.activities import make_activity, make_attendance
from tests.factories.staff import (
    make_leave,
    make_member,
    make_organisation,
    make_post,
    make_posting,
    make_secretary,
    make_unit,
    today,
)

pytestmark = pytest.mark.django_db


def monday(hour=9):
    """A Monday that is not a holiday, at an hour."""
    day = today(7)
    return timezone.make_aware(datetime.combine(day + timedelta(days=(7 - day.weekday()) % 7), time(hour)))


def clashes_of(branch, starts=None, *, user=None, place="", kinds=(Kind.THEME_DAY,), apart_from=None, hosts=None):
    """What the secretary of `branch` is shown for two hours from `starts`."""
    starts = starts or monday()
    planned = clashes.gathering(
        hosts=hosts or [branch],
        kinds=kinds,
        starts=starts,
        ends=starts + timedelta(hours=2),
        place=place,
        apart_from=apart_from,
    )
    return clashes.of(planned, user=user or make_secretary(branch))


def about(found, what):
    return [clash for clash in found if clash.about == what]


def test_an_ordinary_morning_has_no_clashes():
    branch = make_organisation()
    make_member(branch=branch)
    assert clashes_of(branch) == []
    assert clashes.token([]) == ""


def test_those_deployed_that_day_are_counted_and_named():
    branch = make_organisation()
    make_posting(member=make_member(branch=branch, name="段立本"), ends=today(30))
    make_posting(member=make_member(branch=branch, name="杨早归"), ends=today(1))
    make_posting(member=make_member(name="别处人"), ends=today(30))
    (away,) = about(clashes_of(branch), "away")
    assert "1名党员" in away.text and away.names == ("段立本",)


def test_those_on_approved_leave_are_told_apart_and_named_only_to_who_may_see_their_leave():
    branch, elsewhere = make_organisation(), make_organisation()
    for organisation, name in ((branch, "段立本"), (elsewhere, "外支部")):
        posting = make_posting(member=make_member(branch=organisation, name=name), ends=today(60))
        make_leave(posting=posting, starts=today(), ends=today(30), state=LeaveState.APPROVED)
    (away,) = about(clashes_of(branch, hosts=[branch, elsewhere]), "away")
    assert "2名党员当天休假" in away.text and away.names == ("段立本",)


def test_leave_that_is_only_asked_for_is_not_leave():
    branch = make_organisation()
    posting = make_posting(member=make_member(branch=branch), ends=today(60))
    make_leave(posting=posting, starts=today(), ends=today(30), state=LeaveState.REQUESTED)
    assert "休假" not in "".join(clash.text for clash in clashes_of(branch))


def test_another_activity_of_the_same_people_is_named_with_them():
    branch = make_organisation()
    both, neither = make_member(branch=branch, name="段立本"), make_member(name="别处人")
    other = make_activity(make_organisation(), title="联合培训", starts=monday(10))
    for member in (both, neither):
        make_attendance(activity=other, member=member)
    make_activity(make_organisation(), title="与此无关", starts=monday(10))
    (people,) = about(clashes_of(branch), "people")
    assert "联合培训" in people.text and "1人" in people.text and people.names == ("段立本",)


def test_one_after_the_other_is_no_clash_and_what_is_changed_does_not_clash_with_itself():
    branch = make_organisation()
    activity = make_activity(branch, starts=monday())
    user = make_secretary(branch)
    assert about(clashes_of(branch, monday(11), user=user), "people") == []
    assert about(clashes_of(branch, monday(10), user=user), "people")
    assert about(clashes_of(branch, monday(10), user=user, apart_from=activity), "people") == []


def test_a_group_and_its_branch_are_the_same_people():
    branch = make_organisation()
    group = make_organisation(parent=branch, kind=OrganisationKind.GROUP)
    user = make_secretary(branch)
    make_activity(branch, title="支部活动", starts=monday(), state=ActivityState.DRAFT)
    make_activity(group, title="小组活动", starts=monday(14), state=ActivityState.DRAFT, kinds=[Kind.GROUP])
    assert "支部活动" in clashes_of(group, monday(), user=user, kinds=[Kind.GROUP])[0].text
    assert "小组活动" in clashes_of(branch, monday(14), user=user)[0].text


def test_drafts_of_others_are_not_betrayed():
    branch, elsewhere = make_organisation(), make_organisation()
    make_activity(elsewhere, title="机密草稿", starts=monday(), state=ActivityState.DRAFT, place="大会堂")
    found = clashes_of(branch, hosts=[branch, elsewhere], place="大会堂")
    assert about(found, "people") == about(found, "place") == []


def test_a_place_is_taken_in_the_same_house_only():
    house = make_unit()
    branch, neighbour, far = make_organisation(unit=house), make_organisation(unit=house), make_organisation()
    make_activity(neighbour, title="邻居的会", starts=monday(), place="三楼会议室")
    make_activity(far, title="外县的会", starts=monday(), place="三楼会议室")
    user = make_secretary(branch)
    (place,) = about(clashes_of(branch, user=user, place="三楼会议室"), "place")
    assert "邻居的会" in place.text and "三楼会议室" in place.text
    assert about(clashes_of(branch, user=user, place="二楼会议室"), "place") == []


def test_departments_share_the_house_of_what_is_above_them():
    house = make_unit()
    one, other = (make_unit(house, kind=UnitKind.DEPARTMENT) for _number in range(2))
    branch = make_organisation(unit=one)
    make_activity(make_organisation(unit=other), title="邻居的会", starts=monday(), place="三楼会议室")
    assert about(clashes_of(branch, place="三楼会议室"), "place")


def test_holidays_weekends_and_exchanged_weekends_are_told_apart():
    branch = make_organisation()
    user = make_secretary(branch)
    weekend = monday() - timedelta(days=2)
    assert "周末" in clashes_of(branch, weekend, user=user)[0].text
    Holiday.objects.create(day=timezone.localdate(weekend), name="调休上班", works=True)
    assert "调休上班日" in clashes_of(branch, weekend, user=user)[0].text
    Holiday.objects.create(day=timezone.localdate(monday()), name="国庆节")
    assert "国庆节" in clashes_of(branch, user=user)[0].text


def test_the_confirmation_stands_for_what_was_shown():
    branch = make_organisation()
    user = make_secretary(branch)
    weekend = clashes_of(branch, monday() - timedelta(days=2), user=user)
    make_activity(branch, starts=monday())
    busy = clashes_of(branch, user=user)
    assert clashes.token(weekend) and clashes.token(busy) and clashes.token(weekend) != clashes.token(busy)


def test_a_committee_meeting_asks_only_for_the_committee():
    branch = make_organisation()
    user, post = make_secretary(branch), make_post(organisation=branch, kind="deputy")
    make_posting(member=make_member(branch=branch), ends=today(30))
    assert about(clashes_of(branch, user=user, kinds=[Kind.COMMITTEE]), "away") == []
    make_posting(member=post.member, ends=today(30))
    assert about(clashes_of(branch, user=user, kinds=[Kind.COMMITTEE]), "away")


def test_many_gatherings_cost_the_queries_of_one(django_assert_num_queries):
    branch = make_organisation()
    user = make_secretary(branch)
    make_posting(member=make_member(branch=branch), ends=today(300))
    make_activity(branch, starts=monday(8))
    made = [
        clashes.gathering(hosts=[branch], kinds=[Kind.THEME_DAY], starts=monday(hour), ends=monday(hour + 1))
        for hour in range(8, 18)
    ]
    clashes.of(made[0], user=user)
    with django_assert_num_queries(6):
        clashes.of_each(made[:1], user=user)
    with django_assert_num_queries(6):
        assert len(clashes.of_each(made, user=user)) == 10
