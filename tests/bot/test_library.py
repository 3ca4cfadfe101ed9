"""Which generation answers, and building in a process of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

from bot import library as module
from bot.library import BuildCrashedError, BuildProcess, Library, SlowSearchError
from index.archive import Archive
from index.building import Progress, build
from index.errors import ArchivistError, CorpusError, IndexDamagedError, IndexMissingError
from index.model import BuildReport
from tests.bot import fakes
from tests.bot.fakes import until

Make = Callable[..., Library]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "log.txt").write_text(fakes.LOG_TEXT, encoding="utf-8")
    return folder


@pytest.fixture
async def make(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Make]:
    """Libraries that look often and build in a thread, closed at the end."""
    monkeypatch.setattr(module, "WATCH", 0.02)
    made: list[Library] = []

    def start(run_build: module.RunBuild | None = None) -> Library:
        def run(corpus: Path, data: Path, full: bool, _tell: object) -> BuildReport:
            return build(corpus, data, full=full)

        library = Library(
            corpus, tmp_path / "data", today=lambda: fakes.TODAY, run_build=run_build or run
        )
        made.append(library)
        library.start()
        return library

    yield start
    for library in made:
        await library.close()


async def test_a_built_index_is_opened(make: Make, corpus: Path, tmp_path: Path) -> None:
    """A question that comes while it is being opened waits for it."""
    build(corpus, tmp_path / "data")
    library = make()
    shelf = await library.shelf()
    assert shelf.archive.generation == 1
    answer = await library.run(
        shelf, lambda archive: archive.answer("When did the ship sail?", today=fakes.TODAY)
    )
    assert "Cork" in (answer.answer or "")
    assert not library.building


async def test_without_an_index_one_is_built(make: Make) -> None:
    """Askers are told to wait; then there are answers."""
    library = make()
    with pytest.raises(IndexMissingError, match="being indexed"):
        await library.shelf()
    await until(lambda: bool(library.sources))
    assert (await library.shelf()).sources[0].source.name == "log.txt"


async def test_what_can_not_be_built_is_told(make: Make) -> None:
    """Askers hear why there is nothing to answer from."""

    def refuse(*_: object) -> BuildReport:
        raise CorpusError("The corpus folder is empty.")

    library = make(refuse)
    await until(lambda: library._problem is not None)
    with pytest.raises(IndexMissingError) as caught:
        await library.shelf()
    assert "The corpus folder is empty." in caught.value.sentence


async def test_a_later_generation_is_taken_up(make: Make, corpus: Path, tmp_path: Path) -> None:
    """Whichever process made it."""
    build(corpus, tmp_path / "data")
    library = make()
    before = await library.shelf()
    (corpus / "letter.txt").write_text(fakes.LETTER_TEXT, encoding="utf-8")
    build(corpus, tmp_path / "data")
    await until(lambda: len(library.sources) == 2)
    assert (await library.shelf()).archive.generation == 2
    assert before.archive.answer("When did the ship sail?", today=fakes.TODAY).generation == 1


async def test_a_generation_that_can_not_be_opened_is_not_taken_up(
    make: Make, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before goes on answering, and the damaged one is not tried for ever."""
    data = tmp_path / "data"
    build(corpus, data)
    library = make()
    held = await library.shelf()
    opened = Mock(side_effect=IndexDamagedError("It is damaged."))
    monkeypatch.setattr(Archive, "open", opened)
    (data / "current").write_text("2\n", encoding="utf-8")
    await until(lambda: opened.called)
    await asyncio.sleep(0.1)
    assert opened.call_count == 1
    assert (await library.shelf()) is held


async def test_examples_are_made_while_questions_are_answered(make: Make, corpus: Path) -> None:
    """They are on the shelf a moment after the index is taken up, and are what it answers."""
    (corpus / "letter.txt").write_text(
        "On 7 May 1871 Captain Byrne wrote to Anna Reed. The mast was sold in June 1872.\n",
        encoding="utf-8",
    )
    library = make()
    await until(lambda: library.current is not None and library.current.examples)
    shelf = await library.shelf()
    questions = [one.text for one in shelf.examples if one.kind == "ask" and not one.before]
    assert questions
    for question in questions:
        assert shelf.archive.answer(question, today=fakes.TODAY).answered


