"""Takes the README's pictures of the running demo: `make serve`, then `.venv/bin/python docs/screenshots.py [ADDRESS]`.

Needs the packages of the tests, Chromium and a Chinese font (Debian: chromium, fonts-noto-cjk).
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
PC = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

# Name of the picture, who looks, at what size, at which page.
PICTURES = [
    ("front-pc", None, PC, "/"),
    ("me-phone", "staff", PHONE, "/me/"),
]


def main(address):
    """One picture after the other, each by its own visitor."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        for name, account, size, path in PICTURES:
            page = browser.new_context(base_url=address, locale="zh-CN", **size).new_page()
            if account:
                sign_in(page, account)
            page.goto(path, wait_until="networkidle")
            page.screenshot(path=IMAGES / f"{name}.png")
        browser.close()


def sign_in(page, account):
    """As a person does."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", account)
    page.fill("input[name=password]", os.environ.get("DEMO_PASSWORD", "zerentian-demo"))
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else f"http://127.0.0.1:{os.environ.get('PORT', 8000)}")
