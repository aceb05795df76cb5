"""Reading settings from the environment: every error is one line that names the setting."""

import os


class BadSetting(SystemExit):
    """Stops the start with one line on standard error that names the setting and says what would be right."""

    def __init__(self, name, reason):
        super().__init__(f"{name}: {reason}")


def text(name, default=None):
    """The variable `name`, or `default`; without a default the variable must be set and not empty."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise BadSetting(name, "must be set")
    return default


def flag(name, default):
    """A yes or no: 1, true, yes, on or 0, false, no, off."""
    value = text(name, "on" if default else "off").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(name, f"must be yes or no, not {value!r}")


def number(name, default):
    """A whole number of zero or more."""
    value = text(name, str(default))
    if not value.isdecimal():
        raise BadSetting(name, f"must be a whole number, not {value!r}")
    return int(value)


def words(name, default=()):
    """A list separated by commas."""
    value = text(name, ",".join(default))
    return [word.strip() for word in value.split(",") if word.strip()]


def choice(name, default, choices):
    """One of `choices`."""
    value = text(name, default)
    if value not in choices:
        raise BadSetting(name, f"must be one of {', '.join(choices)}, not {value!r}")
    return value


def address(name, default, *schemes):
    """An address that begins with one of `schemes`, or empty; errors never show it: it may hold a password."""
    value = text(name, default)
    if value and value.partition("://")[0] not in schemes:
        raise BadSetting(name, f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    return value


def together(*names):
    """Variables that belong together: their values by name when all are set, nothing when none is.

    Some of them without the others stop the start with one line that names those that are missing.
    """
    values = {name: text(name, "") for name in names}
    missing = [name for name in names if not values[name]]
    if len(missing) == len(names):
        return {}
    if missing:
        given = ", ".join(name for name in names if values[name])
        raise BadSetting(", ".join(missing), f"must be set along with {given}")
    return values


def parsed(name, value, parse):
    """`parse` applied to the variable's value; what it cannot read is an error that names the variable only."""
    try:
        return parse(value)
    except Exception as error:
        raise BadSetting(name, f"cannot be read ({type(error).__name__})") from None
