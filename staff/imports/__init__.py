"""Workbooks in: people, plots, who holds them, and postings; rows are checked and reported, all or none written."""

from staff.imports.engine import KINDS, Report, check, run, store
from staff.imports.template import write_template

__all__ = ["KINDS", "Report", "check", "run", "store", "write_template"]
