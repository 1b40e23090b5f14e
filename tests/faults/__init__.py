"""Faults that are really injected: crashes, failing disks, damaged files, load.

The tests are the short variants.  `python -m tests.faults` runs the long ones and writes RESULTS.md.
"""
