"""The command line: what comes out, where, and with which exit code."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest
from click.testing import CliRunner, Result

from bot.cli import archivist
from index import locks
from tests.conftest import HARBOUR, ROOT, write_corpus

Run = Callable[..., Result]


COURT = """\
# I. The wreck

The Corrie sank.

## A. The reef

On 2 May 1893 she ran on to the Grey reef.[^log] Nobody drowned: see Section II below.

As Section IX below says, she lies there still.

# II. The court

The court sat on 3 May 1894.[^again]

[^log]: Town log, 1893.

[^again]: Ibid.
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", HARBOUR)


@pytest.fixture
def run(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the harbour corpus, with an empty environment of settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("ARCHIVIST_", "DISCORD_"))]:
        monkeypatch.delenv(name)

    def run(*words: str, stdin: str | None = None, here: bool = True) -> Result:
        folders = ["--corpus", str(corpus), "--data", str(tmp_path / "data")] if here else []
        return CliRunner().invoke(archivist, [*words, *folders], input=stdin)

    return run


def one_sentence(result: Result) -> str:
    """What was said on standard error, which must be one line for people."""
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("archivist: ")
    assert "Traceback" not in result.stderr
    return result.stderr.removeprefix("archivist: ").strip()


# ---------------------------------------------------------------- ask


def test_ask_prints_the_answer_its_passages_and_its_events(run: Run) -> None:
    """The answering sentence comes first, then numbered passages with their places, then events."""
    result = run("ask", "When was the light lit?")
    assert result.exit_code == 0
    first, *rest = result.stdout.splitlines()
    assert first.startswith("“")
    assert first.endswith("[1]")
    shown = "\n".join(rest)
    assert "[1] " in shown
    assert "Events" in shown
    assert "3 May 1853: " in shown
    assert "\x1b" not in result.stdout, "piped output carries no colours"


def test_ask_as_json_has_the_promised_shape(run: Run) -> None:
    """``--json`` gives every key that design section 1 names, and quotes that are in the passages."""
    shape = json.loads(run("ask", "--json", "When was the harbour dug?").stdout)
    assert list(shape) == [
        "id", "question", "answered", "outcome", "answer", "confidence", "answer_spans",
        "passages", "differs", "events", "possible_events", "understood", "took_ms", "matched",
    ]  # fmt: skip
    assert (shape["answered"], shape["outcome"]) == (True, "answered")
    best = shape["passages"][0]
    assert list(best) == [
        "id", "number", "document", "document_id", "title", "text", "highlights", "score", "why",
        "locator", "notes", "meant", "borne", "also", "citation", "generation", "sha256",
        "text_sha256",
    ]  # fmt: skip
    assert list(best["locator"]) == [
        "section", "page", "page_end", "page_label", "paragraph", "note", "start", "stop",
    ]  # fmt: skip
    assert (best["document"], best["document_id"], best["generation"]) == ("town.md", "town", 1)
    span = shape["answer_spans"][0]
    assert best["text"][span["start"] : span["stop"]] == shape["answer"]
    assert shape["understood"]["corrections"] == {}
    event = json.loads(run("timeline", "--json", "June 10, 1853").stdout.splitlines()[0])
    assert list(event) == [
        "id", "start", "end", "earliest", "latest", "edtf", "precision", "inferred", "as_written",
        "text", "actors", "places", "document", "document_id", "passage", "span", "overlap",
        "same_as", "differs", "citation", "inferred_from", "headline", "also", "edited",
    ]  # fmt: skip
    assert (event["start"], event["end"]) == ("1853-06-10", "1853-06-12")


def test_ask_reads_standard_input(run: Run) -> None:
    """``-`` is the question that comes on standard input."""
    assert "1847" in run("ask", "-", stdin="When was the harbour dug?\n").stdout


