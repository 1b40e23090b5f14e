"""The HTML search page, the pages of articles, and the OpenSearch description for browsers.

`routes` has the endpoints: open it first.  `search_page` computes everything that the templates print, with the help of
`filters`, `hit_views`, `pagination`, `result_summary` and `zero_results`; `article_page` does so for an article, with
`coverage` and `structured_data`.  `formatting` has the template filters.
"""
