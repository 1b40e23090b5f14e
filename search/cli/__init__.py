"""The command line `article-search`, also `python -m search`.

`commands` has the click commands and their options, `output` prints results and errors, and `server` runs the web
application for `article-search serve`.
"""
