"""The HTML search page, and the OpenSearch description for browsers.

`routes` has the endpoints: open it first.  `search_page` computes everything that the templates print, with the help of
`filters`, `hit_views`, `pagination`, `result_summary` and `zero_results`; `facet_page` lists all values of a facet;
`formatting` has the template filters.
"""
