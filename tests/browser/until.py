"""Waiting for what only a promise knows: Playwright's own wait takes the promise itself for the answer."""

TRIES = 200


def until(page, promise):
    """Ask the page every 50 ms until `promise` (JavaScript) resolves to something true; ten seconds at most."""
    for _ in range(TRIES):
        if page.evaluate(promise):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"It never came true: {promise}")
