"""A page of the running portal, as anybody, at the size of a phone or of a PC.

`open_as(user, "phone")` answers a Playwright page that is signed in; what the browser complains of fails the test.
"""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

HERE = Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SIZES = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "pc": {"viewport": {"width": 1440, "height": 900}},
}

# What Chromium would do beside a page: of two lists it takes the last, so what Playwright leaves out stands here too.
# The list under the address bar is itself two pages, which each window would load and nobody sees.
UNUSED = "AimEnabled,WebUIOmniboxAimPopup,WebUIOmniboxPopup,HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding"

# Playwright keeps an event loop in the thread of the test, which is where the test also asks the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items):
    """Everything here needs a browser, and the portal answering in threads of its own."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium, kept from asking anything of the network."""
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet += ["--disable-background-networking", "--disable-component-update", f"--disable-features={UNUSED}"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture
def open_as(new_context, live_server):
    """Opens pages: `open_as(user, size)`; without a user as anonymous.

    `expects` are the complaints that a test provokes.
    """
    complaints = []

    def complain(text, expects):
        if not any(expected in text for expected in expects):
            complaints.append(text)

    def page_of(user=None, size="pc", expects=(), **options):
        context = new_context(base_url=live_server.url, locale="zh-CN", **SIZES[size], **options)
        if user is not None:
            client = Client()
            client.force_login(user)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: message.type == "error" and complain(message.text, expects))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda answer: answer.status >= 500 and complaints.append(f"{answer.status} {answer.url}"))
        return page

    yield page_of
    assert not complaints, complaints


@pytest.fixture(params=SIZES)
def size(request):
    """Each size in turn."""
    return request.param
