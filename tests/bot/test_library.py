"""Which generation answers, and building in a process of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from bot import library as module
from bot.building import BuildCancelledError, BuildProcess, Ended, Request
from bot.library import Library, SlowSearchError
from bot.visibility import ALONE
from index import locks
from index.archive import Archive
from index.building import Progress, build
from index.errors import (
    ArchivistError,
    BusyError,
    CorpusError,
    IndexDamagedError,
    IndexMissingError,
)
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
        def run(corpus: Path, data: Path, request: Request, *_: object) -> BuildReport:
            return build(corpus, data, full=request.full, dry_run=request.dry_run)

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
    shelf = await library.shelf(ALONE)
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
        await library.shelf(ALONE)
    await until(lambda: library.generation)
    assert (await library.shelf(ALONE)).sources[0].source.name == "log.txt"


async def test_what_can_not_be_built_is_told(make: Make) -> None:
    """Askers hear why there is nothing to answer from."""

    def refuse(*_: object) -> BuildReport:
        raise CorpusError("The corpus folder is empty.")

    library = make(refuse)
    await until(lambda: library._problem is not None)
    with pytest.raises(IndexMissingError) as caught:
        await library.shelf(ALONE)
    assert "The corpus folder is empty." in caught.value.sentence


async def test_a_later_generation_is_taken_up(make: Make, corpus: Path, tmp_path: Path) -> None:
    """Whichever process made it."""
    build(corpus, tmp_path / "data")
    library = make()
    before = await library.shelf(ALONE)
    (corpus / "letter.txt").write_text(fakes.LETTER_TEXT, encoding="utf-8")
    build(corpus, tmp_path / "data")
    await until(lambda: len(library.held(None)) == 2)
    assert (await library.shelf(ALONE)).archive.generation == 2
    assert before.archive.answer("When did the ship sail?", today=fakes.TODAY).generation == 1


async def test_a_generation_that_can_not_be_opened_is_not_taken_up(
    make: Make, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before goes on answering, and the damaged one is not tried for ever."""
    data = tmp_path / "data"
    build(corpus, data)
    library = make()
    held = await library.shelf(ALONE)
    opened = Mock(side_effect=IndexDamagedError("It is damaged."))
    monkeypatch.setattr(Archive, "open", opened)
    (data / "current").write_text("2\n", encoding="utf-8")
    await until(lambda: opened.called)
    await asyncio.sleep(0.1)
    assert opened.call_count == 1
    assert (await library.shelf(ALONE)) is held


async def test_examples_are_made_while_questions_are_answered(make: Make, corpus: Path) -> None:
    """They are on the shelf a moment after the index is taken up, and are what it answers."""
    (corpus / "letter.txt").write_text(
        "On 7 May 1871 Captain Byrne wrote to Anna Reed. The mast was sold in June 1872.\n",
        encoding="utf-8",
    )
    library = make()
    await until(lambda: library.held(None))
    shelf = await library.shelf(ALONE)
    async with asyncio.timeout(30):
        while not shelf.examples:
            await library.add_examples(shelf)
    questions = [one.text for one in shelf.examples if one.kind == "ask" and not one.before]
    assert questions
    for question in questions:
        assert shelf.archive.answer(question, today=fakes.TODAY).answered


async def test_what_was_left_out_and_when_it_was_indexed_is_known(
    make: Make, corpus: Path, tmp_path: Path
) -> None:
    (corpus / "broken.pdf").write_bytes(b"%PDF-")
    build(corpus, tmp_path / "data")
    shelf = await make().shelf(ALONE)
    assert [one.name for one in shelf.left_out] == ["broken.pdf"]
    assert shelf.indexed is not None
    assert shelf.indexed.tzinfo is not None


async def test_nothing_is_current_before_an_index_is_opened(corpus: Path, tmp_path: Path) -> None:
    library = Library(corpus, tmp_path / "data", today=lambda: fakes.TODAY)
    assert library.generation is None
    await library.close()


async def test_a_build_that_has_read_all_is_not_joined(make: Make, corpus: Path) -> None:
    """It is answered from at once, and what changes while segments are merged is the next one's."""
    goes_on, calls = threading.Event(), []

    def run(
        corpus: Path, data: Path, request: Request, tell: Callable[[Progress], None], *_: object
    ) -> BuildReport:
        calls.append(request)
        report = build(corpus, data)
        tell(Progress(1, 1, "", published=report.generation))
        assert goes_on.wait(30)
        return report

    library = make(run)
    try:
        await until(lambda: library.generation)
        assert library.building
        assert library.joinable(Request()) is None
        (corpus / "later.txt").write_text("The Petrel sailed from Galway on 9 June 1902.")
        second = library.build(join_running=True)
        assert library.build() is second
    finally:
        goes_on.set()
    report = await second.report()
    assert report.added == ("later",)
    assert len(calls) == 2


async def test_a_damaged_index_is_built_anew(make: Make, corpus: Path, tmp_path: Path) -> None:
    """It needs no repair by hand."""
    data = tmp_path / "data"
    build(corpus, data)
    for file in (data / "generations" / "1").glob("*.*"):
        file.write_bytes(b"")
    library = make()
    await until(lambda: library.generation)
    assert library.generation is not None
    assert library.generation > 1
    assert (await library.shelf(ALONE)).sources


