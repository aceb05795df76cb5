"""Handing plots over: asked for when a holder leaves, moves or is posted away; done once, with what is open."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from staff import handovers
from staff.models import Assignment, Handover, Notification, Transfer
from tests.factories.staff import (
    make_assignment,
    make_finding,
    make_manager,
    make_member,
    make_office,
    make_plot,
    make_posting,
    make_round,
    make_secretary,
    make_staff,
    make_unit,
    make_visit,
    today,
)

pytestmark = pytest.mark.django_db


def moved(holding, day=None, to=None):
    to = to or make_unit()
    Transfer.objects.create(
        member=holding.member, day=day or today(), from_unit=holding.member.unit, to_unit=to, reason="工作需要"
    )
    holding.member.unit = to
    holding.member.save()


def asked():
    return {row.pk: (row.cause, row.caused_on) for row in Assignment.objects.to_hand_over(today())}


def test_who_leaves_moves_or_is_posted_away_hands_over_and_nobody_else():
    left, gone, posted, stays = (make_assignment() for _number in range(4))
    left.member.left_on = today(5)
    left.member.save()
    moved(gone, today(-2))
    make_posting(member=posted.member, round=make_round(starts=today(3)))
    moved(stays, today(-2), to=stays.plot.unit)
    assert asked() == {
        left.pk: ("left", today(5)),
        gone.pk: ("moved", today(-2)),
        posted.pk: ("posted", today(3)),
    }


def test_what_was_so_when_the_plot_was_given_is_no_cause():
    posted = make_assignment(starts=today(-10))
    make_posting(member=posted.member, round=make_round(starts=today(-30)))
    moved(make_assignment(starts=today(-1)), today(-20))
    closed = make_assignment(plot=make_plot(closed_on=today(-1)))
    moved(closed)
    proposed = make_assignment()
    make_posting(member=proposed.member, state="proposed")
    assert asked() == {}


def test_the_nearest_who_assign_there_are_asked_once_for_a_person():
    holding = make_assignment()
    make_assignment(member=holding.member, plot=make_plot(unit=holding.plot.unit))
    manager, office, stranger = make_manager(holding.plot.unit), make_office(), make_manager()
    holding.member.left_on = today()
    holding.member.save()
    for _time in range(2):
        handovers.due(timezone.now())
    told = Notification.objects.get()
    assert told.user == manager
    assert "2块" in told.text
    assert not Notification.objects.filter(user__in=[office, stranger]).exists()


def test_where_nobody_is_near_the_office_is_asked():
    holding, office = make_assignment(), make_office()
    moved(holding)
    handovers.due(timezone.now())
    assert Notification.objects.get().user == office


def test_handing_over_ends_one_holding_and_begins_another_with_what_is_open():
    holding, successor = make_assignment(), make_member()
    finding = make_finding(visit=make_visit(assignment=holding), owner=holding.member)
    elsewhere = make_finding(owner=holding.member)
    moved(holding)
    done = handovers.hand_over(
        assignment=holding, day=today(), successor=successor, open_matters="两户合同未核对", by=None
    )
    holding.refresh_from_db()
    finding.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (holding.ends, done.successor.member, done.successor.starts) == (today(), successor, today())
    assert (finding.owner, elsewhere.owner) == (successor, holding.member)
    assert ModelLogEntry.objects.for_instance(done).get().action == "staff.plot.hand_over"
    assert asked() == {}
    with pytest.raises(ValidationError, match="已由他人"):
        handovers.hand_over(assignment=holding, day=today(), successor=successor, by=None)


def test_a_colleague_who_holds_it_in_the_same_part_takes_over_without_a_second_holding():
    holding = make_assignment()
    colleague = make_assignment(plot=holding.plot)
    moved(holding)
    done = handovers.hand_over(assignment=holding, day=today(), successor=colleague.member, by=None)
    assert done.successor == colleague
    assert Assignment.objects.filter(plot=holding.plot).count() == 2


def test_who_is_posted_away_may_keep_it_and_is_not_asked_about_again_until_the_next_cause():
    holding = make_assignment()
    make_posting(member=holding.member, round=make_round(starts=today(-3)))
    handovers.hand_over(assignment=holding, day=today(), keep=True, by=None)
    holding.refresh_from_db()
    assert (holding.ends, asked()) == (None, {})
    moved(holding)
    assert asked() == {holding.pk: ("moved", today())}


def test_who_has_left_cannot_keep_it_and_nobody_succeeds_themselves():
    holding = make_assignment()
    holding.member.left_on = today()
    holding.member.save()
    with pytest.raises(ValidationError, match="离职"):
        handovers.hand_over(assignment=holding, day=today(), keep=True, by=None)
    with pytest.raises(ValidationError):
        handovers.hand_over(assignment=holding, day=today(), successor=holding.member, by=None)
    assert not Handover.objects.exists()


def form(**fields):
    return {"decision": "pass", "day": today().isoformat(), "open_matters": "", **fields}


def test_the_keeper_settles_all_of_a_person_in_one_form(client):
    holding = make_assignment()
    other = make_assignment(member=holding.member, plot=make_plot(unit=holding.plot.unit))
    successor = make_member(unit=holding.plot.unit)
    moved(holding)
    client.force_login(make_manager(holding.plot.unit))
    page = client.get("/plots/handovers/").content.decode()
    assert holding.plot.name in page
    assert "2 块责任田待交接" in client.get("/plots/").content.decode()
    assert "2 块责任田待交接" in client.get("/me/").content.decode()
    url = f"/plots/handovers/{holding.pk}/"
    assert client.post(url, form()).status_code == 422
    answer = client.post(url, form(successor="无此人", open_matters="两户合同未核对"))
    assert answer.status_code == 422
    assert "两户合同未核对" in answer.content.decode()
    data = form(successor=successor.employee_number, together="on", open_matters="两户合同未核对")
    assert client.post(url, data).status_code == 302
    assert set(Handover.objects.values_list("assignment", flat=True)) == {holding.pk, other.pk}
    assert client.get(url).status_code == 302
    assert "两户合同未核对" in client.get(f"/plots/{holding.plot_id}/").content.decode()


def test_handovers_of_others_are_not_found(client):
    holding = make_assignment()
    moved(holding)
    url = f"/plots/handovers/{holding.pk}/"
    assert client.get(url).status_code == 302
    for user in (make_staff(unit=holding.plot.unit), make_manager(), make_secretary()):
        client.force_login(user)
        assert client.get(url).status_code == 404
        assert client.post(url, form()).status_code == 404
    assert not Handover.objects.exists()


@pytest.mark.parametrize("day", ["2001-01-01", "2099-01-01", "明天", ""])
def test_a_wrong_day_is_named(client, day):
    holding = make_assignment()
    moved(holding)
    client.force_login(make_manager(holding.plot.unit))
    answer = client.post(f"/plots/handovers/{holding.pk}/", form(decision="end", day=day))
    assert answer.status_code == 422
    assert not Handover.objects.exists()
