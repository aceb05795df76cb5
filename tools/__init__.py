"""Tools of those who work on the portal; nothing here runs in service."""
