"""The write side: builds and updates the index.

`builder` runs a build: it compares the archive with the current snapshot (`change_set`), reads and inverts files in
batches (`batch_reader`, `inverter`, `word_counter`), merges the segments (`segment_merger`), and publishes a snapshot.
`fingerprint` finds out if the rules of indexing changed.  Start with `builder`.
"""
