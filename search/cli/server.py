"""Runs the web application in several worker processes, each with one request at a time.

The application is given by its import string, because `search` must not import `web`.
"""

import errno
import gc
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, Final

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from search.errors import ArticleSearchError, SettingsError
from search.settings import MAX_STREAMS, Settings

APPLICATION: Final = "web:create_app"

HEADER_SECONDS: Final = 5
"""Time limit for request headers, so that slow connections cannot block a worker."""


class ServerError(ArticleSearchError):
    """The server cannot start."""


def default_workers() -> int:
    """The number of available cores, at most four."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(4, cores)


def serve(settings: Settings, host: str, port: int, workers: int, application: str = APPLICATION) -> None:
    """Serve http://host:port until interrupted or terminated.  Raises `ServerError` if the address cannot be bound.

    `application` is `module:function` of a function that takes the settings and returns a WSGI application."""
    address = free_address(host, port)
    _raise_file_limit()
    server = Server(
        application,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1 + MAX_STREAMS,
        http=HTTPModes.http1,  # proxies use it upstream; granian's HTTP/2 has no header timeout
        websockets=False,
        backlog=2048,
        backpressure=1024,  # open connections of a worker, including slow ones; others wait in the backlog
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,  # at shutdown it also warns about workers that stopped normally
    )
    server.on_startup(partial(_announce, settings.site_name, host, port, workers))
    os.register_at_fork(after_in_child=_block_stop_signals)
    with _shared_counts(settings) as shared:
        server.serve(target_loader=partial(_load, shared))


def _raise_file_limit() -> None:
    """Allow as many open files as the system does: each connection is one, and often only 1,024 are allowed."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextmanager
def _shared_counts(settings: Settings) -> Iterator[Settings]:
    """The settings with a file in memory in which all workers count requests, if they are limited.

    Raises `SettingsError` if the file of the settings cannot be used: otherwise every worker would, again and again."""
    if path := settings.rate_limit_file:
        try:
            path.open("ab").close()
        except OSError as error:
            raise SettingsError(f"rate_limit_file: {path} cannot be used: {error.strerror}") from error
    if settings.rate_limit is None or path is not None:
        yield settings
        return
    file = os.memfd_create("article-search-rate-limit")
    try:
        yield replace(settings, rate_limit_file=Path(f"/proc/{os.getpid()}/fd/{file}"))
    finally:
        os.close(file)


def _block_stop_signals() -> None:
    """Block SIGINT and SIGTERM in a new worker.

    SIGINT stays blocked: the parent terminates its workers, and a worker that gets both signals at once hangs.  SIGTERM
    is blocked until the application is loaded, because the handler inherited from the parent would lose it.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})


def _load(settings: Settings, target: str) -> Callable[..., Any]:
    """Create the application in the worker.  Granian's own loader prefers a `web` in the current directory."""
    module, _, factory = target.partition(":")
    application: Callable[..., Any] = getattr(import_module(module), factory)(settings)
    application = _one_at_a_time(application)
    gc.freeze()  # loaded objects stay: the garbage collector can skip them
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    return application


def _one_at_a_time(application: Callable[..., Any]) -> Callable[..., Any]:
    """The application, which makes one response at a time; bodies are streamed in parallel.

    A search holds the GIL: a second search in parallel makes both slower."""
    making = Lock()

    def serialized(environ: Any, start_response: Any) -> Any:
        with making:
            return application(environ, start_response)

    return serialized


def _announce(name: str, host: str, port: int, workers: int) -> None:
    processes = "1 process" if workers == 1 else f"{workers} processes"
    click.echo(f"{name} is running at http://{shown_address(host, port)}/ ({processes}). Press Ctrl-C to stop.")


def shown_address(host: str, port: int) -> str:
    """The host and port as in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def free_address(host: str, port: int) -> str:
    """The numeric address of `host`.  Raises `ServerError` if another server listens on the port.

    The workers share the port by SO_REUSEPORT, so a second server would start without an error.  This check binds
    the port without that option.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        in_use = error.errno == errno.EADDRINUSE
        advice = "stop the other server or choose another --port" if in_use else "check --host and --port"
        raise ServerError(f"cannot serve on {host} port {port}: {error.strerror or error}; {advice}") from error
    return str(address[0])
