"""`python -m portal.bench.crowd`: a hall full of phones at once, and whether the portal keeps its word to each.

Without DATABASE_URL it runs on a PostgreSQL of its own that is gone afterwards; a database that is named should be one
for trials: members, suggestions and the like stay in it. The phones run on the same processors as the portal.
"""

import argparse
import os
import sys
import tempfile
from contextlib import contextmanager
from importlib import import_module

from portal.bench import stage
from portal.bench.__main__ import free_port

# By name the module whose `run(stage)` plays it.
SCENARIOS = {
    "check-in": "portal.bench.check_in",
    "voices": "portal.bench.voices",
    "visits": "portal.bench.visits",
}


def main():
    """Play the scenarios that are asked for; the exit code says whether all was kept."""
    asked = argparse.ArgumentParser(prog="python -m portal.bench.crowd", description=__doc__)
    asked.add_argument("scenarios", nargs="*", metavar="scenario", help=f"of {', '.join(SCENARIOS)}; all by default")
    names = asked.parse_args().scenarios or list(SCENARIOS)
    if unknown := set(names) - set(SCENARIOS):
        asked.error(f"no such scenario: {', '.join(unknown)}")
    port = free_port()
    with database(), tempfile.TemporaryDirectory(prefix="zerentian-crowd-") as folder:
        os.environ.setdefault("DATA_DIR", folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        os.environ["PORT"] = str(port)
        os.environ["TASK_WORKER"] = "on"
        import django

        django.setup()
        from django.db import connection

        from portal import serve

        serve.prepare()
        missed = 0
        for name in names:
            with stage.served(port) as played:
                result = import_module(SCENARIOS[name]).run(played)
            connection.close()
            missed += len(result.missed)
            sys.stdout.write(f"{name} on {connection.display_name}: {result.told}\n")
            sys.stdout.writelines(f"  MISSED: {text}\n" for text in result.missed)
            sys.stdout.flush()
    sys.exit(1 if missed else 0)


@contextmanager
def database():
    """The database that is named, or a PostgreSQL for the time of the run."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from tools import postgres

    with postgres.running() as url:
        os.environ["DATABASE_URL"] = url
        yield


if __name__ == "__main__":
    main()
