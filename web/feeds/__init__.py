"""The feeds of any search, and of changed articles: Atom 1.0 and JSON Feed 1.1.

`routes` has the endpoints: open it first.  `search_feed` turns a search and its results into a `Feed` of no format,
`changes_feed` the latest changes; `atom` and `json_feed` write it.
"""
