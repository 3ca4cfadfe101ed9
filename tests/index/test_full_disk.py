"""A full disk or one that can't be written costs a build one clear error, and the index nothing."""

from __future__ import annotations

import datetime as dt
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from index import building, generations
from index.archive import Archive
from index.building import build
from index.errors import DataFolderError
from index.verifying import verify
from tests.index.harbour import FILES, write
from tests.index.test_crash import assert_tidy, make_small, whole

QUESTION = "When was the stone pier finished?"
MORE = {
    f"tides/{number}.txt": "1890\n\n"
    + "\n\n".join(f"May {day}: The ebb takes boat {number} to sea." for day in range(1, 29))
    for number in range(4)
}


def answer(data: Path) -> str | None:
    return Archive.open(data).answer(QUESTION, today=dt.date(2026, 1, 1)).answer


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write(tmp_path / "corpus", {**FILES, **MORE})


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB, where one can be made."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def leave(disk: Path, room: int) -> None:
    """Fill the disk but for ``room`` bytes."""
    ballast = disk / "ballast"
    ballast.unlink(missing_ok=True)
    free = os.statvfs(disk)
    size = free.f_bavail * free.f_frsize - room
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)


@pytest.mark.slow
def test_a_disk_that_fills_up_costs_a_build_and_nothing_else(
    small_disk: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the disk fills up: one clear error, the old index answers on, nothing is left over, and
    the next build works when there is room."""
    make_small(patch=monkeypatch.setattr)
    data = small_disk / "data"
    build(corpus, data)
    before = whole(data)
    write(corpus, {"tides/0.txt": "1890\n\nMay 4: No tide.", "tides/9.txt": MORE["tides/1.txt"]})
    needed = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    refused = 0
    for room in range(0, 2 * needed, 24_576):
        leave(small_disk, room)
        number = generations.current_generation(data)
        with suppress(DataFolderError):
            build(corpus, data)
            break
        refused += 1
        assert generations.generations(data)[-1] == generations.current_generation(data)
        assert_tidy(data)
        if generations.current_generation(data) != number:
            break  # it was the merging that found no room
        assert whole(data) == before
        assert answer(data) is not None
    assert refused > 5
    (small_disk / "ballast").unlink()
    build(corpus, data)
    assert_tidy(data)
    assert whole(data) != before
    assert answer(data) is not None


def test_a_full_disk_is_told_with_what_to_do(
    small_disk: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error of a full disk says that it is full, and to make room."""
    make_small(patch=monkeypatch.setattr)
    build(corpus, small_disk / "data")
    write(corpus, {"tides/9.txt": MORE["tides/1.txt"]})
    for room, reason in (
        (0, "No space left on device|is full"),
        (100_000, "is full|No space left"),
    ):
        leave(small_disk, room)
        with pytest.raises(DataFolderError, match=reason) as raised:
            build(corpus, small_disk / "data")
        assert raised.value.hint == "Make room on its disk, then build again."


@pytest.mark.slow
def test_a_file_that_may_not_grow_costs_a_build_and_nothing_else(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same where the system refuses to let a file grow (ulimit -f), at many sizes."""
    make_small(patch=monkeypatch.setattr)
    data = tmp_path / "data"
    build(corpus, data)
    before = whole(data)
    write(corpus, {"tides/0.txt": "1890\n\nMay 4: No tide.", "tides/9.txt": MORE["tides/1.txt"]})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    refused = 0
    for most in range(0, 500_000, 20_000):
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
            build(corpus, data)
        except DataFolderError:
            refused += 1
        else:
            break
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert whole(data) == before
        assert_tidy(data)
    assert refused > 3
    assert whole(data) != before
    assert_tidy(data)


@pytest.fixture
def read_only(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    """Makes a folder and all in it read-only, where that can be done, until the test is over."""

    def freeze(folder: Path) -> None:
        if os.geteuid():
            for path in (folder, *folder.rglob("*")):
                path.chmod(path.stat().st_mode & ~0o222)
                request.addfinalizer(partial(path.chmod, path.stat().st_mode | 0o200))
            return
        mount = partial(subprocess.run, capture_output=True, check=False)
        if mount(["mount", "--bind", str(folder), str(folder)]).returncode:
            pytest.skip("nothing can be mounted here, and root may write everywhere")
        request.addfinalizer(partial(subprocess.run, ["umount", "-l", str(folder)], check=True))
        if mount(["mount", "-o", "remount,ro,bind", str(folder)]).returncode:
            pytest.skip("nothing can be mounted read-only here")

    return freeze


def test_a_read_only_data_folder_answers_and_is_told_of(
    corpus: Path,
    tmp_path: Path,
    read_only: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A build, and going back, end with one clear error; all that only reads works."""
    make_small(patch=monkeypatch.setattr)
    data = tmp_path / "data"
    build(corpus, data)
    (corpus / "more.txt").write_text("The bridge was built in 1899.")
    build(corpus, data)
    said = answer(data)
    (corpus / "more.txt").write_text("The bridge was built in 1900.")
    read_only(data)
    for refused in (lambda: build(corpus, data), lambda: building.roll_back(corpus, data)):
        with pytest.raises(DataFolderError, match=r"^The data folder can't be written \("):
            refused()
    assert answer(data) == said
    assert building.is_stale(corpus, data)
    assert building.build(corpus, data, dry_run=True).updated == ("more",)
    assert verify(corpus, data).holds
    assert len(generations.list_generations(data)) == 2


def test_a_corpus_that_may_only_be_read_is_indexed(
    corpus: Path,
    tmp_path: Path,
    read_only: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is ever written to the corpus folder."""
    make_small(patch=monkeypatch.setattr)
    read_only(corpus)
    build(corpus, tmp_path / "data")
    assert answer(tmp_path / "data") is not None
