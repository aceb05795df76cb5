"""Suggestions (献计献策): put forward, decided on, handled, answered, rated (rules of party life, 献计献策)."""

from activities.suggestions.intake import put_forward, toggle_support
from activities.suggestions.moves import (
    accept,
    answer,
    assign,
    close_silent,
    escalate,
    merge,
    note,
    rate,
    refuse,
    return_,
    reveal,
    start,
)
from activities.suggestions.table import TOPICS, TRANSITIONS, Step, path_of, steps_for, waiting_for

__all__ = [
    "TOPICS",
    "TRANSITIONS",
    "Step",
    "accept",
    "answer",
    "assign",
    "close_silent",
    "escalate",
    "merge",
    "note",
    "path_of",
    "put_forward",
    "rate",
    "refuse",
    "return_",
    "reveal",
    "start",
    "steps_for",
    "toggle_support",
    "waiting_for",
]
