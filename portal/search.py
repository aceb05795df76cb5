"""Search over Chinese: the databases' own full text search, with each run of Chinese indexed as bigrams.

To SQLite's and PostgreSQL's word splitters a run of Chinese is one word, so that 主题党日 does not find
官渡区主题党日活动. Here a run is indexed as its pairs of neighbours and its single characters, and asked for by its
pairs, or by the character when it is one. Words in Latin letters and figures stay as they are. What stands between
(quotes, brackets, operators of the databases' query languages) is dropped on both sides, so it can do no harm.
"""

import re
from contextlib import suppress
from functools import cache
from threading import Lock

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchRank
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, CharField, F
from django.db.models.functions import Cast
from modelsearch.backends.base import EmptySearchResults
from modelsearch.query import And, Boost, Fuzzy, Not, Or, Phrase, PlainText

from portal import newest

LONGEST_QUERY = 100
# Han with its extensions, and the ideographic zero of dates and numbers.
HAN = "〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
RUNS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
IS_HAN = re.compile(rf"[{HAN}]")


def terms_to_index(text):
    """`text` as it is stored in the index: words as they are, Chinese as pairs and single characters."""
    found = []
    for run in RUNS.findall(text):
        if IS_HAN.match(run):
            found += pairs(run)
            found += run if len(run) > 1 else []
        else:
            found.append(run)
    return " ".join(found)


def terms_to_find(text):
    """The words that a query asks for, all of them: Chinese by its pairs, one character by itself."""
    found = []
    for run in RUNS.findall(text[:LONGEST_QUERY]):
        found += pairs(run) if IS_HAN.match(run) else [run]
    # A word once is enough; the last one stays last, for it may be the beginning of a longer one.
    last = found[-1:]
    return [term for term in dict.fromkeys(found) if term not in last] + last


