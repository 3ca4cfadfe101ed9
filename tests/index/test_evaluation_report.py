"""Reports of `archivist eval`, runs that were kept, and how two of them compare."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from index.archive import Archive
from index.errors import InputError
from index.evaluation import Evaluation, evaluate, runs, saving
from index.evaluation.comparing import Comparison, compare
from index.evaluation.markdown import to_markdown
from index.evaluation.measuring import summarise
from index.evaluation.page import to_html
from index.evaluation.report import report_files
from index.evaluation.wording import faults, misses, unlocated_lines

TODAY = dt.date(2026, 11, 21)
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> \"'& \x1b[31m **b** [l](http://x) @everyone"
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"id": "dug", "question": "When was the harbour dug?", "kind": "when", "answers": ["1847"],
     "evidence": ["dug in 1847"], "difficulty": "easy"},
    {"id": "lit", "question": "What happened in May 1853?", "kind": "temporal",
     "dates": ["1853-05-03", "1853-05-04"], "evidence": ["The light was lit"]},
    {"id": "wool", "question": "What did the ferry carry?", "kind": "what", "answers": ["coal"],
     "evidence": ["Keeper Ines Calder lived there"], "difficulty": "hard"},
    {"id": "cup", "question": "Who won the football world cup?", "kind": "unanswerable"},
    {"id": "bad", "question": HOSTILE, "kind": HOSTILE, "answers": [HOSTILE],
     "evidence": [HOSTILE], "difficulty": HOSTILE},
)  # fmt: skip


def measured(
    archive: Archive, questions: Sequence[dict[str, Any]] = QUESTIONS
) -> tuple[Evaluation, runs.About]:
    """An evaluation, the same whenever it is made, and what it was made of."""

    def ask(question: str) -> Any:
        return replace(archive.answer(question, today=TODAY, k=10), took_ms=len(question) / 7)

    result = evaluate(questions, ask, corpus=archive.snapshot)
    return result, runs.about(archive, file="my.jsonl", today=TODAY)


class _Page(HTMLParser):
    """What of a page acts, what it shows, and whether its tags fit together."""

    VOID = ("meta", "img", "br", "wbr", "link")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


# ---------------------------------------------------------------- the page


def test_the_page_stands_alone(harbour: Archive) -> None:
    """It has no script, and names nothing that would be fetched."""
    page = _Page(to_html(*measured(harbour)))
    assert page.open == []
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "link", "iframe", "object"})
    for _, attributes in page.tags:
        assert {"src", "style", "onclick"}.isdisjoint(attributes)
        assert (attributes.get("href") or "#").startswith("#")
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv"))
    assert (policy or "").startswith("default-src 'none'; style-src 'sha256-")


def test_hostile_words_are_shown_and_do_nothing(harbour: Archive) -> None:
    """Words of questions stand on the page as they are written."""
    page = _Page(to_html(*measured(harbour)))
    assert "<script>alert(1)</script> <img src=x onerror=alert(2)>" in page.text
    assert "\x1b" not in page.text


def test_plots_say_what_they_show(harbour: Archive) -> None:
    """Each drawing has a title and a description, or stands beside its figures and is skipped."""
    page = _Page(to_html(*measured(harbour)))
    drawings = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert len(drawings) > 5
    ids = {attributes.get("id") for _, attributes in page.tags}
    for attributes in drawings:
        named = (attributes.get("aria-labelledby") or "").split()
        assert attributes.get("aria-hidden") or (len(named) == 2 and ids.issuperset(named))
    named = [attributes.get("id") for _, attributes in page.tags if attributes.get("id")]
    assert len(named) == len(set(named))


def test_tables_have_heads(harbour: Archive) -> None:
    """Every row of a table is named, and so is every column of figures."""
    page = to_html(*measured(harbour))
    for row in re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL):
        assert row.count("<tr>") == row.count('<th scope="row">')
    assert '<th scope="col">' in page


def test_a_miss_tells_what_was_shown_instead(harbour: Archive) -> None:
    """It has the question, what was expected, the answer given, and the first passage's place."""
    result, about = measured(harbour)
    text = _Page(to_html(result, about)).text
    told = text[text.index("What did the ferry carry?") :]
    assert "coal" in told
    assert "the answer doesn't hold what was expected" in told
    assert result.results[2].shown[0].line in told
    assert "When was the harbour dug?" not in text


