"""The parameters that tools have in common.  Language models read their descriptions."""

from typing import Annotated

from pydantic import Field

from search.request import MAX_QUERY_CHARACTERS

Query = Annotated[
    str,
    Field(
        description='Words that every article must have, in any form; synonyms count. Also: "a phrase", -without,'
        " electric OR hybrid, (groups), begin*, title:word, excerpt:word. Empty: all articles.",
        max_length=MAX_QUERY_CHARACTERS,
    ),
]
Topics = Annotated[
    tuple[str, ...], Field(description="Only articles with any of these topics. Exact names: see list_topics.")
]
Providers = Annotated[
    tuple[str, ...], Field(description="Only articles of any of these publishers. Exact names: see list_providers.")
]
From = Annotated[
    str | None,
    Field(
        description="Published on or after this date, UTC: 2026-01-31, 2026-01, 2026, 2026-W05, or 30d: 30 days ago."
    ),
]
To = Annotated[str | None, Field(description="Published on or before this date; 2026-01 is until the end of January.")]
Limit = Annotated[int, Field(description="How many to return at most.", ge=1, le=50)]
Continue = Annotated[
    str, Field(description="For more results: `next_cursor` of the last answer, with the same query and filters.")
]
Containing = Annotated[str, Field(description="Only names that contain this text.", max_length=300)]
MostValues = Annotated[int, Field(description="How many to return at most.", ge=1, le=1000)]
MaxCharacters = Annotated[
    int, Field(description="The answer is cut to about this many characters, and says what it leaves out.",
               ge=1_000, le=100_000)
]  # fmt: skip
