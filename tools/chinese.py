"""Fills the Chinese catalogue: the texts of the code are the Chinese ones, so each stands for itself.

The catalogue spares a lookup the walk through the frameworks' own catalogues. `make messages` runs this.
"""

from pathlib import Path

import polib

CATALOGUE = Path(__file__).resolve().parent.parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def main():
    """Let every text say what it says."""
    catalogue = polib.pofile(str(CATALOGUE))
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid
        # A text that changed needs no second look here: it says what it says.
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
    catalogue.save()


if __name__ == "__main__":
    main()