def test_the_curve_is_drawn_where_confidence_was_told(harbour: Archive) -> None:
    """Without several confidences there is no curve, and no empty plot."""
    result, about = measured(harbour)
    told = [replace(one, confidence=n / 5) for n, one in enumerate(result.results)]
    assert 'aria-labelledby="curve-t' in to_html(summarise(told), about)
    untold = [replace(one, confidence=None) for one in result.results]
    assert 'aria-labelledby="curve-t' not in to_html(summarise(untold), about)


@pytest.mark.parametrize("times", [[0.0], [5.0] * 9, [0.001, 90_000.0], [1e-9, 2e-9]])
def test_any_times_can_be_drawn(harbour: Archive, times: list[float]) -> None:
    """Latencies of one question, all alike, none at all or very far apart make a plot."""
    result, about = measured(harbour, QUESTIONS[:1])
    taken = summarise([replace(result.results[0], took_ms=time) for time in times])
    assert "Time taken" in to_html(taken, about)


def test_no_questions_make_a_report() -> None:
    """An evaluation of nothing is a page without figures."""
    about = runs.About("empty.jsonl", 1, "2026-11-21", 10, "1", ())
    files = report_files(evaluate([], lambda question: pytest.fail(question)), about)
    assert _Page(files["report.html"]).open == []


def test_the_same_evaluation_gives_the_same_files(harbour: Archive) -> None:
    """Nothing of a clock or of chance is in the report."""
    assert report_files(*measured(harbour)) == report_files(*measured(harbour))


def test_the_markdown_shows_words_as_they_are(harbour: Archive) -> None:
    """Markup, mentions and HTML of a question are disarmed, and each table's rows are as long."""
    text = to_markdown(*measured(harbour))
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "**b**" not in text
    assert "@everyone" not in text
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        bars = [len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()]
        assert len(set(bars)) == 1


@pytest.mark.slow
@pytest.mark.chromium
def test_the_page_fits_a_narrow_screen(harbour: Archive, tmp_path: Path) -> None:
    """At 400 pixels nothing but a table's own frame has to be pushed sideways."""
    files = report_files(*measured(harbour))
    page = files["report.html"].replace("http-equiv", "data-was")  # so that a probe may run
    probe = (
        "<script>const page = document.documentElement;"
        "document.title = page.scrollWidth - page.clientWidth + ' over'</script></body>"
    )
    (tmp_path / "inner.html").write_text(page.replace("</body>", probe), encoding="utf-8")
    (tmp_path / "outer.html").write_text(
        '<iframe src="inner.html" width="400" height="900" onload="document.title = '
        'this.contentDocument.title"></iframe>'
    )
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
               "--allow-file-access-from-files", f"file://{tmp_path}/outer.html"]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=90).stdout
    assert "<title>0 over</title>" in shown


# ---------------------------------------------------------------- words


def test_misses_come_worst_first(harbour: Archive) -> None:
    """Wrong outcomes come before wrong passages, and what was as expected is none."""
    result, _ = measured(harbour)
    ids = [miss.expected.id for miss, _ in misses(result)]
    assert "dug" not in ids
    assert "cup" not in ids
    assert ids.index("wool") > ids.index("bad")


def test_wrong_dates_are_counted(harbour: Archive) -> None:
    """A question for dates tells how many of them were right."""
    result, _ = measured(harbour)
    assert "1 of 2 dates" in " ".join(faults(result.results[1]))


def test_missing_evidence_is_told_with_its_line(harbour: Archive) -> None:
    """Each quote or document that is not in the corpus has a sentence."""
    asked = [*QUESTIONS[:1], {"question": "Who?", "documents": ["diary"]}]
    result, _ = measured(harbour, asked)
    assert unlocated_lines(result) == ["Line 2 (Who?): no document is called “diary”."]


# ---------------------------------------------------------------- runs


def compared(harbour: Archive, before: Sequence[Any], after: Sequence[Any]) -> Comparison:
    """A run of ``before``, saved and read again, beside one of ``after``."""
    earlier = runs.from_json(runs.to_json(*measured(harbour, before)))
    return compare(earlier, runs.run_of(*measured(harbour, after)))


def test_a_run_is_read_as_it_was_saved(harbour: Archive) -> None:
    """What a comparison needs of a run is in its file, whatever the words in it."""
    result, about = measured(harbour)
    assert runs.from_json(runs.to_json(result, about)) == runs.run_of(result, about)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[" * 100_000,
        '{"format": "archivist-evaluation"}',
        '{"format": "archivist-evaluation", "version": 1, "about": {}, "questions": []}',
        '{"format": "archivist-evaluation", "version": 2}',
    ],
)
def test_what_is_no_run_is_refused(text: str) -> None:
    """Any other file is one sentence, not a failure."""
    with pytest.raises(InputError):
        runs.from_json(text)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("took_ms", "fast"),
        ("rank", True),
        ("scores", {"mrr": float("nan")}),
        ("id", 5),
        ("scores", 1),
    ],
)
def test_a_damaged_run_is_refused(harbour: Archive, key: str, value: object) -> None:
    """Values of a run are checked before they are believed."""
    shape = json.loads(runs.to_json(*measured(harbour)))
    shape["questions"][0][key] = value
    with pytest.raises(InputError, match="no run"):
        runs.from_json(json.dumps(shape))


