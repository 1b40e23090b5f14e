"""Text analysis: text → terms, synonyms, highlighting.  The index and the queries share it."""

FIELDS = ("title", "excerpt", "topics", "provider")
"""The searched fields.  Field codes, lengths and weights have this order."""
