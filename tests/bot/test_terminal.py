"""What a terminal shows: marked words where it can, nothing that acts, plain text when piped."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot import terminal
from index.archive import Archive, NoteMark, NoteReading, SourceReading
from index.building import Progress, build
from index.model import BuildReport, Note, PageSpan, ReadingWarning, Skipped, SourceSummary
from index.verifying import Finding, Verification
from tests.bot import fakes
from tests.conftest import write_corpus

TODAY = dt.date(2026, 11, 21)


def shown(archive: Archive, question: str, *, width: int = 80, tty: bool = True) -> str:
    """What a console of ``width`` columns gets to see of an answer."""
    answer = archive.answer(question, today=TODAY)
    return seen(lambda out: terminal.show_answer(out, answer), width=width, tty=tty)


def seen(show: Callable[[Console], None], *, width: int = 80, tty: bool = True) -> str:
    """What a console of ``width`` columns gets to see."""
    out = Console(
        file=io.StringIO(), width=width, force_terminal=tty, highlight=False, markup=False,
        emoji=False, color_system="standard" if tty else None, soft_wrap=not tty, _environ={},
    )  # fmt: skip
    show(out)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def plain(show: Callable[[Console], None], width: int = 80) -> list[str]:
    """The lines of a terminal, without its codes and the blanks at their ends."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", seen(show, width=width)).splitlines()
    assert max(map(len, lines)) <= width
    return [line.rstrip() for line in lines]


def summaries(count: int, **changes: Any) -> tuple[SourceSummary, ...]:
    return tuple(
        replace(fakes.summary(f"log{n}", f"Log {n}"), **changes) for n in range(1, count + 1)
    )


def report(**changes: Any) -> BuildReport:
    return fakes.report(added=(), **changes)


def test_a_terminal_marks_the_words_and_the_answer(harbour: Archive) -> None:
    """Words of the question are bold and the answering sentence is underlined."""
    text = shown(harbour, "When was the harbour dug?")
    assert "\x1b[1;4mdug\x1b[0m" in text
    assert "\x1b[4mThe \x1b[0m" in text


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_line_is_wider_than_the_terminal(harbour: Archive, width: int) -> None:
    """Everything is wrapped at the terminal's width."""
    text = shown(harbour, "Lord Ardent and the light", width=width)
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in text.splitlines()]
    assert len(lines) > 10
    assert max(map(len, lines)) <= width


def test_piped_output_is_plain_and_keeps_paragraphs_whole(harbour: Archive) -> None:
    """Without a terminal there are no codes, and a passage is one line that tools can search."""
    text = shown(harbour, "When was the harbour dug?", tty=False)
    assert "\x1b" not in text
    assert any("dug in 1847" in line and "single night" in line for line in text.splitlines())


def test_nothing_in_a_document_acts_on_the_terminal(tmp_path: Path) -> None:
    """Escape codes, other control signs and bidi overrides of a document arrive as plain signs."""
    hostile = "The mast \x1b]0;owned\x07 of oak \x9b31m was \u202e cut in 1850. \x08\x08\n"
    hostile += "It stood on the Corrie until the winter of the great storm. " * 20
    build(write_corpus(tmp_path / "corpus", {"a\x1b[31m.txt": hostile}), tmp_path / "data")
    archive = Archive.open(tmp_path / "data")
    for tty in (False, True):
        text = shown(archive, "What was of oak?", tty=tty)
        assert "mast" in text
        for sign in ("\x07", "\x08", "\x9b", "\u202e", "\x1b]", "\x1b[31m.txt"):
            assert sign not in text


def test_progress_is_silent_where_nobody_looks() -> None:
    """No bar is drawn when standard error is not a terminal."""
    err = Console(file=io.StringIO(), force_terminal=False)
    with terminal.build_progress(err) as show:
        show(Progress(1, 2, "a.txt"))
    assert isinstance(err.file, io.StringIO)
    assert err.file.getvalue() == ""


# ---------------------------------------------------------------- what was read


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_build_tells_of_each_document_in_a_few_lines(width: int) -> None:
    """Counts, what was lifted out and warnings stand under the title, none broken in the middle."""
    warnings = (ReadingWarning("Smudged.", line=7), ReadingWarning("Torn.", page=2))
    [summary] = summaries(
        1, pages=21, notes=122, unlinked_notes=3, references=40, unresolved=1, warnings=warnings,
        format="pdf", lifted=(("running head", 20), ("hyphen", 1)),
    )  # fmt: skip
    lines = plain(
        lambda out: terminal.show_report(out, report(read=(summary,)), dry_run=False), width
    )
    assert lines[0] == "Log 1"
    text = "\n".join(lines)
    for fact in (
        "21 pages", "2 sections", "122 notes (3 not linked)", "40 cross-references (1 unresolved)",
        "4 passages", "PDF", "lifted out: 20 running heads, 1 hyphen", "! line 7: Smudged.",
        "! page 2: Torn.", "Generation 8: 2 documents, 9 passages, 4 events, 0.4 s",
    ):  # fmt: skip
        assert fact in text
    assert "utf-8" not in text, "a PDF's encoding says nothing"


