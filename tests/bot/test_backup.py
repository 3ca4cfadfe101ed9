"""Backups: what is held is of one moment, is proven, and comes back whole or not at all."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.backup import archive, making, noted, restoring
from bot.backup.archive import HELD, BackupError
from bot.backup.making import make
from bot.backup.restoring import check, finish_restore, restore
from bot.backup.values import JOURNAL, STAGED
from bot.cli import archivist
from bot.state import open_state
from bot.state.store import NAME as STATE
from bot.state.values import By, Upload
from index import generations, locks
from index.archive import Archive
from index.building import build
from index.errors import BusyError, DataFolderError
from tests.conftest import ROOT
from tests.index.test_crash import PROCESSES

KILLS = int(os.environ.get("ARCHIVIST_KILLS", "8"))
SEED = 1853
NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
GUILD = 2**61 + 1
UPLOAD = "# The weir\n\nThe weir of Skerrow was mended in 1902.\n"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings don't count."""
    for name in list(os.environ):
        if name.startswith(("ARCHIVIST_", "DISCORD_")) and name != "ARCHIVIST_KILLS":
            monkeypatch.delenv(name)


def remember(data: Path, language: str) -> None:
    """Keep a server's setting, on the disk when this returns."""

    async def keep() -> None:
        state = open_state(data)
        await state.set_server(GUILD, language=language)
        await state.close()

    asyncio.run(keep())


def language_of(data: Path) -> str | None:
    async def read() -> str | None:
        state = open_state(data)
        await state.close()
        return state.server(GUILD).language

    return asyncio.run(read())


