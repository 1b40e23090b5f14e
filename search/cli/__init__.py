"""The command line `article-search`, also `python -m search`.

`commands` has the group of all commands.  `search_commands`, `serve_commands` and `snapshot_commands` have the commands
that ask the index, serve it and manage its snapshots, and `options` the options that several of them share.  `output`
prints errors and knows the exit statuses, `result_text` prints results, and `api` asks the JSON API for --json.
`server` runs the web application for `article-search serve`.
"""
