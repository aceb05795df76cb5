"""The indexes that a search asks on PostgreSQL: by kind and words, and by kind from the newest entry on."""

from django.db import migrations

WORDS = "search_kind_words"
NEWEST = "search_kind_newest"
TABLE = "wagtailsearch_indexentry"


def make(apps, schema_editor):
    """Over the very expression of `portal.search`; a word that is common in one kind costs nothing in the others.

    Wagtail makes only one over titles and one over bodies; on SQLite its own table of words does this.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")
        schema_editor.execute(
            f"CREATE INDEX IF NOT EXISTS {WORDS} ON {TABLE} USING gin (content_type_id, (title || body))"
        )
        schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {NEWEST} ON {TABLE} (content_type_id, id)")


def remove(apps, schema_editor):
    """Take them away again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {NEWEST}")
        schema_editor.execute(f"DROP INDEX IF EXISTS {WORDS}")


class Migration(migrations.Migration):
    dependencies = [("home", "0001_initial"), ("wagtailsearch", "0010_add_text_fields")]

    operations = [migrations.RunPython(make, remove)]
