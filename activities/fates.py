"""What became of a suggestion as one number that the database keeps itself: figures of a long register are counted
from an index of these numbers alone, and what a reader asks for is a choice among the few numbers that occur.
"""

from dataclasses import dataclass
from functools import cache

from django.db.models import Case, IntegerField, Value, When

from activities.choices import OPEN_SUGGESTIONS, Rating, SuggestionState, Verdict

ADOPTED = (Verdict.ADOPTED, Verdict.PARTLY)
SATISFIED = (Rating.SATISFIED, Rating.FAIRLY)
# The places of the number from the left: state, verdict, in time, rating, and how far it got as a sum. Who adds a value
# adds it at the end of its list and makes a migration: the database computes the numbers anew.
STATES = ("", *SuggestionState.values)
VERDICTS = ("", *Verdict.values)
IN_TIME = (None, False, True)
RATINGS = ("", *Rating.values)
REACHED = {"accepted_on": 1, "lead_unit": 2, "answered_on": 4}


@dataclass(frozen=True)
class Fate:
    """One such number, taken apart."""

    state: str
    verdict: str
    in_time: bool | None
    rating: str
    accepted: bool
    assigned: bool
    answered: bool

    @staticmethod
    @cache
    def of(number):
        """What the number says."""
        state, verdict, in_time, rating, reached = (int(sign) for sign in f"{number:05}")
        got = (bool(reached & worth) for worth in REACHED.values())
        return Fate(STATES[state], VERDICTS[verdict], IN_TIME[in_time], RATINGS[rating], *got)

    def counts_as(self, figure):
        """Whether one with this fate is counted by that figure: merged ones count once, with what took them in."""
        return self.state != SuggestionState.MERGED and FIGURES[figure](self)


FIGURES = {
    "logged": lambda fate: True,
    "accepted": lambda fate: fate.accepted,
    "assigned": lambda fate: fate.assigned,
    "answered": lambda fate: fate.answered,
    "adopted": lambda fate: fate.verdict in ADOPTED,
    "in_time": lambda fate: fate.in_time is True,
    "late": lambda fate: fate.in_time is False,
    "rated": lambda fate: bool(fate.rating),
    "satisfied": lambda fate: fate.rating in SATISFIED,
    "closed": lambda fate: fate.state == SuggestionState.CLOSED,
    "open": lambda fate: fate.state in OPEN_SUGGESTIONS,
}


def number():
    """The number as the database computes it of a row."""

    def place(field, values, worth):
        known = [When(**{field: value}, then=Value(n * worth)) for n, value in enumerate(values) if n]
        return Case(*known, default=Value(0), output_field=IntegerField())

    total = place("state", STATES, 10000)
    total += place("verdict", VERDICTS, 1000)
    total += place("answered_in_time", IN_TIME, 100)
    total += place("rating", RATINGS, 10)
    for field, worth in REACHED.items():
        got = When(**{f"{field}__isnull": False}, then=Value(worth))
        total += Case(got, default=Value(0), output_field=IntegerField())
    return total


def outcomes(fates):
    """The figures of the rules from how many there are of each fate; `rows` is all, the merged ones too."""
    return {figure: count(fates, figure) for figure in FIGURES} | {"rows": sum(fates.values())}


def count(fates, figure):
    """How many of them the figure counts."""
    return sum(n for number, n in fates.items() if Fate.of(number).counts_as(figure))
