"""The feeds of any search: Atom 1.0 and JSON Feed 1.1.

`routes` has the endpoints: open it first.  `search_feed` turns a search and its results into a `Feed` of no format,
`atom` and `json_feed` write it.
"""
