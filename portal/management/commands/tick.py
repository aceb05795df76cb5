"""`manage.py tick`: does everything that is due by now."""

import fcntl
import logging
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from activities import agreement_reminders, compliance, reminders, suggestions
from home import digest
from staff import handovers, leaves, notifications, rosters, visits, workdays
from staff.imports import jobs
from staff.posts import sync_groups

logger = logging.getLogger("portal.tick")

# The number that a tick holds in PostgreSQL while it runs, the same on every machine.
LOCK = 20_261_124


def publish_scheduled(now):
    """Put on line what was scheduled until now, and take off what has expired."""
    call_command("publish_scheduled")


def keep_groups(now):
    """Give posts and grants that start today their place in the admin, and take it from those that ended."""
    sync_groups(on=timezone.localdate(now))


def complete_postings(now):
    """Close the postings whose last day has passed."""
    rosters.close_ended(day=timezone.localdate(now))


def close_suggestions(now):
    """Close what was answered and never rated, and tell the party office of what is overdue."""
    suggestions.close_silent(now)
    suggestions.escalate(now)


# What time brings, in order. Each is called with the moment, keeps its own transactions, does nothing where nothing is
# due, and may be called again at any time.
DUE = [
    publish_scheduled,
    keep_groups,
    workdays.due,
    compliance.due,
    complete_postings,
    leaves.due,
    handovers.due,
    jobs.due,
    visits.due_findings,
    close_suggestions,
    agreement_reminders.due,
    reminders.due,
    digest.due,
    notifications.due,
]


class Command(BaseCommand):
    """Runs each function of `DUE`; one that fails stops no other."""

    help = "Do what is due by now: scheduled publishing, posts that start or end, reminders. Run it every minute."

    def handle(self, *args, **options):
        """Do what is due, unless another tick is at it; exit code 1 when something failed."""
        with alone() as free:
            failed = [due for due in DUE if not self.do(due)] if free else []
        if failed:
            raise SystemExit(1)

    def do(self, due):
        """Whether `due` went through; the reason is logged if not."""
        try:
            due(timezone.now())
        except Exception:
            logger.exception("%s failed", due.__name__)
            return False
        return True


@contextmanager
def alone():
    """Hold the tick's lock; answers False when another tick holds it. It is let go even when the process is killed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            free = cursor.fetchone()[0]
            try:
                yield free
            finally:
                if free:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "tick.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
