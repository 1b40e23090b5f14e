"""Sends requests to a server and tallies the answers.

A process of its own: it must not wait for a build in the process of the test."""

import http.client
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Self

import msgspec

from tests.faults.versions import any_request, versions_in
from web.overload import BUSY

CONNECTIONS = 8
"""Of each client: workers share the connections by chance."""

REQUESTS_A_CONNECTION = 500
TIMEOUT = 30.0  # seconds


class Tally(msgspec.Struct):
    """What a client saw.  `times`: how many answers took so many tenths of a millisecond."""

    answers: int = 0
    refused: int = 0  # because the machine is too busy
    errors: list[str] = []
    mixed: list[str] = []
    versions: set[int] = set()
    times: dict[int, int] = {}

    def __add__(self, other: Self) -> "Tally":
        return Tally(
            self.answers + other.answers,
            self.refused + other.refused,
            self.errors + other.errors,
            self.mixed + other.mixed,
            self.versions | other.versions,
            Counter(self.times) + Counter(other.times),
        )

    def percentile(self, share: float) -> float:
        """The time within which this share of the answers came, in milliseconds."""
        left = share * sum(self.times.values())
        for tenths, count in sorted(self.times.items()):
            left -= count
            if left <= 0:
                return tenths / 10
        return float("inf")


class Client:
    """One connection after the other to a server."""

    def __init__(self, port: int, seed: int) -> None:
        self._port = port
        self._random = Random(f"{os.getpid()} {seed}")
        self._connection: http.client.HTTPConnection | None = None
        self._left = 0
        self._newest = -1

    def send(self, tally: Tally) -> None:
        """Send one request and add its answer to the tally."""
        path, started = any_request(self._random), monotonic()
        try:
            status, body = self._answer(path)
        except (OSError, http.client.HTTPException) as error:
            self._connection = None
            tally.errors.append(f"{path}: {error!r}")
            return
        tenths = int((monotonic() - started) * 10_000)
        tally.times[tenths] = tally.times.get(tenths, 0) + 1
        tally.answers += 1
        if status == 503 and BUSY in body:
            tally.refused += 1
            return
        if status != 200:
            tally.errors.append(f"{path}: {status} {body}")
            return
        versions = versions_in(path, body)
        tally.versions |= versions
        if len(versions) != 1 or min(versions) < self._newest:
            tally.mixed.append(f"{path}: {versions} after {self._newest}")
        self._newest = max(versions, default=self._newest)

    def _answer(self, path: str) -> tuple[int, str]:
        if self._connection is None or self._left == 0:
            if self._connection:
                self._connection.close()
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
            self._left, self._newest = REQUESTS_A_CONNECTION, -1  # perhaps another worker, a moment behind
        self._left -= 1
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        return response.status, response.read().decode()


def main(port: int, requests: int, pause: float) -> None:
    """Send so many requests to the port, each after a pause, and print the tally as JSON."""
    tally, clients = Tally(), [Client(port, seed) for seed in range(CONNECTIONS)]
    for number in range(requests):
        clients[number % CONNECTIONS].send(tally)
        sleep(pause)
    sys.stdout.buffer.write(msgspec.json.encode(tally))


class Clients:
    """Processes that send so many requests in all, at most one at a time each."""

    def __init__(self, port: int, requests: int, processes: int = 2, pause: float = 0.0) -> None:
        command = [sys.executable, "-m", "tests.faults.client", str(port), str(requests // processes), str(pause)]
        root = Path(__file__).parents[2]
        self._processes = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) for _ in range(processes)]
        self._threads = ThreadPoolExecutor(processes)
        self._outputs = [self._threads.submit(process.communicate) for process in self._processes]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
        self._threads.shutdown()

    @property
    def running(self) -> bool:
        return not all(output.done() for output in self._outputs)

    def tally(self) -> Tally:
        """What the clients saw, when all have ended."""
        return sum((msgspec.json.decode(output.result()[0], type=Tally) for output in self._outputs), Tally())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
