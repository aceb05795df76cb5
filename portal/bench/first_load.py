"""`python -m portal.bench.first_load`: what a first visit costs a slow phone, in Chromium.

The processor is slowed down four times and the network to 1.6 Mbit/s with 150 ms there and back; nothing is in any
cache. `kB` is all that was sent but photos, as compressed as it came; LCP is when the largest thing was on the screen.
Measure when nothing else runs on the machine: the portal and the browser share it.
"""

import argparse
import os
import shutil
import sys

from portal.bench import stage
from portal.bench.__main__ import free_port, prepare_environment

MOST_KILOBYTES, MOST_LCP = 250, 2500
SLOWDOWN, MEGABITS, ROUND_TRIP = 4, 1.6, 150
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
# The last entry is the largest thing so far; it is read when the page has been quiet for a while.
LARGEST = """() => new Promise((told) => {
  new PerformanceObserver((list) => {
    const last = list.getEntries().at(-1);
    told([last.startTime, (last.element?.tagName ?? "") + "." + (last.element?.className ?? "")]);
  }).observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => told([Infinity, "nothing was painted"]), 3000);
})"""
SETTLED = 1500


def main():
    """Serve the demo bureau, visit, print the table; the exit code says whether each page reached its aims."""
    asked = argparse.ArgumentParser(prog="python -m portal.bench.first_load", description=__doc__)
    asked.add_argument("--times", type=int, default=3, help="visits to each page; the median counts (default 3)")
    options = asked.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        asked.error("Chromium is not installed")
    port = free_port()
    prepare_environment(port)
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    import django

    django.setup()
    from portal import serve

    serve.prepare()
    with stage.served(port) as played:
        reached = report(visits(chromium, played, options.times))
    sys.exit(0 if reached else 1)


def addresses():
    """(page, address, user name or None) of what is visited first."""
    from home.models import NewsPage

    news = NewsPage.objects.visible_to(None).first().url
    return [
        ("the front page", "/", None),
        ("a news page", news, None),
        ("signing in", "/accounts/login/", None),
        ("the front page", "/", "staff"),
        ("my day", "/me/", "staff"),
        ("updates", "/updates/", "staff"),
    ]


def visits(chromium, played, times):
    """(page, viewer, kB without photos, kB of photos, LCP in ms, what that was) of each page, the median of `times`."""
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    from portal.bench.__main__ import cookie_of
    from staff.models import User

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        for page, address, name in addresses():
            cookies = cookie_of(User.objects.get(username=name)) if name else ""
            value = dict(part.split("=", 1) for part in cookies.split("; ") if part).get(settings.SESSION_COOKIE_NAME)
            root = f"http://127.0.0.1:{played.port}"
            # The phone is new each time, the portal is not: the visit that wakes it up is not counted.
            visited = sorted([visit(browser, root, address, value) for _ in range(times + 1)][1:])
            lcp, other, photos, what = visited[len(visited) // 2]
            yield page, name or "anonymous", other, photos, lcp, what
        browser.close()


def visit(browser, root, address, session):
    """One first visit: (LCP in ms, kB without photos, kB of photos, what was largest)."""
    from django.conf import settings

    context = browser.new_context(locale="zh-CN", service_workers="block", **PHONE)
    if session:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": root}])
    page = context.new_page()
    told = context.new_cdp_session(page)
    told.send("Network.enable")
    told.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    rate = MEGABITS * 1_000_000 / 8
    network = {"offline": False, "latency": ROUND_TRIP, "downloadThroughput": rate, "uploadThroughput": rate}
    told.send("Network.emulateNetworkConditions", network)
    kinds, sizes = {}, {}
    told.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["response"]}))
    told.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(root + address, wait_until="load")
    page.wait_for_timeout(SETTLED)
    lcp, what = page.evaluate(LARGEST)
    photos = sum(size for name, size in sizes.items() if is_photo(kinds.get(name, {})))
    context.close()
    return lcp, (sum(sizes.values()) - photos) / 1000, photos / 1000, what


def is_photo(answer):
    """Whether an answer is a photo: drawings and icons belong to the page."""
    kind = answer.get("mimeType", "")
    return kind.startswith("image/") and kind != "image/svg+xml" and "/static/" not in answer.get("url", "")


def report(rows):
    """Print the table; whether every page reached its aims."""
    reached = True
    sys.stdout.write(f"{'page':<18} {'viewer':<10} {'kB':>7} {'photos':>7} {'LCP ms':>7}  largest\n")
    for page, viewer, other, photos, lcp, what in rows:
        missed = other > MOST_KILOBYTES or lcp > MOST_LCP
        reached = reached and not missed
        line = f"{page:<18} {viewer:<10} {other:>7.1f} {photos:>7.1f} {lcp:>7.0f}  {what[:50]}"
        sys.stdout.write(f"{line}{'  MISSED' if missed else ''}\n")
        sys.stdout.flush()
    return reached


if __name__ == "__main__":
    main()
