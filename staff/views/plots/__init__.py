"""Pages of plots: registers, visits, handovers, letters, assigning, coverage."""

from staff.views.plots import coverage, handovers, register, visits

__all__ = ["coverage", "handovers", "register", "visits"]
