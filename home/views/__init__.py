"""Views of `home`: thin, one file a subject."""
