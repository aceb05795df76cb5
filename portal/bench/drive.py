"""Asks a server for addresses over connections kept open, so many seconds each; a process of its own.

Reads {"port", "seconds", "clients", "pages": [[url, cookie], ...]} from standard input as JSON and answers a line of
JSON for each page: its rate, its median and its 99th percentile in milliseconds, and how many answers were not 200;
of a page of somebody signed in also the median of a forced reload, which is made anew each time.
"""

import http.client
import json
import sys
import threading
import time

WARM_UP = 5
FORCED = {"Cache-Control": "no-cache"}


def main():
    """Measure page after page."""
    job = json.load(sys.stdin)
    for url, cookie in job["pages"]:
        headers = {"Cookie": cookie} if cookie else {}
        figures = measure(job["port"], url, headers, job["seconds"], job["clients"])
        if cookie:
            anew = measure(job["port"], url, {**headers, **FORCED}, job["seconds"] / 2, job["clients"])
            figures["anew"] = anew["p50"]
            figures["failures"] += anew["failures"]
        sys.stdout.write(json.dumps(figures) + "\n")
        sys.stdout.flush()


def measure(port, url, headers, seconds, clients):
    """The figures of one page under `clients` connections at once."""
    times, failures = [], []

    def ask(connection):
        began = time.perf_counter()
        connection.request("GET", url, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return time.perf_counter() - began, answer.status

    def visit():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(WARM_UP):
            ask(connection)
        ready.wait()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            took, status = ask(connection)
            times.append(took)
            if status != http.HTTPStatus.OK:
                failures.append(status)
        connection.close()

    ready = threading.Barrier(clients)
    threads = [threading.Thread(target=visit) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return {
        "rate": len(times) / seconds,
        "p50": 1000 * times[len(times) // 2],
        "p99": 1000 * times[min(len(times) - 1, len(times) * 99 // 100)],
        "failures": len(failures),
    }


if __name__ == "__main__":
    main()
