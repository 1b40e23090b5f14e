"""Search quality: known-item queries and judged queries, compared with peers.

`make eval` prints the scores and writes them to RESULTS.md.  `python -m tests.eval --help` lists other options.
"""
