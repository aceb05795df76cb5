"""The cockpit: whose figures, and that they are right."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities import compliance
from home import cockpit
from tests.factories.activities import make_suggestion
from tests.factories.staff import (
    make_assignment,
    make_auditor,
    make_leave,
    make_manager,
    make_need,
    make_office,
    make_organisation,
    make_partner,
    make_plot,
    make_posting,
    make_round,
    make_secretary,
    make_staff,
    make_sysadmin,
    make_unit,
    make_visit,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [make_staff, make_secretary, make_sysadmin, make_auditor, make_partner])
def test_the_cockpit_is_for_those_who_lead(client, make):
    client.force_login(make())
    assert client.get("/manage/").status_code == 404


def test_signed_out_readers_come_back(client):
    assert client.get("/manage/")["Location"] == "/accounts/login/?next=/manage/"


def fill(unit):
    """One of everything that the cockpit counts, at `unit`."""
    round = make_round()
    need = make_need(round=round, host_unit=unit, headcount=3)
    make_posting(need=need)
    make_leave(posting=make_posting(need=need), starts=today(), ends=today(), state="approved")
    late = make_assignment(plot=make_plot(unit=unit))
    make_visit(assignment=late, day=today(-20))
    fresh = make_assignment(plot=make_plot(unit=unit))
    make_visit(assignment=fresh, day=today(-1))
    make_suggestion(lead_unit=unit, state="in_progress", due=today(-1), organisation=make_organisation(unit=unit))


def test_figures_count_ones_own_scope(client):
    unit = make_unit(name="嵩明局")
    fill(unit)
    fill(make_unit())
    user = make_manager(unit)
    found = cockpit.of(user, on=today())
    assert found["deployed"].total == {"on_duty": 1, "away": 1, "needed": 3}
    calls = found["visited"].total
    assert (calls["plots"], calls["overdue"], calls["soon"], calls["visits"]) == (2, 1, 1, 1)
    assert found["suggested"].total == {"open": 1, "overdue": 1}
    assert cockpit.of(make_office(), on=today())["deployed"].total["on_duty"] == 2
    client.force_login(user)
    text = client.get("/manage/").text
    assert "嵩明局" in text
    assert text.count("<h1") == 1


def test_meetings_owed_are_counted_by_branch():
    compliance.seed_rules()
    unit = make_unit()
    branch = make_organisation(unit=unit)
    found = cockpit.meetings(make_manager(unit), today())
    assert [row.unit for row in found.rows if row.unit == branch] == [branch]
    assert sum(found.total.values()) >= 1


def test_the_cockpit_costs_the_same_at_any_scale(client):
    compliance.seed_rules()
    fill(make_unit())
    client.force_login(make_office())
    counts = []
    for times in (0, 5):
        for _each in range(times):
            fill(make_unit())
        client.get("/manage/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/manage/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20
