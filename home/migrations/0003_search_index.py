"""The index that a search asks on PostgreSQL: over titles and bodies together; Wagtail makes only one over each."""

from django.db import migrations

NAME = "search_title_body"


def make(apps, schema_editor):
    """Over the very expression of `portal.search`; on SQLite its own table of words does this."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX IF NOT EXISTS {NAME} ON wagtailsearch_indexentry USING gin ((title || body))"
        )


def remove(apps, schema_editor):
    """Take it away again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {NAME}")


class Migration(migrations.Migration):
    dependencies = [("home", "0002_talk_receipts_proposals"), ("wagtailsearch", "0010_add_text_fields")]

    operations = [migrations.RunPython(make, remove)]
