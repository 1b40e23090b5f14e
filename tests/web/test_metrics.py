"""Metrics: what is counted, by which labels, for whom; over several processes, also after one is killed."""

import os
import re
import signal
from collections.abc import Callable
from ipaddress import ip_network
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from flask.testing import FlaskClient

from search import Settings, SettingsError
from search.snapshot.outcomes import Outcomes
from tests.fake_engine import FakeEngine
from tests.faults.server import serving
from web import create_app
from web.metrics import RequestCounts
from web.metrics_table import MetricsTable

LOCAL = (ip_network("127.0.0.0/8"),)
SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? (-?[0-9.e+-]+)')


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An article and a file that is none."""
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "one.md").write_text("---\ntitle: One robot\n---\n")
    (folder / "two.md").write_text("no front matter")
    return folder


def client_for(**settings: Any) -> FlaskClient:
    return create_app(Settings(metrics_for=LOCAL, **settings), engine=FakeEngine()).test_client()


def value(client: FlaskClient, sample: str) -> float | None:
    """The value of a sample, by its name and labels; None if it is not there."""
    for line in client.get("/metrics").text.splitlines():
        name, _, number = line.rpartition(" ")
        if name == f"article_search_{sample}":
            return float(number)
    return None


def test_requests_are_counted_by_route_and_status() -> None:
    client = client_for()
    for path in ("/api/v1/search?q=a", "/api/v1/search?q=b", "/api/v1/search?page=0", "/articles/a", "/articles/b/c"):
        client.get(path)
    counted = {
        sample: value(client, f"requests_total{{{sample}}}")
        for sample in (
            'route="/api/v1/search",status="200"', 'route="/api/v1/search",status="422"',
            'route="/articles/<path:id>",status="404"',
        )
    }  # fmt: skip
    assert list(counted.values()) == [2, 1, 2]


def test_unknown_paths_have_one_label() -> None:
    client = client_for()
    for path in ("/nowhere", "/no/where", "/%0A%22", "/api/v1/searches"):
        client.get(path)
    assert value(client, 'requests_total{route="other",status="404"}') == 4


def test_cached_responses_are_counted() -> None:
    client = client_for()
    for _ in range(3):
        client.get("/api/v1/search?q=robot")
    assert value(client, "cached_responses_total") == 2


def test_times_are_a_cumulative_histogram() -> None:
    counts = RequestCounts(("/",), None)
    for seconds in (0.0001, 0.0005, 0.003, 9.0):
        counts.add(0, 200, seconds, cached=False)
    (text,) = (str(family) for family in counts.families() if "_seconds" in str(family))
    buckets = re.findall(r'le="([^"]+)"} (\d+)', text)
    assert buckets[:4] == [("0.0005", "2"), ("0.001", "2"), ("0.0025", "2"), ("0.005", "3")]
    assert buckets[-2:] == [("2.5", "3"), ("+Inf", "4")]
    assert 'seconds_count{route="/"} 4' in text
    assert 'seconds_sum{route="/"} 9.0036' in text


def test_every_line_is_a_comment_or_a_sample(client: FlaskClient) -> None:
    app = client.application
    engine = app.extensions["article-search"].engine
    measured = create_app(Settings(metrics_for=LOCAL), engine=engine).test_client()
    for path in ("/", "/?q=robot", "/metrics", "/feed.atom"):
        measured.get(path)
    lines = measured.get("/metrics").text.splitlines()
    assert [line for line in lines if not (line.startswith("# ") or SAMPLE.fullmatch(line))] == []
    assert any(line.startswith("article_search_index_info{snapshot=") for line in lines)
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))


def test_service_without_an_index_has_metrics(tmp_path: Path) -> None:
    client = create_app(Settings(metrics_for=LOCAL, index_dir=tmp_path / "none")).test_client()
    client.get("/api/v1/search")
    assert value(client, "index_usable") == 0
    assert value(client, 'requests_total{route="/api/v1/search",status="503"}') == 1


@pytest.mark.parametrize(
    ("settings", "environ", "status"),
    [
        pytest.param({}, {}, 404, id="nobody by default"),
        pytest.param({"metrics_for": LOCAL}, {"REMOTE_ADDR": "127.0.0.9"}, 200, id="named network"),
        pytest.param({"metrics_for": LOCAL}, {"REMOTE_ADDR": "::ffff:127.0.0.1"}, 200, id="as an IPv6 address"),
        pytest.param({"metrics_for": LOCAL}, {"REMOTE_ADDR": "192.0.2.1"}, 404, id="another client"),
        pytest.param({"metrics_for": LOCAL}, {"REMOTE_ADDR": ""}, 404, id="no address"),
        pytest.param({"metrics_for": LOCAL}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404, id="through an unknown proxy"),
        pytest.param({"metrics_for": LOCAL}, {"HTTP_FORWARDED": "for=127.0.0.1"}, 404, id="Forwarded"),
        pytest.param(
            {"metrics_for": LOCAL, "trusted_proxies": 1}, {"HTTP_X_FORWARDED_FOR": "192.0.2.1"}, 404,
            id="another client behind a trusted proxy",
        ),
        pytest.param(
            {"metrics_for": LOCAL, "trusted_proxies": 1}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 200,
            id="named client behind a trusted proxy",
        ),
    ],
)  # fmt: skip
def test_only_named_clients_read_metrics(settings: dict[str, Any], environ: dict[str, str], status: int) -> None:
    client = create_app(Settings(**settings), engine=FakeEngine()).test_client()
    given = {"REMOTE_ADDR": "127.0.0.1", **environ}
    assert client.get("/metrics", environ_overrides=given).status_code == status


def test_metrics_are_not_cached() -> None:
    assert client_for().get("/metrics").headers["Cache-Control"] == "no-store"


# Several processes


def in_processes(count: int, work: Callable[[int], None]) -> None:
    """Run `work` in forked processes, which end by being killed."""
    context = get_context("fork")
    processes = [context.Process(target=_then_killed, args=(work, number)) for number in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == -signal.SIGKILL


def _then_killed(work: Callable[[int], None], number: int) -> None:
    work(number)
    os.kill(os.getpid(), signal.SIGKILL)


def test_killed_processes_leave_their_counts_and_free_their_rows(tmp_path: Path) -> None:
    file = tmp_path / "metrics"

    def count(_: int) -> None:
        table = MetricsTable(["a", "b"], file)
        for _ in range(1000):
            table.add([(0, 1), (1, 0.5)])

    for _ in range(3):
        in_processes(3, count)
    assert MetricsTable(["a", "b"], file).totals() == [9000, 4500]
    assert file.stat().st_blocks * 512 <= 16_384


def test_file_of_another_version_is_refused(tmp_path: Path) -> None:
    MetricsTable(["a", "b"], tmp_path / "metrics").add([(0, 1)])
    (tmp_path / "metrics").rename(tmp_path / "old")
    with pytest.raises(SettingsError, match="another version"):
        MetricsTable(["a"], tmp_path / "old")


def test_unusable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"metrics_file: .* cannot be used: No such file"):
        MetricsTable(["a"], tmp_path / "none" / "metrics")


def test_metrics_are_those_of_all_workers_also_after_one_is_killed(sample_index: Path) -> None:
    def ask(count: int) -> int:
        """How many of so many requests are answered: one may be lost with its worker."""
        return [server.status("/api/v1/suggest?q=a") for _ in range(count)].count(200)

    def counted() -> int:
        with urlopen(f"{server.address}/metrics", timeout=30) as answer:  # noqa: S310
            found = re.search(r'requests_total{route="/api/v1/suggest",status="200"} (\d+)', answer.read().decode())
        return int(found[1]) if found else 0

    with serving(sample_index, metrics_for="127.0.0.1") as server:
        answered = ask(40)
        assert counted() == answered == 40
        os.kill(server.workers[0], signal.SIGKILL)
        answered += ask(40)
        assert counted() == answered


def test_outcomes_of_the_last_build_and_check_are_metrics(index_dir: Path) -> None:
    client = create_app(Settings(metrics_for=LOCAL, index_dir=index_dir)).test_client()
    assert (value(client, "rejected_files"), value(client, "unmet_expectations")) == (1, None)
    Outcomes(index_dir).mark_unmet(3)
    assert value(client, "unmet_expectations") == 3
