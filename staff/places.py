"""Places that one searches for: by name, by pinyin and by initials, however much of it is typed."""

import re

from pypinyin import lazy_pinyin
from wagtail.search import index

LATIN = re.compile(r"[a-z]+")


def spellings(name):
    """The words that find `name` by pinyin: each syllable, and the rest of the name from each on, with its initials.

    The search takes what is typed as the beginning of a word: 官渡区 is found by guandu, gd, duqu and dq.
    """
    syllables = [syllable for syllable in lazy_pinyin(name.lower()) if LATIN.fullmatch(syllable)]
    rests = [syllables[start:] for start in range(len(syllables))]
    words = [*syllables, *("".join(rest) for rest in rests), *("".join(word[0] for word in rest) for rest in rests)]
    return " ".join(dict.fromkeys(words))


class Place(index.Indexed):
    """A model with a name that stands in the index of the search."""

    search_fields = [index.SearchField("name", boost=3), index.SearchField("spellings")]

    def spellings(self):
        """The pinyin of the name, for the index."""
        return spellings(self.name)
