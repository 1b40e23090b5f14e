"""Text to terms and back: what both the index and the queries must agree on."""

FIELDS = ("title", "excerpt", "topics", "provider")
"""The searched fields, in the order in which their codes, lengths and weights are kept."""
