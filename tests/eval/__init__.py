"""How good the answers are, measured: known items to be found again, and queries judged by hand, against other engines.

`make eval` prints the figures and writes them to RESULTS.md; `python -m tests.eval --help` tells the rest.
"""
