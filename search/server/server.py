"""Runs the web application in several worker processes.

The application is given by its import string, because `search` must not import `web`.
"""

import gc
import multiprocessing
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any, Final

import click
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

from search.errors import SettingsError
from search.logs import log_json_lines
from search.server.connections import (
    BACKLOG,
    ConnectionLimit,
    ServerError,
    client_networks,
    ignore_new_connections,
    listen,
    open_connections,
)
from search.server.stalled import end_stalled_in_background
from search.server.supervisor import Heartbeats, Supervisor, Worker, beat_in_background, die_with
from search.settings import MAX_STREAMS, MAX_WAITING, TOO_MANY_CONNECTIONS, Settings

APPLICATION: Final = "web:create_app"

HEADER_SECONDS: Final = 5
"""Time limit for request headers, so that slow connections cannot block a worker."""

DRAIN_SECONDS: Final = 2
"""How long a server that stops waits for the next requests on open connections, to announce their end."""

STOP_SECONDS: Final = 10
"""How long a server that stops waits for the responses that are being made or sent."""

_DRAIN: Final = signal.SIGUSR1
_STOP: Final = signal.SIGUSR2
"""A worker gets these two signals from its parent only: SIGINT and SIGTERM may go to all processes at once."""


def default_workers() -> int:
    """The number of available cores, at most four."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(4, cores)


def serve(settings: Settings, host: str, port: int, workers: int, application: str = APPLICATION) -> None:
    """Serve http://host:port until interrupted or terminated.

    `application` is `module:function` of a function that takes the settings and returns a WSGI application.
    Raises `ServerError` if the address cannot be bound, or if no worker can be kept running."""
    log_json_lines()
    multiprocessing.set_start_method("fork", force=True)  # workers inherit the listening socket
    _raise_file_limit()
    with listen(host, port, settings.stall_seconds) as listener, _shared_counts(settings) as shared:
        server = _Server(listener, workers, application, settings.max_connections)
        server.on_startup(partial(_announce, settings.site_name, host, port, workers))
        os.register_at_fork(after_in_child=_block_stop_signals)
        server.serve(target_loader=partial(_load, shared, listener))
    if server.failed:
        raise ServerError("no worker process can be kept running; see the errors above")


class _Server(MPServer):
    """Granian with one listening socket for all workers, and with a supervisor of ours.

    The kernel keeps what waits on a shared socket when a worker dies, and gives it to the others."""

    def __init__(self, listener: socket.socket, workers: int, application: str, max_connections: int) -> None:
        super().__init__(
            application,
            address=listener.getsockname()[0],
            port=listener.getsockname()[1],
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=1 + MAX_WAITING + MAX_STREAMS,
            http=HTTPModes.http1,  # proxies use it upstream; granian's HTTP/2 has no header timeout
            websockets=False,
            backlog=BACKLOG,
            backpressure=2 * max_connections + 256,  # more than the limit: the others are refused, not left waiting
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
            workers_kill_timeout=STOP_SECONDS,
            log_level=LogLevels.error,  # at shutdown it also warns about workers that stopped normally
        )
        self._listener = listener
        self._heartbeats = Heartbeats(workers)
        self._current: dict[int, WorkerProcess] = {}
        self.failed = False

    def _init_shared_socket(self) -> None:
        self._listener.set_inheritable(True)
        self._shd = SocketHolder(self._listener.fileno(), False, BACKLOG)  # type: ignore[call-arg, assignment]
        self._sso = None

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        """The supervisor starts them."""

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        def start(slot: int) -> Worker:
            load = partial(_prepared, os.getpid(), self._heartbeats, slot, target_loader)
            worker = self._spawn_worker(idx=slot, target=spawn_target, callback_loader=load)
            worker.interrupt_by_parent = True  # else granian, too, reports its end, and exits with 1
            worker.start()  # type: ignore[no-untyped-call]
            self._current[slot] = worker
            process: Worker = worker.inner
            return process

        supervisor = Supervisor(self.workers, start, self._heartbeats)
        self.failed = not supervisor.run(self.main_loop_interrupt, lambda: self.interrupt_signal)
        self.wrks = list(self._current.values())

    def _drop_shared_socket(self) -> None:
        """Answer what has arrived, so that no accepted connection is lost; the next request on each is its last.

        Then the workers stop."""
        self._signal_workers(_DRAIN)
        ignore_new_connections(self._listener)
        end = monotonic() + DRAIN_SECONDS
        with suppress(OSError):
            while monotonic() < end and any(open_connections(self._listener.family, self.bind_port)):
                sleep(0.02)
        self._listener.close()
        self._signal_workers(_STOP)

    def _signal_workers(self, number: signal.Signals) -> None:
        for worker in self.wrks:
            with suppress(ProcessLookupError):
                os.kill(worker.inner.pid, number)

    def signal_handler_reload(self, *args: Any) -> None:
        """Ignore SIGHUP: a closed terminal does not end the server."""


def _prepared(parent: int, heartbeats: Heartbeats, slot: int, load: Callable[[], Any]) -> Any:
    """Load the application in a worker that dies with its parent and counts while it can work."""
    die_with(parent)
    beat_in_background(heartbeats, slot)
    return load()


def _raise_file_limit() -> None:
    """Allow as many open files as the system does: each connection is one, and often only 1,024 are allowed."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextmanager
