"""Statements for the newest entries of the search's index that say something, for a time that is bounded.

A common text's entries are too many to be collected and sorted, a rare one's too far apart to be walked to, and what
somebody may see may be next to nothing of either. So each statement tries one way after the other and stops as soon as
it has enough. What is asked of the tables of the rows themselves comes in as SQL: their ids, by content type.
"""

# So many of the newest entries of a kind tell whether a text is common there, and whether what may be seen of it is;
# from so many on it is. Then the entries are walked from the newest, so far at most.
SAMPLE, COMMON, WALK = 500, 7, 20_000
# So many of the newest entries that say a rare text are looked at for rows that may be seen.
REACH = 20_000

# So many of the words are looked for one by one, which is cheaper than putting an entry's two parts together.
APART = 3

# The text that is asked for stands in a table of one row, so that the planner takes it for a rare one, whatever it is:
# it then asks the index of kinds and words, and starts neither its compiler nor workers for what is never run. The
# range of one kind makes it take the index of kinds and numbers; the sum keeps it from walking by that.
POSTGRESQL = """
WITH asks AS MATERIALIZED (SELECT to_tsquery(%(config)s::regconfig, %(said)s) AS said{words}),
samples AS MATERIALIZED (
  SELECT asks.*, kind, narrow, number >= {common} AS common, seen >= {common} AS dense
  FROM asks CROSS JOIN (VALUES {kinds}) AS kinds (kind, narrow) CROSS JOIN LATERAL (
    SELECT count(*) AS number, count(*) FILTER (WHERE {seen}) AS seen FROM (
      SELECT object_id, {says} AS says FROM {entries} WHERE content_type_id BETWEEN kind AND kind
      ORDER BY content_type_id DESC, id DESC LIMIT {sample}
    ) AS newest WHERE says
  ) AS counted
),
walked AS MATERIALIZED (
  SELECT kind, object_id FROM samples CROSS JOIN LATERAL (
    SELECT object_id FROM (
      SELECT object_id, {says} AS says FROM {entries} WHERE content_type_id BETWEEN kind AND kind
      ORDER BY content_type_id DESC, id DESC LIMIT {walk}
    ) AS newest WHERE says AND {seen} LIMIT %(most)s
  ) AS newest WHERE dense
),
matches AS MATERIALIZED (
  SELECT kind, object_id FROM samples CROSS JOIN LATERAL (
    SELECT object_id FROM {entries} WHERE content_type_id = kind AND (title || body) @@ said
    ORDER BY id + 0 DESC LIMIT CASE WHEN narrow THEN {reach} ELSE %(most)s END
  ) AS newest
  WHERE NOT (common AND narrow) AND (SELECT count(*) FROM walked WHERE walked.kind = samples.kind) < %(most)s
),
asked AS MATERIALIZED (
  SELECT kind, object_id FROM samples CROSS JOIN LATERAL (
    SELECT object_id FROM matches WHERE matches.kind = samples.kind AND {seen} LIMIT %(most)s
  ) AS newest
)
SELECT kind, object_id FROM walked UNION ALL SELECT kind, object_id FROM asked {others}
"""
# Where few of many matches may be seen: what may be seen is walked, from the newest row, and asked what it says.
FROM_ROWS = """
UNION ALL SELECT kind, found::text FROM samples CROSS JOIN LATERAL (
  SELECT found FROM (SELECT found FROM ({rows}) AS visible ORDER BY found DESC) AS visible WHERE (
    SELECT (title || body) @@ said FROM {entries} WHERE content_type_id = kind AND object_id = found::text
  ) LIMIT %(most)s
) AS newest
WHERE kind = {kind} AND (common OR (SELECT count(*) FROM matches WHERE matches.kind = {kind}) >= {reach})
  AND (SELECT count(*) FROM walked WHERE walked.kind = {kind}) < %(most)s
  AND (SELECT count(*) FROM asked WHERE asked.kind = {kind}) < %(most)s
"""
SHORT = """
UNION ALL SELECT kind, object_id FROM asks CROSS JOIN (VALUES {kinds}) AS kinds (kind, few) CROSS JOIN LATERAL (
  SELECT object_id FROM {entries} WHERE content_type_id = kind AND (title || body) @@ said
  ORDER BY id + 0 DESC LIMIT few
) AS newest
"""

# The table of words gives its rows by number, the newest first, and stops when there are enough.
SQLITE = """
SELECT * FROM (
  SELECT entry.content_type_id, entry.object_id FROM {words} JOIN {entries} AS entry ON entry.id = {words}.rowid
  WHERE {words} MATCH %(said)s AND +entry.content_type_id = {kind} AND {seen}
  ORDER BY {words}.rowid DESC LIMIT %(most)s
)
"""
SQLITE_SHORT = """
SELECT content_type_id, object_id FROM (
  SELECT entry.content_type_id, entry.object_id,
    row_number() OVER (PARTITION BY entry.content_type_id ORDER BY entry.id DESC) AS place
  FROM {words} JOIN {entries} AS entry ON entry.id = {words}.rowid
  WHERE {words} MATCH %(said)s AND +entry.content_type_id IN ({kinds})
) WHERE place <= CASE content_type_id {cases} END
"""


def on_postgresql(entries, long, short, words):
    """The statement; `long` has by kind the SQL of the rows that count, as `found`, or None; `short` a number by kind.

    It takes the values `said`, `config` and `most`, those of the rows, and of `words`: names of what is said.
    """
    narrow = {kind: rows for kind, rows in long.items() if rows}
    apart = words[:APART]
    says = [f"(title @@ {word} OR body @@ {word})" for word in apart]
    facts = {
        "entries": entries,
        "sample": SAMPLE,
        "common": COMMON,
        "walk": WALK,
        "reach": REACH,
        "words": "".join(f", to_tsquery(%(config)s::regconfig, %({word})s) AS {word}" for word in apart),
        "says": " AND ".join(says if apart == words else [*says, "(title || body) @@ said"]),
    }
    cases = "".join(
        f" WHEN {kind} THEN EXISTS (SELECT FROM ({rows}) AS visible WHERE found = object_id::bigint OFFSET 0)"
        for kind, rows in narrow.items()
    )
    others = [FROM_ROWS.format(kind=kind, rows=rows, **facts) for kind, rows in narrow.items()]
    if short:
        others.append(SHORT.format(kinds=", ".join(f"({kind}, {few})" for kind, few in short.items()), **facts))
    # Without a long register the first parts find nothing.
    kinds = ", ".join(f"({kind}, {kind in narrow})" for kind in long) or "(0, false)"
    seen = f"CASE kind{cases} ELSE true END" if cases else "true"
    return POSTGRESQL.format(kinds=kinds, seen=seen, others="".join(others), **facts)


def on_sqlite(words, entries, long, short):
    """The same on SQLite, where `config` is not asked for."""
    parts = []
    for kind, rows in long.items():
        seen = f"EXISTS (SELECT 1 FROM ({rows}) AS visible WHERE visible.found = CAST(entry.object_id AS INTEGER))"
        parts.append(SQLITE.format(words=words, entries=entries, kind=kind, seen=seen if rows else "1"))
    if short:
        cases = " ".join(f"WHEN {kind} THEN {few}" for kind, few in short.items())
        kinds = ", ".join(map(str, short))
        parts.append(SQLITE_SHORT.format(words=words, entries=entries, kinds=kinds, cases=cases))
    return " UNION ALL ".join(parts)
