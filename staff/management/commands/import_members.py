"""`manage.py import_members`: reads a workbook of members, with a report row by row."""

from staff.imports.command import ImportCommand


class Command(ImportCommand):
    """A few lines over `staff.imports.run`."""

    help = "Read members from a workbook: all rows or none, unless --partial; --template writes the empty workbook."
    kind = "members"
