"""The engine over an OpenSearch cluster."""
