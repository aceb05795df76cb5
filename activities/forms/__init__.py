"""Forms of `activities`, a module for each subject."""
