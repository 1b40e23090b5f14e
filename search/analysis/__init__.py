"""Text to terms and back: what both the index and the queries must agree on."""

from search.schema import TEXT_FIELDS

FIELDS = TEXT_FIELDS
