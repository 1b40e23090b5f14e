"""Adds a facet to the schema, indexes ARCHIVE in INDEX_DIR, and prints the facet in each kind of output, as JSON.

It replaces the schema before it imports any other module, as if search/schema.py had the facet.
"""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import search.schema


class WithQuality(search.schema.Schema):
    """The fields, with `quality` as a facet."""

    fields = tuple(
        replace(
            field,
            facet=search.schema.Facet(
                name="quality",
                plural="Qualities",
                values=lambda article: (str(article.quality),) if article.quality else (),
                default=True,
            ),
        )
        if field.name == "quality"
        else field
        for field in search.schema.Schema.fields
    )


search.schema.SCHEMA = WithQuality()


def main(archive: Path, index_dir: Path) -> None:
    """Print the facet as the index, the API, the page and the command line give it."""
    from click.testing import CliRunner

    from search import Settings, build_index
    from search.cli.commands import main as command_line
    from search.snapshot.store import SnapshotStore
    from web import create_app

    build_index(archive, index_dir)
    client = create_app(Settings(index_dir=index_dir)).test_client()
    filtered = client.get("/api/v1/search?q=robots&quality=7").get_json()
    facet = client.get("/api/v1/facets/quality?q=robots").get_json()
    page = client.get("/?q=robots").get_data(as_text=True)
    listed = CliRunner().invoke(
        command_line, ["query", "robots", "--not-quality", "7", "--json", "--index-dir", str(index_dir)]
    )
    outputs = {
        "index": list(SnapshotStore(index_dir).open_current().segment.keywords["quality"].values),
        "api": [[hit["id"] for hit in filtered["results"]], counts(filtered["facets"][-1])],
        "facet endpoint": counts(facet["facet"]),
        "page": re.findall(r'(?<=<legend>)Qualities|(?<=name="quality" value=")\w+', page),
        "command line": [result["id"] for result in json.loads(listed.stdout)["results"]],
    }
    print(json.dumps(outputs))  # noqa: T201


def counts(facet: dict[str, list[dict[str, object]]]) -> list[list[object]]:
    """The facet's values with their counts."""
    return [[bucket["value"], bucket["count"]] for bucket in facet["values"]]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