async def test_a_search_that_takes_too_long_is_given_up(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = make()
    await until(lambda: library.generation)
    shelf = await library.shelf(ALONE)
    monkeypatch.setattr(module, "LONGEST_SEARCH", 0.0)
    with pytest.raises(SlowSearchError):
        await library.run(
            shelf, lambda archive: archive.answer("When did the ship sail?", today=fakes.TODAY)
        )


async def test_a_long_search_does_not_hold_up_the_others(make: Make) -> None:
    """While one search goes on and on, nobody else is answered."""
    library = make()
    await until(lambda: library.generation)
    shelf = await library.shelf(ALONE)
    ended = threading.Event()
    long = asyncio.create_task(library.run(shelf, lambda _: ended.wait(30)))
    assert await library.run(shelf, lambda archive: archive.generation) == 1
    assert not long.done()
    ended.set()
    await long


# ---------------------------------------------------------------- a process of its own


def run(corpus: Path, data: Path, tell: Callable[[Progress], None] = print) -> BuildReport:
    return BuildProcess().run(corpus, data, Request(), tell, threading.Event())


def test_a_build_in_a_process_tells_its_progress_and_its_report(
    corpus: Path, tmp_path: Path
) -> None:
    seen: list[Progress] = []
    report = run(corpus, tmp_path / "data", seen.append)
    assert (report.documents, report.changed) == (1, True)
    assert seen[0].name == "log.txt"


def test_an_error_of_the_process_is_raised_here(tmp_path: Path) -> None:
    """With its type, its sentence and its hint."""
    with pytest.raises(CorpusError) as caught:
        run(tmp_path / "none", tmp_path / "data")
    assert isinstance(caught.value, ArchivistError)
    assert caught.value.hint


def test_a_build_that_is_stopped_ends_and_leaves_nothing_behind(
    corpus: Path, tmp_path: Path
) -> None:
    """It doesn't go on, the index is what it was, and no half of a new one lies about."""
    data = tmp_path / "data"
    build(corpus, data)
    for number in range(300):
        (corpus / f"{number}.txt").write_text(
            f"{fakes.LOG_TEXT} {number}\n" * 400, encoding="utf-8"
        )
    stop = threading.Event()

    def tell(progress: Progress) -> None:
        if progress.done > 1:
            stop.set()

    with pytest.raises(BuildCancelledError):
        BuildProcess().run(corpus, data, Request(), tell, stop)
    assert [path.name for path in (data / "generations").iterdir()] == ["1"]
    assert (data / "current").read_text().strip() == "1"
    assert not locks.is_held(data, "build")


# ---------------------------------------------------------------- going back


async def test_going_back_takes_up_the_generation_before(
    make: Make, corpus: Path, tmp_path: Path
) -> None:
    """And says so to those who keep account."""
    build(corpus, tmp_path / "data")
    (corpus / "letter.txt").write_text(fakes.LETTER_TEXT, encoding="utf-8")
    build(corpus, tmp_path / "data")
    library = make()
    noted: list[Ended] = []

    async def note(ended: Ended) -> None:
        noted.append(ended)

    library.builds.records.append(note)
    await until(lambda: library.made)
    current, before = await library.generations()
    assert (current.documents, before and before.documents) == (2, 1)
    assert await library.roll_back(who=5, guild=10) == 1
    assert library.made is not None
    assert library.made[0] == 1
    assert [(one.kind, one.who, one.generation) for one in noted] == [("rollback", 5, 1)]


async def test_a_first_index_has_nothing_before_it(make: Make) -> None:
    library = make()
    await until(lambda: library.made and not library.building)
    assert (await library.generations())[1] is None
    with pytest.raises(IndexMissingError):
        await library.roll_back(who=5, guild=10)


async def test_nobody_goes_back_while_a_build_is_under_way(
    make: Make, corpus: Path, tmp_path: Path
) -> None:
    """Neither would then know what it starts from."""
    build(corpus, tmp_path / "data")
    goes_on = threading.Event()

    def run(*_: object) -> BuildReport:
        assert goes_on.wait(30)
        return fakes.report(generation=1, changed=False)

    library = make(run)
    await until(lambda: library.made)
    asked = library.build()
    try:
        with pytest.raises(BusyError):
            await library.roll_back(who=5, guild=10)
    finally:
        goes_on.set()
    await asked.report()


async def test_a_dry_run_is_not_taken_up(make: Make, corpus: Path, tmp_path: Path) -> None:
    """The same generation answers after it."""
    build(corpus, tmp_path / "data")
    library = make()
    await until(lambda: library.made)
    held = library.made
    (corpus / "letter.txt").write_text(fakes.LETTER_TEXT, encoding="utf-8")
    report = await library.build(dry_run=True).report()
    assert report.added == ("letter",)
    assert library.made == held


async def test_only_the_documents_of_a_collection_are_told(
    make: Make, corpus: Path, tmp_path: Path
) -> None:
    (corpus / "letters").mkdir()
    (corpus / "letters" / "may.txt").write_text(fakes.LETTER_TEXT, encoding="utf-8")
    build(corpus, tmp_path / "data")
    library = make()
    await until(lambda: library.made)
    assert [one.source.name for one in library.held("letters")] == ["letters/may.txt"]
    assert len(library.held(None)) == 2


async def test_a_server_that_mends_a_damaged_index_is_told_of_its_own_documents(
    make: Make, corpus: Path, tmp_path: Path
) -> None:
    """All is read again then, and the report of it is not theirs."""
    build(corpus, tmp_path / "data")
    map_ = fakes.summary("10.map")
    map_ = replace(map_, source=replace(map_.source, collection="server/10"))

    def run(*_: object) -> BuildReport:
        read = (fakes.summary("secret"), map_)
        return fakes.report(generation=1, added=("secret", "10.map"), read=read)

    library = make(run)
    await until(lambda: library.generation)
    report = await library.build(only="server/10").report()
    assert report.added == ("10.map",)
    assert report.read == (map_,)
