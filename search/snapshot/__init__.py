"""Snapshots: the immutable files of a built index, which the write side and the read side share.

`segment` describes the columns of the index, `store` publishes and opens snapshots, `snapshot_writer` and `arrays`
write and map files, `manifest` and `file_table` describe the files, `whoosh_codec` lets Whoosh read the columns.  Start
with `segment` for the data and `store` for how it is published.
"""
