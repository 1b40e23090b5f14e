"""The connections of a server as the kernel lists them, and the limits of their number."""

import socket
from collections import Counter
from contextlib import ExitStack
from ipaddress import ip_address

import pytest

from search.server.connections import (
    ConnectionLimit,
    ServerError,
    client_networks,
    ignore_new_connections,
    listen,
    open_connections,
)
from search.server.stalled import end_stalled
from tests.resources import open_files


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_open_connections_are_those_of_the_port(host: str) -> None:
    with listen(host, 0) as listener, ExitStack() as clients:
        port = listener.getsockname()[1]
        assert list(open_connections(listener.family, port)) == []
        ports = {clients.enter_context(socket.create_connection((host, port))).getsockname()[1] for _ in range(3)}
        found = list(open_connections(listener.family, port))
        assert {each.port for each in found} == ports
        assert {each.address for each in found} == {ip_address(host).packed}
        assert client_networks(listener.family, port).total() == 3
    assert list(open_connections(listener.family, port)) == []


def test_only_stalled_connections_end() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(2)]
        servers = [listener.accept()[0] for _ in clients]
        end_stalled(listener.family, port, seconds=60)
        assert len(list(open_connections(listener.family, port))) == 2
        before = open_files()
        end_stalled(listener.family, port, seconds=0)
        assert open_files() == before
        assert [client.recv(1) for client in clients] == [b"", b""]
        for each in (*clients, *servers):
            each.close()


def test_established_connections_are_answered_while_new_ones_are_ignored() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()) as waiting:
        ignore_new_connections(listener)
        with socket.socket() as late:
            late.settimeout(0.3)
            with pytest.raises(TimeoutError):
                late.connect(listener.getsockname())
        accepted, _ = listener.accept()
        with accepted:
            accepted.sendall(b"a")
            assert waiting.recv(1) == b"a"


def test_port_in_use_is_an_error() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(ServerError, match="another --port"):
        listen("127.0.0.1", listener.getsockname()[1])


def limit(counts: dict[str, int], in_all: int = 100, per_client: int | None = 10) -> ConnectionLimit:
    found = {ip_address(address).packed: count for address, count in counts.items()}
    by_network = Counter({key[:8] if len(key) == 16 else key: count for key, count in found.items()})
    return ConnectionLimit(lambda: by_network, in_all, per_client)


@pytest.mark.parametrize(
    ("counts", "address", "per_client", "refused"),
    [
        ({}, "192.0.2.1", 10, False),
        ({"192.0.2.1": 10}, "192.0.2.1", 10, False),
        ({"192.0.2.1": 11}, "192.0.2.1", 10, True),
        ({"192.0.2.1": 11}, "192.0.2.2", 10, False),
        ({"192.0.2.1": 11}, "192.0.2.1", None, False),
        ({"2001:db8::1": 11}, "2001:db8::2", 10, True),
        ({"2001:db8::1": 11}, "2001:db8:0:1::2", 10, False),
        ({"192.0.2.1": 101}, "192.0.2.2", None, True),
    ],
)
def test_client_with_too_many_connections_is_refused(
    counts: dict[str, int], address: str, per_client: int | None, refused: bool
) -> None:
    assert limit(counts, per_client=per_client).refuses(address) is refused


def test_count_is_repeated_when_it_is_old() -> None:
    now, counts = [0.0], [Counter({b"abcd": 11}), Counter[bytes]()]
    limited = ConnectionLimit(lambda: counts.pop(0), 5, None, clock=lambda: now[0])
    assert limited.refuses("192.0.2.1")
    assert limited.refuses("192.0.2.1")
    now[0] = 1.0
    assert not limited.refuses("192.0.2.1")


def test_nobody_is_refused_if_the_kernel_does_not_list_connections() -> None:
    def count() -> Counter[bytes]:
        raise PermissionError

    assert not ConnectionLimit(count, 1, 1).refuses("192.0.2.1")
