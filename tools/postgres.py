"""A PostgreSQL of one's own for a while: in a temporary folder, on a free port of this machine, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

# Nothing in it outlives the run, so nothing is forced to the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "log_min_messages=fatal")
START_SECONDS = 30
NAME = "portal"


def binaries():
    """The folder of the newest installed server, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextmanager
def running():
    """Start a server and answer its DATABASE_URL; it is stopped and its folder removed whatever happens."""
    programs = binaries()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with tempfile.TemporaryDirectory(prefix="zerentian-postgres-") as folder:
        owner = as_owner(folder)
        data = Path(folder) / "data"
        log = Path(folder) / "log"
        initdb = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "portal",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **owner)
        port = free_port()
        options = [part for setting in FAST for part in ("-c", setting)]
        with log.open("w") as output:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, *options],
                stdout=output,
                stderr=output,
                cwd=folder,
                start_new_session=True,
                **owner,
            )
        try:
            wait(programs, port, server, log)
            # Not the database `postgres`, which every tool talks to: nobody may while this one is copied.
            createdb = [programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "portal", NAME]
            subprocess.run(createdb, check=True)
            yield f"postgresql://portal@127.0.0.1:{port}/{NAME}"
        finally:
            stop(server)


def as_owner(folder):
    """Options of a process that may run the server: PostgreSQL refuses root, who hands it to another account."""
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, account.pw_uid, account.pw_gid)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise SystemExit("PostgreSQL does not run as root, and there is neither an account postgres nor nobody")


def free_port():
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(programs, port, server, log):
    """Until the server takes connections."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        if subprocess.run(ready).returncode == 0:
            return
        time.sleep(0.1)
    raise SystemExit(f"PostgreSQL did not start:\n{log.read_text()}")


def stop(server):
    """Disconnect everybody and end; at once if that takes too long."""
    if server.poll() is None:
        server.send_signal(2)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
