"""The import law portal → home → activities → staff, never upwards: in code, templates, migrations, foreign keys."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

ROOT = settings.BASE_DIR
LAYERS = ["staff", "activities", "home", "portal"]
RANK = {name: rank for rank, name in enumerate(LAYERS)}
TEMPLATE_TAG = re.compile(r"""{%-?\s*(load|include|extends)\s+([^%]*)%}""")


def above(layer):
    """The apps that `layer` may not know."""
    return set(LAYERS[RANK[layer] + 1 :])


def sources(layer):
    """The Python files of an app."""
    return sorted((ROOT / layer).rglob("*.py"))


def imported(tree):
    """The packages that a module imports by name, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0], node.lineno


@pytest.mark.parametrize("layer", LAYERS)
def test_code_imports_downwards(layer):
    """No module imports an app above its own; portal is imported by nobody."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources(layer)
        for name, line in imported(ast.parse(path.read_text()))
        if name in above(layer)
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("layer", LAYERS)
def test_code_names_no_module_above(layer):
    """Nor by a string that Django would import or look up: "home.Update", "activities.models.Activity"."""
    name = re.compile(rf"^({'|'.join(above(layer)) or '(?!)'})\.[A-Za-z_][\w.]*$")
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} names {node.value}"
        for path in sources(layer)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and name.match(node.value)
    ]
    assert not wrong, wrong


def reverse_names(layer):
    """The names under which models above reach back into rows of this app."""
    for model in apps.get_app_config(layer).get_models():
        for field in model._meta.get_fields(include_hidden=False):
            if field.auto_created and not field.concrete and field.related_model._meta.app_label in above(layer):
                yield from {field.name, field.get_accessor_name()}


@pytest.mark.parametrize("layer", LAYERS[:-1])
def test_code_follows_no_relation_upwards(layer):
    """No attribute and no lookup of an app is the reverse of a relation that a model above it declares."""
    own = {field.name for model in apps.get_app_config(layer).get_models() for field in model._meta.get_fields()} - set(
        reverse_names(layer)
    )
    names = set(reverse_names(layer)) - own
    wrong = []
    for path in sources(layer):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in names:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} .{node.attr}")
            elif isinstance(node, ast.keyword) and node.arg and names & set(node.arg.split("__")):
                wrong.append(f"{path.relative_to(ROOT)}:{node.value.lineno} {node.arg}=")
    assert not wrong, wrong


def template_folders(layer):
    """Where an app's templates lie."""
    return [folder for folder in (ROOT / "templates" / layer, ROOT / layer / "templates") if folder.is_dir()]


def tag_libraries():
    """Our template tag libraries with the app of each."""
    return {path.stem: layer for layer in LAYERS for path in (ROOT / layer / "templatetags").glob("*.py")}


@pytest.mark.parametrize("layer", LAYERS[:-1])
def test_templates_look_downwards(layer):
    """No template loads, includes or extends what belongs to an app above; base.html and components are everybody's."""
    libraries = tag_libraries()
    wrong = []
    for folder in template_folders(layer):
        for path in folder.rglob("*"):
            if not path.is_file():
                continue
            for tag, rest in TEMPLATE_TAG.findall(path.read_text()):
                words = rest.split() if tag == "load" else re.findall(r"""["']([^"']+)["']""", rest)[:1]
                owners = {libraries.get(word) if tag == "load" else Path(word).parts[0] for word in words}
                if owners & above(layer):
                    wrong.append(f"{path.relative_to(ROOT)} {tag} {rest.strip()}")
    assert not wrong, wrong


def test_migrations_depend_downwards():
    """No migration waits for one of an app above its own."""
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    wrong = [
        f"{app}.{name} depends on {other}.{target}"
        for (app, name), migration in migrations.items()
        if app in RANK
        for other, target in migration.dependencies
        if other in above(app)
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("layer", LAYERS)
def test_foreign_keys_point_downwards(layer):
    """No model refers to a model of an app above."""
    wrong = [
        f"{model.__name__}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_app_config(layer).get_models(include_auto_created=True)
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.is_relation and field.related_model and field.related_model._meta.app_label in above(layer)
    ]
    assert not wrong, wrong
