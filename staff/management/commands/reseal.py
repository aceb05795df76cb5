"""Encrypt the stored secrets anew with the first key of SECRETS_KEY."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from staff.models import Robot
from staff.models.deliveries import SEALED


class Command(BaseCommand):
    """`reseal`: after it an earlier key is needed no more."""

    help = "encrypts the stored secrets anew with the first key of SECRETS_KEY"

    @transaction.atomic
    def handle(self, *args, **options):
        """All, or none when one cannot be opened."""
        rows = list(Robot.objects.select_for_update())
        stored = {row["pk"]: row for row in Robot.objects.as_stored()}
        for row in rows:
            if any(stored[row.pk][f"stored_{name}"] and not getattr(row, name) for name in SEALED):
                raise CommandError(f"robot {row.pk} is sealed with a key that is not in SECRETS_KEY")
        for row in rows:
            row.save(update_fields=SEALED)
        self.stdout.write(f"{len(rows)} sealed anew")
