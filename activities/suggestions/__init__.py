"""Suggestions (献计献策): put forward, decided on, handled, answered, rated (rules of party life, 献计献策)."""

from activities.suggestions.clock import close_silent, escalate
from activities.suggestions.intake import put_forward, toggle_support
from activities.suggestions.links import link, unlink
from activities.suggestions.moves import accept, answer, assign, note, rate, refuse, return_, reveal, start
from activities.suggestions.reshape import merge, split
from activities.suggestions.sessions import (
    edit_voice,
    end_session,
    feed,
    into_minutes,
    open_session,
    session_of,
    show_voice,
    speeches,
    takes_voices,
)
from activities.suggestions.similar import matching, similar
from activities.suggestions.table import TOPICS, TRANSITIONS, Step, path_of, steps_for, waiting_for

__all__ = [
    "TOPICS",
    "TRANSITIONS",
    "Step",
    "accept",
    "answer",
    "assign",
    "close_silent",
    "edit_voice",
    "end_session",
    "escalate",
    "feed",
    "into_minutes",
    "link",
    "matching",
    "merge",
    "note",
    "open_session",
    "path_of",
    "put_forward",
    "rate",
    "refuse",
    "return_",
    "reveal",
    "session_of",
    "show_voice",
    "similar",
    "speeches",
    "split",
    "start",
    "steps_for",
    "takes_voices",
    "toggle_support",
    "unlink",
    "waiting_for",
]
