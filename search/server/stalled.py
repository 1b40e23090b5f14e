"""Ends connections on which the server sends nothing for long: those of clients that send or read too slowly."""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from logging import getLogger
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Final

from search.server.connections import open_connections

_TICK_SECONDS: Final = 2.0
_LOG: Final = getLogger(__name__)


def end_stalled_in_background(family: int, port: int, seconds: float) -> None:
    """End connections of this process to the port on which nothing was sent for `seconds`, from now on.

    A response begins within seconds after its request, and a connection without a request is closed soon.  So the
    client sends the body of its request too slowly, or does not read the response."""

    def run() -> None:
        failure = ""
        while True:
            sleep(_TICK_SECONDS)
            try:
                end_stalled(family, port, seconds)
            except OSError as error:
                if failure != str(error):  # logged once
                    failure = str(error)
                    _LOG.warning("Slow connections cannot be ended: %s", failure)

    Thread(target=run, name="stalled", daemon=True).start()


def end_stalled(family: int, port: int, seconds: float) -> None:
    """End the connections of this process on which nothing was sent for `seconds`."""
    stalled = {(each.address, each.port) for each in open_connections(family, port) if each.silent_seconds >= seconds}
    if not stalled:
        return
    for own in _own_sockets():
        with suppress(OSError):
            if own.family == family and own.getsockname()[1] == port and _peer(own) in stalled:
                own.shutdown(socket.SHUT_RDWR)


def _own_sockets() -> Iterator[socket.socket]:
    """A copy of each socket of this process: the number of the original may be reused at any time."""
    for file in Path("/proc/self/fd").iterdir():
        try:
            copy = os.dup(int(file.name))
        except OSError:  # closed in the meantime
            continue
        try:
            own = socket.socket(fileno=copy)
        except OSError:  # no socket
            os.close(copy)
            continue
        with own:
            yield own


def _peer(own: socket.socket) -> tuple[bytes, int]:
    address, port, *_ = own.getpeername()
    return ip_address(address).packed, port
