"""The commands that serve the index: serve, mcp."""

from contextlib import suppress
from typing import Final

import click

from search.cli.options import settings_option
from search.extras import importing_extra
from search.settings import Settings


@click.command(short_help="Serve the search page and the JSON API.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all addresses.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes.  [default: the cores, at most 4]")
@settings_option
def serve(settings: Settings, host: str, port: int, workers: int | None) -> None:
    """Serve the search page and the JSON API.

    \b
    Example:
      article-search serve --port 8080
    """
    from search.analysis.synonym_file import read_synonyms
    from search.server.server import default_workers
    from search.server.server import serve as serve_until_stopped
    from search.snapshot.store import SnapshotStore

    read_synonyms(settings.synonyms)  # reports mistakes once, not in every worker
    if settings.engine == "embedded" and not SnapshotStore(settings.index_dir).names():
        click.echo(f"Nothing is indexed in {settings.index_dir} yet. Searches return 503 until then.", err=True)
    serve_until_stopped(settings, host, port, workers or default_workers())


@click.command(short_help="Serve the search to language models (MCP).")
@click.option("--http", is_flag=True, help="Serve over HTTP, at /mcp; without it, over standard input and output.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on with --http.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Port with --http.")
@click.option(
    "--allowed-host", "allowed_hosts", multiple=True, metavar="NAME",
    help="Also accept requests for this host name, such as that of a proxy.",
)  # fmt: skip
@settings_option
def mcp(settings: Settings, host: str, port: int, *, http: bool, allowed_hosts: tuple[str, ...]) -> None:
    """Serve the search to language models by the Model Context Protocol.

    \b
    Examples:
      article-search mcp
      article-search mcp --http --port 8001
    """
    from search.engines import open_engine

    with importing_extra("mcp"):
        from search.mcp.server import PATH, serve_http, serve_stdio
    with open_engine(settings.index_dir, settings) as engine, suppress(KeyboardInterrupt):  # Ctrl-C stops it
        if not http:
            serve_stdio(engine, settings.site_name)
            return
        from search.server.server import free_address, shown_address

        address = free_address(host, port)
        click.echo(
            f"{settings.site_name} is running at http://{shown_address(host, port)}{PATH}. Press Ctrl-C to stop."
        )
        serve_http(engine, settings.site_name, address, port, allowed_hosts)


COMMANDS: Final = (serve, mcp)
