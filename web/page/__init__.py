"""The HTML pages: search, facets, articles and explanations; and the OpenSearch description for browsers.

`routes` has the endpoints: open it first.  `search_page` computes everything that the templates print, with the help
of `filters`, `hit_views`, `pagination`, `result_summary` and `zero_results`.  `facet_page` renders all values of a
facet. `article_page` renders an article, with `coverage` and `structured_data`.  `timeline_chart` computes the chart
of a timeline.  `overview_routes` and `overview_page` make the pages of topics, providers and days, `values_page` the
lists of all topics and providers; `trends_routes`, `trends_page` and `trends_chart` make that of trends.
`overview_links` leads to them.  `example_words` finds the examples of queries that the home page and the help show.
`formatting` has the template filters.
"""
