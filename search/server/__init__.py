"""The HTTP server of `article-search serve`: granian's workers, supervised, with limits on connections.

`server` runs the web application: open it first.  `supervisor` replaces workers that die or hang, `connections` counts
the connections that are open, and `stalled` ends those of clients that do not read.
"""
