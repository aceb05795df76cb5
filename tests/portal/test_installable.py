"""The portal on a phone: manifest, icons, service worker, the page without a network, shared photos."""

import json

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image

from portal import installable
from tests.factories.staff import make_staff

pytestmark = pytest.mark.django_db


def test_the_manifest_names_the_portal_and_its_icons(client):
    answer = client.get("/manifest.webmanifest")
    shown = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (shown["name"], shown["start_url"], shown["scope"], shown["display"]) == ("责任田", "/", "/", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in shown["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    assert shown["share_target"]["action"] == reverse("share")
    assert shown["share_target"]["params"]["files"][0]["name"] == "photos"


@pytest.mark.parametrize(("name", "size"), [("192", 192), ("512", 512), ("maskable", 512)])
def test_icons_are_of_the_size_that_they_say(name, size):
    with Image.open(finders.find(f"portal/install/{name}.png")) as icon:
        assert icon.size == (size, size)
        corner = icon.convert("RGBA").getpixel((0, 0))
    # A phone cuts the maskable one to its own shape: it is filled to the corners.
    assert (corner[3] == 255) == (name == "maskable")


def settings_of(text):
    """What the portal tells its service worker."""
    line = next(line for line in text.splitlines() if line.startswith("const {"))
    return json.loads(line[line.index("= ") + 2 :].rstrip(";"))


def test_the_worker_keeps_what_is_public_and_nothing_else(client):
    answer = client.get("/service-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    kept = settings_of(answer.text)
    assert all(address.startswith(kept["static"]) for address in kept["shell"])
    assert kept["offline"] == "/offline/" and kept["post"] == "/updates/new/"
    # Only shared photos are ever put; no answer to a request is.
    assert answer.text.count(".put(") == 2 and answer.text.count('cache.put("/shared/') == 1


def test_the_worker_is_the_same_for_all(client):
    signed_out = client.get("/service-worker.js").text
    client.force_login(make_staff())
    assert client.get("/service-worker.js").text == signed_out


def test_the_version_changes_with_the_static_files(monkeypatch):
    versions = set()
    for name in ("portal/base.1.css", "portal/base.2.css"):
        files = type("Files", (), {"hashed_files": {"portal/base.css": name}})()
        monkeypatch.setattr(installable, "staticfiles_storage", files)
        installable.version.cache_clear()
        versions.add(installable.version())
    installable.version.cache_clear()
    assert len(versions) == 2


def test_the_page_without_a_network_is_nobodys_own(client):
    user = make_staff(name="曾静")
    client.force_login(user)
    text = client.get("/offline/").text
    assert "没有网络" in text and "曾静" not in text and user.username not in text
    assert "csrfmiddlewaretoken" not in text and "X-CSRFToken" not in text


def test_every_page_leads_to_the_manifest_and_the_worker(client):
    text = client.get("/search/").text
    assert f'rel="manifest" href="{reverse("manifest")}"' in text
    assert f'data-update="{reverse("worker")}"' in text


def test_photos_shared_without_a_worker_lead_to_the_form_and_are_not_stored(client):
    user = make_staff()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    answer = strict.post("/share/", {"text": "今天"})
    assert (answer.status_code, answer.url) == (302, "/updates/new/")
    assert client.get("/share/").status_code == 405


def test_what_was_shared_is_stored_with_a_token_alone():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_staff())
    assert strict.post("/updates/new/?shared=1", {"text": "今天"}).status_code == 403
