"""How words are put one after another in the reader's language: names in a row, a word and what it says."""

from django.utils.translation import pgettext


def comma():
    """What stands between names in a row."""
    return pgettext("between names", "、")


def colon():
    """What stands between a word and what it says."""
    return pgettext("after a word", "：")


def listed(names):
    """The names in a row."""
    return comma().join(str(name) for name in names)
