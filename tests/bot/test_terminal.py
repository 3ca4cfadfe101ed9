"""What a terminal shows: marked words where it can, nothing that acts, plain text when piped."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from bot import terminal
from bot.cli import archivist
from index.archive import Archive, NoteMark, NoteReading, SourceReading
from index.building import Progress, build
from index.model import (
    Answer,
    AnswerSpan,
    BuildReport,
    Highlight,
    Note,
    PageSpan,
    ReadingWarning,
    ScorePart,
    Skipped,
    SourceSummary,
    Understood,
)
from index.verifying import Finding, Verification
from tests.bot import fakes
from tests.conftest import HARBOUR, write_corpus

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


def told(answer: Answer, width: int = 80) -> str:
    """An answer on a terminal, without its codes."""
    return "\n".join(plain(lambda out: terminal.show_answer(out, answer), width))


def explained(answer: Answer, width: int = 80) -> list[str]:
    """The lines of an explanation on a terminal, without codes."""
    return plain(lambda out: terminal.show_explanation(out, answer), width)


def test_a_terminal_marks_the_words_and_the_answer() -> None:
    """Words of the question are bold, the answering sentence is underlined, its answer green too."""
    start = fakes.LOG_TEXT.index("4 March")
    whole = fakes.answered().passages[0]
    marks = (*whole.highlights, Highlight(start, start + 12, "answer"))
    answer = replace(fakes.answered(), passages=(replace(whole, highlights=marks),))
    text = seen(lambda out: terminal.show_answer(out, answer))
    assert "\x1b[4mThe \x1b[0m\x1b[1;4mship\x1b[0m" in text
    assert "\x1b[1;4;32m4 March 1871\x1b[0m\x1b[4m with" in text
    assert "\x1b[1m“The ship sailed from Cork on \x1b[0m\x1b[1;4;32m4 March 1871\x1b[0m" in text


def test_a_sentence_that_answers_as_a_whole_is_underlined_only() -> None:
    """Where no words of it are known to answer, none of it is green."""
    text = seen(lambda out: terminal.show_answer(out, fakes.answered()))
    assert "\x1b[4mThe \x1b[0m\x1b[1;4mship\x1b[0m" in text
    assert ";32m" not in text.partition("Events")[0]


def test_an_answer_from_two_passages_has_a_line_for_each() -> None:
    """Each is quoted with the number of its passage, and is underlined there."""
    spans = (*fakes.answered().answer_spans, AnswerSpan(2, 0, 36))
    answer = replace(fakes.answered(), answer_spans=spans)
    lines = told(answer, 100).splitlines()
    assert lines[0].endswith("salt.” [1]")
    assert lines[1] == "“Byrne wrote to the owners in May 187 …” [2]"
    text = seen(lambda out: terminal.show_answer(out, answer))
    assert "\x1b[4mByrne wrote to the owners in May 187\x1b[0m" in text


def test_an_answer_of_two_sentences_apart_shows_the_gap() -> None:
    """Between two sentences of a passage stands "…", and a line break is a blank."""
    log = fakes.LOG_TEXT
    first, last = log.index("Captain"), log.index(" Two")
    spans = (AnswerSpan(1, first, last), AnswerSpan(1, last + 1, len(log)))
    near, apart = spans, (AnswerSpan(1, 0, first - 1), spans[1])
    assert "kept the log himself. Two days" in told(replace(fakes.answered(), answer_spans=near))
    assert "salt. … Two days" in told(replace(fakes.answered(), answer_spans=apart), 100)


def test_a_near_miss_names_what_is_missing() -> None:
    """Words that none of the passages shown holds are named."""
    understood = Understood(terms=("captain", "ship"), missing=("captain",))
    lines = told(replace(fakes.near_miss(), understood=understood)).splitlines()
    assert lines[:2] == [
        "Not said in these documents. The closest:", "Nothing here says: captain."
    ]  # fmt: skip


def test_not_found_says_what_was_looked_for() -> None:
    """The words, the time, how it was read, and what there is instead."""
    assert told(fakes.not_found()).splitlines() == [
        "Nothing in these documents answers that.",
        "Looked for: built, lighthouse",
        "Time: May 1871",
        "Read “lihgthouse” as “lighthouse”.",
        "The corpus holds 2 documents.",
    ]


def test_how_a_question_was_read_is_told() -> None:
    """Corrections, what counted for a word that isn't there, what was carried over and left out."""
    cited = replace(
        fakes.answered().passages[0],
        why=(
            ScorePart("term", "strikers", 1.0, term="worker", reason="related"),
            ScorePart("term", "sail", 1.0, term="sail", reason="typed"),
        ),
    )
    understood = Understood(
        corrections=(("shpi", "ship"),), carried=("1871",), excluded=("salt",),
        expanded=(("strikers", ("masons", "workers")), ("sail", ("voyage",))),
    )  # fmt: skip
    text = told(replace(fakes.answered(), passages=(cited,), understood=understood))
    assert "Read “shpi” as “ship”.\n“strikers”: also workers.\nCarried over: 1871." in text
    assert "Left out what holds: salt." in text
    assert "voyage" not in text


