"""Workbooks in: members, plots and postings, each row checked and reported, all of a file or none of it."""

from staff.imports.engine import KINDS, Report, run
from staff.imports.template import write_template

__all__ = ["KINDS", "Report", "run", "write_template"]
