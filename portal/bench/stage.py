"""What the crowd's scenarios share: many members who are signed in, the web server, a rush of requests.

A scenario is `def run(stage)` in a module of its own, named in `portal.bench.crowd.SCENARIOS`. It arranges what it
needs (`stage.members`), lets the phones loose (`stage.rush`), looks into the database, and answers a `Result`.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from portal.bench.__main__ import ROOT, wait_for

_numbers = count(1)


@dataclass(frozen=True)
class Phone:
    """A member who is signed in on a phone: what each of its requests sends along."""

    member: object
    headers: dict


@dataclass(frozen=True)
class Step:
    """One request of a phone. `{code}` in its address becomes what `codes` of the rush says at that moment."""

    url: str
    body: str | None = None
    headers: dict = field(default_factory=dict)

    def told(self, phone):
        """As the driver reads it."""
        headers = {**phone.headers, **self.headers}
        if self.body is not None:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return ["GET" if self.body is None else "POST", self.url, headers, self.body]


@dataclass(frozen=True)
class Rush:
    """How a rush went: of each phone its answers, what the watchers saw, and what it cost the server.

    An answer is {"status", "began", "ended", "body"} with seconds since 1970; `body` is there of JSON alone.
    """

    phones: list
    watched: list
    seconds: float
    server_cpu: float
    driver_cpu: float

    @property
    def answers(self):
        """All answers of all phones."""
        return [answer for phone in self.phones for answer in phone]

    def took(self, per_cent):
        """Within how many milliseconds so many per cent of the requests were answered."""
        times = sorted(answer["ended"] - answer["began"] for answer in self.answers)
        return 1000 * times[min(len(times) - 1, len(times) * per_cent // 100)]

    def told(self):
        """Times and costs in one line."""
        n = len(self.answers)
        return (
            f"{n} requests in {self.seconds:.1f} s, median {self.took(50):.0f} ms, 99th {self.took(99):.0f} ms, "
            f"longest {self.took(100):.0f} ms; CPU a request: server {1000 * self.server_cpu / n:.1f} ms, "
            f"phones {1000 * self.driver_cpu / n:.1f} ms"
        )


@dataclass(frozen=True)
class Result:
    """What a scenario showed: what was counted, and each promise that it did not keep."""

    told: str
    missed: list = field(default_factory=list)


class Stage:
    """A bureau in a database, and the portal served from it."""

    def __init__(self, port, server):
        self.port = port
        self.server = server

    def members(self, number, organisation):
        """`number` more members of `organisation` with accounts, all signed in: `Phone`s, made in a few statements."""
        from django.contrib.auth.hashers import make_password
        from django.contrib.sessions.models import Session

        from staff import pinyin
        from staff.choices import PartyStatus
        from staff.models import Member, User

        mark = f"B{int(time.time())}-{next(_numbers)}"
        nobody = make_password(None)
        users = User.objects.bulk_create([User(username=f"{mark}-{n}", password=nobody) for n in range(number)])
        members = []
        for user in users:
            member = Member(user=user, name="李晓明", employee_number=user.username, unit=organisation.unit)
            member.branch, member.party_status = organisation, PartyStatus.FULL
            pinyin.fill(member)
            members.append(member)
        members = Member.objects.bulk_create(members)
        signed_in = [signed_in_as(user) for user in users]
        Session.objects.bulk_create([session for session, _headers in signed_in])
        return [Phone(member, headers) for member, (_session, headers) in zip(members, signed_in, strict=True)]

    def sign_in(self, user):
        """The headers of a browser in which `user` is signed in."""
        session, headers = signed_in_as(user)
        session.save()
        return headers

    def rush(self, visits, *, within, codes=(), watch=()):
        """Let phones loose over `within` seconds, evenly: `visits` are pairs of a `Phone` and its `Step`s in order.

        `codes` are pairs (from when, value) for `{code}`; `watch` are {"url", "headers", "every"}: screens that poll.
        Of what they are answered in JSON, `version` fills `{version}` in the address, and of each voice the moment at
        which it was first seen is kept.
        """
        from django.db import connection

        connection.close()
        job = {
            "port": self.port,
            "within": within,
            "visits": [[step.told(phone) for step in steps] for phone, steps in visits],
            "codes": list(codes),
            "watch": list(watch),
        }
        before = cpu_of(self.server.pid)
        driver = [sys.executable, "-m", "portal.bench.rush"]
        done = subprocess.run(driver, input=json.dumps(job), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        return Rush(server_cpu=cpu_of(self.server.pid) - before, **json.loads(done.stdout))


def signed_in_as(user):
    """A session of `user` that is not stored yet, and the headers of the browser that has it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils.crypto import get_random_string

    key, token, store = get_random_string(32).lower(), get_random_string(32), SessionStore()
    content = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        # They looked at the portal a while ago: that they are back is written, too.
        "last_seen": int(time.time()) - 300,
    }
    session = Session(session_key=key, session_data=store.encode(content), expire_date=store.get_expiry_date())
    cookies = f"{settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={token}"
    return session, {"Cookie": cookies, "X-CSRFToken": token}


def cpu_of(pid):
    """Seconds of processor time that the process `pid` and its children have used (Linux tells; elsewhere 0)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if stat.parent.name == str(pid) or fields[1] == str(pid):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(port):
    """The portal, served as `make serve` does it until the end of the block."""
    command = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
    # Each refused request is the scenario's to count: the log is kept for what breaks.
    environment = {**os.environ, "LOG_LEVEL": "ERROR"}
    server = subprocess.Popen(command, cwd=ROOT, start_new_session=True, env=environment)
    try:
        wait_for(port, server)
        yield Stage(port, server)
    finally:
        server.terminate()
        server.wait()
