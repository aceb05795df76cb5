"""`make serve`: prepares the portal on this machine and runs it: the web server, one task worker and a tick a minute.

Everything is made that is not there yet: tables, cache, static files, the demo bureau. One Ctrl-C ends all.
"""

import hashlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from portal import environment as env

ACCOUNTS = ("staff", "secretary", "manager", "office", "sysadmin", "auditor", "partner")
TICK_SECONDS = 60
START_SECONDS = 60
STOP_SECONDS = 15


def say(text):
    """One line of progress for the person at the keyboard."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main():
    """Prepare, start, wait, stop; answers the exit code."""
    port = env.number("PORT", 8000)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise env.BadSetting("PORT", f"{port} cannot be used on this machine ({error.strerror})") from None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("TASK_WORKER", "on")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        import django

        django.setup()
        prepare()
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    return run(port)


def prepare():
    """Make what is missing: tables, the cache's table, static files, and once the demo bureau."""
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise env.BadSetting("DATABASE_URL", f"the database does not answer: {error}".strip()) from None
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Making the tables")
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    collect_static()
    if env.flag("DEMO", True) and is_empty():
        say("Loading the demo bureau (once, about a minute)")
        call_command("load_demo")
    connection.close()


def is_empty():
    """Whether nobody is in the database yet: then, and only then, the demo bureau may be loaded."""
    from staff.models import Member, User

    return not Member.objects.exists() and not User.objects.exists()


def collect_static():
    """Collect and compress the static files, unless none has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256(str(settings.STATIC_BROTLI).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT / ".collected"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say("Collecting the static files")
    call_command("collectstatic", verbosity=0, interactive=False, clear=settings.STATIC_ROOT.exists())
    stamp.write_text(digest.hexdigest())


def run(port):
    """Run the parts until one ends or somebody stops them; answers the exit code."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    address = f"http://127.0.0.1:{port}"
    commands = {
        "web server": ["-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"],
        "task worker": ["manage.py", "db_worker", "--no-startup-delay"],
    }
    # The parts warn of every refused request and every stop; on a trial only what went wrong is of interest.
    environment = {**os.environ, "LOG_LEVEL": os.environ.get("LOG_LEVEL") or "ERROR"}
    # In sessions of their own, so that Ctrl-C reaches them through here alone, in order.
    parts = {
        name: subprocess.Popen([sys.executable, *args], start_new_session=True, env=environment)
        for name, args in commands.items()
    }
    ticker = threading.Thread(target=tick, args=(stop,), name="tick", daemon=True)
    try:
        if not answers(address, parts, stop):
            return 0 if stop.is_set() else 1
        welcome(address)
        ticker.start()
        while not stop.wait(1):
            for name, part in parts.items():
                if part.poll() is not None:
                    say(f"The {name} ended by itself with code {part.returncode}; stopping the rest.")
                    return 1
        say("Stopping.")
        return 0
    finally:
        stop.set()
        end(parts)
        if ticker.is_alive():
            ticker.join(STOP_SECONDS)


def answers(address, parts, stop):
    """Wait until the portal answers; False when a part ended, or nothing answered in time, or somebody stopped it."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for name, part in parts.items():
            if part.poll() is not None:
                say(f"The {name} did not start (code {part.returncode}).")
                return False
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError as error:
            say(f"The portal answers {error.code} at {address}/healthz; what it reported stands above.")
            return False
        except OSError:
            if stop.wait(0.2):
                return False
    say(f"The portal did not answer within {START_SECONDS} seconds.")
    return False


def welcome(address):
    """Say where the portal is and who can sign in."""
    from django.conf import settings
    from django.db import connection

    from staff.models import User

    known = set(User.objects.filter(username__in=ACCOUNTS).values_list("username", flat=True))
    connection.close()
    say("")
    say(f"  The portal answers at {address}/")
    if known:
        say(f"  Sign in as {', '.join(name for name in ACCOUNTS if name in known)}")
        say(f"  with the password {settings.DEMO_PASSWORD}")
    say("  Ctrl-C stops it.")
    say("")


def tick(stop):
    """Do what time brings, once a minute; a failure is logged and tried again the next minute."""
    from django.core.management import call_command
    from django.db import connection

    while not stop.is_set():
        try:
            call_command("tick")
        except SystemExit:
            pass  # the command has logged what failed
        except Exception:
            logging.getLogger("portal.serve").exception("tick failed")
        connection.close()
        stop.wait(TICK_SECONDS)


def end(parts):
    """Ask every part to end, and make those end that do not."""
    for part in parts.values():
        if part.poll() is None:
            part.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for part in parts.values():
        try:
            part.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            part.kill()
            part.wait()


if __name__ == "__main__":
    sys.exit(main())
