"""Plain Whoosh programs search a snapshot as they search an index of their own, and cannot write to it."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.fields import KEYWORD
from whoosh.filedb.filestore import RamStorage, ReadOnlyError
from whoosh.index import open_dir
from whoosh.query import DateRange, Every, NumericRange, Query, Term
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher
from whoosh.sorting import Count, FieldFacet
from whoosh.writing import CLEAR, AsyncWriter, BufferedWriter

from search import IndexMissing, SnapshotDamaged, build_index, open_whoosh
from search.article import Article, Provider
from search.snapshot.store import SnapshotStore
from search.snapshot.whoosh_fields import article_schema
from tests import strategies
from tests.files import indexed, write

Index = Any
README = Path(__file__).parents[3] / "README.md"
KEYWORDS = ("id", "type")
NUMBERS = ("published_at", "heat")

few_archives = settings(
    max_examples=max(1, settings().max_examples // 8), deadline=None, suppress_health_check=list(HealthCheck)
)


def plain_index(articles: list[Article]) -> Index:
    """An index written by Whoosh.  Topics are keywords, because Whoosh groups those by whole names."""
    schema = article_schema()
    schema.remove("topics")
    schema.add("topics", KEYWORD(stored=True, sortable=True))
    index = RamStorage().create_index(schema)
    with index.writer() as writer:
        for article in articles:
            fields = {name: getattr(article, name) for name in schema.names()}
            fields |= {"topics": list(article.topics), "provider": article.provider and article.provider.name}
            writer.add_document(**{name: value for name, value in fields.items() if value not in (None, [], ())})
    return index


def order_of_snapshot(articles: list[Article]) -> list[Article]:
    """The articles newest first, undated last, ties by id.  Then both indexes break ties of other sorts alike."""
    ascending = sorted(articles, key=lambda article: article.id.encode())
    return sorted(ascending, key=lambda a: -a.published_at.timestamp() if a.published_at else float("inf"))


@pytest.fixture(scope="module")
def index_dir() -> Iterator[Path]:
    provider = Provider("Robot Courier")
    with indexed([Article("_news/a", "Robots", provider=provider), Article("_news/b", "Cars", heat=3)]) as folder:
        yield folder


def ids(searcher: Searcher, query: Query, **options: Any) -> list[str]:
    return [hit["id"] for hit in searcher.search(query, limit=None, **options)]


sorts = st.sampled_from(NUMBERS).flatmap(
    lambda field: st.sampled_from([field, FieldFacet(field), FieldFacet(field, reverse=True)])
) | st.just(["heat", FieldFacet("published_at", reverse=True)])
dates = st.none() | st.sampled_from(strategies.MOMENTS)
heats = st.none() | st.integers(-2, 190)


@st.composite
def ranges(draw: st.DrawFn) -> Query:
    exclusive = draw(st.booleans()), draw(st.booleans())
    if draw(st.booleans()):
        return DateRange("published_at", draw(dates), draw(dates), *exclusive)
    return NumericRange("heat", draw(heats), draw(heats), *exclusive)


groupings = st.sampled_from(
    [
        FieldFacet("provider", maptype=Count),
        FieldFacet("type", maptype=Count),
        FieldFacet("type", allow_overlap=True, maptype=Count),
        FieldFacet("heat", maptype=Count),
        FieldFacet("topics", maptype=Count),
        FieldFacet("topics", allow_overlap=True, maptype=Count),
    ]
)


@few_archives
@given(strategies.archives(), st.data())
def test_the_view_answers_like_an_index_of_whoosh(articles: list[Article], data: st.DataObject) -> None:
    articles = order_of_snapshot(articles)
    with (
        indexed(articles) as index_dir,
        open_whoosh(index_dir) as view,
        view.searcher() as ours,
        plain_index(articles).searcher() as plain,
    ):
        for field in (*KEYWORDS, *NUMBERS):
            lexicon = list(plain.lexicon(field))
            assert list(ours.lexicon(field)) == lexicon
            for text in lexicon:
                assert list(ours.postings(field, text).all_ids()) == list(plain.postings(field, text).all_ids())
                assert term_stats(ours, field, text) == term_stats(plain, field, text)
        for article in data.draw(st.lists(strategies.articles, max_size=2)) + articles:
            assert stored(ours.document(id=article.id)) == stored(plain.document(id=article.id))
            assert ids(ours, Term("id", article.id)) == ids(plain, Term("id", article.id))
        for _ in range(6):
            query = data.draw(ranges() | st.sampled_from([Every(), Term("type", "video"), Term("title", "robot")]))
            assert sorted(ids(ours, query)) == sorted(ids(plain, query))
            sort, reverse, grouping = data.draw(sorts), data.draw(st.booleans()), data.draw(groupings)
            options = {"sortedby": sort, "reverse": reverse}
            assert ids(ours, query, **options) == ids(plain, query, **options)
            assert group_counts(ours, query, grouping) == group_counts(plain, query, grouping)


def group_counts(searcher: Searcher, query: Query, grouping: FieldFacet) -> dict[Any, int]:
    return dict(searcher.search(query, limit=None, groupedby=grouping).groups())


def term_stats(searcher: Searcher, field: str, text: bytes) -> list[float]:
    info = searcher.reader().term_info(field, text)
    lengths = [info.min_length(), info.max_length()]
    return [info.weight(), info.doc_frequency(), info.max_weight(), info.min_id(), info.max_id(), *lengths]


def stored(document: dict[str, Any] | None) -> dict[str, Any]:
    return {"topics": [], **document} if document else {}


@pytest.mark.parametrize("field", ["id", "type", "published_at", "heat", "title", "topics"])
def test_a_term_that_no_article_has_is_not_found(index_dir: Path, field: str) -> None:
    with open_whoosh(index_dir) as view, view.searcher() as searcher:
        reader = searcher.reader()
        absent = (field, b"\0nowhere!" if field in NUMBERS else b"nowhere")
        assert absent not in reader
        assert (reader.doc_frequency(*absent), reader.frequency(*absent)) == (0, 0)
        assert ids(searcher, Term(*absent)) == []
        with pytest.raises(TermNotFound):
            reader.postings(*absent)


ARTICLES = [
    Article("a", "Robots", topics=("AI", "Robots, Cars"), provider=Provider("AT&T"), heat=2,
            published_at=strategies.MOMENTS[0]),
    Article("b", "Robots", topics=("AI",), provider=Provider("Electric Car"), published_at=strategies.MOMENTS[3]),
    Article("c", "Robots", type="video", heat=-1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"sortedby": "published_at"}, "abc"),
        ({"sortedby": "heat"}, "cab"),
        ({"sortedby": FieldFacet("published_at", reverse=True)}, "cba"),
        ({"sortedby": FieldFacet("heat", reverse=True)}, "bac"),
    ],
)
def test_articles_without_a_value_sort_as_if_it_were_the_greatest(options: dict[str, Any], expected: str) -> None:
    with indexed(ARTICLES) as index_dir, open_whoosh(index_dir) as view, view.searcher() as searcher:
        assert "".join(ids(searcher, Every(), **options)) == expected


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        ("provider", {"AT&T": 1, "Electric Car": 1, "": 1}),
        ("type", {"article": 2, "video": 1}),
        (FieldFacet("topics", allow_overlap=True), {"AI": 2, "Robots, Cars": 1, None: 1}),
        (FieldFacet("topics"), {"AI": 2, "": 1}),
    ],
    ids=["provider", "type", "each topic", "first topic"],
)
def test_groups_are_whole_names(facet: str | FieldFacet, expected: dict[str | None, int]) -> None:
    with indexed(ARTICLES) as index_dir, open_whoosh(index_dir) as view, view.searcher() as searcher:
        groups = searcher.search(Every(), groupedby=facet, maptype=Count).groups()
        assert groups == expected
        assert searcher.reader().column_reader("topics")[0] in {("AI",), ("AI", "Robots, Cars")}


# -- opening -----------------------------------------------------------------------------------------------------------


def test_a_missing_index_is_reported(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        open_whoosh(tmp_path)


def test_a_damaged_snapshot_is_refused_before_anything_is_unpickled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Article("a", "Robots"), tmp_path / "archive")
    build_index(tmp_path / "archive", tmp_path / "index")
    (toc,) = (tmp_path / "index").rglob("*.toc")
    toc.chmod(0o644)
    toc.write_bytes(toc.read_bytes()[:-1] + b"!")
    monkeypatch.setattr("pickle.loads", lambda *_: pytest.fail("unpickled"))
    with pytest.raises(SnapshotDamaged):
        open_whoosh(tmp_path / "index")


def test_an_open_view_outlives_its_folder() -> None:
    with indexed(ARTICLES) as index_dir:
        view = open_whoosh(index_dir)
    assert not index_dir.exists()
    with view.searcher() as searcher:
        assert searcher.document(id="b")["title"] == "Robots"
        assert searcher.up_to_date()
        assert ids(searcher, Every(), sortedby="heat") == ["c", "a", "b"]


# -- writers -----------------------------------------------------------------------------------------------------------


def open_folder(index_dir: Path) -> Index:
    return open_dir(str(SnapshotStore(index_dir).open_current().folder))


def commit(index: Index, **options: Any) -> None:
    writer = index.writer()
    writer.add_document(id="c")
    writer.commit(**options)


def commit_async(index: Index) -> None:
    writer = AsyncWriter(index)
    writer.add_document(id="c")
    writer.commit()


WRITES: dict[str, Callable[[Index], object]] = {
    "writer": lambda index: index.writer(),
    "writer that waits for the lock": lambda index: index.writer(timeout=0.1),
    "several processes": lambda index: index.writer(procs=2),
    "commit": commit,
    "commit and optimize": lambda index: commit(index, optimize=True),
    "commit without merging": lambda index: commit(index, merge=False),
    "commit and clear": lambda index: commit(index, mergetype=CLEAR),
    "async writer": commit_async,
    "buffered writer": lambda index: BufferedWriter(index, period=None),
    "optimize": lambda index: index.optimize(),
    "delete by term": lambda index: index.delete_by_term("id", "_news/a"),
    "delete by query": lambda index: index.delete_by_query(Every()),
    "add a field": lambda index: index.add_field("body", KEYWORD()),
    "remove a field": lambda index: index.remove_field("title"),
}


def contents(folder: Path) -> dict[str, tuple[str, int]]:
    """The hash and the modification time of each file and folder, by path."""
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "", path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("open_index", [open_whoosh, open_folder], ids=["open_whoosh", "open_dir"])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_writer_is_refused_and_changes_nothing(
    index_dir: Path, open_index: Callable[[Path], Index], write: Callable[[Index], object]
) -> None:
    before = contents(index_dir)
    index = open_index(index_dir)
    # Only root can open the folder's lock file, which is not writable: the system refuses everyone else.
    with pytest.raises((ReadOnlyError, PermissionError), match=r"Snapshots are read-only|Permission denied"):
        write(index)
    assert contents(index_dir) == before
    assert index.doc_count() == 2
