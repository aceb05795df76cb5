"""The README says what is there: every setting, every command, every file that it points to."""

import ast
import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
README = (ROOT / "README.md").read_text()
READERS = {"text", "flag", "number", "words", "choice", "address", "parsed"}
READS_ALL = "together"


def settings_read():
    """Names of the environment variables that our code reads."""
    for path in (ROOT / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
                and node.func.attr in {*READERS, READS_ALL}
            ):
                yield from (name.value for name in (node.args if node.func.attr == READS_ALL else node.args[:1]))


def test_the_table_has_every_setting_and_no_other():
    """Each once, with its default."""
    rows = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    assert sorted(rows) == sorted(set(settings_read()))


@pytest.mark.parametrize("document", ["README.md", "docs/architecture.md", "docs/deploy.md"])
def test_links_lead_somewhere(document):
    """Every relative link and picture is a file of the repository."""
    text = (ROOT / document).read_text()
    targets = [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in target]
    missing = [target for target in targets if not ((ROOT / document).parent / target).exists()]
    assert not missing


def test_the_makefile_has_the_commands_of_the_readme():
    """`make NAME` in the README is a target."""
    makefile = (ROOT / "Makefile").read_text()
    for name in set(re.findall(r"make ([a-z]+)", "".join(re.findall(r"`[^`]+`|```.*?```", README, re.DOTALL)))):
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), name
