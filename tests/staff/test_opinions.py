"""Opinions at a posting's end: host, home and the person, each once, each by who may."""

import pytest
from django.core.exceptions import ValidationError

from staff import opinions
from staff.choices import PostingState, Side
from staff.models import Notification, Opinion
from tests.factories.staff import (
    make_manager,
    make_office,
    make_posting,
    make_secretary,
    make_staff,
    make_user,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting():
    return make_posting(ends=today(-1), state=PostingState.COMPLETED)


def url(posting, side):
    return f"/deployments/postings/{posting.pk}/opinions/{side}/"


def data(**fields):
    return {"text": "作风踏实，完成任务。", "signed_by": "李站长", "signed_on": today().isoformat(), **fields}


def test_each_side_speaks_once_and_for_itself(client, posting):
    host, home = make_manager(posting.host_unit), make_secretary(posting.member.branch)
    own = make_user(member=posting.member)
    speakers = {"host": host, "home": home, "self": own}
    for side, speaker in speakers.items():
        for user in (*speakers.values(), make_staff(), make_manager(), make_secretary()):
            if user != speaker:
                client.force_login(user)
                assert client.get(url(posting, side)).status_code == 404
                assert client.post(url(posting, side), data()).status_code == 404
        client.force_login(speaker)
        assert client.get(url(posting, side)).status_code == 200
        assert client.post(url(posting, side), data(text=f"{side}的话")).status_code == 302
        assert client.post(url(posting, side), data(text="再说")).status_code == 422
        assert client.get(url(posting, side)).status_code == 302
    assert sorted(posting.opinions.values_list("text", flat=True)) == ["home的话", "host的话", "self的话"]
    assert Notification.objects.filter(user=own).count() == 2, "of both opinions, not of one's own statement"
    page = client.get(posting.get_absolute_url()).content.decode()
    assert all(f"{side}的话" in page for side in speakers)


def test_the_office_speaks_for_both_but_nobody_of_themselves(client, posting):
    client.force_login(make_office())
    assert client.get(url(posting, "host")).status_code == client.get(url(posting, "home")).status_code == 200
    leader = make_manager(posting.host_unit)
    own = make_posting(host_unit=posting.host_unit, home_unit=posting.home_unit, member=leader.member,
                       ends=today(-1), state=PostingState.COMPLETED)  # fmt: skip
    client.force_login(leader)
    assert client.get(url(own, "host")).status_code == 404
    assert client.get(url(own, "self")).status_code == 200


def test_nothing_is_said_before_the_end_draws_near(client):
    posting = make_posting(ends=today(8))
    leader = make_manager(posting.host_unit)
    client.force_login(leader)
    assert client.get(url(posting, "host")).status_code == 302
    assert client.post(url(posting, "host"), data()).status_code == 422
    assert opinions.of(posting, leader, today()) == []
    assert [said.may for said in opinions.of(posting, leader, today(1))] == [True, False, False]
    proposed = make_posting(host_unit=posting.host_unit, state=PostingState.PROPOSED)
    assert client.get(url(proposed, "host")).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"text": ""}, {"text": "长" * 2001}, {"signed_by": ""}, {"signed_on": "x"}, {"signed_on": "2098-01-01"}]
)
def test_what_is_wrong_is_named(client, posting, wrong):
    client.force_login(make_manager(posting.host_unit))
    assert client.post(url(posting, "host"), data() | wrong).status_code == 422
    assert not Opinion.objects.exists()


def test_there_are_three_sides_and_no_other(client, posting):
    client.force_login(make_office())
    assert client.get(url(posting, "partner")).status_code == 404


def test_the_domain_asks_who_speaks(posting):
    with pytest.raises(ValidationError):
        facts = {"text": "好", "signed_by": "张", "signed_on": today()}
        opinions.give(posting=posting, side=Side.HOST, by=make_manager(), **facts)