async def test_what_was_left_out_and_when_it_was_indexed_is_known(
    make: Make, corpus: Path, tmp_path: Path
) -> None:
    (corpus / "broken.pdf").write_bytes(b"%PDF-")
    build(corpus, tmp_path / "data")
    shelf = await make().shelf()
    assert [one.name for one in shelf.left_out] == ["broken.pdf"]
    assert shelf.indexed is not None
    assert shelf.indexed.tzinfo is not None


async def test_nothing_is_current_before_an_index_is_opened(corpus: Path, tmp_path: Path) -> None:
    library = Library(corpus, tmp_path / "data", today=lambda: fakes.TODAY)
    assert library.current is None
    await library.close()


async def test_a_build_that_has_read_all_is_not_joined(make: Make, corpus: Path) -> None:
    """It is answered from at once, and what changes while segments are merged is the next one's."""
    goes_on, calls = threading.Event(), []

    def run(corpus: Path, data: Path, full: bool, tell: Callable[[Progress], None]) -> BuildReport:
        calls.append(full)
        report = build(corpus, data, full=full)
        tell(Progress(1, 1, "", published=report.generation))
        assert goes_on.wait(30)
        return report

    library = make(run)
    try:
        await until(lambda: library.current is not None)
        assert library.building
        assert library.reading is None
        (corpus / "later.txt").write_text("The Petrel sailed from Galway on 9 June 1902.")
        second = library.build(full=False)
        assert library.build(full=False) is second
    finally:
        goes_on.set()
    report = await second.task
    assert report.added == ("later",)
    assert len(calls) == 2


async def test_a_damaged_index_is_built_anew(make: Make, corpus: Path, tmp_path: Path) -> None:
    """It needs no repair by hand."""
    data = tmp_path / "data"
    build(corpus, data)
    for file in (data / "generations" / "1").glob("*.*"):
        file.write_bytes(b"")
    library = make()
    await until(lambda: bool(library.sources))
    assert (await library.shelf()).archive.generation > 1


async def test_a_search_that_takes_too_long_is_given_up(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = make()
    await until(lambda: bool(library.sources))
    shelf = await library.shelf()
    monkeypatch.setattr(module, "LONGEST_SEARCH", 0.0)
    with pytest.raises(SlowSearchError):
        await library.run(
            shelf, lambda archive: archive.answer("When did the ship sail?", today=fakes.TODAY)
        )


async def test_a_long_search_does_not_hold_up_the_others(make: Make) -> None:
    """While one search goes on and on, nobody else is answered."""
    library = make()
    await until(lambda: bool(library.sources))
    shelf = await library.shelf()
    ended = threading.Event()
    long = asyncio.create_task(library.run(shelf, lambda _: ended.wait(30)))
    assert await library.run(shelf, lambda archive: archive.generation) == 1
    assert not long.done()
    ended.set()
    await long


# ---------------------------------------------------------------- a process of its own


def test_a_build_in_a_process_tells_its_progress_and_its_report(
    corpus: Path, tmp_path: Path
) -> None:
    seen: list[Progress] = []
    report = BuildProcess().run(corpus, tmp_path / "data", False, seen.append)
    assert (report.documents, report.changed) == (1, True)
    assert seen[0].name == "log.txt"


def test_an_error_of_the_process_is_raised_here(tmp_path: Path) -> None:
    """With its type, its sentence and its hint."""
    with pytest.raises(CorpusError) as caught:
        BuildProcess().run(tmp_path / "none", tmp_path / "data", False, print)
    assert isinstance(caught.value, ArchivistError)
    assert caught.value.hint


async def test_a_build_that_is_stopped_ends(corpus: Path, tmp_path: Path) -> None:
    """Closing the bot doesn't wait for a long build, and leaves no process behind."""
    for number in range(300):
        (corpus / f"{number}.txt").write_text(
            f"{fakes.LOG_TEXT} {number}\n" * 400, encoding="utf-8"
        )
    process = BuildProcess()
    started = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell(_: Progress) -> None:
        loop.call_soon_threadsafe(started.set)

    running = asyncio.create_task(
        asyncio.to_thread(process.run, corpus, tmp_path / "data", False, tell)
    )
    await asyncio.wait_for(started.wait(), 60)
    process.stop()
    with pytest.raises(BuildCrashedError):
        await asyncio.wait_for(running, 60)
