"""The register's rows and figures by each filter are what a plain look at every row says, however they are found."""

import itertools
import random
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from activities.choices import OPEN_SUGGESTIONS, Rating, SuggestionState, Verdict
from activities.fates import FIGURES, Fate
from activities.models import Suggestion
from activities.suggestions import register, waiting_for
from tests.factories import activities as made
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

REGISTER = reverse("activities:suggestions")


class Book:
    """Suggestions of two years at every stage, of a branch, the one above it and another, in no order."""

    def __init__(self):
        self.upper = make.make_organisation()
        self.lower = make.make_organisation(self.upper)
        self.other = make.make_organisation(unit=make.make_unit())
        self.units = [self.other.unit, make.make_unit(parent=self.other.unit), make.make_unit()]
        self.activity = made.make_activity(self.lower)
        self.office = make.make_office()
        self.year = make.today().year
        chance = random.Random(7)
        days = [date(year, month, 5) for year in (self.year - 2, self.year - 1) for month in (2, 3, 12)]
        whole = made.make_suggestion(organisation=self.other, logged_on=days[0])
        for number, state in enumerate(itertools.islice(itertools.cycle(SuggestionState.values), 54)):
            answered = state in (SuggestionState.ANSWERED, SuggestionState.CLOSED)
            led = answered or state in (SuggestionState.ASSIGNED, SuggestionState.IN_PROGRESS)
            made.make_suggestion(
                text=f"第{number}条：{'夜市' if number % 3 else '烤房'}的灯。",
                organisation=chance.choice((self.upper, self.lower, self.other)),
                topic=chance.choice(("", "物流", "安全")),
                activity=self.activity if number % 5 == 0 else None,
                logged_on=chance.choice(days),
                state=state,
                merged_into=whole if state == SuggestionState.MERGED else None,
                accepted_on=make.today(-9) if led or number % 2 else None,
                lead_unit=chance.choice(self.units) if led else None,
                due=make.today(chance.choice((-3, 3))) if state in OPEN_SUGGESTIONS or led else None,
                verdict=chance.choice(Verdict.values) if answered else "",
                answer="照办。" if answered else "",
                answered_on=make.today(-2) if answered else None,
                answered_in_time=chance.choice((True, False)) if answered else None,
                rating=chance.choice(("", *Rating.values)) if state == SuggestionState.CLOSED else "",
            )

    def asked(self):
        """Every filter by itself, and many with another."""
        one = [
            {}, {"topic": "物流"}, {"branch": self.upper.pk}, {"branch": self.other.pk}, {"unit": self.units[0].pk},
            {"unit": self.units[1].pk}, {"year": self.year - 1}, {"month": 3}, {"year": self.year - 2, "month": 12},
            {"activity": self.activity.pk}, {"q": "夜市"}, {"q": "烤房"}, {"q": "第7条"},
            *({"state": state} for state in SuggestionState.values),
            *({"figure": figure} for figure in (*FIGURES, "overdue", "waiting")),
        ]  # fmt: skip
        pairs = [first | second for first, second in itertools.combinations(one[1:], 2)]
        return one + random.Random(7).sample(pairs, 60)

    def by_hand(self, asked):
        """The keys that `asked` means, looked up row by row."""
        waiting = {row.pk for row in waiting_for(self.office)}
        rows = Suggestion.objects.select_related("organisation", "lead_unit")
        return [row.pk for row in rows if self._meant(row, asked, waiting)]

    def _meant(self, row, asked, waiting):
        figures = {
            "logged": True, "accepted": row.accepted_on, "assigned": row.lead_unit, "answered": row.answered_on,
            "adopted": row.verdict in ("adopted", "partly"), "in_time": row.answered_in_time is True,
            "late": row.answered_in_time is False, "rated": row.rating, "closed": row.state == "closed",
            "satisfied": row.rating in ("satisfied", "fairly"), "open": row.state in OPEN_SUGGESTIONS,
        }  # fmt: skip
        held = {name: bool(value) and row.state != "merged" for name, value in figures.items()}
        held["overdue"] = row.state in OPEN_SUGGESTIONS and row.due is not None and row.due < make.today()
        held["waiting"] = row.pk in waiting
        below = {unit.pk: unit.path for unit in self.units} | {self.upper.pk: self.upper.path}
        return all((
            asked.get("topic", row.topic) == row.topic,
            "branch" not in asked or row.organisation.path.startswith(
                self.upper.path if asked["branch"] == self.upper.pk else self.other.path
            ),
            "unit" not in asked or (row.lead_unit and row.lead_unit.path.startswith(below[asked["unit"]])),
            asked.get("year", row.logged_on.year) == row.logged_on.year,
            asked.get("month", row.logged_on.month) == row.logged_on.month,
            asked.get("activity", row.activity_id) == row.activity_id,
            asked.get("q", "") in row.text,
            asked.get("state", row.state) == row.state,
            "figure" not in asked or held[asked["figure"]],
        ))  # fmt: skip


@pytest.fixture
def book():
    return Book()


