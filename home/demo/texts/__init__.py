"""Texts of the demo bureau, a module for each subject; all are data, in the shapes that `shapes.py` names."""
