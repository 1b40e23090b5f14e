"""The work of a request is limited: what is answered is answered in full, the rest is refused by name."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from search import Engine, RequestInvalid, SearchRequest, SearchResults, Settings, build_index, open_engine
from search.demo import write_archive
from search.searcher import work
from tests.faults.work import Requests, Service
from web import create_app

FUZZED = 200


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of a synthetic archive; read only."""
    folder = tmp_path_factory.mktemp("work")
    write_archive(folder / "archive", 2000)
    build_index(folder / "archive", folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def common(index: Path) -> list[str]:
    """The most frequent words."""
    return Requests(index, 1).common


@pytest.fixture(scope="module")
def engine(index: Path) -> Iterator[Engine]:
    with open_engine(index, Settings(cache_mb=0)) as opened:
        yield opened


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits a request to 20 postings for each article: the archive is too small for the real limit."""
    monkeypatch.setattr(work, "LEAST", 0)
    monkeypatch.setattr(work, "PASSES", 20)


def mistake_in(engine: Engine, request: SearchRequest) -> tuple[str, str, str]:
    """The parameter, the code and the text of the only mistake in a request."""
    with pytest.raises(RequestInvalid) as raised:
        engine.search(request)
    (mistake,) = raised.value.mistakes
    return mistake.parameter, mistake.code, mistake.detail


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize(
    ("query", "parameters", "parameter", "named"),
    [
        pytest.param(" OR ".join(f"{{{i}}}" for i in range(10)), {}, "q", "frequent words", id="words"),
        pytest.param("ko* OR tr* OR st* OR br* OR dr* OR kl* OR lo* OR sk*", {}, "q", "words with *", id="prefixes"),
        pytest.param('"{0} {1}" OR "{2} {3}" OR "{4} {5}" OR "{6} {7}" OR "{8} {9}"', {}, "q", "phrases", id="phrases"),
        pytest.param("{0}q {1}q {2}q {3}q " * 3, {}, "q", "words that no article has", id="spelling"),
        pytest.param("{0} {1} {2}", {"explain": True, "per_page": 100}, "explain", "explanations", id="explanations"),
    ],
)  # fmt: skip
def test_fault_67_refusal_names_what_is_too_dear(
    engine: Engine, common: list[str], query: str, parameters: dict[str, object], parameter: str, named: str
) -> None:
    request = SearchRequest.checked({"q": query.format(*common), **parameters})
    found_parameter, code, detail = mistake_in(engine, request)
    assert (found_parameter, code) == (parameter, "too_much_work")
    assert named in detail


def test_usual_searches_are_far_below_the_limit(
    engine: Engine, common: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "LEAST", 0)
    monkeypatch.setattr(work, "PASSES", work.PASSES // 4)
    for q in (
        "",
        common[0],
        " ".join(common[:3]),
        f"{common[0]} OR {common[1]}",
        f'"{common[0]} {common[1]}"',
        f"{common[0][:3]}*",
    ):
        engine.search(SearchRequest(q=q, match="most", typo=True, collapse="story", timeline="auto"))


@pytest.mark.usefixtures("little")
def test_refused_search_of_the_api_is_a_422_and_is_not_tried_again(
    index: Path, common: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, query = create_app(Settings(index_dir=index)).test_client(), " OR ".join(common[:32])
    first = client.get("/api/v1/search", query_string={"q": query})
    assert first.status_code == 422
    assert first.json is not None
    assert first.json["errors"][0]["code"] == "too_much_work"
    monkeypatch.setattr(work, "PASSES", 10**6)  # the limit is not asked again
    assert client.get("/api/v1/search", query_string={"q": query}).status_code == 422


@pytest.mark.usefixtures("little")
def test_page_says_what_is_too_dear_in_its_form(index: Path, common: list[str]) -> None:
    client = create_app(Settings(index_dir=index)).test_client()
    page = client.get("/", query_string={"q": " OR ".join(common[:32])})
    assert page.status_code == 422
    assert "frequent words" in page.text


@pytest.mark.usefixtures("little")
def test_searches_of_one_request_share_the_limit(index: Path, common: list[str]) -> None:
    client = create_app(Settings(index_dir=index)).test_client()
    alone = " OR ".join(common[:5])
    assert client.get("/api/v1/search", query_string={"q": alone}).status_code == 200
    searches = [{"q": f"{alone} OR {word}", "per_page": 1} for word in common[40:50]]
    answer = client.post("/api/v1/multi-search", json={"searches": searches}).json
    assert answer is not None
    statuses = [each.get("status", 200) for each in answer["responses"]]
    assert statuses[0] == 200
    assert statuses[-1] == 422
    assert "share the limit" in answer["responses"][-1]["errors"][0]["detail"]


def test_limit_grows_with_the_archive() -> None:
    limits = [work.Work(doc_count).limit for doc_count in (0, 1000, 100_000, 1_000_000)]
    assert limits == [work.LEAST, work.LEAST, work.PASSES * 100_000, work.PASSES * 1_000_000]


@pytest.mark.usefixtures("little")
def test_answers_within_the_limit_are_those_without_a_limit(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random queries are answered in full or refused, never in part."""
    monkeypatch.setattr(work, "LEAST", 200_000)
    counted: list[work.Work] = []
    add = work.Work.add

    def counting(self: work.Work, part: work.Part, units: int) -> None:
        counted.append(self)
        add(self, part, units)

    monkeypatch.setattr(work.Work, "add", counting)
    service, requests, statuses = Service(index), Requests(index, 7), []
    with open_engine(index, Settings(cache_mb=0)) as engine:
        for sent in islice(requests, FUZZED):
            counted.clear()
            answer = service.send(sent)
            statuses.append(answer.status)
            assert answer.status in {200, 302, 422}, sent
            if answer.status == 200 and sent.kind not in {"page", "multi-search"}:  # those leave out what is too dear
                assert all(each.done.total() <= each.limit for each in counted), sent
        for q in islice((requests.q() for _ in iter(int, 1)), FUZZED // 4):
            limited, unlimited = (found(engine, q, passes, monkeypatch) for passes in (20, 10**9))
            assert limited in (None, unlimited), q
    assert statuses.count(200) > FUZZED * 0.8


def found(engine: Engine, q: str, passes: int, monkeypatch: pytest.MonkeyPatch) -> bytes | None:
    """The answer to a query with a limit as JSON; None if it is refused."""
    monkeypatch.setattr(work, "PASSES", passes)
    try:
        results: SearchResults = engine.search(SearchRequest(q=q, match="most", typo=True))
    except RequestInvalid:
        return None
    return msgspec.json.encode(results, enc_hook=str)
