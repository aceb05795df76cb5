"""What is like what somebody is writing: found by the index, measured by the pairs of signs that both have."""

from wagtail.search.backends import get_search_backend

from activities.choices import SuggestionState
from activities.models import Suggestion

# A text says too little to compare below so many signs.
FEWEST_SIGNS = 6
SHOWN = 5
CANDIDATES = 60
# The share of the shorter text's pairs that the other has too, from which two are called similar.
ALIKE = 0.3
# Pairs that say nothing of what a suggestion is about.
WORDS_OF_ALL = frozenset(["建议", "建立", "进一", "一步", "加强", "工作", "我们", "可以", "希望", "进行"])


def pairs(text):
    """The pairs of neighbouring letters and signs in `text`."""
    signs = "".join(sign for sign in text if sign.isalnum())
    return {signs[place : place + 2] for place in range(len(signs) - 1)} - WORDS_OF_ALL


def likeness(one, other):
    """How much of the shorter set of pairs stands in the other one, from 0 to 1."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0


def similar(*, text, user, but=None, open_only=False):
    """Up to five suggestions like `text` that `user` may read, the most alike first; merged ones stand elsewhere.

    `open_only` leaves those to which somebody still owes a step.
    """
    wanted = pairs(text)
    if len("".join(text.split())) < FEWEST_SIGNS or not wanted:
        return []
    rows = Suggestion.objects.visible_to(user).exclude(state=SuggestionState.MERGED)
    if open_only:
        rows = rows.open()
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    ids = get_search_backend().nearest(text, Suggestion, CANDIDATES)
    found = rows.filter(pk__in=ids).only("number", "text", "state", "verdict", "logged_on")
    measured = [(likeness(wanted, pairs(row.text)), row) for row in found]
    alike = sorted((pair for pair in measured if pair[0] >= ALIKE), key=lambda pair: (-pair[0], -pair[1].pk))
    return [row for _share, row in alike[:SHOWN]]


def matching(rows, text):
    """Those of `rows` that say `text`, or have it in their number."""
    found = rows.filter(pk__in=get_search_backend().matching(text, Suggestion))
    return found | rows.filter(number__icontains=text) if any(sign.isdigit() for sign in text) else found