def pairs(run):
    """The pairs of neighbours in a run of Chinese; a single character is its own."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def rewritten(query):
    """A query in the terms of the index; None when it asks for nothing that could be found."""
    match query:
        case str():
            return " ".join(terms_to_find(query)) or None
        case PlainText():
            text = rewritten(query.query_string)
            return text and PlainText(text, operator=query.operator)
        case Phrase() | Fuzzy():
            text = rewritten(query.query_string)
            return text and PlainText(text)
        case Boost():
            return rewritten(query.subquery)
        case Not():
            inner = rewritten(query.subquery)
            return inner and Not(inner)
        case And() | Or():
            parts = [part for part in map(rewritten, query.subqueries) if part is not None]
            return type(query)(parts) if parts else None
    return query


class Bigrams:
    """What both backends share: queries are rewritten before they are compiled, and ids can be asked for alone."""

    def _search(self, query_compiler_class, query, model_or_queryset, **kwargs):
        query = rewritten(query)
        if query is None:
            return EmptySearchResults()
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)

    def matching(self, text, model, *, beginning=False):
        """The ids of the rows of `model` that `text` is found in, as a subquery; access is asked elsewhere.

        With `beginning` the last word may be the beginning of a longer one.
        """
        terms = rewritten(text)
        if terms is None:
            return model._base_manager.none().values("pk")
        entries = self._entries(PlainText(terms), [model], beginning and opens_words(terms))
        return entries.values(found=self._id_of(model))

    def hits(self, text, models, most):
        """Up to `most` rows of `models` that `text` is found in, in one query: (id of the content type, id of the row).

        The last word may be the beginning of a longer one, as when it is still being typed.
        """
        terms = rewritten(text)
        if terms is None:
            return []
        entries = self._entries(PlainText(terms), models, opens_words(terms))
        place = self.entry_place
        return list(entries.values_list(f"{place}content_type", f"{place}object_id")[:most])

    def newest(self, text, most, rows, few):
        """By model the ids that `text` is found in, in one query: of `rows` (by model) up to `most` of the newest.

        Of the models in `few`, whose rows are not asked for here, up to so many. The last word of the text may be the
        beginning of a longer one. Bounded work, however common the text is and whoever may see what.
        """
        terms = rewritten(text)
        models = {ContentType.objects.get_for_model(model).pk: model for model in (*rows, *few)}
        found = {model: [] for model in models.values()}
        long, values = {}, {"most": most}
        for kind, model in models.items():
            if model in rows:
                with suppress(EmptyResultSet):
                    long[kind] = _rows(rows[model], f"of_{kind}", values)
        short = {kind: few[model] for kind, model in models.items() if model in few}
        if terms is not None and (long or short):
            with connection.cursor() as cursor:
                cursor.execute(*self._newest(terms.split(), opens_words(terms), long, short, values))
                for kind, pk in cursor.fetchall():
                    found[models[kind]].append(pk)
        # What was walked and then looked for in another way comes twice.
        return {model: list(dict.fromkeys(ids))[: few.get(model, most)] for model, ids in found.items()}

    def _id_of(self, model):
        """The id of an index entry's row, as a value to compare with the model's key."""
        field = f"{self.entry_place}object_id"
        return F(field) if isinstance(model._meta.pk, CharField) else Cast(field, BigIntegerField())

    def nearest(self, text, model, most):
        """The ids of up to `most` rows of `model` that share words with `text`, those that share most first."""
        terms = rewritten(text)
        return [] if terms is None else list(self._nearest(PlainText(terms, operator="or"), model)[:most])


def opens_words(terms):
    """Whether the last of the terms is Latin letters or figures that may go on."""
    last = terms.split()[-1]
    return len(last) > 1 and not IS_HAN.match(last)


def kinds_of(models):
    """The ids of the content types of `models` and of what descends from them."""
    from modelsearch.utils import get_descendants_content_types_pks

    return [pk for model in models for pk in get_descendants_content_types_pks(model)]


def _rows(rows, name, values):
    """The SQL that gives the ids of some rows, as `found`, its values put with the others; None when all rows count."""
    if not rows.query.where:
        return None
    sql, given = rows.order_by().values(found=F("pk")).query.sql_with_params()
    names = [f"{name}_{place}" for place in range(len(given))]
    values.update(zip(names, given, strict=True))
    return sql.replace("%%", "%%%%") % tuple(f"%({one})s" for one in names)


_making = Lock()


@cache
def _sqlite():
    from modelsearch.backends.database.sqlite import sqlite

    class Indexer(Indexing, sqlite.ObjectIndexer):
        pass

    class Index(Norms, sqlite.SQLiteIndex):
        pass

    class Backend(Bigrams, sqlite.SQLiteSearchBackend):
        index_class = Index
        entry_place = "index_entry__"

        def _entries(self, terms, models, beginning=False):
            compiler = self.query_compiler_class(models[0]._base_manager.all(), terms)
            compiler.LAST_TERM_IS_PREFIX = beginning
            match = sqlite.MatchExpression(
                compiler.FTS_TABLE_FIELDS, compiler.build_search_query(sqlite.normalize(terms))
            )
            return sqlite.SQLiteFTSIndexEntry.objects.filter(match, index_entry__content_type__in=kinds_of(models))

        def _newest(self, terms, beginning, long, short, values):
            words = sqlite.SQLiteFTSIndexEntry._meta.db_table
            entries = sqlite.SQLiteFTSIndexEntry._meta.get_field("index_entry").related_model._meta.db_table
            said = " AND ".join(f'"{term}"' for term in terms) + ("*" if beginning else "")
            return newest.on_sqlite(words, entries, long, short), {"said": f"{{title body}} : ({said})", **values}

        def _nearest(self, terms, model):
            ranked = self._entries(terms, [model]).annotate(rank=sqlite.BM25()).order_by("rank")
            return ranked.values_list(Cast("index_entry__object_id", BigIntegerField()), flat=True)

    sqlite.ObjectIndexer = Indexer
    return Backend


@cache
def _postgres():
    from modelsearch.backends.database.postgres import postgres

    class Indexer(Indexing, postgres.ObjectIndexer):
        pass

    class Index(Norms, postgres.PostgresIndex):
        pass

    class Backend(Bigrams, postgres.PostgresSearchBackend):
        index_class = Index

        entry_place = ""

        def _asked(self, terms, models, beginning=False):
            compiler = self.query_compiler_class(models[0]._base_manager.all(), terms)
            compiler.LAST_TERM_IS_PREFIX = beginning
            vector = F("title")._combine(F("body"), "||", False)
            entries = postgres.IndexEntry.objects.filter(content_type__in=kinds_of(models)).annotate(words=vector)
            words = compiler.build_tsquery(terms, config=self.config)
            return entries.filter(words=words), words

        def _entries(self, terms, models, beginning=False):
            return self._asked(terms, models, beginning)[0]

        def _newest(self, terms, beginning, long, short, values):
            said = [f"'{term}'" for term in terms[:-1]] + [f"'{terms[-1]}'{':*' if beginning else ''}"]
            words = {f"word_{place}": word for place, word in enumerate(said)}
            values = {"said": " & ".join(said), "config": self.config, **words, **values}
            statement = newest.on_postgresql(postgres.IndexEntry._meta.db_table, long, short, list(words))
            return statement, values

        def _nearest(self, terms, model):
            entries, words = self._asked(terms, [model])
            ranked = entries.annotate(rank=SearchRank(F("words"), words)).order_by("-rank")
            return ranked.values_list(Cast("object_id", BigIntegerField()), flat=True)

    postgres.ObjectIndexer = Indexer
    return Backend


class Norms:
    """Leaves the weights of titles to the rebuild: the libraries count all titles again with every row saved."""

    def _refresh_title_norms(self, full=False):
        if full:
            super()._refresh_title_norms(full=True)


class Indexing:
    """Prepares what is indexed; the libraries' index offers no other place to say how a text is split."""

    def prepare_value(self, value):
        """The text of a field, in terms of the index."""
        prepared = super().prepare_value(value)
        return prepared if isinstance(value, (list, dict)) else terms_to_index(prepared)


def SearchBackend(params):  # noqa: N802 (the name is Wagtail's)
    """The backend for the database that the portal runs on."""
    on_postgres = connection.vendor == "postgresql"
    # The first two requests of a process may come at once, and the library's class is to be replaced only once.
    with _making:
        backend = _postgres() if on_postgres else _sqlite()
    # No stemming and no stop words: what is typed is what is found.
    return backend({"SEARCH_CONFIG": "simple", **params} if on_postgres else params)
