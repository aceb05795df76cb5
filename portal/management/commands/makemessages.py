"""`makemessages` that guesses nothing: a new text is open until somebody translates it."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's own command without the translations that msgmerge borrows from texts that look alike."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
