"""What the database itself refuses: a change in the history of suggestions, of progress, or of signed minutes."""

from django.db import connections

from staff.overlaps import install_append_only, install_lock

APPEND_ONLY_TABLES = ("activities_suggestionevent", "activities_correction", "activities_itemnote")
MINUTES = (
    "activity_id", "kind", "organisation_id", "agenda", "text", "state", "chair_signed_at", "recorder_signed_at",
    "revision", "roll",
)  # fmt: skip
# What belongs to minutes and stands under their signatures; that a decision was done is noted later.
PARTS = {
    "activities_speech": ("minutes_id", "number", "name", "text"),
    "activities_motion": (
        "minutes_id", "kind", "title", "entitled", "present", "written", "votes_for", "votes_against", "abstained",
    ),
    "activities_decision": ("minutes_id", "text", "due"),
    "activities_leftout": ("minutes_id", "reason", "note"),
    "activities_minutesfile": ("minutes_id", "file", "name"),
}  # fmt: skip


def install_after_migrate(using, **kwargs):
    """Receiver of `post_migrate`."""
    present = set(connections[using].introspection.table_names())
    install_append_only(*(table for table in APPEND_ONLY_TABLES if table in present), using=using)
    if "activities_minutes" not in present:
        return
    install_lock("activities_minutes", MINUTES, locked="{row}.state = 'signed'", adds=False, using=using)
    signed = "EXISTS (SELECT 1 FROM activities_minutes m WHERE m.id = {row}.minutes_id AND m.state = 'signed')"
    for table, columns in PARTS.items():
        if table in present:
            install_lock(table, columns, locked=signed, using=using)
