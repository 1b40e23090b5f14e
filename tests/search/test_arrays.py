"""Arrays and tables of strings are read as written, or raise SnapshotDamaged."""

from bisect import bisect_left
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import arrays
from search.arrays import Strings, load, load_strings, npy
from search.errors import SnapshotDamaged
from tests.files import MEMORY


def written(path: Path, array: np.ndarray) -> bytes:
    path.write_bytes(b"".join(npy(array)))
    return path.read_bytes()


@pytest.mark.parametrize("array", [np.arange(7), np.zeros(0, np.uint8), np.arange(6, dtype=np.uint16).reshape(2, 3)])
def test_array_is_read_as_written(tmp_path: Path, array: np.ndarray) -> None:
    written(tmp_path / "a.npy", array)
    read = load(tmp_path / "a.npy")
    assert (read.dtype, read.tolist()) == (array.dtype, array.tolist())


@pytest.mark.parametrize("cut", [0, 5, 9, 60, 128, 183])
def test_truncated_array_is_damaged(tmp_path: Path, cut: int) -> None:
    content = written(tmp_path / "a.npy", np.arange(7))
    (tmp_path / "a.npy").write_bytes(content[:cut])
    with pytest.raises(SnapshotDamaged, match=r"a\.npy cannot be read as an array"):
        load(tmp_path / "a.npy")


@pytest.mark.parametrize("header", [b"{'a': (", b"((((", b"{'shape': (2,", b"\xff", b"'", b"1", b"0" * 5000])
def test_array_with_a_broken_header_is_damaged(tmp_path: Path, header: bytes) -> None:
    content = written(tmp_path / "a.npy", np.arange(2))
    (tmp_path / "a.npy").write_bytes(content[:10] + header.ljust(118)[:118] + content[128:])
    with pytest.raises(SnapshotDamaged, match=r"a\.npy cannot be read as an array"):
        load(tmp_path / "a.npy")


@given(st.integers(0, 127), st.integers(0, 7))
def test_flipped_bit_in_a_header_raises_only_snapshot_damaged(at: int, bit: int) -> None:
    with TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder, "a.npy")
        content = bytearray(written(path, np.arange(2)))
        content[at] ^= 1 << bit
        path.write_bytes(bytes(content))
        with suppress(SnapshotDamaged):
            load(path)


def test_array_of_pointers_is_damaged(tmp_path: Path) -> None:
    header = written(tmp_path / "a.npy", np.arange(2)).replace(b"'<i8'", b"'|O' ")
    (tmp_path / "a.npy").write_bytes(header)
    with pytest.raises(SnapshotDamaged, match="pointers"):
        load(tmp_path / "a.npy")


@pytest.mark.parametrize(
    ("octets", "starts"),
    [
        pytest.param(np.zeros(4, np.int8), np.array([0, 4], np.uint8), id="no octets"),
        pytest.param(np.zeros((4, 1), np.uint8), np.array([0, 4], np.uint8), id="octets in rows"),
        pytest.param(np.zeros(4, np.uint8), np.array([0, 4], np.float32), id="starts are floats"),
        pytest.param(np.zeros(4, np.uint8), np.array([[0, 4]], np.uint8), id="starts in rows"),
        pytest.param(np.zeros(4, np.uint8), np.array(0, np.uint8), id="one start"),
        pytest.param(np.zeros(4, np.uint8), np.array([], np.uint8), id="no starts"),
    ],
)
def test_malformed_table_of_strings_is_damaged(tmp_path: Path, octets: np.ndarray, starts: np.ndarray) -> None:
    written(tmp_path / "t.octets.npy", octets)
    written(tmp_path / "t.starts.npy", starts)
    with pytest.raises(SnapshotDamaged, match="not a table of strings"):
        load_strings(tmp_path, "t")


@given(st.lists(st.binary().map(lambda text: text.replace(b"\0", b"")), min_size=1))
def test_strings_joined_by_nuls_are_split(texts: list[bytes]) -> None:
    table = Strings.of_joined(b"\0".join(texts))
    assert (table.raws(), table.equals(Strings.of(texts))) == (texts, True)


@given(st.lists(st.binary(), unique=True).map(sorted), st.binary())
def test_strings_are_found_by_binary_search(texts: list[bytes], wanted: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "_SAMPLING", 3)
        table = Strings.of(texts)
        assert table.lower_bound(wanted) == bisect_left(texts, wanted)
        assert [table.find(text) for text in texts] == list(range(len(texts)))