@pytest.mark.parametrize("width", [50, 60, 80, 120])
def test_a_build_of_many_documents_is_a_table(width: int) -> None:
    """Of many documents each has a line; only those with warnings are told of in full."""
    read = (*summaries(300), *summaries(1, warnings=(ReadingWarning("Smudged."),)))
    lines = plain(lambda out: terminal.show_report(out, report(read=read), dry_run=False), width)
    assert lines[0].split()[-4:] == ["notes", "passages", "events", "warnings"]
    assert lines[1].split()[-4:] == ["1", "4", "3", "–"]
    assert len([line for line in lines if line.startswith("log")]) == 301
    assert "  ! Smudged." in lines


def test_a_build_of_many_documents_in_a_pipe() -> None:
    """Without a terminal each of many documents is one line that tools can search."""
    text = seen(
        lambda out: terminal.show_report(out, report(read=summaries(30)), dry_run=False), tty=False
    )
    assert text.splitlines()[0] == "log1.txt: 2 sections, 1 note, 4 passages, 3 events"


def test_long_lists_are_folded() -> None:
    """Warnings and files that were left out are shown up to a number, the others counted."""
    warnings = tuple(ReadingWarning(f"Smudge {n}.") for n in range(50))
    skipped = tuple(Skipped(f"{n}.bin", "It is binary.", "Remove it.") for n in range(80))
    said = report(read=summaries(1, warnings=warnings), skipped=skipped)
    lines = plain(lambda out: terminal.show_report(out, said, dry_run=False))
    assert "  and 40 more (--json has all)" in lines
    assert "  and 40 more left out (--json has all)" in lines
    lines = plain(lambda out: terminal.show_sources(out, (), skipped))
    assert "  ! 79.bin was left out: It is binary. Remove it." in lines


def test_notes_without_a_mark_are_marked(harbour: Archive) -> None:
    """A note that is not linked says so; one with a printed label shows it."""
    name = next(iter(harbour.snapshot.sources))
    document = harbour.snapshot.document(name)
    notes = (
        NoteReading(Note(1, 0, 5, (), "Log. " * 40, "*"), 3, (), ()),
        NoteReading(Note(2, 0, 5, (9,), "Ibid."), None, (NoteMark(9, "a b", (0, 9), (), 1),), (1,)),
    )
    reading = SourceReading(1, fakes.summary(), replace(document, references=()), notes)
    text = "\n".join(plain(lambda out: terminal.show_source(out, reading)))
    assert "* (note 1)  p. 3  not linked: its mark was not found" in text
    assert "Log. …" in text
    assert "2  … a b\n      Ibid. → note 1" in text


def test_pages_with_labels_of_their_own(harbour: Archive) -> None:
    """Labels are listed as ranges where they count on, and not where they are the numbers."""
    labels = ["i", "ii", "1", "2", "3", "A", None, "8"]
    pages = tuple(PageSpan(n, n, n, label) for n, label in enumerate(labels, start=1))
    document = replace(harbour.snapshot.document("town"), pages=pages, references=())
    reading = SourceReading(1, fakes.summary(), document, ())
    lines = plain(lambda out: terminal.show_source(out, reading))
    assert lines[lines.index("Pages as printed") + 1] == "  1–2: i–ii, 3–5: 1–3, 6: A"


def test_what_does_not_hold_is_listed() -> None:
    """The first faults are listed with their documents, the others counted."""
    failures = tuple(Finding("log.txt", f"Fault {n}.") for n in range(50))
    found = Verification(3, 2, (("notes", 4), ("pages", 0)), 1, failures, 70, ())
    lines = plain(lambda out: terminal.show_verification(out, found))
    assert lines[0] == "Generation 3: 2 documents, 4 notes: 70 faults."
    assert lines[1] == "  ! log.txt: Fault 0."
    assert "  and 50 more (--json has all)" in lines


def test_names_of_files_do_not_act_either() -> None:
    """Codes in names, titles and warnings of documents arrive as plain signs."""
    read = summaries(1, warnings=(ReadingWarning("\x1b[31mred"),), encoding="\x1b[2J")
    said = report(read=read, skipped=(Skipped("a\x1b[31m\n.txt", "It is \x07.", "\x9b"),))
    text = seen(lambda out: terminal.show_report(out, said, dry_run=False), tty=False)
    for sign in ("\x1b", "\x07", "\x9b"):
        assert sign not in text
