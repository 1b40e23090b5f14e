"""Requests at a fixed rate, whether or not the server keeps up: each on a connection of its own."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter


@dataclass
class Load:
    """What became of the requests.  Times are in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)  # 0: no response
    without_retry_after: int = 0  # of the responses with status 503
    times: dict[int, list[float]] = field(default_factory=dict)  # of responses, by status
    seconds: float = 0.0

    @property
    def served_per_second(self) -> float:
        return self.statuses[200] / self.seconds


def searches(words: tuple[str, ...]) -> Iterator[str]:
    """Paths of different searches for the words, so that no response is cached."""
    for number in count():
        first, second = words[number % len(words)], words[number // len(words) % len(words)]
        yield f"/api/v1/search?q={first}+OR+{second}&match=most&timeline=month&per_page={number % 90 + 10}"


def offer(port: int, paths: Iterator[str], per_second: float, seconds: float, timeout: float = 30.0) -> Load:
    """Send so many requests per second, evenly."""
    return asyncio.run(_offer(port, paths, per_second, seconds, timeout))


def capacity(port: int, paths: Iterator[str], seconds: float, connections: int = 4) -> float:
    """The responses per second to clients that each wait for one response before the next request."""
    load = Load()

    async def client(end: float) -> None:
        while perf_counter() < end:
            await _ask(port, next(paths), 30.0, load)

    async def clients() -> None:
        end = perf_counter() + seconds
        await asyncio.gather(*(client(end) for _ in range(connections)))

    started = perf_counter()
    asyncio.run(clients())
    return load.statuses[200] / (perf_counter() - started)


async def _offer(port: int, paths: Iterator[str], per_second: float, seconds: float, timeout: float) -> Load:
    load = Load()
    started = perf_counter()
    asked = []
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, started + number / per_second - perf_counter()))
        asked.append(asyncio.create_task(_ask(port, next(paths), timeout, load)))
    load.seconds = perf_counter() - started
    await asyncio.gather(*asked)
    return load


async def _ask(port: int, path: str, timeout: float, load: Load) -> None:
    started = perf_counter()
    status, head = 0, b""
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            response = await reader.read()
            writer.close()
            head = response.partition(b"\r\n\r\n")[0].lower()
            status = int(head[9:12] or 0)
    except (OSError, TimeoutError):
        pass
    load.statuses[status] += 1
    load.times.setdefault(status, []).append(perf_counter() - started)
    load.without_retry_after += status == 503 and b"\r\nretry-after: " not in head
