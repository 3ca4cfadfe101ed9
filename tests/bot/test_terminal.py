"""What a terminal shows: marked words where it can, nothing that acts, plain text when piped."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from bot import terminal
from index.archive import Archive
from index.building import Progress, build
from tests.conftest import write_corpus

TODAY = dt.date(2026, 11, 21)


def shown(archive: Archive, question: str, *, width: int = 80, tty: bool = True) -> str:
    """What a console of ``width`` columns gets to see."""
    out = Console(
        file=io.StringIO(), width=width, force_terminal=tty, highlight=False, markup=False,
        emoji=False, color_system="standard" if tty else None, soft_wrap=not tty, _environ={},
    )  # fmt: skip
    terminal.show_answer(out, archive.answer(question, today=TODAY))
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


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
