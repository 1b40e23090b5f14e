"""The embedded engine: evaluates, scores, filters and counts queries on the arrays of a snapshot.

Open `searcher.py` first: it shows the steps from a request to its results.  `query_plan.py` chooses the query,
`evaluator.py` matches and scores documents, `scorer.py` adds boosts, `collector.py` sorts and pages, `hits.py` makes
the results.  `embedded_engine.py` switches to newly published snapshots.
"""
