"""What runs after each update: expectations of the results, and saved searches that report new articles.

`search_file` reads the files of both, `expectations` compares results with what a file expects, and `watcher` reports
what saved searches newly match: open it first.
"""
