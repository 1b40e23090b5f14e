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

_UNKNOWN: Final = "not documented"

COMPARISON: Final = (
    ("What it searches", (
        "any archive of articles; titles, excerpts, topics, providers", "the Guardian’s articles, whole texts",
        "scholarly works: titles, abstracts, whole texts", "any SQLite database", "any documents",
    )),
    ("Access", (
        "no key", "a key", "little without a key, $1 a day with a free one, then paid", "no key, unless configured",
        "a key, if a master key is set",
    )),
    ("Query syntax", (
        "phrases, AND, OR, NOT, groups, prefixes, fields", "phrases, AND, OR, NOT, groups; OR by default",
        "phrases, AND, OR, NOT, groups; AND by default",
        "words, prefixes; AND, OR, NOT, NEAR on request; any SQL", "words, phrases, excluded words",
    )),
    ("Misspelled words", (
        "corrected on request; the answer says so", _UNKNOWN, _UNKNOWN, _UNKNOWN,
        "tolerated by default, as part of the ranking",
    )),
    ("Number of results", (
        "exact", "in every answer", "in every answer", "in every answer",
        "an estimate; exact with page or hitsPerPage",
    )),
    ("Counts of values", (
        "exact, several in a search", _UNKNOWN, "of one field in a request (group_by)",
        "several, each within a time limit", "several in a search",
    )),
    ("A facet ignores its own filter", (
        "yes", _UNKNOWN, "no: filters hold for groups too", _UNKNOWN, "only by several searches in one request",
    )),
    ("Several values of a filter", (
        "repeated or separated by commas", "separated by , or |, in groups", "in one filter, with | between them",
        "separated by commas or as a JSON array", "a filter expression",
    )),
    ("Results on a page, at most", ("100", "50", "100", "1,000, configurable", "1,000 in all, configurable")),
    ("Beyond the first pages", (
        "10,000, then the export", "several thousand, then those after an item",
        "10,000, then a cursor; all as files", "cursors without limit; CSV of everything",
        "another endpoint lists all documents",
    )),
    ("Results of an earlier day", ("yes, from a kept snapshot (at)", _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN)),
    ("Counts by date", (
        "day, ISO week, month, year, without gaps", _UNKNOWN, "by year (group_by)", "by day (facets), or SQL", _UNKNOWN,
    )),
    ("Use in browsers", ("CORS, always", "JSONP", _UNKNOWN, "CORS, with --cors", "CORS")),
    ("OpenAPI", ("3.1 and 3.0", _UNKNOWN, _UNKNOWN, _UNKNOWN, "yes, with each release")),
    ("Unknown parameters", (
        "refused, with the nearest right name", _UNKNOWN, "unknown filters are refused, with a suggestion", _UNKNOWN,
        "refused, with the known ones",
    )),
    ("What this API lacks", (
        "", "texts of articles, editors’ tags", "citations, people, institutions, search by meaning",
        "SQL, joins, plugins", "search by meaning, by place; writing; official clients in many languages",
    )),
)  # fmt: skip
"""Features, each with what every API offers."""
