"""The rate limit: counting, headers and refusals; with several processes of the real server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search import Rate, Settings, SettingsError
from tests.fake_engine import FakeEngine
from tests.processes import free_port, get, running
from web import create_app
from web.rate_counter import RateCounter


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counter(clock: Clock) -> RateCounter:
    return RateCounter(Rate(2, 60), clock=clock)


@pytest.fixture
def limited() -> FlaskClient:
    """A client that may send two requests a minute."""
    return create_app(Settings(rate_limit=Rate(2, 60)), engine=FakeEngine()).test_client()


# Counting


def test_requests_beyond_the_rate_are_too_many_until_the_window_ends(counter: RateCounter, clock: Clock) -> None:
    assert [counter.count("a")[0] for _ in range(4)] == [1, 0, -1, -1]
    clock.now += 59.5
    assert counter.count("a") == (-1, 0.5)
    clock.now += 0.5
    assert counter.count("a") == (1, 60.0)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:0db8:0::1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("", "unix:", False),
        ("é\udc80", "é\udc80", True),
    ],
)
def test_clients_are_told_apart_by_address(counter: RateCounter, one: str, other: str, same: bool) -> None:
    counter.count(one)
    assert counter.count(other)[0] == (0 if same else 1)


def test_processes_with_one_file_count_together(tmp_path: Path, clock: Clock) -> None:
    one, other = (RateCounter(Rate(3, 60), tmp_path / "counts", clock) for _ in range(2))
    assert [counter.count("a")[0] for counter in (one, other, one, other)] == [2, 1, 0, -1]


COUNTING = """
import sys
from pathlib import Path
from search import Rate
from web.rate_counter import RateCounter

