"""What every test stands on: files in a folder of its own, static files without a manifest, no pages kept."""

import os
import sqlite3
from contextlib import closing

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.utils import translation
from xdist.scheduler import LoadScopeScheduling

# Files whose tests all read one costly preparation, which is then made by one process alone.
TOGETHER = ("tests/home/test_demo.py", "tests/test_query_counts.py")
# A database with all its tables and nothing else: the path of a SQLite's file, or the name of one on PostgreSQL.
MIGRATED = os.environ.get("MIGRATED")


class DealtOut(LoadScopeScheduling):
    """Deals the tests out one by one in the order they were collected in, those of a file in `TOGETHER` at once."""

    def __init__(self, config, log=None):
        super().__init__(config, log)
        # Tests that commit are collected last, and must stay there.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid):
        file = nodeid.split("::", 1)[0]
        return file if file in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config, log):
    """How several processes share the tests."""
    return DealtOut(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A test with real transactions empties the tables at its end: the next one gets back what migrations put there."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker or {"db", "django_db_setup"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")
        if transactional(item, marker):
            options = marker.kwargs if marker else {}
            item.add_marker(
                pytest.mark.django_db(**{**options, "transaction": True, "serialized_rollback": True}), append=False
            )


def transactional(item, marker):
    """Whether the test commits: it says so, or it talks to a running server."""
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        {"live_server", "transactional_db", "open_as"} & set(getattr(item, "fixturenames", ()))
    )


@pytest.fixture(scope="session")
def django_db_keepdb():
    """A copy of what is migrated already is there before the test database is made, and is not to be cleared away."""
    return bool(MIGRATED)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Where `MIGRATED` names a database with all its tables, each process of tests begins with a copy of it."""
    if not MIGRATED:
        return
    options = connection.settings_dict["TEST"]
    if connection.vendor == "postgresql":
        options["TEMPLATE"] = MIGRATED
    else:
        with closing(sqlite3.connect(MIGRATED)) as made, closing(sqlite3.connect(options["NAME"])) as own:
            made.backup(own)


@pytest.fixture(scope="session", autouse=True)
def _apart(tmp_path_factory):
    """Uploads go to a folder of the run; static files are found where they lie, so no collectstatic is needed."""
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    root = tmp_path_factory.mktemp("files")
    (root / "static").mkdir()
    # The folder of the data too: two processes of tests must not take turns at one tick.
    folders = {"DATA_DIR": root, "MEDIA_ROOT": root / "media", "STATIC_ROOT": root / "static"}
    with override_settings(STORAGES=storages, PUBLIC_PAGE_SECONDS=0, OWN_PAGE_SECONDS=0, **folders):
        yield


@pytest.fixture(autouse=True)
def _chinese():
    """Each test begins in the portal's own language, whatever a reader of the one before chose."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _clean_cache(request):
    """The cache's table is nobody's model, so no test's end empties it: tests that commit start by doing so."""
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        cache.clear()
