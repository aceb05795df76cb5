"""Every address of the portal as every role: what opens, what is sent to sign-in, what does not exist for whom.

An address of ours without a row here fails, so nobody adds one without deciding who may open it. Whoever may not gets
404, never a hint; signed-out readers are sent to sign-in and come back.
"""

from urllib.parse import quote

import pytest
from django.apps import apps
from django.core import serializers
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests.matrix import ACCOUNTS, PAGES, TABLE
from tests.world import ROLES, make_world

pytestmark = pytest.mark.django_db

OURS = ("staff", "activities", "home", "portal")


def addresses(resolver=None, spaces=(), route=""):
    """The name of every address with the module of its view and its route."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = f"{route}{entry.pattern}"
        if hasattr(entry, "url_patterns"):
            yield from addresses(entry, (*spaces, *([entry.namespace] if entry.namespace else [])), here)
        else:
            view = getattr(entry.callback, "view_class", entry.callback)
            yield ":".join((*spaces, entry.name or "")), getattr(view, "__module__", ""), here


def test_every_address_of_ours_has_a_row():
    """Those of the admin have theirs in `test_matrix_admin`, those of accounts in ACCOUNTS and `test_social`."""
    ours = {
        name
        for name, module, route in addresses()
        if module.split(".")[0] in OURS and not route.startswith(("admin/", "accounts/"))
    }
    assert ours == set(TABLE)


@pytest.fixture
def world():
    return make_world()


def client_of(world, role):
    client = Client()
    if world.users[role] is not None:
        client.force_login(world.users[role])
    return client


def to_sign_in(answer, url):
    """Whether the visitor is sent to sign-in, and back to `url`."""
    return answer.status_code == 302 and answer["Location"] == f"/accounts/login/?next={quote(url)}"


@pytest.mark.parametrize("role", ROLES)
def test_who_opens_what(world, role):
    client = client_of(world, role)
    wrong = {}
    for name, row in TABLE.items():
        url = reverse(name, args=row.args(world))
        with transaction.atomic():
            answer = client.get(url)
            transaction.set_rollback(True)
        if row.opens is None:
            fits = answer.status_code == 405
        elif role in row.opens:
            fits = answer.status_code == row.shows and not to_sign_in(answer, url)
        elif role == "anonymous" and name != "media":
            fits = to_sign_in(answer, url)
        else:
            fits = answer.status_code == 404
        if not fits:
            wrong[name] = (answer.status_code, answer.get("Location"))
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
def test_who_reads_which_page(world, role):
    client = client_of(world, role)
    wrong = {}
    for name, opens in PAGES.items():
        url = name if name.startswith("/") else getattr(world.here, name).url
        answer = client.get(url)
        fits = (
            answer.status_code == 200
            if role in opens
            else to_sign_in(answer, url)
            if role == "anonymous"
            else answer.status_code == 404
        )
        if not fits:
            wrong[name] = (url, answer.status_code)
    assert wrong == {}


@pytest.mark.parametrize("role", ["anonymous", "staff", "partner"])
def test_pages_of_accounts(world, role):
    client = client_of(world, role)
    wrong = {}
    for name, (signed_out, signed_in) in ACCOUNTS.items():
        answer = client.get(reverse(name))
        if answer.status_code != (signed_out if role == "anonymous" else signed_in):
            wrong[name] = (answer.status_code, answer.get("Location"))
    assert wrong == {}


def rows_of_ours():
    """All that stands in our tables, to see whether anything changed."""
    models = [model for label in ("staff", "activities", "home") for model in apps.get_app_config(label).get_models()]
    return {model: serializers.serialize("json", model._base_manager.order_by("pk")) for model in models}


@pytest.mark.parametrize("role", ROLES)
def test_who_sends_what(world, role):
    """Whoever may not send gets 404 and changes nothing; whoever may never meets an error page, whatever they send."""
    client = client_of(world, role)
    addresses = {name: reverse(name, args=row.args(world)) for name, row in TABLE.items()}
    before = rows_of_ours()
    wrong = {}
    for name, row in TABLE.items():
        url = addresses[name]
        acts = role in row.acts
        with transaction.atomic():
            answer = client.post(url, row.data(world))
            if acts:
                transaction.set_rollback(True)
        if acts:
            fits = answer.status_code in (200, 302, 422)
        elif role == "anonymous":
            fits = answer.status_code in (404, 405) or to_sign_in(answer, url) or to_sign_in(answer, "/")
        elif row.acts:
            fits = answer.status_code == 404
        else:
            fits = answer.status_code in (404, 405) or (row.shows == 302 and answer.status_code == 302)
        if not fits:
            wrong[name] = (answer.status_code, answer.get("Location"))
    assert wrong == {}
    after = rows_of_ours()
    assert [model for model in before if before[model] != after[model]] == []