def _shared_counts(settings: Settings) -> Iterator[Settings]:
    """The settings with files in memory in which all workers count requests: for the rate limit and for metrics.

    Raises `SettingsError` if a file of the settings cannot be used: otherwise every worker would, again and again."""
    with ExitStack() as stack:
        for name, is_used in (
            ("rate_limit_file", settings.rate_limit is not None),
            ("metrics_file", bool(settings.metrics_for)),
        ):
            if path := getattr(settings, name):
                try:
                    path.open("ab").close()
                except OSError as error:
                    raise SettingsError(f"{name}: {path} cannot be used: {error.strerror}") from error
            elif is_used:
                file = os.memfd_create(f"article-search-{name}")
                stack.callback(os.close, file)
                in_memory: Any = {name: Path(f"/proc/{os.getpid()}/fd/{file}")}
                settings = replace(settings, **in_memory)
        yield settings


def _block_stop_signals() -> None:
    """Block the signals that stop a new worker, in all of its threads.  `_handle_signals` waits for the parent's."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, _DRAIN, _STOP})


def _handle_signals(worker: "_LimitedConnections") -> None:
    """Drain and stop when the parent says so.

    A thread waits for the signals: a handler would run in the main thread, which does not wake up if another thread got
    the signal."""
    while signal.sigwait({_DRAIN, _STOP}) == _DRAIN:
        worker.drain()
    stop = signal.getsignal(signal.SIGTERM)  # that of granian, once it serves
    if not callable(stop):
        os._exit(0)
    stop(signal.SIGTERM, None)


def _load(settings: Settings, listener: socket.socket, target: str) -> Callable[..., Any]:
    """Create the application in the worker.  Granian's own loader prefers a `web` in the current directory."""
    module, _, factory = target.partition(":")
    application: Callable[..., Any] = getattr(import_module(module), factory)(settings)
    per_client = None if settings.trusted_proxies else settings.max_client_connections  # a proxy has all connections
    count = partial(client_networks, listener.family, listener.getsockname()[1])
    limit = ConnectionLimit(count, settings.max_connections, per_client)
    worker = _LimitedConnections(application, limit)
    end_stalled_in_background(listener.family, listener.getsockname()[1], settings.stall_seconds)
    gc.freeze()  # loaded objects stay: the garbage collector can skip them
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_handle_signals, args=(worker,), name="signals", daemon=True).start()
    return worker


class _LimitedConnections:
    """Tells the application about requests on too many connections, and closes their connections.

    The connection of every response is closed while the worker drains."""

    def __init__(self, application: Callable[..., Any], limit: ConnectionLimit) -> None:
        self._application = application
        self._limit = limit
        self._is_draining = False

    def drain(self) -> None:
        self._is_draining = True

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if refused := self._limit.refuses(environ["REMOTE_ADDR"]):
            environ[TOO_MANY_CONNECTIONS] = True

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if refused or self._is_draining:
                headers = [*headers, ("Connection", "close")]
            return start_response(status, headers, exc_info)

        return self._application(environ, start)


def _announce(name: str, host: str, port: int, workers: int) -> None:
    processes = "1 process" if workers == 1 else f"{workers} processes"
    click.echo(f"{name} is running at http://{shown_address(host, port)}/ ({processes}). Press Ctrl-C to stop.")


def shown_address(host: str, port: int) -> str:
    """The host and port as in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def free_address(host: str, port: int) -> str:
    """The numeric address of `host`.  Raises `ServerError` if another server listens on the port."""
    with listen(host, port) as probe:
        return str(probe.getsockname()[0])
