"""This engine beside others, on one archive, in one run: `make bench`.

Ratios within a run are what counts; milliseconds say more of the machine and of who else is using it.
"""
