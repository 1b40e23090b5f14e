"""Searches over an OpenSearch cluster: its mapping, documents, queries, filters, facets, orders and errors.

They find, count and order the same articles as the embedded engine, which is what every command uses.
"""
