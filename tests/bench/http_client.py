"""A minimal HTTP client, several times as fast as a worker of the server."""

import socket
from collections.abc import Iterable
from itertools import cycle, islice
from time import perf_counter
from typing import Final

_CONNECTIONS: Final = 8
_HOST: Final = "127.0.0.1"


class BadResponseError(Exception):
    """The server returned a status other than 200."""


class Connection:
    """A keep-alive connection with at most one open request."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((_HOST, port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, path: str) -> None:
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {_HOST}\r\n\r\n".encode())

    def receive(self) -> bytes:
        """The body of the response."""
        head, separator, body = self._socket.recv(1 << 18).partition(b"\r\n\r\n")
        if not separator or not head.startswith(b"HTTP/1.1 200 "):
            raise BadResponseError(head[:500].decode(errors="replace"))
        _, known, length_and_more = head.lower().partition(b"content-length:")
        if not known:
            return self._chunks(body)
        length = int(length_and_more.partition(b"\r\n")[0])
        parts = [body]
        missing = length - len(body)
        while missing > 0:
            parts.append(self._socket.recv(1 << 18))
            missing -= len(parts[-1])
        return b"".join(parts)

    def _chunks(self, received: bytes) -> bytes:
        """The body of a chunked response."""
        body = b""
        while True:
            size, complete, rest = received.partition(b"\r\n")
            length = int(size, 16) if complete else 0
            if complete and len(rest) >= length + 2:
                if not length:
                    return body
                body, received = body + rest[:length], rest[length + 2 :]
            else:
                received += self._socket.recv(1 << 18)

    def close(self) -> None:
        self._socket.close()


def get(port: int, path: str) -> bytes:
    """The body of one response.  Raises OSError if the connection fails, and `BadResponseError`."""
    connection = Connection(port)
    try:
        connection.send(path)
        return connection.receive()
    finally:
        connection.close()


def requests_per_second(port: int, paths: Iterable[str], count: int) -> float:
    """Throughput: request the first `count` paths, a few in parallel."""
    connections = [Connection(port) for _ in range(_CONNECTIONS)]
    started = perf_counter()
    waiting: list[Connection] = []
    free = iter(cycle(connections))
    for path in islice(paths, count):
        connection = next(free)
        if len(waiting) == _CONNECTIONS:
            waiting.pop(0).receive()
        connection.send(path)
        waiting.append(connection)
    for connection in waiting:
        connection.receive()
    seconds = perf_counter() - started
    for connection in connections:
        connection.close()
    return count / seconds