def test_rows_and_figures_by_every_filter_are_those_of_a_count_by_hand(client, book):
    client.force_login(book.office)
    rows = {row.pk: row for row in Suggestion.objects.all()}
    for asked in book.asked():
        wanted = book.by_hand(asked)
        page = client.get(REGISTER, asked)
        assert page.status_code == 200, asked
        assert [row.pk for row in page.context["object_list"]] == wanted[:20], asked
        assert page.context["paginator"].count == len(wanted), asked
        once = [rows[pk] for pk in wanted if rows[pk].state != SuggestionState.MERGED]
        shown = [(one.part, one.whole) for one in page.context["figures"]][:5]
        answered = [row for row in once if row.answered_on]
        rated = [row for row in once if row.rating]
        assert shown == [
            (len(once), None),
            (sum(bool(row.accepted_on) for row in once), len(once)),
            (sum(row.verdict in ("adopted", "partly") for row in once), len(answered)),
            (sum(bool(row.answered_in_time) for row in once), len(answered)),
            (sum(row.rating in ("satisfied", "fairly") for row in rated), len(rated)),
        ], asked


def test_each_page_goes_on_where_the_one_before_ended(client, book):
    client.force_login(book.office)
    for asked in ({}, {"topic": "物流"}, {"figure": "accepted"}, {"q": "夜市"}):
        pages = itertools.count(1)
        listed = []
        while len(listed) < len(book.by_hand(asked)):
            listed += [row.pk for row in client.get(REGISTER, {**asked, "page": next(pages)}).context["object_list"]]
        assert listed == book.by_hand(asked)


def test_the_workbook_holds_the_rows_of_the_filter(client, book):
    client.force_login(book.office)
    for asked in ({}, {"figure": "adopted"}, {"month": 3, "state": "closed"}, {"q": "夜市"}, {"figure": "waiting"}):
        answer = client.get(REGISTER, {**asked, "format": "xlsx"})
        lines = load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True)
        numbers = dict(Suggestion.objects.values_list("pk", "number"))
        assert [line[0] for line in itertools.islice(lines, 1, None)] == [numbers[pk] for pk in book.by_hand(asked)]


def test_the_fate_is_that_of_the_row_after_every_change(book):
    def fits(row):
        fate = Fate.of(row.fate)
        return (fate.state, fate.verdict, fate.in_time, fate.rating, fate.accepted, fate.assigned, fate.answered) == (
            row.state, row.verdict, row.answered_in_time, row.rating, row.accepted_on is not None,
            row.lead_unit_id is not None, row.answered_on is not None,
        )  # fmt: skip

    assert all(fits(row) for row in Suggestion.objects.all())
    row = Suggestion.objects.filter(state=SuggestionState.LOGGED).first()
    for fields in ({"state": "accepted", "accepted_on": make.today()}, {"topic": "人才"}, {"accepted_on": None}):
        Suggestion.objects.filter(pk=row.pk).update(**fields)
        assert fits(Suggestion.objects.get(pk=row.pk))


def test_words_that_too_many_hold_are_looked_for_in_the_newest_and_the_reader_is_told(client, book, monkeypatch):
    monkeypatch.setattr(register, "MOST_HITS", 5)
    client.force_login(book.office)
    newest = [row.pk for row in Suggestion.objects.all() if "夜市" in row.text]
    page = client.get(REGISTER, {"q": "夜市"})
    assert [row.pk for row in page.context["object_list"]] == newest[:20]
    assert page.context["figures"] is None and "超过 5 条" in page.content.decode()
    page = client.get(REGISTER, {"q": "夜市", "state": "closed"})
    assert {row.state for row in page.context["object_list"]} == {"closed"}
    monkeypatch.setattr(register, "NEWEST", 10)
    page = client.get(REGISTER, {"q": "夜市"})
    of_ten = list(Suggestion.objects.values_list("pk", flat=True)[:10])
    assert [row.pk for row in page.context["object_list"]] == [pk for pk in newest if pk in of_ten]
    answer = client.get(REGISTER, {"q": "夜市", "format": "xlsx"})
    lines = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows())
    assert len(lines) == len(newest) + 1


def test_what_somebody_changes_is_counted_at_the_next_look(client, book):
    client.force_login(book.office)
    before = client.get(REGISTER).context["figures"][1].part
    Suggestion.objects.filter(state=SuggestionState.NOT_ACCEPTED, accepted_on=None).update(accepted_on=make.today())
    accepted = Suggestion.objects.filter(accepted_on__isnull=False).exclude(state=SuggestionState.MERGED).count()
    assert client.get(REGISTER).context["figures"][1].part == accepted > before


def test_a_register_without_a_row_answers_every_filter(client, book):
    Suggestion.objects.filter(merged_into__isnull=False).delete()
    Suggestion.objects.all().delete()
    client.force_login(book.office)
    for asked in book.asked()[:40]:
        page = client.get(REGISTER, asked)
        assert page.status_code == 200 and not page.context["object_list"], asked
