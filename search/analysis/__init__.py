"""Text analysis: text → terms, synonyms, highlighting.  The index and the queries share it."""

from search.schema import TEXT_FIELDS

FIELDS = TEXT_FIELDS
