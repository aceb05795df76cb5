"""`make serve` from nothing: it prepares the portal, says where it is, and one signal ends every part."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from tools.postgres import free_port

# The set-up is Django's migrations from nothing, on a machine that may be busy.
PREPARE_SECONDS = 150


@pytest.fixture
def environment(tmp_path):
    """An empty portal's environment: a folder and a port of its own, and nothing else of ours."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return {**kept, "DATA_DIR": str(tmp_path), "PORT": str(free_port()), "DEMO": "off"}


def serve(environment):
    """Start it as the Makefile does."""
    return subprocess.Popen(
        [sys.executable, "-m", "portal.serve"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def processes(marker):
    """The command lines of running processes whose environment holds `marker`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if marker.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def test_from_nothing_to_an_answer_and_a_clean_end_and_again_from_there(environment):
    """It answers, and after one signal no process and no listener is left; the second start prepares nothing."""
    assert "Making the tables" in served(environment, signal.SIGINT)
    assert "Making the tables" not in served(environment, signal.SIGTERM)


def served(environment, name):
    """What it prints from its start until it has ended by the signal, after it answered."""
    portal = serve(environment)
    printed = ""
    deadline = time.monotonic() + PREPARE_SECONDS
    try:
        while "Ctrl-C stops it" not in printed:
            line = portal.stdout.readline()
            assert line and time.monotonic() < deadline, printed
            printed += line
        address = re.search(r"answers at (\S+)", printed)[1]
        with urllib.request.urlopen(f"{address}healthz") as answer:
            assert answer.status == 200
        assert len(processes(f"DATA_DIR={environment['DATA_DIR']}")) >= 4
        portal.send_signal(name)
        assert portal.wait(30) == 0, portal.stdout.read()
    finally:
        portal.kill()
        portal.stdout.close()
    assert not processes(f"DATA_DIR={environment['DATA_DIR']}")
    return printed


def test_a_port_in_use_is_one_line(environment):
    """Before anything is prepared."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["PORT"])))
        taken.listen()
        portal = serve(environment)
        printed = portal.communicate(timeout=30)[0]
    assert portal.returncode == 1
    assert printed.startswith("PORT: ")
    assert printed.count("\n") == 1
