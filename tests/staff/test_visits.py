"""Visits: when they are due, that they are stored once, and what becomes of findings."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from staff import plots, visits
from staff.choices import DueState
from staff.models import Finding, Notification, Plot, Visit
from tests.factories.staff import make_assignment, make_finding, make_member, make_plot, make_user, make_visit, today

DAY = date(2022, 9, 20)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (date(2022, 9, 20), DueState.NOT_DUE),
        (date(2022, 9, 16), DueState.NOT_DUE),
        (date(2022, 9, 15), DueState.DUE),
        (date(2022, 9, 13), DueState.DUE),
        (date(2022, 9, 12), DueState.OVERDUE),
        (None, DueState.OVERDUE),
    ],
)
def test_a_visit_is_due_by_the_interval_and_overdue_after_it(last, state):
    plot = Plot(visit_interval=7)
    assert visits.due(plot=plot, since=date(2022, 8, 1), last_visit=last, day=DAY).state == state


def test_the_season_stops_the_clock():
    plot = Plot(visit_interval=7, season_starts=date(2022, 9, 15), season_ends=date(2022, 10, 31))
    found = visits.due(plot=plot, since=date(2022, 1, 1), last_visit=date(2022, 3, 1), day=DAY)
    assert found == visits.Due(DueState.DUE, date(2022, 9, 22))
    assert visits.due(plot=plot, since=None, last_visit=None, day=date(2022, 11, 1)).state == DueState.OUT_OF_SEASON


def test_a_daily_plot_is_not_due_again_on_the_day_of_its_visit():
    assert visits.due(plot=Plot(visit_interval=1), since=DAY, last_visit=DAY, day=DAY).state == DueState.NOT_DUE


@pytest.mark.django_db
def test_the_database_calls_the_same_plots_overdue_as_the_rule():
    for days in (0, 6, 7, 8, 30):
        make_visit(assignment=make_assignment(), day=today(-days))
    make_assignment()
    make_assignment(plot=make_plot(season_starts=today(-3)))
    make_assignment(plot=make_plot(season_ends=today(-1)))
    make_assignment(starts=today(-2))
    make_plot()
    day = today()
    by_rule = {
        plot.pk
        for plot in Plot.objects.with_cover(day)
        if (found := plots.state_of(plot, day)) and found.state == DueState.OVERDUE
    }
    assert len(by_rule) == 3
    assert set(Plot.objects.overdue(day).values_list("pk", flat=True)) == by_rule


def record(assignment, **fields):
    fields = {"day": today(), "households": 3, "token": uuid.uuid4(), "by": None, **fields}
    return visits.record(assignment=assignment, **fields)


@pytest.mark.django_db
def test_a_visit_sent_twice_is_stored_once():
    assignment, token = make_assignment(), uuid.uuid4()
    first = record(assignment, token=token, findings=[{"text": "电线老化"}])
    assert record(assignment, token=token, households=9) == first
    assert (Visit.objects.count(), Finding.objects.count()) == (1, 1)
    assert ModelLogEntry.objects.for_instance(first).get().action == "staff.visit.record"


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"day": today(1)}, {"day": today(-100)}, {"households": 0}])
def test_a_visit_in_the_future_outside_the_holding_or_to_nobody_is_refused(fields):
    with pytest.raises(ValidationError):
        record(make_assignment(), **fields)
    assert not Visit.objects.exists()


@pytest.mark.django_db
def test_nothing_is_kept_of_a_visit_whose_finding_is_wrong():
    with pytest.raises(ValidationError):
        record(make_assignment(), findings=[{"text": "电线老化", "due": today(-1)}])
    assert not Visit.objects.exists()


@pytest.mark.django_db
def test_the_owner_of_a_finding_is_told_once():
    owner = make_member()
    user = make_user(member=owner)
    record(make_assignment(), findings=[{"text": "电线老化", "owner": owner}])
    assert "电线老化" in Notification.objects.get(user=user).text


@pytest.mark.django_db
def test_a_finding_is_closed_once_and_logged():
    finding = make_finding()
    visits.close_finding(finding=finding, result="已更换", day=today(), by=None)
    with pytest.raises(ValidationError, match="已由他人销号"):
        visits.close_finding(finding=finding, result="又一次", day=today(), by=None)
    finding.refresh_from_db()
    assert (finding.result, finding.closed_on) == ("已更换", today())
    assert ModelLogEntry.objects.for_instance(finding).count() == 1


@pytest.mark.django_db
def test_a_visit_queued_while_its_holding_ended_is_kept_and_flagged_and_no_other():
    ended = make_assignment(ends=today(-3))
    assert record(ended, day=today(-4), queued=True).flagged is False
    assert record(ended, day=today(), queued=True).flagged is True
    with pytest.raises(ValidationError):
        record(ended, day=today())
    with pytest.raises(ValidationError):
        record(make_assignment(starts=today(-3)), day=today(-9), queued=True)


@pytest.mark.django_db
def test_who_is_to_mend_what_is_late_is_reminded_once():
    owner = make_member()
    user = make_user(member=owner)
    make_finding(owner=owner, due=today(-1))
    make_finding(owner=owner, due=today())
    for _time in range(2):
        visits.due_findings(timezone.now())
    assert Notification.objects.filter(user=user).count() == 1
