"""Completion while a query is typed, and spelling correction ("did you mean").

Open `completion.py` for completion and `spelling_correction.py` for correction.  Both read the word dictionary of a
snapshot; `searcher/` gives them what else they need of an index.
"""
