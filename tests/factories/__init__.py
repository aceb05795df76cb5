"""Plain functions that make valid objects for tests, one module an app; every argument can be left out."""
