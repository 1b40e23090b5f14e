"""Processes of the server that die, hang or are stopped: the others go on, and no request is lost."""

import signal
import threading
from collections import Counter
from functools import partial
from pathlib import Path
from time import sleep

import pytest

from search.server.connections import ServerError, listen
from tests.faults.server import (
    SEARCH,
    TIMEOUT,
    Server,
    is_running,
    is_stopped,
    kill,
    request,
    serving,
    steady_client,
    wait_until,
)


def test_fault_68_workers_die_with_their_parent(sample_index: Path) -> None:
    with serving(sample_index) as server:
        workers = server.workers
        assert len(workers) == 2
        kill(workers[0], signal.SIGSTOP)  # also one that cannot act itself
        kill(server.process.pid)
        wait_until(lambda: not any(map(is_running, workers)) and can_listen(server.port))


def can_listen(port: int) -> bool:
    try:
        listen("127.0.0.1", port).close()
    except ServerError:
        return False
    return True


def test_fault_68_stopped_worker_delays_no_new_client_and_is_replaced(sample_index: Path) -> None:
    with serving(sample_index) as server:
        stopped, other = server.workers
        kill(stopped, signal.SIGSTOP)
        wait_until(lambda: is_stopped(stopped))  # until then, it takes connections
        assert {server.status(SEARCH) for _ in range(20)} == {200}
        wait_until(lambda: not is_running(stopped) and len(server.workers) == 2)
        assert other in server.workers
        assert server.status(SEARCH) == 200


def test_fault_68_crash_loop_of_one_worker_does_not_end_the_server(sample_index: Path) -> None:
    with serving(sample_index) as server:
        steady, _ = server.workers
        for _ in range(4):
            (doomed,) = set(server.workers) - {steady}
            kill(doomed)
            wait_until(partial(replaced, server, doomed))
            assert server.status(SEARCH) == 200
        assert steady in server.workers
        assert server.process.poll() is None


def replaced(server: Server, worker: int) -> bool:
    return worker not in server.workers and len(server.workers) == 2


def test_all_workers_may_die_at_once(sample_index: Path) -> None:
    """Connections that arrive in between wait in the kernel."""
    with serving(sample_index) as server:
        for worker in server.workers:
            kill(worker)
        assert server.status(SEARCH) == 200
        wait_until(lambda: len(server.workers) == 2)


def test_server_ends_with_an_error_if_no_worker_can_start(sample_index: Path) -> None:
    """A server that cannot work is left to systemd, which restarts it and tells of it."""
    broken = (
        "import sys; from pathlib import Path; from search import Settings; from search.cli import server, supervisor;"
        "supervisor.MAX_DELAY_SECONDS = 0.1;"
        "server.serve(Settings(index_dir=Path(sys.argv[-1])), '127.0.0.1', int(sys.argv[3]), 2, 'os:abort')"
    )
    with pytest.raises(AssertionError), serving(sample_index, command=("-c", broken)) as server:
        raise RuntimeError(server)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_fault_68_stop_loses_no_request_on_keep_alive_connections(sample_index: Path, number: signal.Signals) -> None:
    found, stop = Counter[str](), threading.Event()
    with serving(sample_index) as server:
        clients = [threading.Thread(target=steady_client, args=(server, stop, found)) for _ in range(6)]
        for client in clients:
            client.start()
        wait_until(lambda: found["answered"] > 50)
        kill(server.process.pid, number)
        assert server.process.wait(TIMEOUT) == 0
        stop.set()
        for client in clients:
            client.join()
    assert found["lost"] == 0
    assert found["announced"] == 6


def test_stop_waits_for_a_response_that_is_being_sent(sample_index: Path) -> None:
    with serving(sample_index, workers=1) as server, server.connect(receive_buffer=4096) as connection:
        connection.sendall(request("/api/v1/export?format=ndjson", headers="Accept-Encoding: identity\r\n"))
        received = connection.recv(1000)
        kill(server.process.pid, signal.SIGTERM)
        sleep(0.5)
        while more := connection.recv(1 << 16):
            received += more
            if received.endswith(b"0\r\n\r\n"):
                break
        assert received.endswith(b"0\r\n\r\n")
        assert server.process.wait(TIMEOUT) == 0


def test_hangup_does_not_end_the_server(sample_index: Path) -> None:
    with serving(sample_index, workers=1) as server:
        kill(server.process.pid, signal.SIGHUP)
        assert server.status(SEARCH) == 200
        assert server.process.poll() is None
