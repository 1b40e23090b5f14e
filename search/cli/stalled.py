"""Ends connections on which the server sends nothing for long: those of clients that send or read too slowly."""

import os
import socket
from contextlib import suppress
from ipaddress import ip_address
from logging import getLogger
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Final

from search.cli.connections import open_connections

_TICK_SECONDS: Final = 2.0
_LOG: Final = getLogger(__name__)


def end_stalled_in_background(family: int, port: int, seconds: float) -> None:
    """End connections of this process to the port on which nothing was sent for `seconds`, from now on.

    A response begins within seconds after its request, and a connection without a request is closed soon.  So the
    client sends the body of its request too slowly, or does not read the response."""

    def run() -> None:
        while True:
            sleep(_TICK_SECONDS)
            try:
                end_stalled(family, port, seconds)
            except OSError as error:
                _LOG.warning("Slow connections are not ended, because the kernel does not list them: %s", error)
                return

    Thread(target=run, name="stalled", daemon=True).start()


def end_stalled(family: int, port: int, seconds: float) -> None:
    """End the connections of this process on which nothing was sent for `seconds`."""
    stalled = {(each.address, each.port) for each in open_connections(family, port) if each.silent_seconds >= seconds}
    if not stalled:
        return
    for file in Path("/proc/self/fd").iterdir():
        with suppress(OSError), socket.socket(fileno=os.dup(int(file.name))) as own:  # a copy: the number may be reused
            if own.family == family and own.getsockname()[1] == port and _peer(own) in stalled:
                own.shutdown(socket.SHUT_RDWR)


def _peer(own: socket.socket) -> tuple[bytes, int]:
    address, port, *_ = own.getpeername()
    return ip_address(address).packed, port
