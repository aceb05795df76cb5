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
OVER_TIME = reverse("activities:suggestion_trend")


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


def test_over_time_each_cell_is_counted_by_hand_and_leads_to_its_rows(client, unit):
    """Two branches, two topics, two years: numerator and denominator of every cell, and the register behind it."""
    year = make.today().year - 1
    one, other = make.make_organisation(unit=unit), make.make_organisation(unit=unit)
    day = make.today().replace(year=year, month=3, day=5)
    before, late = {"logged_on": day.replace(year=year - 1)}, {"answered_in_time": False}
    row = answered(10, unit, topic="便民", organisation=one, logged_on=day)
    answered(10, unit, topic="便民", organisation=other, logged_on=day, verdict=Verdict.NOT_ADOPTED, **late)
    answered(10, unit, topic="人才", organisation=one, logged_on=day.replace(month=12, day=31))
    answered(10, unit, topic="便民", organisation=one, **before)
    made.make_suggestion(topic="", organisation=one, logged_on=day)
    made.make_suggestion(
        topic="便民", organisation=one, logged_on=day, state=SuggestionState.MERGED, merged_into=row, accepted_on=day
    )
    client.force_login(make.make_staff())

    def table(**query):
        found = client.get(OVER_TIME, query)
        heads = [column.label for column in found.context["columns"]]
        lines = {
            line.label: [cell.note or cell.value for cell in [*line.cells, line.total]]
            for line, _address, _cells in found.context["table"]
        }
        for line, address, cells in found.context["table"]:
            for _head, cell, link in [*cells, ("", line.total, address)]:
                if link:
                    assert client.get(link).context["paginator"].count == cell.part, (line.label, link)
        return heads, lines

    heads, lines = table()
    assert heads == [str(year - 1), str(year)]
    assert lines == {"便民": ["1", "2", "3"], "人才": ["0", "1", "1"], "未分主题": ["0", "1", "1"]}
    _heads, lines = table(figure="adopted")
    assert lines == {"便民": ["1 / 1", "1 / 2", "2 / 3"], "人才": ["0 / 0", "1 / 1", "1 / 1"],
                     "未分主题": ["0 / 0", "0 / 0", "0 / 0"]}  # fmt: skip
    heads, lines = table(by="branch", figure="in_time", year=year)
    assert len(heads) == 12
    assert lines[str(one)][2] == "1 / 1" and lines[str(one)][11] == "1 / 1" and lines[str(one)][-1] == "2 / 2"
    assert lines[str(other)][2] == "0 / 1" and lines[str(other)][-1] == "0 / 1"
    _heads, lines = table(by="unit", figure="accepted", year=year)
    assert lines == {str(unit): lines[str(unit)], "未交办": lines["未交办"]}
    assert lines[str(unit)][-1] == "3 / 3" and lines["未交办"][-1] == "0 / 1"


def test_over_time_by_session_and_with_nonsense(client, unit):
    branch = make.make_organisation(unit=unit)
    activity = made.make_activity(branch, title="主题党日")
    made.make_suggestion(organisation=branch, activity=activity)
    made.make_suggestion(organisation=branch)
    client.force_login(make.make_staff())
    found = {
        line.label[-4:]: line.total.part for line, *_ in client.get(OVER_TIME, {"by": "activity"}).context["table"]
    }
    assert found == {"主题党日": 1, "日常建议": 1}
    for query in ({"by": "x"}, {"year": "1"}, {"figure": "open"}, {"page": "x"}, {"year": "0' OR 1"}):
        assert client.get(OVER_TIME, query).status_code == 200
    assert client.get(OVER_TIME, {"format": "xlsx"}).status_code == 404
    Suggestion.objects.all().delete()
    assert client.get(OVER_TIME).status_code == 200


def test_the_workbook_over_time_holds_numerators_and_denominators(client, unit):
    answered(10, unit, topic="便民", logged_on=make.today(-1))
    client.force_login(make.make_office())
    answer = client.get(OVER_TIME, {"figure": "adopted", "format": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][-2:] == ("合计 分子", "合计 分母")
    assert rows[1][0] == "便民" and rows[1][-2:] == (1, 1)


def test_the_last_page_of_the_register_follows_the_one_before(client, unit):
    """Every suggestion stands on one page, in the order of days, whichever end the page is found from."""
    for number in range(47):
        made.make_suggestion(organisation=make.make_committee(), logged_on=make.today(-(number % 7)))
    client.force_login(make.make_staff())
    wanted = list(Suggestion.objects.order_by("-logged_on", "-pk").values_list("pk", flat=True))
    pages = [client.get(REGISTER, {"page": number}).context["object_list"] for number in (1, 2, 3)]
    assert [row.pk for page in pages for row in page] == wanted
    assert [len(page) for page in pages] == [20, 20, 7]
    assert client.get(REGISTER, {"page": 4}).status_code == 404
