"""The engine over an OpenSearch cluster: publishes snapshots of the local index to it, and searches them there.

It finds, counts and orders the same articles as the embedded engine.  ARCHITECTURE.md has the way of a publish and of a
search.  Nothing else imports this package before the settings choose it, and `opensearchpy` is an extra.
"""
