"""Changes of the corpus folder: noticed, and indexed once it is quiet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import watching
from bot.building import Builds, Request
from bot.library import Library
from bot.watching import Watcher, changes, is_remote
from index.errors import BusyError, CorpusError
from tests.bot import fakes
from tests.bot.fakes import until


class Folder:
    """A folder whose changes are told by hand, and a library that builds from it."""

    def __init__(self) -> None:
        self.stale: bool | Exception = False
        self.later = False  # whether it differs once the build under way is over
        self.built: list[str] = []
        self.looked = 0
        self.fails: Exception | None = None
        self.told: asyncio.Queue[Exception | None] = asyncio.Queue()
        self.watched = 0
        self.builds = Builds(self._build)
        self.go = asyncio.Event()
        self.go.set()

    generation = 7

    @property
    def building(self) -> bool:
        return bool(self.builds.queue)

    def build(self, *, kind: Any = None) -> Any:
        return self.builds.ask(Request(), kind=kind)

    async def is_stale(self) -> bool:
        self.looked += 1
        if isinstance(self.stale, Exception):
            raise self.stale
        return self.stale

    async def _build(self, build: Any) -> Any:
        await self.go.wait()
        self.built.append(build.kind)
        if self.fails:
            raise self.fails
        self.stale, self.later = self.later, False
        return fakes.report()

    async def notice(self, _: Path) -> AsyncIterator[None]:
        self.watched += 1
        while True:
            if error := await self.told.get():
                raise error
            yield

    def change(self, *, differs: bool = True) -> None:
        self.stale = differs
        self.told.put_nowait(None)


@pytest.fixture
async def folder() -> AsyncIterator[Folder]:
    made = Folder()
    yield made
    await made.builds.close()


@pytest.fixture
async def watch(folder: Folder, tmp_path: Path) -> AsyncIterator[Any]:
    """Starts a watcher for which a quiet minute is a moment, and which looks by itself rarely."""
    made: list[Watcher] = []

    def start(*, reindex: bool = True, quiet: float = 0.02, period: float = 60) -> Watcher:
        watcher = Watcher(
            folder,  # type: ignore[arg-type]
            tmp_path,
            reindex=reindex,
            settles=0.005,
            quiet=quiet,
            period=period,
            notice=folder.notice,
        )
        made.append(watcher)
        watcher.start()
        return watcher

    yield start
    for watcher in made:
        await watcher.close()


async def looked(folder: Folder) -> None:
    await until(lambda: folder.looked)
    folder.looked = 0


async def test_a_change_is_noticed_and_waits_for_a_command(folder: Folder, watch: Any) -> None:
    """Unless the setting says otherwise, nothing is indexed."""
    watcher = watch(reindex=False)
    await looked(folder)
    assert watcher.changed is False
    folder.change()
    await until(lambda: watcher.changed)
    assert watcher.noticed is not None
    await asyncio.sleep(0.05)
    assert folder.built == []


async def test_a_change_is_indexed_when_it_is_quiet(folder: Folder, watch: Any) -> None:
    watcher = watch()
    await looked(folder)
    folder.change()
    await until(lambda: folder.built)
    await until(lambda: watcher.changed is False)
    assert folder.built == ["watch"]
    assert watcher.noticed is None


async def test_what_changed_while_the_bot_was_off_is_indexed(folder: Folder, watch: Any) -> None:
    folder.stale = True
    watch()
    await until(lambda: folder.built)


async def test_a_storm_of_changes_is_one_build(folder: Folder, watch: Any) -> None:
    """It begins when nothing has changed for a while, not before."""
    watch(quiet=0.15)
    await looked(folder)
    for _ in range(20):
        folder.change()
        await asyncio.sleep(0.01)
        assert folder.built == []
    await until(lambda: folder.built)
    await asyncio.sleep(0.05)
    assert len(folder.built) == 1


async def test_a_folder_that_is_never_quiet_is_indexed_all_the_same(
    folder: Folder, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LONGEST", 2)
    watch(quiet=0.05)
    await looked(folder)
    async with asyncio.timeout(30):
        while not folder.built:
            folder.change()
            await asyncio.sleep(0.01)


async def test_what_changes_during_a_build_is_indexed_by_one_more(
    folder: Folder, watch: Any
) -> None:
    watcher = watch()
    await looked(folder)
    folder.go.clear()
    folder.build()
    await until(lambda: folder.builds.queue and folder.builds.queue[0].began)
    folder.change()
    await asyncio.sleep(0.03)
    assert len(folder.builds.queue) == 1
    folder.later = True  # the build under way had looked at that file before
    folder.go.set()
    await until(lambda: len(folder.built) == 2)
    assert folder.built == ["build", "watch"]
    assert watcher.reindex


async def test_a_touch_that_changes_nothing_builds_nothing(folder: Folder, watch: Any) -> None:
    watch()
    await looked(folder)
    folder.change(differs=False)
    await looked(folder)
    await asyncio.sleep(0.05)
    assert folder.built == []


async def test_changes_that_nobody_tells_are_found_by_looking(folder: Folder, watch: Any) -> None:
    """As on network file systems."""
    watch(period=0.02)
    await looked(folder)
    folder.stale = True
    await until(lambda: folder.built)


async def test_a_folder_that_goes_away_is_indexed_when_it_is_back(
    folder: Folder, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meanwhile nobody knows whether it has changed, and nothing is built from nothing."""
    monkeypatch.setattr(watching, "_AGAIN", 0.01)
    watcher = watch()
    await looked(folder)
    folder.stale = CorpusError("There is no such folder.")
    folder.told.put_nowait(FileNotFoundError())
    await until(lambda: folder.watched > 1)
    await until(lambda: watcher.changed is None)
    assert folder.built == []
    folder.change()
    await until(lambda: folder.built)