# ---------------------------------------------------------------- why


@pytest.mark.parametrize(
    "question",
    ["When was the harbour dug?", "how many masons built the lighthouse", "Burma teak", "May 1853"],
)
def test_what_an_explanation_lists_is_the_score(harbour: Archive, question: str) -> None:
    """The amounts shown of each passage add up to the score shown, to the last digit."""
    answer = harbour.answer(question, today=TODAY)
    lines = explained(answer)
    heads = [n for n, line in enumerate(lines) if line.startswith("    word ")]
    assert len(heads) == len(answer.passages) > 0
    for citation, start in zip(answer.passages, heads, strict=True):
        table = lines[start : lines.index("", start)]
        amounts = [Decimal(found[0]) for line in table if (found := re.search(AMOUNT, line))]
        *parts, total = amounts
        assert sum(parts) == total == Decimal(f"{citation.score:.6f}")


AMOUNT = r"-?\d+\.\d{6}$"


def test_an_explanation_tells_of_each_word() -> None:
    """Each word has its term, why it counts, where it stands and what it tells, or isn't there."""
    part = ScorePart("term", "strikers", 2.5, "worker", 3.0, "related", ("text", "heading"))
    why = (part, ScorePart("boost", "in one sentence", -0.5))
    cited = replace(fakes.answered().passages[0], why=why, score=2.0)
    understood = Understood(terms=("strikers", "whale"), kind="who")
    lines = explained(replace(fakes.answered(), passages=(cited,), understood=understood))
    rows = [line.split(maxsplit=1) for line in lines]
    assert ["strikers", "worker (related)  text, heading   3.000   2.500000"] in rows
    assert ["whale", "not here"] in rows
    assert "In none of these passages: whale." in lines
    assert "Kind of question: who." in lines
    assert lines[-1].startswith("Answered: confidence 0.000; an answer takes 0.")


@pytest.mark.parametrize("width", [20, 45, 80, 100])
def test_an_explanation_is_no_wider_than_the_terminal(width: int) -> None:
    """However long a word is, no amount is cut short and nothing runs over the edge."""
    part = ScorePart(
        "term", "x" * 300, 1234.5, "y" * 300, 3.0, "related", ("text", "title", "note")
    )
    cited = replace(fakes.answered().passages[0], why=(part,), score=1234.5)
    lines = explained(replace(fakes.answered(), passages=(cited,)), width)
    assert sum(line.endswith(" 1234.500000") for line in lines) >= 2


def test_a_name_with_several_forms_is_not_shown_by_its_code(harbour: Archive) -> None:
    """A name that counts in any of its forms says so."""
    answer = harbour.answer("Which teak of Burma was used?", today=TODAY)
    lines = explained(answer)
    assert any("any of its names" in line for line in lines)
    assert not any(re.search(r"\s=\d", line) for line in lines)


def test_an_explanation_is_shown_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ask --explain` prints the answer and then why; without it nothing of the kind."""
    monkeypatch.chdir(tmp_path)
    write_corpus(tmp_path / "corpus", HARBOUR)
    words = ["ask", "When was the harbour dug?", "--corpus", "corpus", "--data", "data"]
    short = CliRunner().invoke(archivist, words).stdout
    long = CliRunner().invoke(archivist, [*words, "--explain"]).stdout
    assert "\nWhy\n" not in short
    assert long.index("dug in 1847") < long.index("\nWhy\n[1] ")
    assert "\x1b" not in long


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


def drawn(monkeypatch: pytest.MonkeyPatch, progress: Progress) -> str:
    """The bar of work that has lasted a while, as a terminal shows it."""
    clock = iter((0.0, *[10.0] * 9))
    monkeypatch.setattr("bot.terminal.time.monotonic", lambda: next(clock, 10.0))
    err = Console(file=io.StringIO(), force_terminal=True, width=100)
    with terminal.build_progress(err) as show:
        show(progress)
    assert isinstance(err.file, io.StringIO)
    return err.file.getvalue()


def test_progress_tells_rate_and_remaining_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar has the documents done of all, the rate, the time that is left, and the one being read."""
    shown = drawn(monkeypatch, Progress(28, 300, "log.txt", 412_000.0, 84.0))
    assert "28/300" in shown
    assert " 0.4 MB/s  1 min 24 s left  log.txt" in shown
    assert " left" not in drawn(monkeypatch, Progress(299, 300, "log.txt", 412_000.0, 0.2))


def test_the_name_of_a_file_does_not_act_on_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that looks like markup or holds signs that a terminal obeys is shown as it is."""
    shown = drawn(monkeypatch, Progress(1, 2, "[/red]\x1b]0;x\x07.txt"))
    assert "[/red]\ufffd]0;x\ufffd.txt" in shown


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
