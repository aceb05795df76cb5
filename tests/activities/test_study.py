"""Study hours: counted from attendance of kinds that count, with what was entered, against 32 and 56."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from activities import study
from activities.choices import ActivityState, AttendanceState, Kind
from activities.models import StudyRecord, StudyRule
from tests.factories.activities import make_activity, make_attendance, make_rule, make_study, make_study_rules
from tests.factories.staff import (
    make_manager,
    make_member,
    make_office,
    make_organisation,
    make_post,
    make_secretary,
    make_user,
)

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def rules():
    """A theme day counts two hours, a lecture three, a committee meeting none."""
    make_study_rules()
    make_rule(study_hours=2)
    make_rule(kind=Kind.LECTURE, study_hours=3)
    make_rule(kind=Kind.COMMITTEE, study_hours=0)


def attended(member, *kinds, month=3, year=2026, state=AttendanceState.PRESENT, of=ActivityState.HELD, **fields):
    """What the member was expected at, and what became of it."""
    starts = timezone.make_aware(datetime(year, month, 5, 9))
    activity = make_activity(member.branch, kinds=kinds or [Kind.THEME_DAY], starts=starts, state=of)
    return make_attendance(activity=activity, member=member, state=state, **fields)


def hours(member, year=2026):
    """The member's hours."""
    return study.of_members([member], year=year, on=ON)[0]


def test_being_there_counts_what_the_kind_counts_late_or_not():
    member = make_member(branch=make_organisation())
    attended(member)
    attended(member, Kind.LECTURE, month=4, state=AttendanceState.LATE)
    assert hours(member).attended == 5


def test_one_gathering_of_two_kinds_counts_the_larger_once():
    member = make_member(branch=make_organisation())
    attended(member, Kind.THEME_DAY, Kind.LECTURE)
    assert hours(member).attended == 3


def test_leave_absence_other_years_other_kinds_and_what_was_called_off_do_not_count():
    member = make_member(branch=make_organisation())
    attended(member, state=AttendanceState.LEAVE, reason="事假")
    attended(member, month=4, state=AttendanceState.ABSENT)
    attended(member, month=5, year=2025)
    attended(member, Kind.COMMITTEE, month=6)
    attended(member, month=7, of=ActivityState.CANCELLED)
    assert hours(member).attended == 0
    assert hours(member, 2025).attended == 2


def test_what_was_made_up_counts():
    member = make_member(branch=make_organisation())
    attended(member, state=AttendanceState.LEAVE, reason="事假", made_up_on=date(2026, 3, 20))
    assert hours(member).attended == 2


def test_entered_hours_are_added_and_the_rule_is_held_or_not():
    member = make_member(branch=make_organisation())
    make_study(member=member, day=date(2026, 5, 6), hours=Decimal("29.5"))
    make_study(member=member, day=date(2025, 5, 6), hours=40)
    assert not hours(member).is_reached and hours(member).lacking == Decimal("2.5")
    attended(member, Kind.LECTURE)
    assert hours(member).is_reached and hours(member).lacking == 0


def test_committee_members_are_asked_for_more():
    branch = make_organisation()
    secretary = make_secretary(branch).member
    assert (hours(secretary).required, hours(make_member(branch=branch)).required) == (56, 32)


def test_a_post_that_ended_asks_for_no_more_than_others():
    branch = make_organisation()
    member = make_member(branch=branch)
    make_post(organisation=branch, member=member, starts=date(2020, 1, 1), ends=date(2026, 1, 31))
    assert hours(member).required == 32


def test_a_bureau_may_ask_for_more_hours_but_not_for_fewer():
    StudyRule.objects.filter(duty="member").update(hours=40)
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyRule.objects.filter(duty="committee").update(hours=40)


def test_branches_are_summed_from_as_many_queries_as_one(django_assert_num_queries):
    branches = [make_organisation() for _n in range(6)]
    for branch in branches:
        attended(make_member(branch=branch))
    with django_assert_num_queries(6):
        one = study.of_branches(branches[:1], year=2026, on=ON)
    with django_assert_num_queries(6):
        assert len(study.of_branches(branches, year=2026, on=ON)) == 6
    assert (one[0].members, one[0].reached, one[0].average) == (1, 0, 2)


def test_a_record_is_not_entered_twice_nor_ahead_of_time():
    branch = make_organisation()
    keeper, members = make_secretary(branch), [make_member(branch=branch) for _n in range(2)]
    fields = {"title": "党务培训", "hours": Decimal(8), "today": ON, "by": keeper}
    assert len(study.record(members=members, day=date(2026, 11, 3), **fields)) == 2
    for wrong in ({"members": members[:1], "day": date(2026, 11, 3)}, {"members": members, "day": date(2026, 12, 3)}):
        with pytest.raises(ValidationError):
            study.record(**wrong, **fields)
    with pytest.raises(ValidationError):
        study.record(members=[], day=ON, **fields)
    assert StudyRecord.objects.count() == 2


def test_a_secretary_enters_for_their_branch_only(client):
    here, away = make_organisation(), make_organisation()
    member, stranger = make_member(branch=here), make_member(branch=away)
    client.force_login(make_secretary(here))
    url = reverse("activities:study_add", args=[here.pk])
    data = {"title": "网络课程", "day": "2026-01-05", "hours": "4", "members": [member.pk]}
    assert client.post(url, data | {"members": [stranger.pk]}).status_code == 422
    assert client.post(url, data | {"hours": "0"}).status_code == 422
    assert client.post(url, data | {"day": "2999-01-01"}).status_code == 422
    assert client.post(reverse("activities:study_add", args=[away.pk]), data).status_code == 404
    assert not StudyRecord.objects.exists()
    assert client.post(url, data).status_code == 302
    row = StudyRecord.objects.get()
    assert (row.member, row.hours) == (member, 4)
    client.force_login(make_secretary(away))
    assert client.post(reverse("activities:study_remove", args=[row.pk])).status_code == 404
    client.force_login(make_manager(here.unit))
    assert client.post(reverse("activities:study_remove", args=[row.pk])).status_code == 404
    client.force_login(make_office())
    assert client.post(reverse("activities:study_remove", args=[row.pk])).status_code == 302
    assert not StudyRecord.objects.exists()


def test_the_page_shows_each_member_and_exports_the_same(client):
    branch = make_organisation()
    member = make_member(branch=branch, name="段立本")
    attended(member, year=timezone.localdate().year, month=1)
    client.force_login(make_secretary(branch))
    page = client.get(reverse("activities:study"))
    assert "段立本" in page.content.decode() and "2 / 32" in page.content.decode()
    assert client.get(reverse("activities:study"), {"format": "xlsx"}).status_code == 200
    assert client.get(reverse("activities:study"), {"branch": "x", "year": "99"}).status_code == 200


def test_a_member_sees_their_own_hours_and_an_account_without_a_member_none(client):
    member = make_member(branch=make_organisation())
    make_study(member=member, hours=8)
    client.force_login(make_user(member=member))
    assert "8" in client.get(reverse("activities:study_mine")).content.decode()
    client.force_login(make_office())
    assert client.get(reverse("activities:study_mine")).status_code == 200
