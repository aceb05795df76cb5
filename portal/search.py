"""Search backend of the portal."""

from modelsearch.backends.database import SearchBackend as DatabaseSearchBackend


class SearchBackend(DatabaseSearchBackend):
    """The database's own full text search."""
