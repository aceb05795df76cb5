"""Prepares the demo bureau, serves it, measures, prints the table."""

import argparse
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
EMPTY_VIEW, EMPTY_PAGE = "/bench/empty/", "/bench-empty/"
VIEWERS = ("staff", "secretary", "manager", "office")
PUBLIC = ("anonymous",)
# What is wanted: of the rate of the empty Wagtail page, times its median, queries.
LEAST_RATE, MOST_TIMES, MOST_QUERIES = 0.5, 3, 20
LINE = "{page:<30} {viewer:<10} {rate:>7} {p50:>8} {p99:>8} {anew:>8} {queries:>8} {ratio:>7} {note}\n"


def main():
    """Run it all and say what missed its aim."""
    asked = argparse.ArgumentParser(prog="python -m portal.bench", description=__doc__)
    asked.add_argument("--seconds", type=float, default=2, help="how long each page is asked for (default 2)")
    asked.add_argument("--clients", type=int, default=4, help="connections at once (default 4)")
    asked.add_argument("--only", default="", help="only addresses that contain this text")
    options = asked.parse_args()
    port = free_port()
    prepare_environment(port)
    import django

    django.setup()
    from portal import serve

    serve.prepare()
    page = add_empty_page()
    try:
        rows = [row for row in pages() if options.only in row[0] or row[0] in (EMPTY_VIEW, EMPTY_PAGE)]
        counts = [queries(url, user) for _label, url, user in rows]
        measured = serve_and_drive(rows, port, options)
    finally:
        page.delete()
    report(rows, counts, measured)


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def prepare_environment(port):
    """Its own settings and, unless a database is named, a demo bureau of its own that is kept for the next run."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    own = Path(tempfile.gettempdir()) / f"zerentian-bench-{digest.hexdigest()[:8]}"
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATA_DIR"] = str(own)
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.bench.settings"
    os.environ["PORT"] = str(port)


def add_empty_page():
    """A page of Wagtail's own plain type below the front page, taken away at the end."""
    from wagtail.models import Page

    from home.models import HomePage

    Page.objects.filter(slug=EMPTY_PAGE.strip("/")).delete()
    return HomePage.objects.get().add_child(instance=Page(title="Empty", slug=EMPTY_PAGE.strip("/")))


def pages():
    """What is measured: (page, address, user or None), the two empty ones first."""
    from activities.models import Activity, ActivityPage, BranchPage, Suggestion
    from home.models import NewsPage
    from staff.models import Assignment, Posting, User

    users = {user.username: user for user in User.objects.filter(username__in=VIEWERS)}
    member = users["staff"].member
    plot = Assignment.objects.filter(member=member, ends=None).values_list("plot", flat=True).first()
    hosted = Activity.objects.filter(hosts__organisation=users["secretary"].member.branch).order_by("-starts")
    round_pk = Posting.objects.order_by("-starts").values_list("round", flat=True).first()
    month = hosted.first().starts.strftime("/activities/calendar/%Y/%m/")
    table = {
        EMPTY_VIEW: PUBLIC,
        EMPTY_PAGE: PUBLIC,
        "/": (*PUBLIC, *VIEWERS),
        "/news/": PUBLIC,
        NewsPage.objects.visible_to(None).first().url: (*PUBLIC, "staff"),
        "/branches/": PUBLIC,
        BranchPage.objects.get(organisation=users["secretary"].member.branch).url: ("staff", "secretary"),
        "/activities/": (*PUBLIC, "staff", "secretary"),
        month: (*PUBLIC, "staff"),
        ActivityPage.objects.live().order_by("-pk").first().url: ("staff",),
        f"/activities/{hosted.first().pk}/": ("staff", "secretary"),
        "/activities/compliance/": ("secretary", "manager"),
        "/me/": ("staff", "secretary", "manager"),
        "/plots/": ("staff", "manager"),
        f"/plots/{plot}/": ("staff",),
        "/plots/coverage/": ("manager",),
        "/deployments/": ("staff",),
        f"/deployments/{round_pk}/": ("manager",),
        "/deployments/roster/": ("manager",),
        "/members/": ("staff", "manager"),
        "/suggestions/": ("staff", "secretary", "office"),
        f"/suggestions/{Suggestion.objects.latest('pk').pk}/": ("staff", "secretary"),
        "/agreements/": ("staff",),
        "/updates/": ("staff",),
        "/manage/": ("manager", "office"),
        "/search/?q=%E4%B8%BB%E9%A2%98": (*PUBLIC, "staff"),
    }
    return [(url, url, users.get(name)) for url, names in table.items() for name in names]


def queries(url, user):
    """How many queries it costs to make the page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    if user:
        client.force_login(user)
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        client.get(url, headers={"cache-control": "no-cache"})
    return len(asked)


def cookie_of(user):
    """The cookies of `user` with a session that has seen a page."""
    from django.test import Client

    if user is None:
        return ""
    client = Client()
    client.force_login(user)
    client.get("/me/")
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


def serve_and_drive(rows, port, options):
    """The figures of each row, from a server of its own and a second process that asks."""
    cookies = {user: cookie_of(user) for user in {user for _label, _url, user in rows}}
    job = {
        "port": port,
        "seconds": options.seconds,
        "clients": options.clients,
        "pages": [[url, cookies[user]] for _label, url, user in rows],
    }
    from django.db import connection

    connection.close()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
    server = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        wait_for(port, server)
        driver = [sys.executable, "-m", "portal.bench.drive"]
        done = subprocess.run(driver, input=json.dumps(job), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    finally:
        server.terminate()
        server.wait()
    return [json.loads(line) for line in done.stdout.splitlines()]


def wait_for(port, server):
    """Wait until the server answers."""
    for _ in range(150):
        if server.poll() is not None:
            sys.exit(f"The web server ended by itself with code {server.returncode}.")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("The web server did not answer within 30 seconds.")


def report(rows, counts, measured):
    """The table; a page that misses its aim is marked.

    The ratio is, of a public page, its rate to that of the empty Wagtail page; of a signed-in one, its median to that
    page's. Pages are kept while nothing changes: `anew` is the median of making a signed-in one each time.
    """
    write = sys.stdout.write
    base = measured[[row[1] for row in rows].index(EMPTY_PAGE)]
    heads = {"page": "page", "viewer": "viewer", "rate": "req/s", "p50": "p50 ms", "p99": "p99 ms", "anew": "anew ms"}
    write(LINE.format(**heads, queries="queries", ratio="ratio", note=""))
    missed = 0
    for (label, url, user), count, row in zip(rows, counts, measured, strict=True):
        ratio = row["p50"] / base["p50"] if user else row["rate"] / base["rate"]
        slow = ratio > MOST_TIMES if user else ratio < LEAST_RATE
        notes = [
            *(["slow"] if slow else []),
            *([f"more than {MOST_QUERIES} queries"] if count > MOST_QUERIES else []),
            *([f"{row['failures']} answers not 200"] if row["failures"] else []),
        ]
        missed += bool(notes) and url != EMPTY_VIEW
        figures = {name: f"{row[name]:.1f}" if name in row else "" for name in ("rate", "p50", "p99", "anew")}
        viewer = user.username if user else "anonymous"
        text = f"{ratio:.2f}x" if user else f"{ratio:.2f}"
        write(
            LINE.format(
                page=label[:30], viewer=viewer, queries=count, ratio=text, note=", ".join(notes), **figures
            ).rstrip()
            + "\n"
        )
    write(f"{missed} of {len(rows)} miss their aim.\n" if missed else "All reach their aims.\n")


if __name__ == "__main__":
    main()
