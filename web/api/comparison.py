"""How other APIs for search compare, as their documentation said in November 2026."""

from typing import Final

COMPARED: Final = (
    ("This API", ""),
    ("Guardian Open Platform", "https://open-platform.theguardian.com/documentation/"),
    ("OpenAlex", "https://developers.openalex.org/"),
    ("Datasette", "https://docs.datasette.io/"),
    ("Meilisearch", "https://www.meilisearch.com/docs"),
)
"""The APIs with their documentation."""

COMPARISON: Final = (
    ("What it searches", (
        "any archive of articles; titles, excerpts, topics, providers", "the Guardian’s articles, whole texts",
        "scholarly works", "any SQLite database", "any documents",
    )),
    ("Access", (
        "no key", "a key", "a key, free up to a daily allowance", "no key, unless configured", "a key in production",
    )),
    ("Query syntax", (
        "phrases, AND, OR, NOT, groups, prefixes, fields", "phrases, AND, OR, NOT, groups",
        "phrases, AND, OR, NOT, groups",
        "SQLite FTS5, and any SQL", "words, phrases, excluded words",
    )),
    ("Misspelled words", (
        "corrected on request; the answer says so", "—", "—", "—", "tolerated by default, as part of the ranking",
    )),
    ("Number of results", (
        "exact", "exact", "exact", "exact, if counted in time", "an estimate; exact with page numbers",
    )),
    ("Counts of values", (
        "exact, several in a search", "—", "one for each request (group_by)", "several; left out if too slow",
        "several in a search",
    )),
    ("A facet ignores its own filter", ("yes", "—", "—", "no", "only by several searches in one request")),
    ("Results on a page, at most", ("100", "200", "100", "1,000, configurable", "1,000 in all, configurable")),
    ("Beyond the first pages", (
        "10,000, then the export", "pages", "10,000, then a cursor", "cursors without limit; CSV of everything",
        "another endpoint lists all documents",
    )),
    ("Results of an earlier day", ("yes, from a kept snapshot (at)", "—", "—", "—", "—")),
    ("Counts by date", ("day, ISO week, month, year, without gaps", "—", "by year", "by day, or SQL", "—")),
    ("Use in browsers (CORS)", ("always", "—", "—", "with --cors", "yes")),
    ("OpenAPI", ("3.1 and 3.0", "—", "—", "—", "yes")),
    ("Unknown parameters", ("refused, with the nearest right name", "—", "refused", "—", "refused")),
    ("What this API lacks", (
        "", "texts of articles, editors’ tags", "citations, people, institutions, search by meaning",
        "SQL, joins, plugins", "search by meaning, by place; writing; official clients in many languages",
    )),
)  # fmt: skip
"""Features, each with what every API offers."""
