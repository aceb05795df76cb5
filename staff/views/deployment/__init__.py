"""Rounds, choosing people, the roster and the timeline, postings with their changes, and leave."""

from staff.views.deployment import choosing, leaves, postings, roster, rounds, timeline

__all__ = ["choosing", "leaves", "postings", "roster", "rounds", "timeline"]
