"""The administrative divisions, loaded from a file of codes; Kunming's comes with the portal."""

import csv
from pathlib import Path

from django.db import transaction

from staff.models import Division

KUNMING = Path(__file__).parent / "data" / "kunming" / "divisions.csv"


@transaction.atomic
def load(path=None):
    """Store the divisions of a CSV file (code, name, level, parent_code), Kunming's by default.

    What is there already takes the file's name and place. Answers how many rows the file has.
    """
    with Path(path or KUNMING).open(encoding="utf-8-sig", newline="") as file:
        rows = [
            Division(code=row["code"], name=row["name"], level=row["level"], parent_id=row["parent_code"] or None)
            for row in csv.DictReader(file)
        ]
    Division.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["code"], update_fields=["name", "level", "parent"]
    )
    return len(rows)
