"""Pages of plots: registers, visits, handovers, letters, assigning, coverage."""

from staff.views.plots import coverage, handovers, letters, register, visits

__all__ = ["coverage", "handovers", "letters", "register", "visits"]
