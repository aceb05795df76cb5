"""What is asked on every page with SQL built once answers as the queryset itself does."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from staff.access import roles
from staff.choices import PostKind, Role
from staff.models import Member, User
from staff.prepared import Prepared
from staff.signin import ACCOUNT
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


def test_an_account_comes_with_its_member_as_django_itself_brings_them(django_assert_num_queries):
    member = make.make_staff(joined_on=date(2011, 7, 1)).member
    asked = User.objects.select_related("member__unit", "member__branch__unit").get(pk=member.user_id)
    with django_assert_num_queries(1):
        (found,) = ACCOUNT.objects(pk=member.user_id)
        assert found.member.unit.path and found.member.branch.unit.path
    assert found == asked and not found._state.adding and found.member.joined_on == date(2011, 7, 1)
    for mine, theirs in ((found, asked), (found.member, asked.member), (found.member.branch, asked.member.branch)):
        names = [field.attname for field in mine._meta.concrete_fields]
        assert [getattr(mine, name) for name in names] == [getattr(theirs, name) for name in names]


def test_an_account_without_a_member_has_none(django_assert_num_queries):
    (found,) = ACCOUNT.objects(pk=make.make_user().pk)
    with django_assert_num_queries(0):
        assert getattr(found, "member", None) is None
    assert ACCOUNT.objects(pk=0) == []


def test_each_day_and_each_user_gets_an_answer_of_their_own():
    member, other, today = make.make_staff().member, make.make_staff(), timezone.localdate()
    make.make_post(member=member, organisation=member.branch, kind=PostKind.SECRETARY, starts=today, ends=today)
    fresh = User.objects.get(pk=member.user_id)
    assert roles(fresh).holds(Role.SECRETARY)
    assert not roles(fresh, today - timedelta(days=1)).holds(Role.SECRETARY)
    assert not roles(fresh, today + timedelta(days=1)).holds(Role.SECRETARY)
    assert not roles(User.objects.get(pk=other.pk)).holds(Role.SECRETARY)


def test_a_mark_that_stands_nowhere_is_refused():
    with pytest.raises(ValueError, match="mark"):
        Prepared(lambda pk, day: Member.objects.filter(pk=pk), pk=9_000_000_001, day=date(9999, 1, 2)).tuples(
            pk=1, day=date(2026, 1, 1)
        )
