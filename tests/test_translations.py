"""Every text has its English, and what was compiled is what was translated."""

import ast
import gettext
import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
APPS = ("portal", "home", "activities", "staff")
CATALOGUES = sorted(path for folder in settings.LOCALE_PATHS for path in folder.rglob("*.po"))
NOT_SOURCES = (".*", "data", "locale", "framework_locale", "tests", "docs", "tools", "__pycache__", "vendor")

pytestmark = pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed")


def messages(path):
    """The texts of a compiled catalogue."""
    with path.open("rb") as file:
        return {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}


def test_the_catalogues_are_there():
    """English for our texts; Chinese for those that the frameworks lack."""
    names = {str(path.relative_to(ROOT)) for path in CATALOGUES}
    assert "locale/en/LC_MESSAGES/django.po" in names
    assert "portal/framework_locale/zh_Hans/LC_MESSAGES/django.po" in names


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_compiled_is_translated(path, tmp_path):
    """The .mo beside a .po says the same, placeholders agree, nothing is left open or fuzzy."""
    fresh = tmp_path / "fresh.mo"
    made = subprocess.run(
        ["msgfmt", "--check", "--statistics", "-o", fresh, path],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert made.returncode == 0, made.stderr
    assert "untranslated" not in made.stderr
    assert "fuzzy" not in made.stderr
    assert messages(fresh) == messages(path.with_suffix(".mo")), "make messages"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_of_the_code_is_in_both_catalogues(domain, tmp_path):
    """Collected anew in a copy of the code, no text is missing from the English or the Chinese catalogue."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_SOURCES))
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "en", "-d", domain, "--keep-pot", "-v", "0"],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    collected = copy / "locale" / f"{domain}.pot"
    if not collected.exists():
        return
    for language in ("en", "zh_Hans"):
        known = ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
        compared = subprocess.run(
            ["msgcmp", known, collected], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}
        )
        missing = [line for line in compared.stderr.splitlines() if "warning" not in line]
        assert compared.returncode == 0, "\n".join(["make messages", *missing])


def marked(path):
    """What the calls of gettext and its kin in a Python file look up: (line, key in a compiled catalogue)."""
    tree = ast.parse(path.read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = [name for node in imports if node.module == "django.utils.translation" for name in node.names]
    called = {name.asname or name.name: name.name.removesuffix("_lazy").removesuffix("_noop") for name in names}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        kind = called.get(getattr(call.func, "id", None), "")
        texts = [getattr(argument, "value", None) for argument in call.args[:2]]
        if kind.endswith("gettext") and all(isinstance(text, str) for text in texts):
            key = "\x04".join(texts) if "p" in kind else texts[0]
            yield call.lineno, (key, 1) if "n" in kind[:2] else key


def test_no_text_of_the_code_is_overlooked_by_those_who_collect():
    """xgettext passes over some calls, such as those within a formatted string: what the code asks for is there."""
    known = messages(ROOT / "locale" / "en" / "LC_MESSAGES" / "django.mo")
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    found = [(path, *text) for path in files for text in marked(path)]
    assert len(found) > 1000
    assert [text for text in found if text[2] not in known] == []
