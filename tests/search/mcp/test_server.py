"""The MCP server as a process: over standard input and output, and over HTTP."""

import asyncio
import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.types import TextResourceContents

from tests.processes import free_port

COMMAND = [sys.executable, "-m", "search", "mcp", "--index-dir"]
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


async def _use(client: Client) -> None:
    """Uses the server as a client does."""
    assert client.instructions
    assert len((await client.list_tools()).tools) == 5
    found = (await client.call_tool("search_articles", {"query": "robot gardener", "limit": 1})).structured_content
    assert found
    (article,) = found["articles"]
    assert article["title"].startswith("A robot gardener")
    (content,) = (await client.read_resource(f"article://{article['id']}")).contents
    assert isinstance(content, TextResourceContents)
    assert json.loads(content.text)["url"] == article["url"]
    with pytest.raises(MCPError, match="No article has the id"):
        await client.read_resource("article://nothing")


def test_standard_input_and_output(sample_index: Path) -> None:
    async def session() -> None:
        command, *arguments = COMMAND
        async with Client(StdioServerParameters(command=command, args=[*arguments, str(sample_index)])) as client:
            await _use(client)

    asyncio.run(session())


@pytest.fixture(scope="module")
def address(sample_index: Path) -> Iterator[str]:
    """The address of a server over HTTP."""
    port = free_port()
    command = [*COMMAND, str(sample_index), "--http", "--port", str(port), "--allowed-host", "news.example"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        assert line == f"Article search is running at http://127.0.0.1:{port}/mcp. Press Ctrl-C to stop.\n"
        for _ in range(100):
            if _status(f"http://127.0.0.1:{port}/mcp", {}) != 0:
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/mcp"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Aborted" not in errors


def _status(address: str, headers: dict[str, str]) -> int:
    """The status of an initialization with these headers; 0 if nothing listens."""
    given = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
    request = urllib.request.Request(address, json.dumps(INITIALIZE).encode(), given)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            return int(response.status)
    except HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def test_http(address: str) -> None:
    async def session() -> None:
        async with Client(address) as client:
            await _use(client)

    asyncio.run(session())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:1"}, 200),
        ({"Host": "news.example"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Host": "localhost:8096.evil.example"}, 421),
        ({"Host": "localhost:80@evil.example"}, 421),
        ({"Host": "[::1]:1"}, 200),
        ({"Origin": "https://news.example"}, 200),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://news.example:1.evil.example"}, 421),
        ({"Origin": "null"}, 403),
    ],
    ids=str,
)
def test_other_hosts_and_web_pages_are_refused(headers: dict[str, str], status: int, address: str) -> None:
    """A page whose name is made to point at this machine could use the server otherwise."""
    assert _status(address, headers) == status


def test_without_the_extra_the_command_says_how_to_install_it(sample_index: Path) -> None:
    code = (
        "import sys; sys.modules['mcp'] = None\n"
        "from search.cli.commands import main\n"
        f"main(['mcp', '--index-dir', {str(sample_index)!r}])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    advice = "pip install 'article-search[mcp]', or: pip install --requirement requirements-mcp.lock"
    assert advice in run.stderr
    assert "Traceback" not in run.stderr
