"""One builder and one `serve` at a time on a data folder; a killed one leaves nothing to repair."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from index import locks
from index.errors import BusyError, DataFolderError

PROCESSES = multiprocessing.get_context("spawn")


def hold_until_told(data: Path, role: locks.Role, connection: Connection) -> None:
    with locks.hold(data, role):
        connection.send("held")
        connection.recv()


@contextmanager
def holder(data: Path, role: locks.Role) -> Iterator[BaseProcess]:
    """Another process that holds the lock of ``role`` in the block."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=hold_until_told, args=(data, role, theirs), daemon=True)
    process.start()
    assert ours.recv() == "held"
    try:
        yield process
    finally:
        if process.is_alive():
            ours.send("let go")
        process.join()


def look_all_the_time(data: Path, stop: Path) -> None:
    """Ask `is_held` as often as possible."""
    while not stop.exists():
        for _ in range(200):
            locks.is_held(data, "build")


def test_a_held_lock_refuses_and_names_its_holder(tmp_path: Path) -> None:
    """While another process holds the lock, ours is refused and told the other's id."""
    with holder(tmp_path, "build") as process:
        assert locks.is_held(tmp_path, "build")
        with (
            pytest.raises(BusyError, match=rf"id {process.pid}\)"),
            locks.hold(tmp_path, "build"),
        ):
            pytest.fail("two processes hold one lock")
    assert not locks.is_held(tmp_path, "build")


def test_a_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    """The lock of a killed process can be taken at once."""
    with holder(tmp_path, "serve") as process:
        process.kill()
        process.join()
        assert not locks.is_held(tmp_path, "serve")
        with locks.hold(tmp_path, "serve"):
            assert locks.is_held(tmp_path, "serve")


def test_a_builder_and_a_server_do_not_meet(tmp_path: Path) -> None:
    """One process may build while another serves."""
    with holder(tmp_path, "serve"), locks.hold(tmp_path, "build"):
        assert locks.is_held(tmp_path, "serve")
        assert locks.is_held(tmp_path, "build")


def test_the_lock_is_freed_when_the_work_fails(tmp_path: Path) -> None:
    """An error in the block frees the lock and goes on."""
    with pytest.raises(ZeroDivisionError), locks.hold(tmp_path, "build"):
        raise ZeroDivisionError
    assert not locks.is_held(tmp_path, "build")


def test_errors_of_the_work_are_its_own(tmp_path: Path) -> None:
    """An OSError of the work under the lock is not taken for trouble with the data folder."""
    with pytest.raises(FileNotFoundError), locks.hold(tmp_path, "build"):
        raise FileNotFoundError


def test_a_lock_is_its_holders_alone_even_in_one_process(tmp_path: Path) -> None:
    """The second of two holders in one process is refused, with our own id."""
    with (
        locks.hold(tmp_path, "build"),
        pytest.raises(BusyError, match=str(os.getpid())),
        locks.hold(tmp_path, "build"),
    ):
        pytest.fail("one lock was held twice")


def test_a_shorter_process_id_replaces_a_longer_one(tmp_path: Path) -> None:
    """Nothing of an earlier holder's longer id stays in the file."""
    (tmp_path / "build.lock").write_text("99999999999\n")
    with locks.hold(tmp_path, "build"):
        assert (tmp_path / "build.lock").read_text() == f"{os.getpid()}\n"


def test_a_lock_file_that_names_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the holder has not written its id yet, the refusal says so."""
    monkeypatch.setattr(locks, "_sign", lambda _: None)
    with (
        locks.hold(tmp_path, "build"),
        pytest.raises(BusyError, match="id unknown"),
        locks.hold(tmp_path, "build"),
    ):
        pytest.fail("one lock was held twice")


def test_is_held_makes_nothing(tmp_path: Path) -> None:
    """Asking about a folder that is not there makes no folder and no file."""
    assert not locks.is_held(tmp_path / "data", "serve")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_the_data_folder(tmp_path: Path) -> None:
    """A data folder that can't be made is one sentence."""
    (tmp_path / "data").write_text("")
    with (
        pytest.raises(DataFolderError, match="can't be written"),
        locks.hold(tmp_path / "data", "build"),
    ):
        pytest.fail("there is no folder to lock")


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock file that takes no byte is one sentence."""

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with (
        pytest.raises(DataFolderError, match="No space left"),
        locks.hold(tmp_path, "build"),
    ):
        pytest.fail("nothing was written")


def test_looking_never_makes_a_hold_fail(tmp_path: Path) -> None:
    """However often another process asks `is_held`, a free lock is taken within the patience."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "build.lock").write_text("")
    stop = tmp_path / "stop"
    looking = PROCESSES.Process(target=look_all_the_time, args=(data, stop), daemon=True)
    looking.start()
    try:
        end = time.monotonic() + 1.5
        held = 0
        while time.monotonic() < end:
            with locks.hold(data, "build"):
                held += 1
    finally:
        stop.write_text("")
        looking.join()
    assert held > 100
