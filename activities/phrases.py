"""What the history of a suggestion says by itself: kept in the bureau's language, read in the reader's.

A phrase is kept with its facts filled in, as one text like those that people write. It is known again by the words
round the facts, so that what was kept long ago is read in every language too.
"""

import re
from functools import cached_property

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from activities.choices import Rating, SuggestionState, Verdict

_KNOWN = []


class Phrase:
    """One thing that a history says: its words, and for a fact that is a choice the words of all that it may be."""

    def __init__(self, words, **choices):
        self.words, self.choices = words, choices
        _KNOWN.append(self)

    def said(self, **facts):
        """The phrase with its facts as the history keeps it."""
        with translation.override(settings.LANGUAGE_CODE):
            return gettext(self.words) % facts

    @cached_property
    def labels(self):
        """{fact: {its word as it is kept: its word translated lazily}} of the facts that are choices."""
        with translation.override(settings.LANGUAGE_CODE):
            return {name: {str(word): word for word in words} for name, words in self.choices.items()}

    @cached_property
    def pattern(self):
        """What a kept text of this phrase looks like."""
        parts = re.split(r"%\((\w+)\)s", self.words)
        for number in range(1, len(parts), 2):
            words = "|".join(map(re.escape, self.labels.get(parts[number], ()))) or ".+?"
            parts[number] = f"(?P<{parts[number]}>{words})"
        parts[::2] = map(re.escape, parts[::2])
        return re.compile("".join(parts), re.DOTALL)

    def read(self, text):
        """`text` in the reader's language, or None where it is something else."""
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        facts = found.groupdict()
        facts |= {name: self.labels[name][facts[name]] for name in self.labels}
        return gettext(self.words) % facts


def read(text):
    """What a history keeps, in the reader's language where it is one of these phrases; else as somebody wrote it."""
    if not text or translation.get_language() == settings.LANGUAGE_CODE:
        return text
    return next((said for phrase in _KNOWN if (said := phrase.read(text)) is not None), text)


def labels(choices):
    """The words of a `TextChoices`, translated lazily."""
    return [one.label for one in choices]


# The longer one before the one that begins like it.
ASSIGNED_WITH_HELP = Phrase(gettext_noop("主办：%(unit)s；会办：%(units)s"))
ASSIGNED = Phrase(gettext_noop("主办：%(unit)s"))
RETURNED = Phrase(gettext_noop("%(unit)s退回：%(why)s"))
ANSWERED = Phrase(gettext_noop("%(verdict)s:%(answer)s"), verdict=labels(Verdict))
REOPENED = Phrase(gettext_noop("评价：%(rating)s，重新办理"), rating=labels(Rating))
RATED = Phrase(gettext_noop("评价：%(rating)s"), rating=labels(Rating))
UNRATED = Phrase(gettext_noop("逾期未评价，自动办结"))
ESCALATED = Phrase(gettext_noop("“%(state)s”已逾期，报上一级督办"), state=labels(SuggestionState))
REVEALED = Phrase(gettext_noop("查询建议人"))
MERGED = Phrase(gettext_noop("并入%(number)s"))
SPLIT = Phrase(gettext_noop("拆分出%(number)s，原文：%(text)s"))
SPLIT_FROM = Phrase(gettext_noop("由%(number)s拆分"))