@pytest.mark.parametrize("error", [BusyError("Another process."), CorpusError("Torn.")])
async def test_a_build_that_fails_is_tried_again(
    folder: Folder, watch: Any, error: Exception
) -> None:
    """Later, or as soon as something changes; the watching goes on."""
    folder.fails = error
    watcher = watch(period=0.02)
    folder.change()
    await until(lambda: len(folder.built) == 2)
    folder.fails = None
    await until(lambda: watcher.changed is False)


async def test_what_goes_wrong_in_looking_does_not_end_the_watching(
    folder: Folder, watch: Any
) -> None:
    folder.stale = OSError("The disk is gone.")
    watch(period=0.02)
    await looked(folder)
    folder.change()
    await until(lambda: folder.built)


# ---------------------------------------------------------------- what the system tells


async def test_files_that_are_written_changed_or_removed_are_told(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    told = changes(tmp_path)
    waiting = asyncio.ensure_future(anext(told))
    await asyncio.sleep(0.2)
    steps = [
        lambda: (tmp_path / "below" / "log.txt").write_text("The ship sailed."),
        lambda: (tmp_path / "below" / "log.txt").unlink(),
    ]
    for step in steps:
        step()
        await asyncio.wait_for(waiting, 30)
        waiting = asyncio.ensure_future(anext(told))
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await told.aclose()  # type: ignore[attr-defined]


async def test_a_folder_that_is_replaced_ends_the_telling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the new one is watched, and not what was moved away."""
    monkeypatch.setattr(watching, "_STAYS", 0.05)
    folder = tmp_path / "corpus"
    folder.mkdir()

    async def listen() -> None:
        async for _ in changes(folder):
            pass

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.2)
    folder.rename(tmp_path / "old")
    folder.mkdir()
    await asyncio.wait_for(listening, 30)


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await anext(changes(tmp_path / "none"))


@pytest.mark.parametrize(
    ("folder", "remote"),
    [
        ("/srv/corpus", True),
        ("/srv/corpus/letters", True),
        ("/srv/corpus-local", False),
        ("/srv/my files/log", True),
        ("/elsewhere", False),
    ],
)
def test_network_file_systems_are_known(tmp_path: Path, folder: str, remote: bool) -> None:
    """By the mount that a folder lies on, whatever its name."""
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n"
        "box:/x /srv/corpus nfs4 rw 0 0\n"
        "sshfs /srv/my\\040files fuse.sshfs rw 0 0\n\n"
        "odd\n"
    )
    assert is_remote(Path(folder), mounts) is remote


def test_without_a_list_of_mounts_none_is_remote(tmp_path: Path) -> None:
    assert not is_remote(tmp_path, tmp_path / "none")


# ---------------------------------------------------------------- all together


@pytest.mark.slow
async def test_a_document_that_is_saved_into_the_folder_is_answered_from(tmp_path: Path) -> None:
    """From the file system's word to the generation that answers."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "log.txt").write_text(fakes.LOG_TEXT, encoding="utf-8")
    library = Library(tmp_path / "corpus", tmp_path / "data", today=lambda: fakes.TODAY)
    watcher = Watcher(library, tmp_path / "corpus", reindex=True, settles=0.1, quiet=0.3)
    library.watcher = watcher
    watcher.start()
    library.start()
    try:
        await until(lambda: library.generation == 1 and watcher.changed is False)
        (tmp_path / "corpus" / "letter.txt").write_text(fakes.LETTER_TEXT, encoding="utf-8")
        await until(lambda: library.generation == 2)
        await until(lambda: watcher.changed is False)
        assert len(library.held(None)) == 2
    finally:
        await library.close()
