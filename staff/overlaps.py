"""What the database itself refuses: two postings of one person on a day, two shifts at a time, changed history.

Installed after every `migrate`, idempotently: Django rebuilds an SQLite table to alter it and drops its triggers.
On PostgreSQL days are held by an exclusion constraint (btree_gist); on SQLite by triggers.
"""

from django.db import IntegrityError, connections
from django.utils.translation import gettext_lazy as _

POSTING_OVERLAP = "posting_days_overlap"
SHIFT_OVERLAP = "shift_times_overlap"
APPEND_ONLY = "append_only"
LOCKED = "locked_once_signed"
MESSAGES = {
    POSTING_OVERLAP: _("该人员在这段时间已有其他派驻。"),
    SHIFT_OVERLAP: _("该人员在这段时间已有其他班次。"),
    APPEND_ONLY: _("历史记录只能增加，不能修改或删除。"),
    LOCKED: _("已签字锁定，只能追加更正。"),
}

_SQLITE_POSTING = """
CREATE TRIGGER {name}_{event} BEFORE {event} ON staff_posting
WHEN EXISTS (SELECT 1 FROM staff_posting p WHERE p.member_id = NEW.member_id AND p.id IS NOT NEW.id
             AND p.starts <= NEW.ends AND p.ends >= NEW.starts)
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
_SQLITE_SHIFT = """
CREATE TRIGGER {name}_{event} BEFORE {event} ON staff_shiftduty
WHEN EXISTS (
    SELECT 1 FROM staff_shiftduty d
    JOIN staff_shift s ON s.id = d.shift_id
    JOIN staff_posting p ON p.id = d.posting_id
    JOIN staff_shift mine ON mine.id = NEW.shift_id
    JOIN staff_posting me ON me.id = NEW.posting_id
    WHERE d.id IS NOT NEW.id AND p.member_id = me.member_id AND s.starts < mine.ends AND s.ends > mine.starts)
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
_POSTGRES_POSTING = """
ALTER TABLE staff_posting ADD CONSTRAINT {name}
EXCLUDE USING gist (member_id WITH =, daterange(starts, ends, '[]') WITH &&)
"""
_POSTGRES_SHIFT = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE who bigint;
BEGIN
  SELECT member_id INTO who FROM staff_posting WHERE id = NEW.posting_id;
  PERFORM pg_advisory_xact_lock(20221229, who::int);
  IF EXISTS (
    SELECT 1 FROM staff_shiftduty d
    JOIN staff_shift s ON s.id = d.shift_id
    JOIN staff_posting p ON p.id = d.posting_id
    JOIN staff_shift mine ON mine.id = NEW.shift_id
    WHERE d.id IS DISTINCT FROM NEW.id AND p.member_id = who AND s.starts < mine.ends AND s.ends > mine.starts)
  THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'exclusion_violation'; END IF;
  RETURN NEW;
END $$
"""


def install(using="default"):
    """Put the guards for postings and shifts in place, whether they stood already or not."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, body in ((POSTING_OVERLAP, _SQLITE_POSTING), (SHIFT_OVERLAP, _SQLITE_SHIFT)):
                for event in ("INSERT", "UPDATE"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}_{event}")
                    cursor.execute(body.format(name=name, event=event))
            return
        cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [POSTING_OVERLAP])
        if not cursor.fetchone():
            cursor.execute(_POSTGRES_POSTING.format(name=POSTING_OVERLAP))
        cursor.execute(_POSTGRES_SHIFT.format(name=SHIFT_OVERLAP))
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {SHIFT_OVERLAP} BEFORE INSERT OR UPDATE ON staff_shiftduty "
            f"FOR EACH ROW EXECUTE FUNCTION {SHIFT_OVERLAP}()"
        )


def install_append_only(*tables, using="default"):
    """Let rows of `tables` be added, never changed or deleted, except when all of a table goes (a test's flush)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{APPEND_ONLY}")
                cursor.execute(
                    f"CREATE TRIGGER {table}_{APPEND_ONLY} BEFORE UPDATE ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
                )
                continue
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {APPEND_ONLY}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'restrict_violation'; END $$"
            )
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER {table}_{APPEND_ONLY} BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {APPEND_ONLY}()"
            )


def install_lock(table, columns, *, locked, adds=True, using="default"):
    """Let `columns` of a row of `table` stay as they are where the SQL `locked` holds of it ("{row}" is the row).

    With `adds` none is added there either. On PostgreSQL such rows are not deleted; on SQLite all of a table goes at
    once in a test's flush.
    """
    connection, name = connections[using], f"{table}_{LOCKED}"
    old, new = locked.format(row="OLD"), locked.format(row="NEW")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
            whens = {"UPDATE": f"({old}) AND ({changed})"} | ({"INSERT": new} if adds else {})
            for event, when in whens.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}_{event}")
                cursor.execute(
                    f"CREATE TRIGGER {name}_{event} BEFORE {event} ON {table} WHEN {when} "
                    f"BEGIN SELECT RAISE(ABORT, '{LOCKED}'); END"
                )
            return
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'INSERT' THEN IF {new} THEN RAISE EXCEPTION '{LOCKED}' USING ERRCODE = 'restrict_violation'; "
            f"END IF; RETURN NEW; END IF; "
            f"IF ({old}) AND (TG_OP = 'DELETE' OR {changed}) "
            f"THEN RAISE EXCEPTION '{LOCKED}' USING ERRCODE = 'restrict_violation'; END IF; "
            f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        events = "INSERT OR UPDATE OR DELETE" if adds else "UPDATE OR DELETE"
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def remove_before_migrate(using, plan, **kwargs):
    """Receiver of `pre_migrate`: SQLite refuses to rebuild a table that a trigger of another table reads."""
    connection = connections[using]
    if connection.vendor != "sqlite" or not plan:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            if name.startswith((POSTING_OVERLAP, SHIFT_OVERLAP)) or APPEND_ONLY in name or LOCKED in name:
                cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")


def install_after_migrate(using, **kwargs):
    """Receiver of `post_migrate`."""
    tables = connections[using].introspection.table_names()
    if "staff_posting" in tables and "staff_shiftduty" in tables:
        install(using)
        install_append_only("staff_accessevent", using=using)


def message_for(error):
    """What to tell somebody about a guard that refused, or None when `error` is something else."""
    text = str(error)
    return next((message for name, message in MESSAGES.items() if name in text), None)


def is_refusal(error):
    """Whether a guard, not a plain constraint, raised this database error."""
    return isinstance(error, IntegrityError) and message_for(error) is not None
