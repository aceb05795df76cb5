"""`make check`: everything that must hold before a change is taken, in one run; what `.ci/run` runs.

All steps are run, so that one look shows all that is wrong; the exit code is 0 only when each of them passed.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
TESTS = [PYTHON, "-m", "pytest", "-n", "2", "-m"]
MIGRATE = [PYTHON, "manage.py", "migrate", "--verbosity", "0"]


def main():
    """Run every step and say at the end which failed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="zerentian-check-") as folder:
        return check({**os.environ, "DATA_DIR": folder, "PYTHONPATH": str(ROOT), "DATABASE_URL": ""})


def check(environment):
    """Answers the exit code."""
    failed = []

    def step(title, *command, **extra):
        began = time.monotonic()
        say(f"== {title}")
        done = subprocess.run(command, cwd=ROOT, env={**environment, **extra}, stdin=subprocess.DEVNULL)
        say(f"-- {title}: {'passed' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s\n")
        if done.returncode:
            failed.append(title)

    with postgres.running() as url:
        on_postgres = {"DATABASE_URL": url}
        # All tests on a database begin with copies of one set of tables, made while others look at the code.
        making = [
            subprocess.Popen(MIGRATE, cwd=ROOT, env={**environment, **extra}, stdin=subprocess.DEVNULL)
            for extra in ({}, on_postgres)
        ]
        step("packages fit together", PYTHON, "-m", "pip", "check")
        step("lint", PYTHON, "-m", "ruff", "check", ".")
        step("formatting", PYTHON, "-m", "ruff", "format", "--check", ".")
        step("templates", PYTHON, "-m", "djlint", "--lint", "--quiet", *template_folders())
        step("migrations are complete", PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")
        made = [tables.wait() for tables in making]
        if any(made):
            say("FAILED: migrations")
            return 1
        migrated = str(Path(environment["DATA_DIR"]) / "portal.sqlite3")
        step("tests on SQLite", *TESTS, "not browser", MIGRATED=migrated)
        step("tests on PostgreSQL", *TESTS, "database and not browser", MIGRATED=postgres.NAME, **on_postgres)
        step("tests in the browser", *TESTS, "browser", MIGRATED=migrated)
    say(f"FAILED: {', '.join(failed)}" if failed else "Everything passed.")
    return 1 if failed else 0


def template_folders():
    """Where templates lie."""
    return [str(path) for path in (ROOT / "templates", *ROOT.glob("*/templates")) if path.is_dir()]


def say(text):
    """One line, in order with what the steps print."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
