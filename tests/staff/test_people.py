"""People move, leave and come back with their history, and two records of one person become one."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from staff import merging, moves
from staff.choices import PostingState, TransferKind
from staff.models import Assignment, Member, Post, Transfer
from tests.factories import activities as act
from tests.factories import staff as make
from tests.factories.staff import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make.make_office()


def send(client, member, **data):
    return client.post(f"/members/{member.pk}/transfer/", {"day": today(), "reason": "", **data})


def test_a_move_of_unit_and_branch_is_dated_with_its_reason_and_asks_for_a_handover(client, office):
    member, new = make.make_member(), make.make_organisation()
    make.make_assignment(member=member)
    client.force_login(office)
    assert send(client, member, kind="moved", unit=new.unit.pk, branch=new.pk, reason="轮岗").status_code == 302
    old, member = member, Member.objects.get(pk=member.pk)
    assert (member.unit, member.branch) == (new.unit, new)
    row = Transfer.objects.get(member=member)
    assert (row.from_branch, row.to_branch, row.from_unit, row.reason) == (old.branch, new, old.unit, "轮岗")
    assert Assignment.objects.to_hand_over(today()).count() == 1
    page = client.get(member.get_absolute_url()).text
    assert "轮岗" in page and str(old.unit) in page
    client.force_login(make.make_staff())
    assert "轮岗" not in client.get(member.get_absolute_url()).text


def test_unit_and_branch_move_apart(office):
    member, unit = make.make_member(), make.make_unit()
    moves.move(member=member, day=today(), unit=unit, branch=member.branch, by=office)
    row = Transfer.objects.get()
    assert (row.from_branch, row.to_unit) == (row.to_branch, unit)


def test_who_leaves_loses_posts_and_comes_back_with_all_of_it_on_record(client, office):
    member = make.make_member()
    post = make.make_post(member=member)
    client.force_login(office)
    send(client, member, kind="retired")
    member.refresh_from_db()
    assert member.left_on == today()
    assert Post.objects.get(pk=post.pk).ends == today(-1)
    assert "返回本局" in client.get(f"/members/{member.pk}/transfer/").text
    assert send(client, member, kind="returned", day=today(-9), unit=member.unit.pk).status_code == 422
    assert send(client, member, kind="returned", unit=member.unit.pk, branch=member.branch.pk).status_code == 302
    member.refresh_from_db()
    assert member.left_on is None
    assert [row.kind for row in Transfer.objects.order_by("pk")] == [TransferKind.RETIRED, TransferKind.RETURNED]


def test_what_cannot_be_is_refused_beside_its_field(client, office):
    member = make.make_member()
    client.force_login(office)
    same = {"unit": member.unit.pk, "branch": member.branch.pk}
    assert "都没有变化" in send(client, member, kind="moved", **same).text
    other = {"unit": make.make_unit().pk, "branch": member.branch.pk}
    assert "不能晚于今天" in send(client, member, kind="moved", day=today(3), **other).text
    assert "请选择单位" in send(client, member, kind="moved", branch=member.branch.pk, unit="").text
    make.make_posting(member=member, state=PostingState.IN_POST, starts=today(-9), ends=today(9))
    assert "仍在下沉派驻" in send(client, member, kind="out").text
    moves.move(member=member, day=today(), unit=make.make_unit(), branch=member.branch, by=office)
    assert "不能早于上一次变动" in send(client, member, kind="moved", day=today(-1), **other).text
    assert not Member.objects.exclude(left_on=None).exists()


def doubles():
    """One person in the records twice."""
    keep = make.make_staff(name="李明", employee_number="KM1", phone="13900000000").member
    drop = make.make_staff(name="李明", employee_number="KM2", phone="13900000000", unit=keep.unit).member
    return keep, drop


def test_doubles_are_found_and_namesakes_elsewhere_are_not():
    pair = set(doubles())
    make.make_member(name="李明", phone="")
    assert set(merging.doubles()) == pair


def test_all_that_belongs_to_one_record_goes_to_the_other(client, office):
    keep, drop = doubles()
    holding, posting = make.make_assignment(member=drop), make.make_posting(member=drop)
    voice = act.make_suggestion(author=drop)
    client.force_login(office)
    page = client.get(f"/members/{keep.pk}/merge/{drop.pk}/").text
    assert "KM2" in page and "责任分工" in page
    sent = {name: "keep" for name, *_rest in merging.compared(keep, drop)} | {"employee_number": "drop"}
    assert client.post(f"/members/{keep.pk}/merge/{drop.pk}/", sent).status_code == 302
    keep.refresh_from_db()
    assert keep.employee_number == "KM2" and not Member.objects.filter(pk=drop.pk).exists()
    for row in (holding, posting):
        row.refresh_from_db()
        assert row.member == keep
    assert voice.authors.filter(member=keep).exists()
    drop.user.refresh_from_db()
    assert not drop.user.is_active and keep.user.is_active


def test_what_one_person_has_once_is_named_and_nothing_is_half_done(client, office):
    keep, drop = doubles()
    act.make_activity(title="三月主题党日", expected=[keep, drop])
    client.force_login(office)
    assert "三月主题党日" in client.get(f"/members/{keep.pk}/merge/{drop.pk}/").text
    with pytest.raises(ValidationError, match="重复内容"):
        merging.merge(keep=keep, drop=drop, by=office)
    assert Member.objects.filter(pk=drop.pk).exists()


def test_postings_on_one_day_stand_in_the_way(office):
    keep, drop = doubles()
    here = make.make_posting(member=keep, starts=today(), ends=today(9))
    there = make.make_posting(member=drop, starts=today() + timedelta(days=3), ends=today(20))
    with pytest.raises(ValidationError, match="派驻"):
        merging.merge(keep=keep, drop=drop, by=office)
    there.refresh_from_db()
    assert (here.member, there.member) == (keep, drop)
