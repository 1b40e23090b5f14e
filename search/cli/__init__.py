"""The command line `article-search`, also `python -m search`.

`commands` has the group of all commands.  `search_commands`, `serve_commands`, `snapshot_commands` and
`watch_commands` have the commands that ask the index, serve it, manage its snapshots and watch it for new articles, and
`options` the options that several of them share.  `output` prints errors and knows the exit statuses, `result_text`
prints results, and `api` asks the JSON API for --json.
"""
