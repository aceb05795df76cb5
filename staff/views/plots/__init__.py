"""Pages of plots: registers, visits, handovers, letters, assigning, coverage."""

from staff.views.plots import assigning, coverage, handovers, letters, register, visits, week

__all__ = ["assigning", "coverage", "handovers", "letters", "register", "visits", "week"]
