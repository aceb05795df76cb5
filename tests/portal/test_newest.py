"""The newest entries that say something, of rows that may be seen: the same whichever way they are found."""

import pytest
from django.db import connection
from wagtail.search.backends import get_search_backend

from activities.models import Activity, Suggestion
from home.models import NewsPage, Update
from portal import newest
from tests.factories.activities import make_activity, make_suggestion
from tests.factories.home import make_news, make_update

pytestmark = pytest.mark.django_db

# (SAMPLE, COMMON, WALK, REACH): as they are; walked; walked too short a way; not walked for what may be seen of it is
# rare; asked of the index; asked of the index, but not far enough.
WAYS = {
    "as in service": (500, 7, 15_000, 20_000),
    "walked": (50, 1, 1_000, 1_000),
    "walked a little": (50, 1, 7, 1_000),
    "of the rows": (50, 12, 1_000, 1_000),
    "of the index": (50, 1_000, 1, 1_000),
    "of the index, then of the rows": (50, 1_000, 1, 6),
}


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    """Each way that the statement for PostgreSQL can take; SQLite has one."""
    names = ("SAMPLE", "COMMON", "WALK", "REACH")
    for name, value in zip(names, WAYS[request.param], strict=True):
        monkeypatch.setattr(newest, name, value)
    return request.param


@pytest.fixture
def updates():
    """40 updates from the newest on: every third says 夜市, every fourth is hidden."""
    said = [("集市" if n % 3 else "夜市", "" if n % 4 else "误发") for n in range(40)]
    return [make_update(text=text, hidden_because=reason) for text, reason in said][::-1]


def found(most, rows, few=None, text="夜市"):
    """By model the ids that are found."""
    ids = get_search_backend().newest(text, most, rows, few or {})
    return {model: [int(pk) for pk in each] for model, each in ids.items()}


@pytest.mark.parametrize("most", [1, 5, 9, 10, 100])
def test_the_newest_of_the_rows_that_count_are_found(way, updates, most):
    said = [update.pk for update in updates if update.text == "夜市"]
    shown = [update.pk for update in updates if update.text == "夜市" and not update.hidden_because]
    assert found(most, {Update: Update.objects.all()})[Update] == said[:most]
    assert found(most, {Update: Update.objects.filter(hidden_because="")})[Update] == shown[:most]
    assert found(most, {Update: Update.objects.none()})[Update] == []


def test_an_old_row_is_found_behind_all_that_does_not_count(way, updates):
    oldest = updates[-1]
    rows = Update.objects.filter(pk=oldest.pk)
    assert oldest.text == "夜市"
    assert found(5, {Update: rows})[Update] == [oldest.pk]


def test_each_kind_is_looked_for_by_itself(way, updates):
    suggestion, page = make_suggestion(text="夜市100%热闹"), make_news(title="夜市新闻")
    make_news(title="夜市旧闻")
    rows = {
        Activity: Activity.objects.exclude(state="draft"),
        Suggestion: Suggestion.objects.filter(text__contains="100%"),
        Update: Update.objects.all(),
    }
    ids = found(3, rows, {NewsPage: 1})
    assert (ids[Activity], ids[Suggestion], len(ids[Update]), len(ids[NewsPage])) == ([], [suggestion.pk], 3, 1)
    ids = found(3, {}, {NewsPage: 10})
    assert len(ids[NewsPage]) == 2 and page.pk in ids[NewsPage]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("夜市 党课", True),
        ("党课 消防 夜市普法 三楼 gis20", True),
        ("党课 夜市 西山", False),
        ("党课 夜市普法 三楼 gis3", False),
    ],
)
def test_words_may_stand_in_several_parts_of_a_row(way, text, says):
    activity = make_activity(title="夜市普法", place="三楼", agenda="党课；消防；GIS2022")
    for _ in range(15):
        make_activity(title="夜市巡查", state="draft")
    ids = found(5, {Activity: Activity.objects.exclude(state="draft")}, text=text)
    assert ids[Activity] == ([activity.pk] if says else [])


@pytest.mark.parametrize("text", ["", "*", "量子", "' & |:*", "%s"])
def test_what_nobody_says_is_nowhere(way, updates, text):
    ids = found(3, {Update: Update.objects.filter(hidden_because="")}, {NewsPage: 3}, text)
    assert ids == {Update: [], NewsPage: []}


def test_it_takes_one_query_however_much_is_said(way, updates, django_assert_num_queries):
    rows = {Update: Update.objects.filter(hidden_because=""), Suggestion: Suggestion.objects.all()}
    found(3, rows, {NewsPage: 3})
    for text in ("夜市", "集市", "量子"):
        with django_assert_num_queries(1, connection=connection):
            found(3, rows, {NewsPage: 3}, text)
