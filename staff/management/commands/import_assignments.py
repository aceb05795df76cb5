"""`manage.py import_assignments`: reads a workbook of who holds which plot, with a report row by row."""

from staff.imports.command import ImportCommand


class Command(ImportCommand):
    """A few lines over `staff.imports.run`."""

    help = "Read assignments from a workbook: all rows or none, unless --partial; --template writes the empty workbook."
    kind = "assignments"
