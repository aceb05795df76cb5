"""Raw material of the demo bureau: invented people, places, texts and pictures.

Nothing here knows a model: the modules hold plain data and functions that take a `random.Random`, so that the same
seed always makes the same bureau. `load_demo` turns them into rows. All texts are written for this project; no person
in them is a living one, and days are given relative to the day that the bureau is loaded.
"""
