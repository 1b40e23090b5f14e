"""Short programs that use the API, for the page about it; the tests run each of them."""

from typing import Final, NamedTuple


class Recipe(NamedTuple):
    """A program in one or more files or commands.  {server} in `code` is replaced by the address of the service."""

    id: str
    title: str
    about: str
    steps: tuple[tuple[str, str], ...]  # what each is, and its code


def recipes(server: str) -> list[Recipe]:
    """The recipes for a service at this address."""
    return [
        each._replace(steps=tuple((title, code.strip().replace("{server}", server)) for title, code in each.steps))
        for each in RECIPES
    ]


RECIPES: Final = (
    Recipe(
        "curl",
        "curl and jq",
        "curl encodes the values. jq picks what you need.",
        (
            (
                "Shell",
                """
curl -sS --get '{server}/api/v1/search' \\
    --data-urlencode 'q="self-driving" robot*' --data-urlencode 'topic=AI in Robotics' -d per_page=5 |
    jq -r '.results[] | [.published_at, .provider.name, .title] | @tsv'
""",
            ),
        ),
    ),
    Recipe(
        "poll",
        "Poll for what is new",
        "The second request costs almost nothing: the answer is 304 without a body until the answer changes.",
        (
            (
                "Shell",
                """
curl -sS --etag-save etag --etag-compare etag -o newest.json -w '%{http_code}\\n' \\
    '{server}/api/v1/search?topic=AI+in+Robotics&sort=newest'
""",
            ),
        ),
    ),
    Recipe(
        "python",
        "Python",
        "All pages of a search, with the standard library.",
        (
            (
                "search.py",
                """
import json
from urllib.parse import urlencode, urljoin
from urllib.request import urlopen

query = {"q": "robot", "topic": ["AI in Robotics"], "fields": "title,published_at", "per_page": 5}
url = "{server}/api/v1/search?" + urlencode(query, doseq=True)
while url:
    with urlopen(url) as response:
        page = json.load(response)
    for article in page["results"]:
        print(article["published_at"], article["title"])
    url = page["links"]["next"] and urljoin(url, page["links"]["next"])
""",
            ),
        ),
    ),
    Recipe(
        "typescript",
        "TypeScript",
        "Types come from the OpenAPI document; openapi-fetch checks parameters and answers against them.",
        (
            (
                "Shell",
                """
npm install openapi-fetch && npm install --save-dev openapi-typescript typescript
npx openapi-typescript {server}/api/v1/openapi.json --output schema.d.ts
""",
            ),
            (
                "search.ts",
                """
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const client = createClient<paths>({ baseUrl: "{server}" });
const { data, error } = await client.GET("/api/v1/search", {
  params: { query: { q: "robot", topic: ["AI in Robotics"], sort: "newest", facets: ["provider"] } },
});
if (error) throw new Error(error.detail);
for (const { value, count } of data.facets[0]?.values ?? []) console.log(value, count);
""",
            ),
        ),
    ),
    Recipe(
        "duckdb",
        "DuckDB",
        "The export has every article that matches, one on a line. DuckDB reads it as a table.",
        (
            (
                "Shell",
                """
curl -sS '{server}/api/v1/export?q=robot' -o articles.ndjson
""",
            ),
            (
                "SQL",
                """
SELECT provider.name AS name, count(*) AS articles, max(published_at) AS newest
FROM 'articles.ndjson'
GROUP BY ALL ORDER BY articles DESC, name;
""",
            ),
        ),
    ),
    Recipe(
        "sqlite-utils",
        "sqlite-utils",
        "A database that grows: articles that it has already are updated.",
        (
            (
                "Shell",
                """
curl -sS '{server}/api/v1/export?q=robot&fields=id,title,url,published_at' |
    sqlite-utils upsert articles.db articles - --nl --pk id
sqlite-utils articles.db 'SELECT title FROM articles ORDER BY published_at DESC LIMIT 3'
""",
            ),
        ),
    ),
    Recipe(
        "mcp",
        "Language models (MCP)",
        "On the machine with the index. Claude Desktop and most other clients read the JSON; the official Python SDK"
        " starts the same program. It needs the extra article-search[mcp].",
        (
            (
                "claude_desktop_config.json",
                """
{"mcpServers": {"articles": {
  "command": "/srv/article-search/.venv/bin/article-search",
  "args": ["mcp", "--index-dir", "/srv/article-search/index_data"]}}}
""",
            ),
            (
                "ask.py",
                """
import asyncio
from mcp import Client, StdioServerParameters

SERVER = StdioServerParameters(
    command="/srv/article-search/.venv/bin/article-search",
    args=["mcp", "--index-dir", "/srv/article-search/index_data"],
)

async def main() -> None:
    cursor = ""
    async with Client(SERVER) as client:
        while cursor is not None:
            arguments = {"query": "robot", "limit": 3, "cursor": cursor}
            result = await client.call_tool("search_articles", arguments)
            found = result.structured_content
            for article in found["articles"]:
                print(article["published"], article["title"], article["url"])
            cursor = found["next_cursor"]

asyncio.run(main())
""",
            ),
        ),
    ),
)