counter = RateCounter(Rate(1000, 3600), Path(sys.argv[1]))
print(sum(counter.count("192.0.2.1")[0] >= 0 for _ in range(500)))
"""


def test_no_request_is_lost_if_processes_count_at_once(tmp_path: Path) -> None:
    command, here = [sys.executable, "-c", COUNTING, str(tmp_path / "counts")], Path(__file__).parents[2]
    processes = [subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    allowed = [int(process.communicate()[0]) for process in processes]
    assert sum(allowed) == 1000


def test_window_of_an_earlier_start_of_the_machine_is_over(tmp_path: Path, clock: Clock) -> None:
    RateCounter(Rate(1, 60), tmp_path / "counts", clock).count("a")
    clock.now = 5.0
    assert RateCounter(Rate(1, 60), tmp_path / "counts", clock).count("a")[0] == 0


def test_many_clients_are_counted_each(counter: RateCounter) -> None:
    addresses = [f"192.0.{number // 250}.{number % 250}" for number in range(2000)]
    assert {counter.count(address)[0] for address in addresses} == {1}
    assert {counter.count(address)[0] for address in addresses} == {0}


def test_full_table_forgets_the_client_whose_window_ends_first(
    counter: RateCounter, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.rate_counter._client_of", lambda address: (address.encode().ljust(8), 0))
    for letter in "abcdefgh":
        counter.count(letter)
        clock.now += 1
    counter.count("i")
    assert [counter.count(letter)[0] for letter in "ihb"] == [0, 0, 0]
    assert counter.count("a")[0] == 1


@pytest.mark.parametrize("content", [b"x", b"x" * 1000])
def test_file_of_something_else_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "counts").write_bytes(content)
    with pytest.raises(SettingsError, match="counts has other contents"):
        RateCounter(Rate(1, 60), tmp_path / "counts")
    assert (tmp_path / "counts").read_bytes() == content


def test_file_that_cannot_be_used_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "ftruncate", full)
    with pytest.raises(SettingsError, match="No space left"):
        RateCounter(Rate(1, 60), tmp_path / "counts")
    assert tmp_path / "counts" not in {each.resolve() for each in Path("/proc/self/fd").iterdir()}


def test_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"rate_limit_file: .* cannot be used: No such file"):
        RateCounter(Rate(1, 60), tmp_path / "missing" / "counts")


# Responses


@pytest.mark.parametrize("path", ["/?q=fery", "/api/v1/search", "/nowhere", "/api/v1/search?page=0"])
def test_every_response_says_what_is_left(limited: FlaskClient, path: str) -> None:
    headers = limited.get(path).headers
    assert (headers["RateLimit-Policy"], headers["RateLimit"]) == ('"default";q=2;w=60', '"default";r=1;t=60')


@pytest.mark.parametrize(
    ("path", "mimetype"), [("/api/v1/search", "application/problem+json"), ("/?q=fery", "text/html")]
)
def test_too_many_requests_are_429(limited: FlaskClient, path: str, mimetype: str) -> None:
    """Also if the response is cached."""
    first, second, third = (limited.get(path) for _ in range(3))
    assert [first.status_code, second.status_code, third.status_code] == [200, 200, 429]
    assert third.mimetype == mimetype
    assert third.headers["Retry-After"] == "60"
    assert third.headers["RateLimit"] == '"default";r=0;t=60'
    assert third.headers["Cache-Control"] == "no-store"
    assert "X-Request-ID" in third.headers
    assert "Retry-After" not in second.headers


@pytest.mark.parametrize(
    ("numbers", "statuses", "left"),
    [
        pytest.param([0, 1], [200, 200], ["1", "0"], id="an empty request counts once"),
        pytest.param([2, 1], [200, 429], ["0", "0"], id="each search counts"),
        pytest.param([3], [429], ["1"], id="more searches than the limit"),
        pytest.param([1, 2], [200, 429], ["1", "0"], id="more searches than are left"),
    ],
)
def test_each_search_of_a_multi_search_counts(
    limited: FlaskClient, numbers: list[int], statuses: list[int], left: list[str]
) -> None:
    responses = [limited.post("/api/v1/multi-search", json={"searches": [{"q": "fery"}] * n}) for n in numbers]
    assert [each.status_code for each in responses] == statuses
    assert [each.headers["RateLimit"].split(";")[1] for each in responses] == [f"r={number}" for number in left]
    assert [each.headers.get("Retry-After") for each in responses] == [None if s == 200 else "60" for s in statuses]


def test_429_of_a_multi_search_says_how_many_searches_count(limited: FlaskClient) -> None:
    response = limited.post("/api/v1/multi-search", json={"searches": [{}] * 3})
    assert response.get_json()["detail"] == (
        "The limit is 2 requests in 60 s. Try again in 60 s. Each search counts as a request: this has 3."
    )


def test_429_says_what_the_limit_is(limited: FlaskClient) -> None:
    response = [limited.get("/api/v1/search") for _ in range(3)][-1]
    assert response.json == {
        "type": "about:blank", "title": "Too Many Requests", "status": 429,
        "detail": "The limit is 2 requests in 60 s. Try again in 60 s.",
    }  # fmt: skip
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(("method", "path"), [("GET", "/healthz"), ("GET", "/readyz"), ("OPTIONS", "/api/v1/search"),
                                              ("GET", "/static/1/icon.svg")])  # fmt: skip
def test_probes_preflights_and_static_files_are_not_counted(limited: FlaskClient, method: str, path: str) -> None:
    for _ in range(4):
        response = limited.open(path, method=method, buffered=True)
        assert response.status_code in {200, 204}
        assert "RateLimit" not in response.headers


def test_clients_behind_a_trusted_proxy_are_counted_each() -> None:
    settings = Settings(rate_limit=Rate(1, 60), trusted_proxies=1)
    client = create_app(settings, engine=FakeEngine()).test_client()
    statuses = [
        client.get("/?q=fery", headers={"X-Forwarded-For": address}).status_code
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.9, 192.0.2.2")
    ]
    assert statuses == [200, 200, 429, 429]


def test_untrusted_header_makes_no_new_client(limited: FlaskClient) -> None:
    statuses = [limited.get("/", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(3)]
    assert statuses == [200, 200, 429]


def test_there_is_no_limit_without_the_setting(made: FlaskClient) -> None:
    responses = [made.get("/api/v1/search") for _ in range(100)]
    assert {response.status_code for response in responses} == {200}
    assert "RateLimit" not in responses[0].headers


# The real server


@pytest.fixture(scope="module")
def site(sample_index: Path) -> Iterator[str]:
    """Three workers that share a limit of 20 requests."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    environment = os.environ | {"ARTICLE_SEARCH_RATE_LIMIT": "20/hour"}
    command = [sys.executable, "-m", "search", "serve", "--port", str(port), "--workers", "3", "--index-dir"]
    with running([*command, str(sample_index)], f"{address}/readyz", Path(__file__).parents[2], environment):
        yield address


def test_workers_count_together(site: str) -> None:
    """Each request has a connection of its own, so all workers answer some of them."""
    answers = [get(f"{site}/api/v1/stats") for _ in range(23)]
    assert [answer.status for answer in answers] == [200] * 20 + [429] * 3
    left = [answer.headers["ratelimit"].split(";")[1] for answer in answers]
    assert left == [f"r={number}" for number in range(19, -1, -1)] + ["r=0"] * 3
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3600


def test_server_does_not_start_with_an_unusable_file(sample_index: Path, tmp_path: Path) -> None:
    limit = {"ARTICLE_SEARCH_RATE_LIMIT": "20/hour", "ARTICLE_SEARCH_RATE_LIMIT_FILE": str(tmp_path / "no" / "counts")}
    command = [sys.executable, "-m", "search", "serve", "--port", str(free_port()), "--index-dir", str(sample_index)]
    run = subprocess.run(
        command, cwd=Path(__file__).parents[2], env=os.environ | limit, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert "rate_limit_file: " in run.stderr
    assert "cannot be used: No such file or directory" in run.stderr
