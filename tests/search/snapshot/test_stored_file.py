"""Stored articles are read back as they were appended, in less space."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from search.index.inverter import stored
from search.snapshot.stored_file import StoredFile, append_lines
from tests import strategies


@settings(deadline=None)
@given(st.lists(st.lists(strategies.articles.map(stored) | st.binary(), max_size=40), min_size=1, max_size=3))
def test_lines_of_every_batch_are_read_back(batches: list[list[bytes]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "articles")
        starts = []
        for lines in batches:
            with path.open("a+b") as file:
                starts.append(append_lines(file, lines))
        stored_file = StoredFile(path)
        read = [[stored_file.line(a, b - a) for a, b in pairwise(of_batch)] for of_batch in starts]
        assert read == batches
        assert len(stored_file) == sum(of_batch[-1] - of_batch[0] for of_batch in starts)


def test_article_takes_less_space_by_the_dictionary(tmp_path: Path) -> None:
    path, lines = (
        tmp_path / "articles",
        [b'{"id":"%d","title":"Robots and cars","type":"article"}' % n for n in range(50)],
    )
    with path.open("a+b") as file:
        append_lines(file, lines)
    assert len(StoredFile(path)) < sum(map(len, lines)) / 3
