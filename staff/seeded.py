"""Texts that the portal itself puts into its tables, at set-up or from a notice: read in the reader's language.

Once somebody has written something else in their place, that is shown as it stands.
"""

from django.utils.translation import gettext

_KNOWN = set()


def know(*texts):
    """Say that these are the portal's own; each is marked with `gettext_noop` where it stands. Answers them."""
    _KNOWN.update(texts)
    return texts


def shown(text):
    """`text` in the reader's language where it is one of the portal's own; else as it is."""
    return gettext(text) if text in _KNOWN else text
