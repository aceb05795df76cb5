"""The pulse: a mark that changes with every write to the database, so that what is kept is never older than the data.

Whoever writes makes it change, a request as well as the task worker, the tick or a command; what the machinery writes
for itself (sessions, caches) does not count.
"""

import re
import threading
import uuid

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection, transaction
from django.db.backends.signals import connection_created

PLACE = "pulse"
WRITES = re.compile(r'\s*(?:INSERT|UPDATE|DELETE|MERGE)\b[^"]*"(\w+)"', re.IGNORECASE)
MACHINERY = ("django_session", "portal_cache", "portal_pages")
_own = threading.local()


def watch():
    """Look at what every connection of this process executes, from its first statement."""
    connection_created.connect(_watch, dispatch_uid="pulse")


def current():
    """The mark of now; read it before the data."""
    mark = caches["pages"].get(PLACE)
    if mark is None:
        beat()
        mark = caches["pages"].get(PLACE)
    return mark


def beat():
    """Make all that was kept until now stale."""
    try:
        caches["pages"].set(PLACE, uuid.uuid4().hex, None)
    except DatabaseError:
        # While the tables of a new portal are made there is none for what is kept yet, and nothing is kept.
        if settings.CACHES["pages"]["LOCATION"] in connection.introspection.table_names():
            raise


def written():
    """How many statements this thread has executed that wrote something."""
    return getattr(_own, "written", 0)


def settle():
    """Let the pulse change for what this thread wrote outside a transaction."""
    alias, _own.unsettled = getattr(_own, "unsettled", None), None
    if alias:
        transaction.on_commit(beat, using=alias)


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
        _own.written = written() + 1
        if not connection.in_atomic_block:
            # What the statement returns has not been fetched yet: the next statement, or the request's end, settles it.
            _own.unsettled = connection.alias
        elif not any(row[1] is beat for row in connection.run_on_commit):
            # Once a transaction, after its commit: a reader in between still sees the old data with the old mark.
            transaction.on_commit(beat, using=connection.alias)
    return result
