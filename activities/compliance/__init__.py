"""Whether branches hold what the rules of party life ask for: branches × rules × periods (三会一课)."""

from activities.compliance.facts import Facts, branches_of, facts_of
from activities.compliance.rules import COMMITTEE_FROM, DEFAULT_RULES, READERS, TONES, State, due, period, seed_rules
from activities.compliance.standing import Cell, due_meetings, judge, table

__all__ = [
    "COMMITTEE_FROM",
    "DEFAULT_RULES",
    "READERS",
    "TONES",
    "Cell",
    "Facts",
    "State",
    "branches_of",
    "due",
    "due_meetings",
    "facts_of",
    "judge",
    "period",
    "seed_rules",
    "table",
]
