"""The indexes that a search asks on PostgreSQL: by kind and words, and by kind from the newest entry on."""

from django.db import migrations

OLD = "search_title_body"
WORDS = "search_kind_words"
NEWEST = "search_kind_newest"
TABLE = "wagtailsearch_indexentry"


def make(apps, schema_editor):
    """A word that is common in one kind costs nothing in the others; on SQLite its own table of words does this."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")
        schema_editor.execute(
            f"CREATE INDEX IF NOT EXISTS {WORDS} ON {TABLE} USING gin (content_type_id, (title || body))"
        )
        schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {NEWEST} ON {TABLE} (content_type_id, id)")
        schema_editor.execute(f"DROP INDEX IF EXISTS {OLD}")


def remove(apps, schema_editor):
    """Back to the one over titles and bodies."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {OLD} ON {TABLE} USING gin ((title || body))")
        schema_editor.execute(f"DROP INDEX IF EXISTS {NEWEST}")
        schema_editor.execute(f"DROP INDEX IF EXISTS {WORDS}")


class Migration(migrations.Migration):
    dependencies = [("home", "0004_study_pages")]

    operations = [migrations.RunPython(make, remove)]
