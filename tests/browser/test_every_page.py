"""Every address of the portal before a machine: what it can find against readers with a disability, and at 320 px.

Each page is opened once, as somebody whom it is for; size, colours and letters are shared out among the pages.
`EVERY_LOOK=1` opens each page in all of them, which takes some minutes.
"""

import os
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Error

from tests.browser.conftest import SIZES
from tests.matrix import ACCOUNTS, PAGES, TABLE
from tests.world import make_world

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
    "selectors": False,
    "preload": False,
}
HEARD = {"moderate", "serious", "critical"}
LOOKS = list(product(SIZES, ("light", "dark"), ("normal", "large")))
# Somebody whom a page is for, the first that fits: those whose pages hold the most come first.
FITTING = ("secretary", "office", "staff", "manager", "sysadmin", "partner", "auditor", "anonymous")
MANY = 100
# Two processes of tests share the pages.
PARTS = 2
NOT_FOUND = 404
# What WCAG calls reflow: a screen of 1,280 px at four times its size.
NARROW = {"width": 320, "height": 640}
TALL = 4000
DRESS = """([theme, size]) => {
  document.documentElement.setAttribute("data-theme", theme);
  document.documentElement.setAttribute("data-size", size);
}"""
# Tables and the like may be wider than the screen in a scroller of their own; the page may not.
WIDER = "() => document.documentElement.scrollWidth - window.innerWidth"


def addresses(world):
    """Every address that answers a page, by a role that opens it."""
    found = {role: [] for role in FITTING}

    def add(opens, address):
        found[next(role for role in FITTING if role in opens)].append(address)

    for name, row in TABLE.items():
        # Round a picture stands a page of the browser's own.
        if row.opens and row.shows == 200 and name != "media":
            add(row.opens, reverse(name, args=row.args(world)))
    for name, opens in PAGES.items():
        add(opens, name if name.startswith("/") else getattr(world.here, name).url)
    for name, (signed_out, signed_in) in ACCOUNTS.items():
        if signed_in == 200 or signed_out == 200:
            add({"staff"} if signed_in == 200 else {"anonymous"}, reverse(name))
    add({"staff"}, "/search/?q=走访")
    add({"staff"}, "/search/?q=主题&in=pages")
    add({"anonymous"}, "/")
    return {role: pages for role, pages in found.items() if pages}


def opened(page, address):
    """Whether a whole page stands at the address, not a file or what htmx puts into a page, which has no title."""
    try:
        page.goto(address)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return False
    return bool(page.title())


def dress(page, size, theme, letters):
    """The page as it looks at that width, in these colours and letters, all of it above the bar at the bottom."""
    page.set_viewport_size({**SIZES[size]["viewport"], "height": TALL})
    page.evaluate(DRESS, [theme, letters])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_stands_in_the_way_on_any_page(open_as, live_server, part):
    world, axe, wrong, number = make_world(), Axe(), [], 0
    every = os.environ.get("EVERY_LOOK")
    for role, pages in addresses(world).items():
        # A piece alone names no icon, so the browser asks for one; what a page asks for itself is there.
        page = open_as(world.users[role], reduced_motion="reduce", expects=["404"])
        page.on("response", lambda answer: answer.status == NOT_FOUND and wrong.append(answer.url))
        for address in pages[part::PARTS]:
            if not opened(page, address):
                continue
            number += 1
            if (headings := page.locator("h1").count()) != 1:
                wrong.append((role, address, f"{headings} h1"))
            for look in LOOKS if every else [LOOKS[number % len(LOOKS)]]:
                dress(page, *look)
                for hit in axe.run(page, options=RULES).response["violations"]:
                    if hit["impact"] in HEARD:
                        wrong.append((role, address, look, hit["id"], hit["nodes"][0]["html"][:160]))
                page.set_viewport_size(NARROW)
                if (wider := page.evaluate(WIDER)) > 0:
                    wrong.append((role, address, look, f"{wider} px wider than the screen"))
    assert number > MANY / PARTS
    assert wrong == []
