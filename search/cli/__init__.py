"""The command line `article-search`, also `python -m search`.

`commands` and `search_commands` have the click commands, and `options` the options that several of them share.
`output` prints errors and knows the exit statuses, `result_text` prints results, and `api` asks the JSON API for
--json.  `server` runs the web application for `article-search serve`.
"""