def contents(data: Path) -> dict[str, str]:
    """The files that count, by their hashes."""
    return {
        path.relative_to(data).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in HELD
        for path in (data / name, *(data / name).rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "mill.md").write_text("# The mill\n\nThe mill was built in 1847.\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    data = tmp_path_factory.mktemp("filled")
    build(corpus, data)
    remember(data, "ru")
    (data / "uploads" / str(GUILD)).mkdir(parents=True)
    (data / "uploads" / str(GUILD) / "weir.md").write_text(UPLOAD, encoding="utf-8")
    (data / "edits" / "owner-main").mkdir(parents=True)
    (data / "edits" / "owner-main" / "aliases.toml").write_text("", encoding="utf-8")
    return data


@pytest.fixture
def data(tmp_path: Path, filled: Path) -> Path:
    """A data folder with an index, a server's setting, an upload and an edit."""
    return Path(shutil.copytree(filled, tmp_path / "data"))


@pytest.fixture
def backup(data: Path, tmp_path: Path) -> Path:
    """A backup of it, after which the server's setting and the upload were changed."""
    file = tmp_path / "backup.tar"
    make(data, file, now=NOON)
    remember(data, "my")
    (data / "uploads" / str(GUILD) / "weir.md").write_text("changed", encoding="utf-8")
    return file


def run(*words: object) -> tuple[int, str, str]:
    """A command's exit code, and what it printed to standard output and standard error."""
    done = CliRunner().invoke(archivist, [str(word) for word in words])
    return done.exit_code, done.stdout, done.stderr


# ---------------------------------------------------------------- making


def test_what_is_restored_is_what_was_backed_up(data: Path, tmp_path: Path) -> None:
    """State, uploads, edits and the current generation come back byte for byte, in an empty folder too."""
    made = make(data, tmp_path / "backup.tar", now=NOON)
    assert (made.generation, made.uploads, made.warnings) == (1, 1, ())
    restore(tmp_path / "new", made.file, now=NOON)
    before, after = contents(data), contents(tmp_path / "new")
    assert before.pop(STATE)
    assert after.pop(STATE)
    assert after == before
    assert language_of(tmp_path / "new") == "ru"
    assert Archive.open(tmp_path / "new").generation == 1


def test_files_keep_their_times(data: Path, tmp_path: Path) -> None:
    """A document that comes back is not taken for a changed one."""
    make(data, tmp_path / "backup.tar", now=NOON)
    restore(tmp_path / "new", tmp_path / "backup.tar", now=NOON)
    times = [
        (folder / "uploads" / str(GUILD) / "weir.md").stat().st_mtime_ns
        for folder in (data, tmp_path / "new")
    ]
    assert times[0] == times[1]


def test_a_backup_is_for_its_owner_alone(data: Path, tmp_path: Path) -> None:
    """Nobody else on the machine may read what people reported."""
    make(data, tmp_path / "backup.tar", now=NOON)
    assert (tmp_path / "backup.tar").stat().st_mode & 0o077 == 0


def test_a_backup_leaves_nothing_else_behind(data: Path, tmp_path: Path) -> None:
    """Neither in the data folder nor beside the backup lies anything but the note of where it is."""
    before = {path.name for path in data.iterdir()}
    (tmp_path / "backups").mkdir()
    make(data, tmp_path / "backups" / "backup.tar", now=NOON)
    assert {path.name for path in data.iterdir()} - before == {noted.NOTE}
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["backup.tar"]


def test_a_backup_beside_serve_and_a_builder_works(data: Path, tmp_path: Path) -> None:
    """Neither lock is needed."""
    with locks.hold(data, "serve"), locks.hold(data, "build"):
        assert make(data, tmp_path / "backup.tar", now=NOON).generation == 1


def test_settings_kept_a_moment_ago_are_in_it(data: Path, tmp_path: Path) -> None:
    """What is still in SQLite's journal when the backup begins is in the backup."""
    with closing(sqlite3.connect(data / STATE)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("update servers set language = 'en'")
        connection.commit()
        make(data, tmp_path / "backup.tar", now=NOON)
    restore(tmp_path / "new", tmp_path / "backup.tar", now=NOON)
    assert language_of(tmp_path / "new") == "en"


def test_a_generation_that_a_build_removes_meanwhile_is_no_loss(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that is current instead is taken."""
    real, gone = generations.share, []

    def share(old: Path, new: Path) -> None:
        if not gone:
            gone.append(old)
            (data / "generations" / "1").rename(data / "generations" / "2")
            (data / "current").write_text("2\n", encoding="ascii")
        real(old, new)

    monkeypatch.setattr(generations, "share", share)
    made = make(data, tmp_path / "backup.tar", now=NOON)
    assert gone
    assert made.generation == 2


def test_where_there_are_no_hard_links_files_are_copied(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", link)
    make(data, tmp_path / "backup.tar", now=NOON)
    assert check(tmp_path / "backup.tar", tmp_path).uploads == 1


def test_a_damaged_index_keeps_nothing_else_from_being_saved(data: Path, tmp_path: Path) -> None:
    """The backup is made without it, and says so."""
    next((data / "generations" / "1").rglob("*.bin")).write_bytes(b"")
    made = make(data, tmp_path / "backup.tar", now=NOON)
    assert made.generation is None
    assert "built anew" in made.warnings[0]
    restore(tmp_path / "new", made.file, now=NOON)
    assert language_of(tmp_path / "new") == "ru"


def test_a_flipped_bit_of_the_index_is_found_when_the_backup_is_proven(
    data: Path, tmp_path: Path
) -> None:
    """Files that are as long as they were, but not as they were, are told."""
    file = max((data / "generations" / "1").rglob("*.bin"), key=lambda path: path.stat().st_size)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    made = make(data, tmp_path / "backup.tar", now=NOON)
    assert made.generation is None
    assert "damaged" in made.warnings[0]


def test_a_damaged_state_leaves_older_backups_alone(backup: Path, data: Path) -> None:
    """What is damaged takes no good backup's place."""
    before = backup.read_bytes()
    (data / STATE).write_bytes(b"no database " * 999)
    with pytest.raises(BackupError, match="damaged"):
        make(data, backup, now=NOON)
    assert backup.read_bytes() == before


def test_a_file_that_is_no_backup_is_never_replaced(data: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ines", encoding="utf-8")
    with pytest.raises(BackupError, match="no backup"):
        make(data, tmp_path / "letter.txt", now=NOON)
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "Dear Ines"


def test_a_full_disk_is_one_sentence(
    data: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup of before stays, and nothing half written."""
    before = backup.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "write", full)
    with pytest.raises(BackupError, match="No space left"):
        make(data, backup, now=NOON)
    assert backup.read_bytes() == before
    assert not list(data.parent.glob(".archivist*"))


def test_a_folder_keeps_the_newest_backups(data: Path, tmp_path: Path) -> None:
    """With --keep 2, of four backups the last two stay; other files are not touched."""
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "archivist-notes.tar").write_text("mine", encoding="utf-8")
    made = [make(data, folder, now=NOON + dt.timedelta(days=n), keep=2).file for n in range(4)]
    assert sorted(folder.iterdir()) == sorted([*made[2:], folder / "archivist-notes.tar"])


def test_a_clock_that_went_back_costs_no_new_backup(data: Path, tmp_path: Path) -> None:
    """The backup just made stays, even when the names of others are later."""
    for days in (0, -9):
        made = make(data, tmp_path, now=NOON + dt.timedelta(days=days), keep=1)
    assert list(tmp_path.glob("archivist-*.tar")) == [made.file]


def test_backups_of_one_second_have_names_of_their_own(data: Path, tmp_path: Path) -> None:
    assert make(data, tmp_path, now=NOON).file != make(data, tmp_path, now=NOON).file


def add_document(data: Path, content: str) -> Upload:
    """Keep what is said of the document weir.md; its file is somebody else's doing."""
    now = By(7, GUILD, NOON)
    digest = hashlib.sha256(content.encode()).hexdigest()
    upload = Upload(
        0, GUILD, "weir.md", "The weir", "", "", "", "", digest, len(content), 1, 1, NOON, 7
    )

    async def keep() -> Upload:
        state = open_state(data)
        old = await state.uploads(GUILD)
        if old:
            kept = await state.change_upload(old[0].id, now, "document.replace", sha256=digest)
        else:
            kept = await state.add_upload(upload, now)
        await state.close()
        return kept

    return asyncio.run(keep())


def test_documents_that_were_added_are_in_it_as_the_state_tells_of_them(
    data: Path, tmp_path: Path
) -> None:
    add_document(data, UPLOAD)
    made = make(data, tmp_path / "backup.tar", now=NOON)
    assert (made.uploads, made.warnings) == (1, ())


def test_a_document_that_is_replaced_meanwhile_is_held_with_what_is_said_of_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file changes at once, the state a moment later: both are taken again."""
    add_document(data, UPLOAD)
    document = data / "uploads" / str(GUILD) / "weir.md"
    (document.with_name(".~1")).write_text("The new text.", encoding="utf-8")
    (document.with_name(".~1")).replace(document)
    pauses = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        add_document(data, "The new text.")

    monkeypatch.setattr(making.time, "sleep", sleep)
    assert make(data, tmp_path / "backup.tar", now=NOON).warnings == ()
    assert len(pauses) == 1


def test_a_document_that_is_missing_for_good_is_told(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup is made all the same."""
    monkeypatch.setattr(making.time, "sleep", lambda _: None)
    add_document(data, "Something else.")
    [warning] = make(data, tmp_path / "backup.tar", now=NOON).warnings
    assert warning.startswith("1 of the documents")


def test_what_is_no_document_is_not_counted(data: Path, tmp_path: Path) -> None:
    """Neither one that was removed, nor what is said of documents, nor one that is being written."""
    folder = data / "uploads" / str(GUILD)
    (folder / ".removed").mkdir()
    for name in (".removed/1-old.md", "corpus.toml", ".~half"):
        (folder / name).write_text("", encoding="utf-8")
    made = make(data, tmp_path / "backup.tar", now=NOON)
    assert made.uploads == check(made.file, tmp_path).uploads == 1
    restore(tmp_path / "new", made.file, now=NOON)
    there = {path.name for path in (tmp_path / "new" / "uploads").rglob("*") if path.is_file()}
    assert there == {"1-old.md", "corpus.toml", "weir.md"}


# ---------------------------------------------------------------- restoring


def test_nothing_that_was_there_is_lost(backup: Path, data: Path) -> None:
    """What the backup took the place of lies in a folder beside, journals of SQLite too."""
    (data / f"{STATE}-wal").write_bytes(b"")
    before = contents(data)
    restored = restore(data, backup, now=NOON)
    assert restored.before == data / "before-restore-20261122T120000Z"
    assert contents(restored.before) == before
    assert (restored.before / f"{STATE}-wal").exists()
    assert not (data / f"{STATE}-wal").exists()
    assert language_of(data) == "ru"


@pytest.mark.parametrize("role", ["serve", "build"])
def test_a_folder_in_use_is_left_alone(backup: Path, data: Path, role: locks.Role) -> None:
    """While a `serve` or a build uses it, restoring is refused with its process id."""
    before = contents(data)
    with locks.hold(data, role), pytest.raises(BusyError, match=f"id {os.getpid()}"):
        restore(data, backup, now=NOON)
    assert contents(data) == before


def write_tar(path: Path, *entries: tuple[tarfile.TarInfo, bytes], format: int = 2) -> Path:  # noqa: A002
    """A tar that begins as a backup does."""
    with tarfile.open(path, "w", format=format) as tar:
        said = {"kind": "archivist-backup", "version": 1, "made": "2026-11-22T00:00:00+00:00"}
        for entry, content in (named(archive.HEAD, json.dumps(said).encode()), *entries):
            tar.addfile(entry, io.BytesIO(content))
    return path


def named(name: str, content: bytes = b"x", **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    for field, value in fields.items():
        setattr(entry, field, value)
    return entry, content


def listing(*entries: tuple[tarfile.TarInfo, bytes]) -> tuple[tarfile.TarInfo, bytes]:
    """The list of these, as a backup's end has it."""
    files = {
        entry.name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for entry, content in entries
    }
    return named(archive.LIST, json.dumps({"files": files}).encode())


HOSTILE = {
    "a path upwards": [named("uploads/../../evil")],
    "an absolute path": [named("/etc/evil")],
    "a drive": [named("uploads//evil")],
    "another place": [named("serve.lock")],
    "a link": [named("uploads/link", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
    "a hard link": [named("uploads/link", b"", type=tarfile.LNKTYPE, linkname=STATE)],
    "a device": [named("uploads/null", b"", type=tarfile.CHRTYPE)],
    "a folder": [named("uploads", b"", type=tarfile.DIRTYPE)],
    "the same file twice": [named("uploads/1/a"), named("uploads/1/a", b"y")],
    "a name too long": [named("uploads/" + "a" * 256)],
    "a long word about a name": [named("uploads/a", pax_headers={"comment": "0" * 99_999})],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_no_backup_holds_is_refused(name: str, tmp_path: Path) -> None:
    """Nothing is written outside the folder, and the data folder stays as it was."""
    entries = HOSTILE[name]
    file = write_tar(tmp_path / "evil.tar", *entries, listing(*entries))
    with pytest.raises(BackupError):
        restore(tmp_path / "data", file, now=NOON)
    assert {path.name for path in tmp_path.iterdir()} == {"evil.tar", "data"}
    there = {path.name for path in (tmp_path / "data").rglob("*")}
    assert there == {"build.lock", "serve.lock"}


def test_a_sparse_file_that_would_fill_the_disk_is_refused(tmp_path: Path) -> None:
    """A file of few bytes that says it is a terabyte long is none of a backup's."""
    said = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "uploads/big"}
    said["GNU.sparse.realsize"] = str(10**12)
    entry = named("uploads/big", b"1\n0\n0\n" + b"\0" * 506, pax_headers=said)
    with pytest.raises(BackupError):
        restore(tmp_path / "data", write_tar(tmp_path / "evil.tar", entry), now=NOON)


def test_a_compressed_file_is_refused(backup: Path, tmp_path: Path) -> None:
    """What could unpack to any size is no backup."""
    subprocess.run(["gzip", "-k", backup], check=True)
    with pytest.raises(BackupError):
        check(backup.with_name("backup.tar.gz"), tmp_path)


def test_a_backup_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "later.tar"
    with tarfile.open(path, "w") as tar:
        said = json.dumps({"kind": "archivist-backup", "version": 99}).encode()
        entry, _ = named(archive.HEAD, said)
        tar.addfile(entry, io.BytesIO(said))
    with pytest.raises(BackupError, match="later version"):
        check(path, tmp_path)


def test_a_state_of_a_later_version_is_refused(data: Path, tmp_path: Path) -> None:
    """It would not open after the swap."""
    with closing(sqlite3.connect(data / STATE)) as connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " values ('archivist', '9999 dreams', '')"
        )
        connection.commit()
    held = tmp_path / "held"
    held.mkdir()
    shutil.copy(data / STATE, held / STATE)
    archive.write(tmp_path / "b.tar", held, NOON, lambda *_: None)
    with pytest.raises(BackupError, match="later version"):
        restore(tmp_path / "new", tmp_path / "b.tar", now=NOON)


@pytest.mark.parametrize("content", [b"", b"x" * 5_000, b"\0" * 10_240])
def test_any_other_file_is_refused(content: bytes, data: Path, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(content)
    before = contents(data)
    with pytest.raises(BackupError):
        restore(data, tmp_path / "other", now=NOON)
    assert contents(data) == before


def test_a_backup_that_was_cut_short_is_refused_at_every_length(backup: Path, data: Path) -> None:
    """Whatever is missing, the data folder stays as it was."""
    content, before = backup.read_bytes(), contents(data)
    held = len(content.rstrip(b"\0"))  # behind that a tar file is filled up, and nothing is missing
    rng = random.Random(SEED)
    for length in (512, 1_024, held - 1, *(rng.randrange(held) for _ in range(20))):
        backup.write_bytes(content[:length])
        with pytest.raises(BackupError):
            restore(data, backup, now=NOON)
    assert contents(data) == before
    assert not (data / STAGED).exists()


def test_a_flipped_bit_is_never_restored(backup: Path, tmp_path: Path) -> None:
    """With any one bit changed a backup is refused, or what comes out is what went in."""
    content = bytearray(backup.read_bytes())
    check(backup, tmp_path)
    restore(tmp_path / "whole", backup, now=NOON)
    whole = contents(tmp_path / "whole")
    rng = random.Random(SEED)
    for number in range(40):
        place, bit = rng.randrange(len(content)), 1 << rng.randrange(8)
        content[place] ^= bit
        backup.write_bytes(content)
        new = tmp_path / f"new {number}"
        try:
            restore(new, backup, now=NOON)
        except BackupError:
            assert contents(new) == {}
        else:
            assert contents(new) == whole
        content[place] ^= bit
        shutil.rmtree(new, ignore_errors=True)


def test_too_little_room_is_told_before_anything_is_done(
    backup: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(data)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000))
    before = contents(data)
    with pytest.raises(DataFolderError, match="are free"):
        restore(data, backup, now=NOON)
    assert contents(data) == before


def test_a_disk_that_fills_meanwhile_leaves_the_old_data(
    backup: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(data)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "_write_journal", full)
    with pytest.raises(DataFolderError, match="No space left"):
        restore(data, backup, now=NOON)
    assert contents(data) == before
    assert not (data / STAGED).exists()


# ---------------------------------------------------------------- killed


def restore_and_die(data: Path, file: Path, step: int) -> None:
    """Restore, and be killed before the step of that number that changes what files are where."""
    left = [step]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    for owner, names in (
        (os, ("replace", "fsync", "mkdir", "rmdir", "unlink", "utime")),
        (Path, ("rename", "unlink", "mkdir", "rmdir")),
        (shutil, ("rmtree",)),
    ):
        for name in names:
            setattr(owner, name, counted(getattr(owner, name)))
    restore(data, file, now=NOON)


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_a_restore_killed_before_any_step_leaves_the_old_data_or_the_new(
    backup: Path, data: Path, tmp_path: Path
) -> None:
    """Whatever step comes next when it is killed, the next start finds one or the other, whole."""
    restore(tmp_path / "reference", backup, now=NOON)
    new, old = contents(tmp_path / "reference"), contents(data)
    ended: Counter[str] = Counter()
    for step in range(1, 500, 1 if KILLS >= 100 else 4):
        trial = Path(shutil.copytree(data, tmp_path / "trial"))
        process = PROCESSES.Process(target=restore_and_die, args=(trial, backup, step))
        process.start()
        process.join()
        finish_restore(trial)
        found = contents(trial)
        assert found in (old, new), step
        ended["old" if found == old else "new"] += 1
        if found == new:
            assert contents(trial / "before-restore-20261122T120000Z") == old, step
        assert not {JOURNAL, STAGED, f"{JOURNAL}.tmp"} & {path.name for path in trial.iterdir()}
        restore(trial, backup, now=NOON)
        assert contents(trial) == new, step
        shutil.rmtree(trial)
        if process.exitcode == 0:
            break
    else:
        pytest.fail("it never came to its end")
    assert min(ended["old"], ended["new"]) > 5, ended


def command(*words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def lasting(start: Callable[[], subprocess.Popen[bytes]]) -> float:
    began = time.monotonic()
    assert start().wait() == 0
    return time.monotonic() - began


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_the_restore_command_killed_at_any_moment(backup: Path, data: Path, tmp_path: Path) -> None:
    """After each kill the next command finds the old data or the new, never a mixture."""
    rng = random.Random(SEED)
    restore(tmp_path / "reference", backup, now=NOON)
    new, old = contents(tmp_path / "reference"), contents(data)
    trial = Path(shutil.copytree(data, tmp_path / "trial"))
    most = lasting(lambda: command("restore", backup, "--data", trial))
    for number in range(KILLS):
        shutil.rmtree(trial)
        shutil.copytree(data, trial)
        process = command("restore", backup, "--data", trial)
        if number % 2:
            time.sleep(rng.uniform(0, most))
        else:
            while not (trial / STAGED).exists() and process.poll() is None:
                time.sleep(0.0005)
            time.sleep(rng.uniform(0, 0.05))
        process.kill()
        code = process.wait()
        finish_restore(trial)
        found = contents(trial)
        assert found == new if code == 0 else found in (old, new), number


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_the_backup_command_killed_at_any_moment(data: Path, tmp_path: Path) -> None:
    """A backup that stands under its name is whole; the next one removes what a killed one left."""
    rng = random.Random(SEED)
    folder = tmp_path / "backups"
    folder.mkdir()
    file = folder / "backup.tar"
    most = lasting(lambda: command("backup", file, "--data", data))
    before = contents(data)
    for number in range(KILLS):
        if number % 3 == 0:
            file.unlink(missing_ok=True)
        process = command("backup", file, "--data", data)
        time.sleep(rng.uniform(most / 3, most))
        process.kill()
        process.wait()
        if file.exists():
            check(file, tmp_path)
        assert contents(data) == before, number
    make(data, file, now=NOON)
    assert [path.name for path in folder.iterdir()] == ["backup.tar"]
    assert not list(data.glob(".archivist*"))


@pytest.mark.slow
def test_backups_while_settings_are_written(data: Path, tmp_path: Path) -> None:
    """Each backup holds every setting that was acknowledged before it began."""
    acknowledged = [0]
    over = threading.Event()

    async def write() -> None:
        state = open_state(data)
        while not over.is_set():
            await state.set_welcomed(acknowledged[0] + 1)
            acknowledged[0] += 1
        await state.close()

    writer = threading.Thread(target=lambda: asyncio.run(write()))
    writer.start()
    try:
        for number in range(5):
            at_least = acknowledged[0]
            make(data, tmp_path / f"{number}.tar", now=NOON)
            restore(tmp_path / f"new {number}", tmp_path / f"{number}.tar", now=NOON)
            with closing(sqlite3.connect(tmp_path / f"new {number}" / STATE)) as connection:
                (found,) = connection.execute(
                    "select count(*) from servers where welcomed"
                ).fetchone()
            assert found >= at_least
    finally:
        over.set()
        writer.join()


# ---------------------------------------------------------------- the commands


def test_the_drill(data: Path, tmp_path: Path) -> None:
    """backup, restore --dry-run, a lost folder, restore, ask: an answer as before."""
    (tmp_path / "backups").mkdir()
    code, _, errors = run("backup", tmp_path / "backups", "--keep", 3, "--data", data)
    assert (code, errors) == (0, "")
    [file] = (tmp_path / "backups").iterdir()
    code, out, _ = run("restore", "--dry-run", file, "--data", data)
    assert code == 0
    assert "generation 1 of the index" in out
    shutil.rmtree(data)
    assert run("restore", file, "--data", data)[0] == 0
    assert language_of(data) == "ru"


def test_a_restore_that_was_cut_off_is_finished_by_the_next_command(
    backup: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever command comes next says so, and works on the new data."""
    monkeypatch.setattr(restoring, "_finish", lambda _: False)
    restore(data, backup, now=NOON)
    monkeypatch.undo()
    assert (data / JOURNAL).exists()
    _, _, errors = run("index", "status", "--json", "--data", data, "--corpus", tmp_path)
    assert "has been finished" in errors
    assert not (data / JOURNAL).exists()
    assert language_of(data) == "ru"


def test_keep_wants_a_folder(data: Path, tmp_path: Path) -> None:
    code, _, errors = run("backup", tmp_path / "a.tar", "--keep", 2, "--data", data)
    assert code == 1
    assert "--keep goes with a folder" in errors


def test_a_damaged_state_is_told_with_the_newest_backup(backup: Path, data: Path) -> None:
    """The command that puts it back is there to be copied; in a whole state nothing is said."""
    assert noted.advice(data) == ""
    (data / STATE).write_bytes(b"no database " * 999)
    assert f"archivist restore {backup}" in noted.advice(data)
    restore(data, backup, now=NOON)
    assert noted.advice(data) == ""


def test_the_newest_backup_is_known_by_what_it_says_of_itself(data: Path, tmp_path: Path) -> None:
    """Neither names nor times of files count, and what is no backup is passed over."""
    folder = tmp_path / "kept"
    folder.mkdir()
    make(data, folder / "a.tar", now=NOON)
    make(data, folder / "b.tar", now=NOON - dt.timedelta(days=1))
    (folder / "c.tar").write_text("no backup", encoding="utf-8")
    found = noted.newest(data)
    assert found is not None
    assert found.file == folder / "a.tar"


@pytest.mark.slow
def test_serve_names_the_newest_backup_when_the_state_is_damaged(
    backup: Path, data: Path, corpus: Path
) -> None:
    """It ends with one sentence, changes nothing, and says what to run."""
    spoilt = b"no database " * 999
    (data / STATE).write_bytes(spoilt)
    env = {**os.environ, "DISCORD_TOKEN": "MTAw.x.y", "DISCORD_API_URL": "http://127.0.0.1:9/api"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "serve", "--data", data, "--corpus", corpus],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert f"archivist restore {backup}" in done.stderr
    assert "Traceback" not in done.stderr
    assert (data / STATE).read_bytes() == spoilt
