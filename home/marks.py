"""What was asked for, marked in what was found."""

import re

from django.utils.html import escape
from django.utils.safestring import mark_safe

EXCERPT = 72


class Marker:
    """Splits texts at what was asked for: whole words, and of longer Chinese its pairs as the index has them."""

    def __init__(self, text):
        words = [word for word in re.findall(r"\w+", text) if word]
        pairs = [word[i : i + 2] for word in words if not word.isascii() for i in range(len(word) - 1)]
        wanted = sorted({*words, *pairs}, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, wanted)) or r"(?!)", re.IGNORECASE)

    def marked(self, text):
        """`text` as markup, with what was asked for in <mark>; whatever else stands in it is escaped."""
        found, place = [], 0
        for match in self.pattern.finditer(text):
            found += [escape(text[place : match.start()]), "<mark>", escape(match.group()), "</mark>"]
            place = match.end()
        return mark_safe("".join([*found, escape(text[place:])]))

    def excerpt(self, text):
        """The part of `text` round the first place that was asked for, as markup."""
        text = " ".join(text.split())
        match = self.pattern.search(text)
        first = max(0, match.start() - EXCERPT // 3) if match else 0
        part = text[first : first + EXCERPT]
        return self.marked(f"{'…' if first else ''}{part}{'…' if first + EXCERPT < len(text) else ''}")
