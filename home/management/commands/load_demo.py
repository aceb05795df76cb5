"""Load the demo bureau."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from home.demo import load


class Command(BaseCommand):
    """`manage.py load_demo [--scale N] [--seed S]`: the demo bureau, N times over, into an empty database."""

    help = __doc__

    def add_arguments(self, parser):
        """Scale and seed."""
        parser.add_argument("--scale", type=int, default=1)
        parser.add_argument("--seed", type=int, default=2022)

    def handle(self, *, scale, seed, **options):
        """Load it, or say why not."""
        say = self.stdout.write if options["verbosity"] else lambda text: None
        began = time.monotonic()
        try:
            loaded = load.load(today=timezone.localdate(), scale=scale, seed=seed, say=say)
        except load.RealBureau as error:
            raise CommandError(str(error)) from None
        say(f"演示数据已载入，用时 {time.monotonic() - began:.0f} 秒。" if loaded else "演示数据已在库中。")
