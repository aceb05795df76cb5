"""What the database itself refuses: a change in the history of suggestions, of progress, or of signed minutes."""

from django.db import connections

from staff.overlaps import install_append_only

APPEND_ONLY_TABLES = ("activities_suggestionevent", "activities_correction", "activities_itemnote")


def install_after_migrate(using, **kwargs):
    """Receiver of `post_migrate`."""
    present = set(connections[using].introspection.table_names())
    install_append_only(*(table for table in APPEND_ONLY_TABLES if table in present), using=using)