@pytest.mark.parametrize("question", ["who won the football world cup", "🚢", "the of and"])
def test_no_answer_ends_with_3(run: Run, question: str) -> None:
    """A near miss and a not found end with exit code 3, with and without ``--json``."""
    assert run("ask", question).exit_code == 3
    result = run("ask", "--json", question)
    assert result.exit_code == 3
    assert json.loads(result.stdout)["answered"] is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("ask", ""), "The question is empty.", id="empty question"),
        pytest.param(("ask", "x" * 5000), "has 5,000 characters", id="5,000 characters"),
        pytest.param(("ask", "What happened on 31 June 1853?"), "does not exist", id="impossible"),
        pytest.param(("ask", "Who?", "--document", "diary"), "“diary”", id="unknown document"),
        pytest.param(("ask", "Who?", "--k", "0"), "--k is 0", id="k too small"),
        pytest.param(("ask", "--batch", "none.jsonl"), "none.jsonl can't be read", id="no batch"),
        pytest.param(("timeline", "soonish"), "“soonish” is not a date", id="unreadable date"),
        pytest.param(("sources", "diary"), "“diary”", id="unknown source"),
        pytest.param(("eval", "none.jsonl"), "none.jsonl can't be read", id="no question file"),
    ],
)
def test_a_value_that_cannot_be_used_is_one_sentence(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    """Wrong values end with exit code 1 and one sentence that names them."""
    result = run(*words)
    assert result.exit_code == 1
    assert said in one_sentence(result)


@pytest.mark.parametrize("words", [("ask",), ("asks", "x"), ("ask", "x", "--nope"), ("index", "x")])
def test_a_wrong_command_line_ends_with_2(run: Run, words: tuple[str, ...]) -> None:
    """Unknown commands and options and missing arguments end with exit code 2."""
    assert run(*words, here=False).exit_code == 2


def test_a_missing_corpus_is_named(run: Run, tmp_path: Path) -> None:
    """A corpus folder that does not exist is one sentence that says where it was looked for."""
    result = run("ask", "Who?", "--corpus", str(tmp_path / "nowhere"), here=False)
    assert result.exit_code == 1
    said = one_sentence(result)
    assert said.startswith("The corpus folder “nowhere” does not exist.")
    assert said.endswith(f"(Looked in {tmp_path / 'nowhere'}.)")


def test_an_empty_corpus_is_named(run: Run, tmp_path: Path) -> None:
    """A corpus folder without documents is one sentence."""
    (tmp_path / "empty").mkdir()
    result = run("ask", "Who?", "--corpus", str(tmp_path / "empty"), "--data", "d", here=False)
    assert result.exit_code == 1
    assert "holds no documents" in one_sentence(result)


def test_a_bad_file_costs_only_itself(run: Run, corpus: Path) -> None:
    """The other files are indexed and answer; a warning names the bad one, why and what to do."""
    (corpus / "broken.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    result = run("ask", "When was the harbour dug?")
    assert result.exit_code == 0
    assert "1847" in result.stdout
    assert "warning: broken.txt was left out: It is a" in result.stderr
    assert "broken.txt" in run("sources").stdout


def test_an_unwritable_data_folder_is_named(run: Run, corpus: Path, tmp_path: Path) -> None:
    """A data folder that can't be written is one sentence."""
    (tmp_path / "file").write_text("not a folder")
    result = run(
        "ask", "Who?", "--corpus", str(corpus), "--data", str(tmp_path / "file"), here=False
    )
    assert result.exit_code == 1
    assert "data folder can't be written" in one_sentence(result)


# ---------------------------------------------------------------- batches


def test_a_batch_gives_a_line_for_each_line(run: Run, tmp_path: Path) -> None:
    """Order and ids are kept, other keys ignored, ten passages given, bad lines answered as errors."""
    lines = [
        '{"id": "a", "question": "When was the harbour dug?", "kind": "when"}',
        '{"id": 2, "question": ""}',
        "not json",
        '{"id": "c"}',
        "[1]",
        '{"id": "d", "question": "who won the football world cup"}',
        "",
        '{"id": "e", "question": "ferry light harbour Corrie council"}',
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    result = run("ask", "--batch", str(file))
    assert result.exit_code == 0
    shapes = [json.loads(line) for line in result.stdout.splitlines()]
    assert [shape["id"] for shape in shapes] == ["a", 2, None, "c", None, "d", "e"]
    outcomes = [shape["outcome"] for shape in shapes]
    assert outcomes == ["answered", "error", "error", "error", "error", "not_found", "answered"]
    assert shapes[1]["error"].startswith("The question is empty.")
    assert shapes[2] == {
        "id": None, "answered": False, "outcome": "error", "error": "The line is not JSON.",
    }  # fmt: skip
    assert len(shapes[-1]["passages"]) > 5


# ---------------------------------------------------------------- timeline, sources, index, eval


def test_timeline_prints_a_line_an_event(run: Run) -> None:
    """The terminal shows count, dates in words, and where each event stands."""
    shown = run("timeline", "1854").stdout
    assert shown.startswith("1 event: 1854")
    assert "9 January 1854: The Corrie ran aground on the bar." in shown
    assert "— Harbour log, 1854, para. 1" in shown


def test_a_time_without_events_is_no_failure(run: Run) -> None:
    """Nothing found is exit code 0 and says what the timeline holds."""
    result = run("timeline", "1790")
    assert result.exit_code == 0
    assert "The timeline holds" in result.stdout


def test_sources_lists_documents_with_counts(run: Run) -> None:
    """Each document has its title, id and counts; settings files are counted apart."""
    shown = run("sources").stdout
    assert "Skerrow: a town and its harbour" in shown
    assert "id town" in shown
    assert "2 notes" in shown
    shape = json.loads(run("sources", "log.txt", "--json").stdout)
    assert [document["id"] for document in shape["documents"]] == ["log"]


def test_sources_of_one_document_show_how_it_was_read(run: Run, corpus: Path) -> None:
    """Headings stand as a tree, notes with the words before their marks, references with their ends."""
    (corpus / "court.md").write_text(COURT, encoding="utf-8")
    shown = run("sources", "court").stdout
    assert "\n  I. The wreck  1 paragraph\n    A. The reef  2 paragraphs\n" in shown
    assert "1  … ran on to the Grey reef.  (A. The reef)\n      Town log, 1893.\n" in shown
    assert "2  … court sat on 3 May 1894.  (II. The court)\n      Ibid. → note 1\n" in shown
    assert "… the Grey reef. Nobody drowned: see Section II → II. The court" in shown
    assert "Section IX  unresolved" in shown
    assert "1 cross-reference between notes: see there" in shown
    assert "2 notes (all linked)" in shown
    assert "3 cross-references (1 unresolved)" in shown


def test_sources_of_one_document_as_json_hold_every_span(run: Run, corpus: Path) -> None:
    """``--json`` gives the stored text and all parts with their spans in it."""
    (corpus / "court.md").write_text(COURT, encoding="utf-8")
    shape = json.loads(run("sources", "court", "--json").stdout)
    [summary], reading = shape["documents"], shape["reading"]
    assert (summary["format"], summary["pages"], summary["linked_notes"]) == ("markdown", None, 2)
    assert (summary["unlinked_notes"], summary["references"], summary["unresolved"]) == (0, 3, 1)
    text = reading["text"]
    first, second = reading["notes"]
    assert (first["number"], first["text"], first["refers_to"]) == (1, "Town log, 1893.", [])
    assert second["refers_to"] == [1]
    [mark] = first["marks"]
    start, stop = mark["sentence"]
    assert text[start:stop] == "On 2 May 1893 she ran on to the Grey reef."
    assert (mark["at"], mark["before"]) == (stop, "ran on to the Grey reef.")
    for part in ("sections", "paragraphs", "notes", "references"):
        assert all(0 <= each["start"] <= each["stop"] <= len(text) for each in reading[part])
    assert [section["paragraphs"] for section in reading["sections"]] == [0, 1, 2, 1]
    assert {"pages", "records", "lifted", "warnings", "source_map", "meta"} <= reading.keys()


def test_index_build_tells_of_each_document_it_read(run: Run, corpus: Path) -> None:
    """Each document that was read has its counts, one that was not has none."""
    shown = run("index", "build").stdout
    assert "town.md · id town · Markdown, utf-8" in shown
    assert "2 notes (all linked)" in shown
    (corpus / "court.md").write_text(COURT, encoding="utf-8")
    shown = run("index", "build").stdout
    assert "court.md · id court" in shown
    assert "town.md · id town" not in shown


def test_index_build_as_json_tells_of_each_document_too(run: Run) -> None:
    """The report holds the documents that were read, in the shape of `sources --json`."""
    report = json.loads(run("index", "build", "--json").stdout)
    listed = json.loads(run("sources", "--json").stdout)
    assert report["read"] == listed["documents"]
    assert report["warnings"] == []


def test_verify_proves_a_sound_index(run: Run) -> None:
    """A sound index is one line with what was proven, and exit code 0."""
    run("index", "build")
    result = run("index", "verify")
    assert result.exit_code == 0
    assert result.stdout.startswith("Generation 1: 2 documents, ")
    assert result.stdout.endswith(": every span holds.\n")
    assert result.stdout.count("\n") == 1
    shape = json.loads(run("index", "verify", "--json").stdout)
    assert (shape["holds"], shape["documents"], shape["read_again"]) == (True, 2, 2)
    assert shape["failures"] == []


def test_verify_names_what_does_not_hold(run: Run, tmp_path: Path) -> None:
    """A changed index ends with exit code 1, the document, and what is wrong with it."""
    run("index", "build")
    [path] = (tmp_path / "data" / "generations" / "1").glob("segments/*/documents.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update documents set text = replace(text, '1847', '1748')")
        connection.commit()
    result = run("index", "verify")
    assert result.exit_code == 1
    assert "! town.md: Its text is not what was indexed." in result.stdout
    assert "archivist index build --full" in result.stdout
    result = run("index", "verify", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["failed"] > 0


def test_verify_says_which_files_changed(run: Run, corpus: Path) -> None:
    """A file that changed since is told of and no failure."""
    run("index", "build")
    (corpus / "log.txt").write_text("1853\n\nMay 4: The light went out.\n")
    result = run("index", "verify")
    assert result.exit_code == 0
    assert "log.txt: Its file has changed since." in result.stdout


def test_verify_before_the_first_build(run: Run) -> None:
    """Without an index there is nothing to prove: one sentence."""
    result = run("index", "verify")
    assert result.exit_code == 1
    assert "Nothing has been indexed yet." in one_sentence(result)


def test_index_build_says_what_changed(run: Run, corpus: Path) -> None:
    """A build reports what was added, read again and removed; an idle one says that nothing changed."""
    assert "added: log, town" in run("index", "build").stdout
    assert "Nothing has changed: generation 1 stays." in run("index", "build").stdout
    (corpus / "log.txt").write_text("1853\n\nMay 4: The light went out.\n")
    assert "Would make a new generation" in run("index", "build", "--dry-run").stdout
    assert "The corpus folder has changed since." in run("index", "status").stdout
    report = json.loads(run("index", "build", "--json").stdout)
    assert (report["generation"], report["updated"], report["unchanged"]) == (2, ["log"], 1)
    assert json.loads(run("index", "status", "--json").stdout)["changed"] is False


def test_status_before_the_first_build(run: Run) -> None:
    """Without an index, status says how to make one."""
    result = run("index", "status")
    assert result.exit_code == 0
    assert "archivist index build" in result.stdout


def test_ask_takes_up_a_changed_corpus(run: Run, corpus: Path) -> None:
    """A question after an edit is answered from the edited text."""
    run("ask", "When was the light lit?")
    (corpus / "news.txt").write_text("The zeppelin Aurora landed at Skerrow on 4 July 1909.\n")
    assert "zeppelin Aurora" in run("ask", "When did the zeppelin land?").stdout


def test_ask_leaves_the_index_alone_while_serve_uses_it(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    """While a `serve` runs, `ask` answers from the current generation and warns."""
    run("ask", "When was the light lit?")
    (corpus / "news.txt").write_text("The zeppelin Aurora landed at Skerrow on 4 July 1909.\n")
    with locks.hold(tmp_path / "data", "serve"):
        result = run("ask", "When was the light lit?")
    assert result.exit_code == 0
    assert "warning: The corpus has changed" in result.stderr
    assert "generation 1" in result.stdout


def test_a_data_folder_belongs_to_one_corpus(run: Run, tmp_path: Path) -> None:
    """Another corpus is refused on a used data folder, unless by `index build`."""
    run("ask", "When was the light lit?")
    other = write_corpus(tmp_path / "other", {"a.txt": "The mayor of Dunmoran is Jane Orr."})
    options = ("--corpus", str(other), "--data", str(tmp_path / "data"))
    result = run("ask", "Who is the mayor of Dunmoran?", *options, here=False)
    assert result.exit_code == 1
    assert "another corpus folder" in one_sentence(result)
    assert run("index", "build", *options, here=False).exit_code == 0
    result = run("ask", "Who is the mayor of Dunmoran?", *options, here=False)
    assert "Jane Orr" in result.stdout


def test_a_damaged_index_is_built_anew(run: Run, tmp_path: Path) -> None:
    """A broken data folder needs no repair by hand."""
    run("ask", "When was the light lit?")
    (tmp_path / "data" / "generations" / "1" / "index.db").write_bytes(b"nonsense")
    result = run("timeline", "1854")
    assert result.exit_code == 0
    assert "The Corrie ran aground" in result.stdout


# ---------------------------------------------------------------- generations


NEWS = "The zeppelin Aurora landed at Skerrow on 4 July 1909.\n"


@pytest.fixture
def two(run: Run, corpus: Path, tmp_path: Path) -> Path:
    """A data folder with two generations, of which the second knows the news."""
    run("index", "build")
    (corpus / "news.txt").write_text(NEWS)
    run("index", "build")
    return tmp_path / "data"


def damage(data: Path, how: str) -> None:
    """Damage what generation 2 has alone; sharing with generation 1 is by hard links."""
    folder = data / "generations" / "2"
    for path in folder.rglob("*.bin"):
        content = bytearray(path.read_bytes())
        path.unlink()
        if how == "cut off":
            path.write_bytes(content[:-1])
        elif how == "altered":
            content[len(content) // 2] ^= 1
            path.write_bytes(content)


@pytest.mark.usefixtures("two")
def test_list_shows_each_generation(run: Run) -> None:
    """A line for each generation, the latest first; ``--json`` has the counts."""
    result = run("index", "list")
    assert result.exit_code == 0
    latest, before = result.stdout.splitlines()
    assert latest.startswith("2 (current): ")
    assert before.startswith("1: ")
    assert "3 documents" in latest
    shape = json.loads(run("index", "list", "--json").stdout)
    assert [(one["generation"], one["current"], one["documents"]) for one in shape] == [
        (2, True, 3),
        (1, False, 2),
    ]
    assert all(one["bytes"] > 0 and one["problem"] is None for one in shape)


def test_list_before_the_first_build(run: Run) -> None:
    """Without an index the list is empty, and says how to make one."""
    assert "archivist index build" in run("index", "list").stdout
    assert json.loads(run("index", "list", "--json").stdout) == []


def test_list_says_what_can_not_be_used(run: Run, two: Path) -> None:
    """A damaged generation is listed with what is wrong with it."""
    damage(two, "cut off")
    latest, before = run("index", "list").stdout.splitlines()
    assert "can't be used: Generation 2 of the index is cut short" in latest
    assert "can't be used" not in before


@pytest.mark.usefixtures("two")
def test_rollback_goes_back_one(run: Run) -> None:
    """The generation before answers again, and goes on to until a build is asked for."""
    result = run("index", "rollback")
    assert (result.exit_code, result.stdout[:33]) == (0, "Generation 1 is current again. `a")
    assert run("ask", "When did the zeppelin Aurora land?").exit_code == 3
    assert json.loads(run("index", "status", "--json").stdout)["generation"] == 1
    run("index", "build")
    assert "zeppelin Aurora" in run("ask", "When did the zeppelin Aurora land?").stdout
    numbers = [one["generation"] for one in json.loads(run("index", "list", "--json").stdout)]
    assert numbers == [3, 1]
    shape = json.loads(run("index", "rollback", "--json").stdout)
    assert shape == {"generation": 1, "before": 3}


def test_there_may_be_nothing_to_go_back_to(run: Run) -> None:
    """Without a generation before, and without any, `rollback` is one sentence."""
    for _ in range(2):
        result = run("index", "rollback")
        assert result.exit_code == 1
        assert "There is no generation before" in one_sentence(result)
        run("index", "build")


@pytest.mark.parametrize("words", [("build",), ("rollback",)])
def test_one_builder_at_a_time(run: Run, two: Path, words: tuple[str, ...]) -> None:
    """While another process builds, building and going back are refused with its id."""
    with locks.hold(two, "build"):
        result = run("index", *words)
        status = run("index", "status")
    assert result.exit_code == 1
    assert f"(id {os.getpid()}) is already indexing" in one_sentence(result)
    assert status.stdout.endswith("A build is at work.\n")


@pytest.mark.parametrize("how", ["cut off", "altered", "gone"])
def test_the_generation_before_answers_for_a_damaged_one(run: Run, two: Path, how: str) -> None:
    """A damaged current generation is told of on standard error, and the one before it answers."""
    damage(two, how)
    result = run("ask", "When was the harbour dug?")
    assert result.exit_code == 0
    assert "1847" in result.stdout
    assert result.stderr.startswith("archivist: warning: ")
    assert "Answering from generation 1, the one before it" in result.stderr
    assert "archivist index build --full" in result.stderr
    assert run("index", "build", "--full").exit_code == 0
    assert run("ask", "When was the harbour dug?").stderr == ""
    # What is kept to go back to is the one that can be used.
    assert json.loads(run("index", "rollback", "--json").stdout)["generation"] == 1


@pytest.mark.parametrize("words", [("status",), ("verify",)])
def test_a_damaged_index_is_one_sentence(run: Run, two: Path, words: tuple[str, ...]) -> None:
    """What tells of the current generation says what is wrong with it and what to do."""
    damage(two, "cut off")
    result = run("index", *words)
    assert result.exit_code == 1
    assert "Run `archivist index build --full`" in one_sentence(result)


def test_eval_prints_a_row_a_kind(run: Run, tmp_path: Path) -> None:
    """The table has a row for all questions and one for each kind; ``--json`` has the figures."""
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"question": "When was the harbour dug?", "kind": "when", "answers": ["1847"], '
        '"evidence": ["dug in 1847"]}\n'
    )
    shown = run("eval", str(file)).stdout
    assert "all" in shown
    assert "when" in shown
    figures = json.loads(run("eval", "--json", str(file)).stdout)
    assert figures["rows"][0]["recall"] == {"1": 1.0, "3": 1.0, "5": 1.0}


def test_eval_names_a_bad_line(run: Run, tmp_path: Path) -> None:
    """A question file with a line that is no question is refused with the line's number."""
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "Who?"}\nnonsense\n')
    assert "Line 2 is no question." in one_sentence(run("eval", str(file)))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"question": "Who?", "answers": "x"}', 'Line 1: "answers" must be a list of texts.'),
        ('{"question": "Who?", "evidence": [5]}', 'Line 1: "evidence" must be a list of texts.'),
        ('{"question": " "}', "Line 1 is no question."),
        ("", "holds no questions."),
    ],
)
def test_eval_names_what_is_wrong_with_a_line(
    run: Run, tmp_path: Path, line: str, said: str
) -> None:
    """A line of a question file that can't be scored is named with its number and what is wrong."""
    file = tmp_path / "questions.jsonl"
    file.write_text(line + "\n")
    assert said in one_sentence(run("eval", str(file)))


@pytest.mark.parametrize("option", ["--corpus", "--data"])
def test_an_empty_path_is_refused(run: Run, option: str) -> None:
    """An unset variable of a shell doesn't name the folder that one happens to be in."""
    result = run("ask", "Who?", option, "", here=False)
    assert result.exit_code == 2
    assert "empty path" in result.stderr


def test_the_index_is_not_written_into_the_corpus(run: Run, corpus: Path) -> None:
    """A data folder inside the corpus folder is refused."""
    options = ("--corpus", str(corpus), "--data", str(corpus / "data"))
    result = run("ask", "Who?", *options, here=False)
    assert result.exit_code == 1
    assert "lies inside the corpus folder" in one_sentence(result)
    assert not (corpus / "data").exists()


@pytest.mark.parametrize("damage", ["gone", "bad settings"])
def test_an_index_answers_though_its_corpus_cannot_be_read(
    run: Run, corpus: Path, damage: str
) -> None:
    """What was indexed goes on answering, with a warning."""
    run("ask", "When was the light lit?")
    if damage == "gone":
        corpus.rename(corpus.with_name("elsewhere"))
    else:
        (corpus / "corpus.toml").write_text("not = [toml")
    result = run("ask", "When was the harbour dug?")
    assert result.exit_code == 0
    assert "1847" in result.stdout
    assert "Answering from generation 1." in result.stderr


def test_a_look_up_in_a_stale_index_says_so(run: Run, corpus: Path) -> None:
    """`timeline` doesn't rebuild, and warns that the corpus has changed."""
    run("index", "build")
    (corpus / "news.txt").write_text("The zeppelin Aurora landed at Skerrow on 4 July 1909.\n")
    result = run("timeline", "1909")
    assert "warning: The corpus has changed since it was indexed" in result.stderr
    assert "zeppelin" not in result.stdout


def test_a_misspelt_setting_is_pointed_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that looks like a setting and is none gets a warning."""
    monkeypatch.setenv("ARCHIVIST_CORPSE", "x")
    assert "ARCHIVIST_CORPSE" in run("index", "build").stderr


def test_serve_without_a_token_is_one_sentence(run: Run) -> None:
    """The bot can't run without a token: one sentence, exit code 1."""
    result = run("serve")
    assert result.exit_code == 1
    assert "There is no Discord token." in one_sentence(result)


def test_a_wrong_setting_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command names a setting that can't be used."""
    monkeypatch.setenv("ARCHIVIST_TIMEZONE", "Mars/Olympus")
    result = run("sources")
    assert result.exit_code == 1
    assert "ARCHIVIST_TIMEZONE" in one_sentence(result)


@pytest.mark.parametrize("words", [("timeline",), ("timeline", "--json"), ("ask", "Corrie")])
def test_a_closed_pipe_is_no_failure(
    run: Run, corpus: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """When the reader of the output goes away, nothing is printed about it and nothing has failed."""
    run("index", "build")
    with _start(words, corpus, tmp_path, subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [("ask", "When was the harbour dug?"), ("timeline", "--json")])
def test_output_that_cannot_be_written_is_one_sentence(
    run: Run, corpus: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """A full disk behind the output ends with one sentence and exit code 1."""
    run("index", "build")
    with (
        Path("/dev/full").open("wb") as full,
        _start(words, corpus, tmp_path, full) as process,
    ):
        assert process.stderr is not None
        said = process.stderr.read().decode()
    assert process.returncode == 1
    assert said == "archivist: The output can't be written (No space left on device).\n"


def _start(
    words: tuple[str, ...], corpus: Path, tmp_path: Path, stdout: int | IO[bytes]
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bot", *words, "--corpus", str(corpus)]
    command += ["--data", str(tmp_path / "data")]
    return subprocess.Popen(command, cwd=ROOT, stdout=stdout, stderr=subprocess.PIPE)


def test_a_file_that_cannot_be_used_is_named_and_not_the_output(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what goes wrong with the output is blamed on the output."""

    def refuse(*_: object) -> bool:
        raise PermissionError(13, "Permission denied", "some.lock")

    run("index", "build")
    monkeypatch.setattr(locks, "is_held", refuse)
    result = run("index", "status")
    assert result.exit_code == 1
    assert one_sentence(result) == "some.lock can't be used (Permission denied)."


# ---------------------------------------------------------------- cite


@pytest.mark.parametrize(
    ("style", "begin"),
    [("note", "“"), ("csl-json", "["), ("bibtex", "@misc{"), ("ris", "TY  - ")],
)
def test_cite_prints_a_citation(run: Run, style: str, begin: str) -> None:
    """``cite`` prints a citation of the passage in the style asked for, and nothing else."""
    asked = json.loads(run("ask", "--json", "When was the light lit?").stdout)
    result = run("cite", asked["passages"][0]["id"], "--style", style)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(begin)


def test_cite_refuses_an_id_that_no_passage_has(run: Run) -> None:
    """An unknown id is a value that can't be used; the sentence says how to get one."""
    run("index", "build")
    result = run("cite", "zzzz")
    assert result.exit_code == 1
    assert "--json" in one_sentence(result)


def test_cite_refuses_an_unknown_style(run: Run) -> None:
    """An unknown style is refused with the names of those there are."""
    run("index", "build")
    result = run("cite", "zzzz", "--style", "apa")
    assert result.exit_code == 1
    assert "csl-json" in one_sentence(result)


# ---------------------------------------------------------------- questions with more beside them


def test_ask_after_another_question(run: Run) -> None:
    """--after gives the question before, from which what is left out is taken, and this is told."""
    result = run("ask", "--after", "When was the light on the mole lit?", "who lived there?")
    assert "Carried over: light, mole, lit." in result.stdout
    assert run("ask", "--after", "x", "--batch", "-").exit_code == 2


def test_ask_within_a_range(run: Run) -> None:
    """--from and --to leave only what tells of that time; a range that can't be is refused."""
    result = run("ask", "--from", "1853", "--to", "1853", "--json", "what was seen off the mole")
    shape = json.loads(result.stdout)
    assert shape["understood"]["dates"] == {"earliest": "1853-01-01", "latest": "1853-12-31"}
    assert all(event["start"].startswith("1853") for event in shape["events"])
    reversed_ = run("ask", "--from", "1860", "--to", "1853", "light")
    assert reversed_.exit_code == 1
    assert "ends before it begins" in one_sentence(reversed_)


def test_ask_json_tells_how_it_was_read(run: Run) -> None:
    """The JSON of an answer says which kind of question it was, and what was shut out."""
    understood = json.loads(run("ask", "--json", 'when was the "light" lit -museum').stdout)[
        "understood"
    ]
    assert (understood["kind"], understood["phrases"]) == ("when", ["light"])
    assert understood["excluded"] == ["museum"]
