"""Benchmark: this engine and three peers on one archive in one run (`make bench`).

The ratios within a run are the result.  The absolute times depend on the machine and its other load.
"""
