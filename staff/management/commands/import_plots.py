"""`manage.py import_plots`: reads a workbook of plots, with a report row by row."""

from staff.imports.command import ImportCommand


class Command(ImportCommand):
    """A few lines over `staff.imports.run`."""

    help = "Read plots from a workbook: all rows or none, unless --partial; --template writes the empty workbook."
    kind = "plots"
