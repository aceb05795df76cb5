"""Waiting for what only a promise knows: Playwright's own wait takes the promise itself for the answer."""

from contextlib import suppress

from playwright.sync_api import Error

TRIES = 200


def until(page, promise):
    """Ask the page every 50 ms until `promise` (JavaScript) resolves to something true; ten seconds at most."""
    for _ in range(TRIES):
        # A page that is just loaded anew has no answer yet.
        with suppress(Error):
            if page.evaluate(promise):
                return
        page.wait_for_timeout(50)
    raise AssertionError(f"It never came true: {promise}")
