"""Choosers of the admin: found by name, pinyin and number, within one's reach, and a form costs the same with many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import staff as make

pytestmark = pytest.mark.django_db


def listed(client, chooser, **asked):
    """What the window of a chooser lists."""
    return list(client.get(reverse(f"choose_{chooser}:choose_results"), asked).context["results"])


def test_people_are_found_by_name_pinyin_initials_and_number(client):
    found = make.make_member(name="单雄信", employee_number="ZX77")
    make.make_member(name="李明")
    client.force_login(make.make_office())
    for text in ("雄信", "shanxiong", "sxx", "zx7"):
        assert listed(client, "member", q=text) == [found], text
    answer = client.get(reverse("choose_member:chosen", args=[found.pk])).json()["result"]
    assert answer["id"] == str(found.pk)
    assert "ZX77" in answer["title"]


def test_units_are_found_by_pinyin(client):
    unit = make.make_unit(name="官渡区局")
    client.force_login(make.make_office())
    for text in ("官渡", "guandu", "gdq"):
        assert unit in listed(client, "unit", q=text)
    assert unit not in listed(client, "unit", q="xishan")


def test_a_secretary_chooses_among_their_own(client):
    secretary = make.make_secretary()
    mine, other = make.make_member(branch=secretary.member.branch), make.make_member()
    client.force_login(secretary)
    rows = listed(client, "member")
    assert mine in rows
    assert other not in rows
    for url in (reverse("choose_member:chosen", args=[other.pk]), reverse("choose_member:chosen", args=["x"])):
        assert client.get(url).status_code == 404
    several = client.get(reverse("choose_member:chosen_multiple"), {"id": [mine.pk, other.pk]}).json()["result"]
    assert [row["id"] for row in several] == [str(mine.pk)]
    assert client.get(reverse("choose_member:chosen_multiple"), {"id": ["x"]}).json()["result"] == []
    assert listed(client, "user") == []


def test_a_field_for_a_branch_offers_branches_only(client):
    branch = make.make_organisation()
    group = make.make_organisation(kind="group")
    client.force_login(make.make_office())
    assert group not in listed(client, "organisation", kind="branch")
    assert branch in listed(client, "organisation", kind="branch")


def test_a_form_costs_the_same_with_more_to_choose_from(client):
    office = make.make_office()
    member = make.make_member()
    plot = make.make_plot(divisions=[make.make_division()])
    client.force_login(office)
    forms = (
        reverse("staff_member:edit", args=[member.pk]),
        reverse("staff_plot:edit", args=[plot.pk]),
        reverse("staff_assignment:add"),
        reverse("staff_grant:add"),
    )
    costs = []
    for _time in range(2):
        for url in forms:
            client.get(url)
            with CaptureQueriesContext(connection) as spent:
                page = client.get(url)
            assert page.status_code == 200
            assert len(spent) <= 20, (url, len(spent))
            costs.append(len(spent))
        for _more in range(3):
            make.make_member()
            make.make_plot(divisions=[make.make_division()])
    assert costs[:4] == costs[4:]


def test_villages_of_a_plot_are_kept_taken_out_and_added(client):
    office = make.make_office()
    kept, out, new = (make.make_division(code=f"53012{n}", name=f"第{n}县") for n in range(3))
    plot = make.make_plot(divisions=[kept, out])
    client.force_login(office)
    url = reverse("staff_plot:edit", args=[plot.pk])
    page = client.get(url).content.decode()
    assert f'value="{kept.pk}"' in page
    assert f'value="{new.pk}"' not in page
    sent = {"name": plot.name, "kind": plot.kind, "unit": plot.unit_id, "households": 5, "visit_interval": 7,
            "technicians_needed": 0, "grid_officers_needed": 0, "divisions": [kept.pk, new.pk]}  # fmt: skip
    assert client.post(url, sent).status_code == 302
    assert set(plot.divisions.all()) == {kept, new}


@pytest.mark.parametrize(
    "register", ["activities_jointagreement", "activities_agreementitem", "staff_posting", "staff_round", "home_update"]
)
def test_what_the_portal_changes_by_rules_has_no_form_here(register, client):
    client.force_login(make.make_office())
    base = reverse(f"{register}:index")
    for part in ("new/", "edit/1/", "delete/1/"):
        assert client.get(base + part).status_code == 404


def test_somebody_without_records_to_keep_has_no_chooser(client):
    client.force_login(make.make_auditor())
    assert client.get(reverse("choose_member:choose")).status_code == 404
