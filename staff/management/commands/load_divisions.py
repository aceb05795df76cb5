"""`manage.py load_divisions`: stores the administrative divisions, Kunming's unless a file is named."""

from django.core.management.base import BaseCommand

from staff import divisions


class Command(BaseCommand):
    """A few lines over `staff.divisions.load`."""

    help = "Store the administrative divisions of a CSV file (code, name, level, parent_code); safe to repeat."

    def add_arguments(self, parser):
        """The file, Kunming's by default."""
        parser.add_argument("file", nargs="?", metavar="FILE.csv", help="a CSV file; Kunming's comes with the portal")

    def handle(self, *, file, **options):
        """Load and say how many."""
        self.stdout.write(str(divisions.load(file)))
