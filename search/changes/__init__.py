"""What each publish changed, and so what changed between any two snapshots.

`change_log` keeps the changes of each publish in a file: open it first.  `net_changes` adds up those of several.
"""
