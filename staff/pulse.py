"""The pulse: a mark that changes with every write to the database, so that what is kept is never older than the data.

Whoever writes makes it change, a request as well as the task worker, the tick or a command; what the machinery writes
for itself (sessions, caches) does not count. What time alone changes is seen after settings.OWN_PAGE_SECONDS.
"""

import re
import threading
import time
import uuid
from contextlib import contextmanager, suppress

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, transaction
from django.db.backends.signals import connection_created

PLACE = "pulse"
WRITES = re.compile(r'\s*(?:INSERT|UPDATE|DELETE|MERGE)\b[^"]*"(\w+)"', re.IGNORECASE)
MACHINERY = ("django_session", "portal_cache", "portal_pages")
# So many answers are remembered at most; beyond that all are forgotten.
MOST = 500
_own = threading.local()
_remembered = {}


def watch():
    """Look at what every connection of this process executes, from its first statement."""
    connection_created.connect(_watch, dispatch_uid="pulse")


@contextmanager
def felt():
    """Within it, `mark` and `remember` go by the pulse of its beginning."""
    _own.mark, _own.begun = _current(), _written()
    try:
        yield
    finally:
        _own.mark = None


def mark():
    """The pulse at the beginning of `felt`; None outside it, and as soon as this thread has written something."""
    return _own.mark if getattr(_own, "mark", None) and _own.begun == _written() else None


def remember(key, build):
    """The answer of `build()`, kept in the memory of this process while the pulse stays; never change what it gives.

    `key` names all that the answer depends on besides the data: the language, the day, the scope of the reader.
    """
    now = mark()
    if now is None:
        return build()
    moment = (now, int(time.time() / settings.OWN_PAGE_SECONDS))
    known = _remembered.get(key)
    if known is None or known[0] != moment:
        if len(_remembered) >= MOST:
            _remembered.clear()
        known = _remembered[key] = (moment, build())
    return known[1]


def beat():
    """Make all that was kept until now stale."""
    # While the tables are being made there is none for what is kept, so nothing is.
    with suppress(DatabaseError):
        caches["pages"].set(PLACE, uuid.uuid4().hex, None)


def settle():
    """Let the pulse change for what this thread wrote outside a transaction."""
    alias, _own.unsettled = getattr(_own, "unsettled", None), None
    if alias:
        transaction.on_commit(beat, using=alias)


def _current():
    known = caches["pages"].get(PLACE)
    if known is None:
        beat()
        known = caches["pages"].get(PLACE)
    return known


def _written():
    """How many statements this thread has executed that wrote something."""
    return getattr(_own, "written", 0)


def _watch(connection, **kwargs):
    connection.execute_wrappers.append(_execute)


def _execute(execute, sql, params, many, context):
    if not settings.OWN_PAGE_SECONDS:
        return execute(sql, params, many, context)
    settle()
    result = execute(sql, params, many, context)
    wrote = WRITES.match(sql)
    if wrote and wrote[1] not in MACHINERY:
        connection = context["connection"]
        _own.written = _written() + 1
        if not connection.in_atomic_block:
            # What the statement returns has not been fetched yet: the next statement, or the request's end, settles it.
            _own.unsettled = connection.alias
        elif not any(row[1] is beat for row in connection.run_on_commit):
            # Once a transaction, after its commit: a reader in between still sees the old data with the old mark.
            transaction.on_commit(beat, using=connection.alias)
    return result
