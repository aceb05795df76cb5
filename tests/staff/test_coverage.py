"""How well an area is covered: at every level, in few queries, with somebody to call, and as a sketch."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.choices import AssignmentRole, DivisionLevel
from staff.coverage import county_map, coverage, outlines
from staff.models import Division, Plot
from tests.factories.staff import (
    make_assignment,
    make_division,
    make_manager,
    make_plot,
    make_secretary,
    make_unit,
    make_visit,
    today,
)

pytestmark = pytest.mark.django_db


def village(county, township, number):
    top = make_division(f"县{county}", code=f"5301{county}")
    middle = make_division(f"镇{township}", code=f"{top.code}{township}", level=DivisionLevel.TOWNSHIP, parent=top)
    code = f"{middle.code}{number}"
    return make_division(f"村{number}", code=code, level=DivisionLevel.VILLAGE, parent=middle)


def test_coverage_counts_held_thin_empty_and_overdue_at_every_level():
    first, second, third = village("29", "100", "201"), village("29", "100", "202"), village("29", "101", "201")
    village("29", "100", "203")
    held = make_plot(divisions=[first], technicians_needed=1)
    make_visit(assignment=make_assignment(plot=held, role=AssignmentRole.TECHNICIAN), day=today())
    make_assignment(plot=make_plot(divisions=[second], technicians_needed=1))
    make_plot(divisions=[second, third])
    rows, total = coverage(plots=Plot.objects.all(), day=today())
    assert [(row.name, row.plots, row.held, row.thin, row.empty, row.overdue) for row in rows] == [
        ("县29", 3, 2, 1, 1, 1)
    ]
    rows, total = coverage(plots=Plot.objects.all(), day=today(), below=Division.objects.get(code="530129"))
    assert [(row.code, row.plots, row.empty) for row in rows] == [("530129100", 3, 1), ("530129101", 1, 1)]
    assert (total.plots, total.empty) == (3, 1)
    rows, total = coverage(plots=Plot.objects.all(), day=today(), below=Division.objects.get(code="530129100"))
    assert [(row.name, row.plots) for row in rows] == [("村201", 1), ("村202", 2), ("村203", 0)]


def test_a_plot_without_a_division_is_counted_as_such():
    make_plot()
    rows, total = coverage(plots=Plot.objects.all(), day=today())
    assert [(row.name, row.plots) for row in rows] == [("未标注区划", 1)]


def test_the_database_counts_in_as_few_queries_for_many_plots_as_for_few():
    place = village("29", "100", "201")

    def cost():
        with CaptureQueriesContext(connection) as asked:
            coverage(plots=Plot.objects.all(), day=today(), below=Division.objects.get(code="530129100"))
        return len(asked)

    make_assignment(plot=make_plot(divisions=[place]))
    few = cost()
    for _number in range(10):
        make_assignment(plot=make_plot(divisions=[place]))
    assert few == cost() <= 5


def test_who_to_call_is_the_nearest_who_answers_for_the_plots():
    county = make_unit()
    station = make_unit(parent=county, kind="station")
    make_plot(unit=station, divisions=[village("29", "100", "201")])
    make_secretary()
    rows, _total = coverage(plots=Plot.objects.all(), day=today())
    assert rows[0].contact is None
    manager = make_manager(county).member
    rows, _total = coverage(plots=Plot.objects.all(), day=today())
    assert rows[0].contact == (manager.pk, manager.name)


def test_the_worst_of_a_division_gives_it_its_tone_and_words():
    place = village("29", "100", "201")
    held = make_assignment(plot=make_plot(divisions=[place]))
    rows, _total = coverage(plots=Plot.objects.all(), day=today())
    assert (rows[0].tone, rows[0].label) == ("amber", "1块走访逾期")
    make_visit(assignment=held, day=today())
    rows, _total = coverage(plots=Plot.objects.all(), day=today())
    assert (rows[0].tone, rows[0].label) == ("green", "覆盖良好")
    make_plot(divisions=[place])
    rows, _total = coverage(plots=Plot.objects.all(), day=today())
    assert (rows[0].tone, rows[0].label) == ("red", "1块无人负责")


def test_the_sketch_has_each_county_once_and_says_how_it_stands():
    shapes, height = outlines()
    assert len({shape.code for shape in shapes}) == 14
    assert height > 0
    make_plot(divisions=[village("29", "100", "201")])
    rows, _total = coverage(plots=Plot.objects.all(), day=today())
    [(shape, name, cover)] = county_map(rows)["shapes"]
    assert (shape.code, cover.label) == ("530129", "1块无人负责")


def test_the_figures_lead_to_their_rows(client):
    unit = make_unit()
    make_plot(unit=unit, divisions=[village("29", "100", "201")])
    make_assignment(plot=make_plot(unit=unit))
    client.force_login(make_manager(unit))
    page = client.get("/plots/coverage/").content.decode()
    for part, plots in (("cover=held", 1), ("cover=empty", 1), ("division=530129", 1)):
        assert part in page
        assert len(client.get(f"/plots/?kept=1&{part}").context["rows"]) == plots
    assert "示意图" in page
    assert client.get("/plots/coverage/?division=530129100&format=xlsx").status_code == 200


@pytest.mark.parametrize("page", ["/plots/coverage/", "/deployments/roster/"])
def test_coverage_and_roster_cost_a_manager_ten_queries_at_most(client, page):
    unit = make_unit()
    make_assignment(plot=make_plot(unit=unit, divisions=[village("29", "100", "201")]))
    client.force_login(make_manager(unit))
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page, headers={"cache-control": "no-cache"}).status_code == 200
    assert len(asked) <= 10, [query["sql"][:120] for query in asked]
