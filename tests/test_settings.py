"""Settings from the environment: a wrong one stops the start with one line, production passes Django's check."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "PRODUCTION": "on",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "portal.bureau.example",
    "BASE_URL": "https://portal.bureau.example",
    "EMAIL_URL": "submission://portal:secret@mail.bureau.example:587",
    "DATABASE_URL": "postgresql://portal:secret@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}


def run(*args, **environment):
    """Run Python on the portal's code with this environment and nothing else of ours."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, *args],
        cwd=settings.BASE_DIR,
        env={**kept, "DJANGO_SETTINGS_MODULE": "portal.settings", **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def start(**environment):
    """Import the settings with this environment."""
    return run("-c", "import portal.settings", **environment)


def test_no_environment_is_a_trial_on_this_machine(tmp_path):
    """Nothing must be set; SQLite, no debug pages, this machine only."""
    code = "import portal.settings as s; print(s.DATABASES['default']['ENGINE'], s.DEBUG, s.PRODUCTION)"
    assert run("-c", code, DATA_DIR=str(tmp_path)).stdout == "django.db.backends.sqlite3 False False\n"


@pytest.mark.parametrize(("query", "options"), [("", "-c jit=off"), ("?options=-c%20jit%3Don", "-c jit=on")])
def test_postgresql_compiles_no_question_unless_its_address_says_so(query, options, tmp_path):
    """Pages ask short questions."""
    code = "import portal.settings as s; print(s.DATABASES['default']['OPTIONS']['options'])"
    address = f"postgresql://portal:secret@127.0.0.1/portal{query}"
    assert run("-c", code, DATA_DIR=str(tmp_path), DATABASE_URL=address).stdout.strip() == options


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres//portal:verysecret@host/db"),
        ("DATABASE_URL", "mysql://portal:verysecret@host/db"),
        ("DATABASE_URL", "postgresql://portal:verysecret@host:port/db"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("EMAIL_URL", "verysecret@mail.example"),
        ("EMAIL_URL", "smtp://portal:verysecret@mail:port"),
        ("BASE_URL", "portal.example"),
        ("DEBUG", "perhaps"),
        ("IDLE_MINUTES", "two"),
        ("LOG_LEVEL", "LOUD"),
        ("PORT", "http"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(name, value, tmp_path):
    """And no value that may hold a password is shown."""
    stopped = start(**{"DATA_DIR": str(tmp_path), name: value})
    assert stopped.returncode == 1
    assert stopped.stderr.startswith(f"{name}: ")
    assert stopped.stderr.count("\n") == 1
    assert "verysecret" not in stopped.stderr


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"OIDC_SERVER_URL": "https://id.example"}, "OIDC_CLIENT_ID, OIDC_CLIENT_SECRET"),
        ({"OIDC_NAME": "统一认证"}, "OIDC_SERVER_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET"),
        ({"WECOM_CORP_ID": "ww1", "WECOM_SECRET": "verysecret"}, "WECOM_AGENT_ID"),
        ({"DINGTALK_CLIENT_SECRET": "verysecret"}, "DINGTALK_CLIENT_ID"),
        ({"FEISHU_CLIENT_ID": "cli_1"}, "FEISHU_CLIENT_SECRET"),
    ],
)
def test_a_way_to_sign_in_is_set_whole_or_not_at_all(given, missing, tmp_path):
    """Half of it stops the start with one line that names the rest."""
    stopped = start(DATA_DIR=str(tmp_path), **given)
    assert (stopped.returncode, stopped.stderr.count("\n")) == (1, 1)
    assert stopped.stderr.startswith(f"{missing}: must be set along with ")
    assert "verysecret" not in stopped.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_URL"])
def test_production_needs_what_a_trial_does_not(name, tmp_path):
    """A missing setting is one line that names it."""
    without = {key: value for key, value in PRODUCTION.items() if key != name}
    stopped = start(DATA_DIR=str(tmp_path), **without)
    assert (stopped.returncode, stopped.stderr.count("\n")) == (1, 1)
    assert stopped.stderr.startswith(f"{name}: must")


def test_check_deploy_is_silent_under_production_settings(tmp_path):
    """Django's own check for a deployment has nothing to say."""
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path), **PRODUCTION)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout
    assert not checked.stderr
