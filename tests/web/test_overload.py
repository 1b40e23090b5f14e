"""Requests that wait for their turn, and the cheap refusal of those that would wait too long."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from flask.testing import FlaskClient

from search import TOO_MANY_CONNECTIONS, Settings
from tests.fake_engine import FakeEngine
from web import create_app
from web.overload import Turns

TIMEOUT = 30.0


@contextmanager
def taken(turns: Turns) -> Iterator[None]:
    """While another thread has the turn."""
    has, done = Event(), Event()

    def hold() -> None:
        with turns.turn():
            has.set()
            done.wait(TIMEOUT)

    thread = Thread(target=hold)
    thread.start()
    assert has.wait(TIMEOUT)
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_only_one_has_the_turn() -> None:
    turns, holders, most = Turns(max_wait=TIMEOUT), [0], [0]

    def hold(_: int) -> bool:
        with turns.turn() as has_turn:
            holders[0] += 1
            most[0] = max(most[0], holders[0])
            time.sleep(0.001)
            holders[0] -= 1
            return has_turn

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(hold, range(100)))
    assert most == [1]


def test_first_come_is_first_served() -> None:
    turns, order = Turns(max_wait=TIMEOUT), list[int]()

    def hold(number: int) -> None:
        with turns.turn():
            order.append(number)

    threads = [Thread(target=hold, args=(number,)) for number in range(10)]
    with taken(turns):
        for number, thread in enumerate(threads):
            thread.start()
            while len(turns._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(10))


def test_who_waited_too_long_gets_no_turn_and_disturbs_nobody() -> None:
    turns = Turns(max_wait=0.01)
    with taken(turns), turns.turn() as has_turn:
        assert not has_turn
    with turns.turn() as has_turn:
        assert has_turn


def test_nobody_joins_a_full_queue() -> None:
    turns = Turns(max_wait=TIMEOUT, max_waiting=0)
    with taken(turns), turns.turn() as has_turn:
        assert not has_turn


def test_nobody_joins_a_queue_that_takes_too_long() -> None:
    now = [0.0]
    turns = Turns(max_wait=1.0, clock=lambda: now[0])
    for _ in range(100):
        with turns.turn():
            now[0] += 10.0  # the time of a turn
    waiting = Thread(target=lambda: turns.turn().__enter__())
    with taken(turns):
        waiting.start()
        while not turns._waiting:
            time.sleep(0.001)
        with turns.turn() as has_turn:
            assert not has_turn
    waiting.join()


def test_turn_is_passed_on_after_an_error() -> None:
    turns = Turns()
    with pytest.raises(RuntimeError), turns.turn():
        raise RuntimeError
    with turns.turn() as has_turn:
        assert has_turn


@pytest.fixture
def client() -> FlaskClient:
    return create_app(Settings(), engine=FakeEngine()).test_client()


@pytest.mark.parametrize(
    ("path", "accept", "mimetype"),
    [
        ("/api/v1/search?q=fery", "text/html", "application/problem+json"),
        ("/feed.atom", "*/*", "application/problem+json"),
        ("/?q=fery", "text/html,*/*;q=0.8", "text/html"),
        ("/?q=fery", "application/json", "application/problem+json"),
        ("/static/1/style.css", "text/css", "text/html"),
    ],
)
def test_refused_request_gets_503_and_when_to_try_again(
    client: FlaskClient, path: str, accept: str, mimetype: str
) -> None:
    refused = {TOO_MANY_CONNECTIONS: True}
    response = client.get(path, headers={"Accept": accept}, environ_overrides=refused)
    assert (response.status_code, response.mimetype) == (503, mimetype)
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in response.headers
    if mimetype == "text/html":
        assert "The search is very busy" in response.text
        assert 'name="q"' in response.text
    else:
        assert response.json is not None
        assert (response.json["status"], response.json["title"]) == (503, "Service Unavailable")
    assert client.head(path, headers={"Accept": accept}, environ_overrides=refused).data == b""


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_never_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path, environ_overrides={TOO_MANY_CONNECTIONS: True}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_wait_for_nobody(path: str) -> None:
    searching, done = Event(), Event()

    class Slow(FakeEngine):
        def search(self, request: object) -> object:  # type: ignore[override]
            searching.set()
            done.wait(TIMEOUT)
            return super().search(request)  # type: ignore[arg-type]

    app = create_app(Settings(), engine=Slow())  # type: ignore[arg-type]
    search = Thread(target=lambda: app.test_client().get("/api/v1/search?q=fery"))
    search.start()
    assert searching.wait(TIMEOUT)
    try:
        assert app.test_client().get(path).status_code == 200
    finally:
        done.set()
        search.join()
