"""Files of arrays: what was written is read, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray

from index.arrays import Arrays, ArraysWriter, write_arrays
from index.errors import IndexDamagedError

ROWS: dict[str, NDArray[Any]] = {
    "numbers": np.arange(1_000, dtype=np.uint16),
    "none": np.zeros(0, dtype=np.float64),
    "bytes": np.frombuffer(b"abc", dtype=np.uint8),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.bin"
    write_arrays(path, "rows", 3, ROWS)
    return path


def equal(found: Arrays, expected: dict[str, NDArray[Any]]) -> bool:
    return list(found) == list(expected) and all(
        found[name].dtype == array.dtype and np.array_equal(found[name], array)
        for name, array in expected.items()
    )


def test_what_was_written_is_read(file: Path) -> None:
    """Opening gives every array back, in order, with its dtype."""
    assert equal(Arrays.open(file, "rows", 3), ROWS)


@given(
    st.dictionaries(
        st.text("abc_", min_size=1, max_size=5),
        arrays_of.arrays(st.sampled_from(["u1", "i4", "u8", "f4", "f8", "?"]), st.integers(0, 40)),
        max_size=4,
    )
)
def test_any_arrays_come_back(
    tmp_path_factory: pytest.TempPathFactory, arrays: dict[str, NDArray[Any]]
) -> None:
    """Whatever the arrays, their bytes are the same when they are read."""
    path = tmp_path_factory.mktemp("any") / "some.bin"
    write_arrays(path, "some", 1, arrays)
    found = Arrays.open(path, "some", 1)
    assert {n: a.tobytes() for n, a in found.items()} == {n: a.tobytes() for n, a in arrays.items()}


def test_pieces_in_turns_are_joined(tmp_path: Path, file: Path) -> None:
    """A writer that is given pieces of several arrays in turns writes the file that a whole one is."""
    path = tmp_path / "pieces.bin"
    with ArraysWriter(path, "rows", 3) as writer:
        for start in range(0, 1_000, 300):
            for name, array in ROWS.items():
                writer.append(name, array[start : start + 300])
        writer.finish()
    assert path.read_bytes() == file.read_bytes()
    assert sorted(other.name for other in tmp_path.iterdir()) == ["pieces.bin", "rows.bin"]


def test_checksums_do_not_depend_on_the_pieces(tmp_path: Path) -> None:
    """Arrays of several blocks have the same checksum, whole or in pieces, and are checked."""
    whole = np.arange(3 << 20, dtype=np.uint64)
    write_arrays(tmp_path / "whole.bin", "large", 1, {"a": whole})
    with ArraysWriter(tmp_path / "pieces.bin", "large", 1) as writer:
        for piece in np.array_split(whole, 7):
            writer.append("a", piece)
        writer.finish()
    assert (tmp_path / "pieces.bin").read_bytes() == (tmp_path / "whole.bin").read_bytes()
    assert np.array_equal(Arrays.open(tmp_path / "whole.bin", "large", 1)["a"], whole)


def test_arrays_can_not_be_written_to(file: Path) -> None:
    """What is mapped is read-only, and so is what stands in memory."""
    for arrays in (Arrays.open(file, "rows", 3), Arrays.of(ROWS)):
        with pytest.raises(ValueError, match="read-only"):
            arrays["numbers"][0] = 1
    assert ROWS["numbers"].flags.writeable


def test_a_removed_file_stays_readable(file: Path) -> None:
    """Arrays that are open are not cut off when their file is removed."""
    arrays = Arrays.open(file, "rows", 3)
    file.unlink()
    assert equal(arrays, ROWS)


@pytest.mark.parametrize("kept", [0, 1, 63, 64, 700, -1])
def test_a_cut_file_is_refused(file: Path, kept: int) -> None:
    """A file that was cut off anywhere is damaged."""
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(IndexDamagedError, match=r"rows\.bin of the index.* is cut off"):
        Arrays.open(file, "rows", 3)


@given(st.data())
def test_every_altered_byte_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A byte that was altered, wherever an array, the table or the header stands, is noticed."""
    path = tmp_path_factory.mktemp("altered") / "rows.bin"
    write_arrays(path, "rows", 3, {"a": np.arange(9, dtype=np.uint8), "b": np.ones(3)})
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with pytest.raises(IndexDamagedError):
        Arrays.open(path, "rows", 3)


def test_a_longer_file_is_refused(file: Path) -> None:
    """A file with something behind its end is damaged."""
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(IndexDamagedError, match="longer"):
        Arrays.open(file, "rows", 3)


@pytest.mark.parametrize(
    ("kind", "version", "said"),
    [
        pytest.param("words", 3, "something else", id="another kind"),
        pytest.param("rows", 4, "has version 3 of rows; this version reads 4", id="older"),
    ],
)
def test_other_kinds_and_versions_are_refused(
    file: Path, kind: str, version: int, said: str
) -> None:
    """A file of another kind or version is told by name, and not read."""
    with pytest.raises(IndexDamagedError, match=said):
        Arrays.open(file, kind, version)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    """A file that was made by something else is no file of arrays."""
    path = tmp_path / "other.bin"
    path.write_bytes(b"SQLite format 3\0" * 10)
    with pytest.raises(IndexDamagedError, match="no file of arrays"):
        Arrays.open(path, "rows", 3)


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    """A file that is missing is told as the system tells it."""
    with pytest.raises(FileNotFoundError):
        Arrays.open(tmp_path / "none.bin", "rows", 3)


def test_an_unfinished_file_is_told(file: Path) -> None:
    """A file whose writer was killed was never finished."""
    file.write_bytes(bytes(64) + file.read_bytes()[64:])
    with pytest.raises(IndexDamagedError, match="never finished"):
        Arrays.open(file, "rows", 3)


def test_an_error_leaves_no_file(tmp_path: Path) -> None:
    """A writer that is left by an error removes what it wrote."""

    def write() -> None:
        with ArraysWriter(tmp_path / "rows.bin", "rows", 1) as writer:
            writer.append("one", np.zeros(3))
            writer.append("two", np.zeros(3))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "array"),
    [("names", np.array(["a"])), ("n" * 33, np.zeros(1)), ("", np.zeros(1))],
    ids=["text", "long name", "no name"],
)
def test_what_a_file_can_not_hold_is_refused(
    tmp_path: Path, name: str, array: NDArray[Any]
) -> None:
    """Text and names without end are refused while writing, not found out while reading."""
    with (
        ArraysWriter(tmp_path / "rows.bin", "rows", 1) as writer,
        pytest.raises(ValueError, match=r"can't hold|bytes"),
    ):
        writer.append(name, array)
