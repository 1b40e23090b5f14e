"""What another process has looked at ahead is taken over, and everything is found as by looking at every file."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.archive import fingerprints
from search.archive.fingerprints import LookAhead
from search.archive.walk import Walk, walk
from search.snapshot.arrays import Strings
from tests.files import MEMORY, fill, refuse_a_look

COUNT = 7


@pytest.fixture(autouse=True)
def small_shares() -> Iterator[None]:
    """Few files are then enough for several shares."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerprints, "_SHARE", 2)
        patch.setattr(fingerprints, "_WORTH_MATCHING", 1)
        yield


@pytest.fixture
def root(tmp_path: Path) -> Path:
    fill(tmp_path / "archive", *(f"news/{number}.md" for number in range(COUNT)))
    return tmp_path / "archive"


def comparable(walked: Walk) -> tuple[object, ...]:
    return list(walked.ids), walked.paths, walked.stats.tolist(), walked.skipped


def look_ahead(root: Path, ids: Strings, shares: int = 1000) -> LookAhead:
    """What another process would have looked at when it had got through some shares."""
    ahead, left = LookAhead(root, ids, ".md"), shares

    def look_at(folder: int, names: Sequence[bytes]) -> np.ndarray:
        nonlocal left
        left -= 1
        if left < 1:
            ahead.enough()
        return looked_at(folder, names)

    looked_at = fingerprints.look_at
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerprints, "look_at", look_at)
        if shares:
            ahead.look()
    return ahead


def replace(path: Path, by: Callable[[Path], object]) -> None:
    path.unlink()
    by(path)


@pytest.mark.parametrize("shares", [0, 1, 2, 1000])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: None, id="nothing"),
        pytest.param(lambda news: (news / "3.md").write_text("other"), id="changed"),
        pytest.param(lambda news: fill(news, "2a.md", "3a.md", "8.md"), id="added"),
        pytest.param(lambda news: (news / "3.md").unlink(), id="removed"),
        pytest.param(lambda news: (news / "3.md").rename(news / "3.markdown"), id="another suffix"),
        pytest.param(lambda news: fill(news, "3.markdown"), id="both suffixes"),
        pytest.param(lambda news: replace(news / "3.md", Path.mkdir), id="a folder now"),
        pytest.param(lambda news: replace(news / "3.md", lambda path: path.symlink_to("2.md")), id="a link now"),
        pytest.param(lambda news: fill(news, "3/a.md", "4a.md/a.md", "é.md", "3\n.md"), id="other names"),
        pytest.param(lambda news: fill(news.parent, "news.md", "a/0.md", "z/0.md"), id="other folders"),
        pytest.param(lambda news: news.rename(news.parent / "old"), id="all moved"),
    ],
)
def test_all_is_found_as_by_looking_at_every_file(root: Path, change: Callable[[Path], object], shares: int) -> None:
    ids = walk(root).ids
    change(root / "news")
    assert comparable(walk(root, look_ahead(root, ids, shares))) == comparable(walk(root))


paths = st.lists(st.from_regex(r"([ab]/){0,2}[a-c]{1,2}(\.md|\.markdown)", fullmatch=True), max_size=20, unique=True)


@settings(deadline=None)
@given(before=paths, after=paths, shares=st.integers(0, 12))
def test_any_archive_is_found_as_by_looking_at_every_file(before: list[str], after: list[str], shares: int) -> None:
    with TemporaryDirectory(dir=MEMORY) as name:
        fill(Path(name, "before"), *before)
        fill(Path(name, "after"), *after)
        Path(name, "after").mkdir(exist_ok=True)
        ids = walk(Path(name, "before")).ids if before else Strings.of([])
        ahead = look_ahead(Path(name, "after"), ids, shares)
        assert comparable(walk(Path(name, "after"), ahead)) == comparable(walk(Path(name, "after")))


def test_what_was_looked_at_ahead_is_not_looked_at_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = walk(root)
    ahead = look_ahead(root, alone.ids)
    refuse_a_look(monkeypatch, lambda name: str(name).endswith(".md"))
    assert comparable(walk(root, ahead)) == comparable(alone)


def test_what_could_not_be_looked_at_ahead_is_looked_at_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = walk(root)
    with monkeypatch.context() as patched:
        refuse_a_look(patched, lambda name: name == b"news/3.md")
        ahead = look_ahead(root, alone.ids)
    assert comparable(walk(root, ahead)) == comparable(alone)


def test_names_whose_order_as_text_is_not_that_of_their_bytes(root: Path) -> None:
    """An undecodable byte comes before an emoji as text, and after it as a byte."""
    fill(root, *(f"😀{number}.md" for number in range(COUNT)), "😁/a.md")
    ids = walk(root).ids
    (root / os.fsdecode(b"\xffodd.md")).write_text("odd")
    assert comparable(walk(root, look_ahead(root, ids))) == comparable(walk(root))


def test_one_that_is_told_that_it_is_enough_looks_no_further(root: Path) -> None:
    ahead = LookAhead(root, walk(root).ids, ".md")
    ahead.enough()
    ahead.look()
    assert not ahead.begun


def test_one_whose_archive_is_gone_leaves_it_to_the_walk_to_say_so(root: Path) -> None:
    ahead = LookAhead(root / "gone", walk(root).ids, ".md")
    ahead.look()
    assert not ahead.begun


def test_what_is_known_is_not_believed_before_it_is_looked_at(root: Path) -> None:
    """It may come from a snapshot that is still being verified, and turn out to be damaged."""
    damaged = Strings(np.zeros(3, np.uint8), np.array([2**63, 7, 0, 9, 1], np.uint64))
    assert comparable(walk(root, LookAhead(root, damaged, ".md"))) == comparable(walk(root))
