"""What every test stands on: files in a folder of its own, and static files without the deploy's manifest."""

import pytest
from django.conf import settings
from django.test import override_settings


@pytest.fixture(scope="session", autouse=True)
def _apart(tmp_path_factory):
    """Uploads go to a folder of the run; static files are found where they lie, so no collectstatic is needed."""
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    root = tmp_path_factory.mktemp("files")
    (root / "static").mkdir()
    with override_settings(STORAGES=storages, MEDIA_ROOT=root / "media", STATIC_ROOT=root / "static"):
        yield