def test_equal_runs_do_not_differ(harbour: Archive) -> None:
    """A run beside itself changes no question and no measure."""
    result = compared(harbour, QUESTIONS, QUESTIONS)
    assert result.questions == len(QUESTIONS)
    assert result.changes == ()
    assert {one.paired.p for one in result.differences} == {1.0}


def test_a_question_that_went_otherwise_is_listed(harbour: Archive) -> None:
    """Each has its direction and what changed; less is better where measures say so."""
    before = runs.run_of(*measured(harbour))
    dug, *others = before.entries
    lost = replace(dug, outcome="near_miss", rank=3, answer=None,
                   scores=replace(dug.scores, mrr=1 / 3, answer_hit=0.0, wrongly_refused=1.0))  # fmt: skip
    worse = compare(before, replace(before, entries=(lost, *others)))
    [change] = worse.changes
    assert (change.id, change.direction) == ("dug", "worse")
    assert change.what == "answered → near miss, rank 1 → 3, answer lost"
    [wrongly] = [one for one in worse.differences if one.measure.name == "wrongly_refused"]
    assert (wrongly.better, wrongly.worse) == (0, 1)
    better = compare(replace(before, entries=(lost, *others)), before)
    assert [one.id for one in better.changed("better")] == ["dug"]


def test_questions_of_one_run_only_are_named(harbour: Archive) -> None:
    """Questions are matched by id; one that was judged by other answers is left out and named."""
    reworded = {**QUESTIONS[2], "answers": ["wool"]}
    result = compared(harbour, QUESTIONS[:3], [QUESTIONS[0], reworded, QUESTIONS[3]])
    assert result.only_before == ("lit",)
    assert result.only_after == ("cup",)
    assert result.reworded == ("wool",)
    assert result.questions == 1


def test_runs_without_a_common_question_compare_to_nothing(harbour: Archive) -> None:
    """Their comparison has no measure, and can be shown."""
    result = compared(harbour, QUESTIONS[:1], QUESTIONS[1:2])
    assert result.differences == ()
    page = to_html(*measured(harbour, QUESTIONS[1:2]), result)
    assert "0 questions of both runs" in _Page(page).text


def test_both_reports_show_the_comparison(harbour: Archive) -> None:
    """The measures stand side by side in each."""
    files = report_files(*measured(harbour), compared(harbour, QUESTIONS, QUESTIONS))
    assert "Compared with an earlier run" in _Page(files["report.html"]).text
    assert "| MRR |" in files["report.md"]


# ---------------------------------------------------------------- files


def test_a_report_is_written_and_replaced(harbour: Archive, tmp_path: Path) -> None:
    """Its folder is made, holds its three files and nothing aside, and may be written again."""
    files = report_files(*measured(harbour))
    for _ in range(2):
        saving.check_folder(tmp_path / "new" / "report")
        saving.save(tmp_path / "new" / "report", files)
    found = sorted(path.name for path in (tmp_path / "new" / "report").iterdir())
    assert found == ["report.html", "report.md", "run.json"]
    assert runs.from_json(saving.read_run(tmp_path / "new" / "report"))


@pytest.mark.parametrize("name", saving.NAMES)
def test_somebody_elses_file_is_not_replaced(tmp_path: Path, name: str) -> None:
    """A file or folder of one of the three names that was not written by us is refused."""
    (tmp_path / name).write_text("my own notes")
    with pytest.raises(InputError, match=name):
        saving.check_folder(tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    with pytest.raises(InputError, match=name):
        saving.check_folder(tmp_path)


def test_other_files_of_the_folder_stay(harbour: Archive, tmp_path: Path) -> None:
    """Only the three names are written."""
    (tmp_path / "notes.md").write_text("mine")
    saving.check_folder(tmp_path)
    saving.save(tmp_path, report_files(*measured(harbour)))
    assert (tmp_path / "notes.md").read_text() == "mine"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A report's folder that is a file is refused, and so is a run that isn't there."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        saving.check_folder(tmp_path / "file")
    with pytest.raises(InputError, match="can't be read"):
        saving.read_run(tmp_path / "nothing")
