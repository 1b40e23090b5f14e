"""Runs the web application in several processes, each answering one request at a time.

The application is named by its import string alone: nothing below `search` knows what `web` is made of.
"""

import errno
import gc
import os
import signal
import socket
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, Final

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from search.errors import ArticleSearchError
from search.settings import Settings

APPLICATION: Final = "web:create_app"

HEADER_SECONDS: Final = 5
"""After this long, whoever has not finished sending headers is cut off: slow connections do not keep others out."""


class ServerError(ArticleSearchError):
    """The server could not be started."""


def default_workers() -> int:
    """One process a core that this process may run on, four at most."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(4, cores)


def serve(settings: Settings, host: str, port: int, workers: int, application: str = APPLICATION) -> None:
    """Answer on http://host:port until interrupted or terminated.  Raises `ServerError` where that cannot be bound.

    `application` names, as `module:function`, what makes the WSGI application from the settings."""
    address = _free_address(host, port)
    server = Server(
        application,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,  # searching is Python: a second thread would only make both slower
        http=HTTPModes.http1,  # what proxies speak to what stands behind them; HTTP/2 has no limit on slow headers here
        websockets=False,
        backlog=2048,
        backpressure=1024,  # connections a worker holds, slow ones included; more wait in the backlog
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,  # its warnings at the end can be of workers that have just stopped as they should
    )
    server.on_startup(partial(_announce, settings.site_name, host, port, workers))
    os.register_at_fork(after_in_child=_leave_stopping_to_the_parent)
    server.serve(target_loader=partial(_load, settings))


def _leave_stopping_to_the_parent() -> None:
    """In a worker just forked, block the signals that reach parent and workers alike.

    Ctrl-C stays blocked: the parent terminates its workers, and a worker told to stop by both within a moment hangs.
    SIGTERM waits until the application is loaded: before, the handler from the parent would lose it.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})


def _load(settings: Settings, target: str) -> Callable[..., Any]:
    """Make the application, in the worker.  Granian's own loader would prefer a `web` in the current directory."""
    module, _, factory = target.partition(":")
    application: Callable[..., Any] = getattr(import_module(module), factory)(settings)
    gc.freeze()  # what is loaded by now stays: the collector need not look through it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    return application


def _announce(name: str, host: str, port: int, workers: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    processes = "1 process" if workers == 1 else f"{workers} processes"
    click.echo(f"{name} is at http://{shown}:{port}/ ({processes}; Ctrl-C stops it)")


def _free_address(host: str, port: int) -> str:
    """The numeric address of `host`, on which nobody listens yet.

    The workers share their port by SO_REUSEPORT, which a second server could join unnoticed: hence this try without.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        advice = (
            "stop what listens there or name another --port"
            if error.errno == errno.EADDRINUSE
            else "see --host, --port"
        )
        raise ServerError(f"cannot serve on {host} port {port}: {error.strerror or error}; {advice}") from error
    return str(address[0])
