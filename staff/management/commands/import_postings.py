"""`manage.py import_postings`: reads a workbook of postings, with a report row by row."""

from staff.imports.command import ImportCommand


class Command(ImportCommand):
    """A few lines over `staff.imports.run`."""

    help = "Read postings from a workbook: all rows or none, unless --partial; --template writes the empty workbook."
    kind = "postings"
