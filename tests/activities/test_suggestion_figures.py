"""Figures of suggestions: numerator and denominator, the rows behind each, and the days that answers took."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from activities.choices import Rating, SuggestionState, Verdict
from activities.models import Suggestion
from activities.suggestions import figures
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

PAGE = reverse("activities:suggestion_figures")
REGISTER = reverse("activities:suggestions")


def answered(days, unit, **fields):
    """A suggestion that was answered after so many days."""
    fields = {
        "logged_on": make.today(-100), "accepted_on": make.today(-99), "lead_unit": unit, "due": make.today(-60),
        "state": SuggestionState.ANSWERED, "verdict": Verdict.ADOPTED, "answer": "照办。",
        "answered_on": make.today(days - 100), "answered_in_time": days <= 40, **fields,
    }  # fmt: skip
    return made.make_suggestion(**fields)


@pytest.fixture
def unit():
    return make.make_unit()


def test_the_days_to_answer_are_the_nearest_rank(unit):
    """Of one to ten days the median is five and nine in ten took nine at most; of nothing there is nothing."""
    assert figures.days_to_answer(Suggestion.objects.all()) == figures.Days(None, None, 0)
    for days in range(1, 11):
        answered(days, unit)
    made.make_suggestion()
    assert figures.days_to_answer(Suggestion.objects.all()) == figures.Days(5, 9, 10)


def test_merged_ones_count_once_and_every_stage_names_its_whole(unit):
    answered(10, unit)
    row = answered(50, unit, verdict=Verdict.NOT_ADOPTED, rating=Rating.SATISFIED, state=SuggestionState.CLOSED)
    made.make_suggestion(state=SuggestionState.MERGED, merged_into=row, accepted_on=make.today())
    made.make_suggestion()
    notes = {one.figure: one.note for one in figures.funnel(Suggestion.objects.all())}
    assert notes == {
        "logged": "3 / 3", "accepted": "2 / 3", "assigned": "2 / 3", "answered": "2 / 3", "adopted": "1 / 3",
        "closed": "1 / 3",
    }  # fmt: skip


def test_every_figure_leads_to_as_many_rows_as_it_says(client, unit):
    """The link of each stage, each rate, each unit and each session, followed."""
    branch = make.make_organisation(unit=unit)
    activity = made.make_activity(branch)
    answered(10, unit)
    row = answered(60, unit, activity=activity, rating=Rating.SATISFIED)
    made.make_suggestion(state=SuggestionState.MERGED, merged_into=row, accepted_on=make.today())
    made.make_suggestion(
        organisation=branch, activity=activity, state=SuggestionState.IN_PROGRESS, lead_unit=unit, due=make.today(-1),
        accepted_on=make.today(-9),
    )  # fmt: skip
    client.force_login(make.make_office())
    page = client.get(PAGE)
    for one in [*page.context["funnel"], *page.context["outcomes"]]:
        listed = client.get(REGISTER, {"figure": one.figure}).context["paginator"].count
        assert listed == one.part, one
    [(lead, late)] = page.context["units"]
    assert (lead, late.part, late.whole) == (unit, 1, 1)
    for figure, number in (("overdue", late.part), ("open", late.whole)):
        assert client.get(REGISTER, {"unit": lead.pk, "figure": figure}).context["paginator"].count == number
    [(held, *group)] = page.context["sessions"]
    assert held == activity
    assert [one.note for one in group] == ["", "2 / 2", "1 / 2", "1 / 1"]
    for one in group[1:]:
        found = client.get(REGISTER, {"activity": activity.pk, "figure": one.figure}).context["paginator"].count
        assert found == one.part


def test_the_workbook_says_the_same(client, unit):
    answered(10, unit)
    client.force_login(make.make_manager(unit))
    answer = client.get(PAGE, {"format": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][3:5] == ("分子", "分母")
    assert ("答复用时", None, "中位数(天)", 10, 1, None) in rows


def test_figures_are_for_those_who_lead_and_narrowed_by_year_and_branch(client, unit):
    branch = make.make_organisation(unit=unit)
    answered(10, unit, organisation=branch)
    answered(10, unit)
    client.force_login(make.make_staff())
    assert client.get(PAGE).status_code == 404
    client.force_login(make.make_secretary(branch))
    assert client.get(PAGE).context["funnel"][0].part == 2
    assert client.get(PAGE, {"branch": branch.pk}).context["funnel"][0].part == 1
    assert client.get(PAGE, {"year": make.today(-800).year}).context["funnel"][0].part == 2  # no such year: left out
    assert client.get(PAGE, {"year": "x", "branch": "-1"}).status_code == 200
