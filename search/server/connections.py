"""The listening socket of the server, and the connections that it has accepted, as the kernel lists them."""

import ctypes
import errno
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import Final, NamedTuple

from search.client_address import client_network
from search.errors import ArticleSearchError

BACKLOG: Final = 2048
"""Connections that wait for a worker."""

_FRESH_SECONDS: Final = 0.25  # a count is used for so long: a list of no connections takes 0.4 ms, one of 2,000 2 ms

# Of linux/socket.h, linux/netlink.h and linux/inet_diag.h; the socket module lacks them.
_SO_ATTACH_FILTER: Final = 26
_NETLINK_SOCK_DIAG: Final = 4
_SOCK_DIAG_BY_FAMILY: Final = 20
_DUMP_REQUEST: Final = 0x301
_DONE, _ERROR = 3, 2
_OPEN_STATES: Final = 1 << 1 | 1 << 8  # established; closed by the client only
_NETLINK_HEADER: Final = struct.Struct("=IHHII")
_DIAG_REQUEST: Final = struct.Struct("=BBBBI2s46x")
_PEER_PORT: Final = slice(22, 24)  # of a message
_PEER: Final = slice(40, 56)  # 4 bytes of IPv4, or 16 of IPv6
_ATTRIBUTES: Final = 88
_WITH_TCP_INFO, _TCP_INFO = 1 << 1, 2
_LAST_DATA_SENT: Final = 4 + 44  # of the attribute, in milliseconds


class ServerError(ArticleSearchError):
    """The server cannot start."""


def listen(host: str, port: int, stall_seconds: int = 0) -> socket.socket:
    """A socket that listens on the address.  Raises `ServerError` if that cannot be bound, such as one in use.

    The kernel ends its connections if the client reads nothing for `stall_seconds`; 0 means its own, longer limits."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; accepted sockets inherit it
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, stall_seconds * 1000)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        in_use = error.errno == errno.EADDRINUSE
        advice = "stop the other server or choose another --port" if in_use else "check --host and --port"
        raise ServerError(f"cannot serve on {host} port {port}: {error.strerror or error}; {advice}") from error
    return listener


def ignore_new_connections(listener: socket.socket) -> None:
    """Let the kernel drop requests for connections, so that those that are established can be answered before the end.

    A client tries again after a second, and may then find the next server."""
    ignore_syn = [  # a classic BPF program: load the flags of the TCP header, keep SYN, drop if it is set
        (0x30, 0, 0, 13), (0x54, 0, 0, 0x02), (0x15, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFF_FFFF)
    ]  # fmt: skip
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in ignore_syn))
    with suppress(OSError):  # not Linux
        listener.setsockopt(
            socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", len(ignore_syn), ctypes.addressof(program))
        )


class Connection(NamedTuple):
    """An open connection."""

    address: bytes  # of the client, packed
    port: int  # of the client
    silent_seconds: float  # since the server sent something


def open_connections(family: int, port: int) -> Iterator[Connection]:
    """The open connections to a port, of all processes.  Raises `OSError` if the kernel does not list them."""
    request = _DIAG_REQUEST.pack(family, socket.IPPROTO_TCP, _WITH_TCP_INFO, 0, _OPEN_STATES, struct.pack("!H", port))
    header = _NETLINK_HEADER.pack(_NETLINK_HEADER.size + len(request), _SOCK_DIAG_BY_FAMILY, _DUMP_REQUEST, 0, 0)
    length = 16 if family == socket.AF_INET6 else 4
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(1)
        kernel.sendto(header + request, (0, 0))
        while True:
            answer = kernel.recv(1 << 17)
            start = 0
            while start < len(answer):
                size, kind, *_ = _NETLINK_HEADER.unpack_from(answer, start)
                if kind == _DONE:
                    return
                if kind == _ERROR:
                    raise OSError(-struct.unpack_from("=i", answer, start + _NETLINK_HEADER.size)[0], "sock_diag")
                yield _connection(answer[start : start + size], length)
                start += (size + 3) & ~3


def _connection(message: bytes, length: int) -> Connection:
    """The connection of a message, with an address of so many bytes."""
    silent, start = 0.0, _ATTRIBUTES
    while start < len(message):
        size, kind = struct.unpack_from("=HH", message, start)
        if kind == _TCP_INFO:
            silent = struct.unpack_from("=I", message, start + _LAST_DATA_SENT)[0] / 1000
        start += (size + 3) & ~3
    return Connection(message[_PEER][:length], int.from_bytes(message[_PEER_PORT]), silent)


def client_networks(family: int, port: int) -> Counter[bytes]:
    """The number of open connections to a port by client network."""
    return Counter(client_network(each.address) for each in open_connections(family, port))


class ConnectionLimit:
    """Says whose requests to refuse, because there are too many connections.  Thread-safe.

    `in_all` limits the connections of the server, `per_client` those of a client network; None means no limit."""

    def __init__(
        self,
        count: Callable[[], Counter[bytes]],
        in_all: int,
        per_client: int | None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._count = count
        self._in_all = in_all
        self._per_client = per_client
        self._clock = clock
        self._counting = Lock()
        self._fresh_until = -1.0
        self._is_full = False
        self._refused: frozenset[bytes] = frozenset()

    def refuses(self, address: str) -> bool:
        """Whether the server has too many connections, or the client with this address."""
        if self._clock() >= self._fresh_until and self._counting.acquire(blocking=False):
            try:
                self._update()
            finally:
                self._counting.release()
        if self._is_full or not self._refused:
            return self._is_full
        return client_network(address) in self._refused

    def _update(self) -> None:
        try:
            counts = self._count()
        except OSError:  # a sandbox without sock_diag: only the time limits protect the server
            counts = Counter()
        self._fresh_until = self._clock() + _FRESH_SECONDS
        self._is_full = counts.total() > self._in_all
        limit = self._per_client
        self._refused = frozenset() if limit is None else frozenset(net for net, n in counts.items() if n > limit)
