"""The benchmarks measure what they say, on small collections that are made here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import answers, engines, question_latency, retrieval, tables
from benchmarks.answers import QuestionSet
from benchmarks.collection import load
from benchmarks.engines import Okapi
from benchmarks.retrieval import Ours, Query
from benchmarks.steps import STEPS, plainer, without
from index import bm25
from index.evaluation.question_file import UNANSWERABLE
from index.questions import Alternative, Concept
from index.questions.understanding import clean, understand
from index.snapshot import Snapshot
from tests.conftest import ROOT

DOCUMENTS = (
    ("ferry/0", "The Skerrow ferry", "The ferry to Skerrow was built in 1911 by Tomas Hallan."),
    ("ferry/1", "The Skerrow ferry", "It carries forty passengers and leaves at noon."),
    ("mill/0", "The mill at Ovrin", "The mill at Ovrin ground barley until the flood of 1954."),
    ("mill/1", "The mill at Ovrin", "Its wheel was made of oak and measured nine metres."),
    ("bees/0", "Bees", "A hive on the moor gives heather honey, which is sold in Ovrin."),
)
QUERIES: tuple[dict[str, Any], ...] = (
    {"id": "1", "text": "who built the skerrow ferry", "answers": ["Tomas Hallan"]},
    {"id": "2", "text": "what did the mill grind", "answers": ["barley"]},
    {"id": "3", "text": "where is heather honey sold", "answers": ["Ovrin"]},
    {"id": "4", "text": "a query that nothing is judged for"},
)
QRELS = "1\tferry/0\t2\n1\tferry/1\t1\n2\tmill/0\t1\n2\tbees/0\t0\n3\tbees/0\t1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A collection of five documents and four queries."""
    folder = tmp_path / "islands"
    folder.mkdir()
    documents = [{"id": id_, "title": title, "text": text} for id_, title, text in DOCUMENTS]
    for name, lines in (("documents", documents), ("queries", QUERIES)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "qrels.tsv").write_text(QRELS, encoding="utf-8")
    return folder


@pytest.fixture
def snapshot(folder: Path, tmp_path: Path) -> Snapshot:
    return load(folder, tmp_path / "data")


# ---------------------------------------------------------------- collections and engines


def test_a_query_without_a_right_document_is_left_out(folder: Path) -> None:
    """Only queries that something is right for are asked, and a gain of 0 is none."""
    collection = retrieval.read_collection(folder)
    assert [query.id for query in collection.queries] == ["1", "2", "3"]
    assert collection.queries[0].gains == {0: 2.0, 1: 1.0}
    assert collection.queries[1].gains == {2: 1.0}


def test_every_nth_query_is_read(folder: Path) -> None:
    """``every`` 2 takes the first, the third and so on of the queries that are asked."""
    assert [q.id for q in retrieval.read_collection(folder, 2).queries] == ["1", "3"]


def test_ndcg_weighs_gains_by_rank() -> None:
    """nDCG@10 discounts each gain by the logarithm of its rank and is divided by the best order's."""
    query = Query("1", "", {7: 2.0, 8: 1.0})
    measured = retrieval.measure("x", [query], lambda _: [5, 7, 8])
    ideal = 2 + 1 / np.log2(3)
    assert measured.ndcg[0] == pytest.approx((2 / np.log2(3) + 1 / 2) / ideal)
    assert measured.first == (0.0,)
    assert measured.reciprocal == (0.5,)


def test_a_query_that_finds_nothing_right_scores_nothing() -> None:
    """Without a right document among the first ten all measures are 0."""
    query = Query("1", "", {99: 1.0})
    measured = retrieval.measure("x", [query], lambda _: [*range(10), 99])
    assert (measured.ndcg, measured.first, measured.reciprocal) == ((0.0,), (0.0,), (0.0,))


def test_plain_bm25_ranks_as_the_searcher_does() -> None:
    """The plain ranking is that of `index.bm25.Searcher` without fields."""
    documents = [text.lower().split() for _, _, text in DOCUMENTS]
    terms = ["the", "mill", "ovrin", "the"]
    found = Okapi(documents, 1.2, 0.75)(terms)
    assert found == [n for n, _ in bm25.Searcher(documents, k1=1.2, b=0.75).search(terms)]


def test_best_keeps_the_order_of_equal_scores() -> None:
    """Of equal scores the earlier document is first, and nothing without a score is given."""
    assert engines.best(np.array([0.5, 0.0, 1.0, 0.5, 0.5]), 3) == [2, 0, 3]
    assert engines.best(np.zeros(4)) == []


def test_feedback_finds_what_shares_no_word_with_the_query() -> None:
    """Feedback adds words of the documents that are found first, and finds others by them."""
    okapi = Okapi([["harbour", "pilot", "tug"], ["pilot", "tug"], ["orchard"]], 1.2, 0.75)
    assert okapi(["harbour"]) == [0]
    assert engines.with_feedback(okapi)(["harbour"]) == [0, 1]


def test_only_neighbours_under_the_same_title_count() -> None:
    """A document gains a fifth of the better neighbour's score if both have one title."""
    scores = engines.beside(np.array([1.0, 0.0, 0.0, 2.0]), ["a", "a", "b", "b"])
    assert scores.tolist() == pytest.approx([1.0, 0.2, 0.4, 2.0])


@pytest.mark.parametrize("name", ["bm25s", "tantivy"])
def test_other_engines_find_what_we_do(name: str) -> None:
    """bm25s and tantivy are given the same terms, so that they find the same documents."""
    pytest.importorskip(name)
    documents = [text.lower().split() for _, _, text in DOCUMENTS]
    engine = (
        engines.bm25s_engine(documents, 1.2, 0.75)
        if name == "bm25s"
        else engines.tantivy_engine(documents)
    )
    assert engine(["mill", "ovrin", "nowhere"]) == Okapi(documents, 1.2, 0.75)(["mill", "ovrin"])
    assert engine(["nowhere"]) == []


# ---------------------------------------------------------------- steps


def test_the_program_has_what_every_step_switches_off() -> None:
    """Each constant that a step sets is there; else the step measures nothing."""
    assert [missing for step in STEPS for missing in step.missing()] == []


def test_steps_are_on_again_afterwards() -> None:
    """What was switched off is as it was when the measuring ends."""
    from index import ranking

    before = ranking._PAIR
    with without(STEPS):
        assert ranking._PAIR == 0.0
    assert before == ranking._PAIR


def test_a_step_takes_away_the_words_that_it_adds(snapshot: Snapshot) -> None:
    """Without spelling a word counts as it was typed alone; one that has nothing left is gone."""
    [spelling] = [step for step in STEPS if step.name == "spelling"]
    asked = understand(clean("ferry"), snapshot, retrieval.TODAY)
    typed, other = Alternative("fery"), Alternative("ferri", 0.9, "spelling")
    words = tuple(Concept("fery", 0, 4, found, 1.0) for found in ((typed, other), (other,)))
    left = plainer(replace(asked, concepts=words), [spelling])
    assert [concept.alternatives for concept in left.concepts] == [(typed,)]


def test_a_collection_is_measured_from_end_to_end(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints its tables and writes all figures, but no path of the machine, as JSON."""
    file = tmp_path / "figures.json"
    retrieval.main([str(folder), "--steps", "2", "--json", str(file)])
    text = file.read_text(encoding="utf-8")
    [found] = json.loads(text)["collections"]
    assert found["engines"][0]["name"] == "ours"
    assert found["engines"][0]["ndcg_10"] > 0.9
    assert len(found["steps"]) == len(STEPS) + 2
    assert found["answers"]["right_first"] == 1.0
    assert str(tmp_path) not in text
    assert "Measured and left out" in capsys.readouterr().out


def test_a_question_that_cannot_be_read_finds_nothing(snapshot: Snapshot) -> None:
    """A query with a date that does not exist is measured as one that finds nothing."""
    assert Ours(snapshot)("what happened on 31 February 1954") == []


def test_a_folder_that_is_no_collection_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without judgements ends the command with a sentence that names it."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit):
        retrieval.main([str(tmp_path / "empty")])
    assert "empty is no collection" in capsys.readouterr().err


# ---------------------------------------------------------------- answers


def test_thresholds_refuse_the_share_that_they_are_named_after() -> None:
    """A threshold refuses no more of the answerable questions than its share, and the most it can."""
    answerable = [n / 100 for n in range(100)]
    unanswerable = [-1.0, 0.02, 0.04, 0.2]
    found = {one.name: one for one in answers.thresholds(answerable, unanswerable, {"own": 0.5})}
    assert found["5% refused"].confidence == 0.05
    assert found["5% refused"].answered == 0.95
    assert found["5% refused"].wrong == 0.25
    assert found["own"].answered == 0.5
    assert found["own"].wrong == 0.0


def test_without_confidence_there_are_no_thresholds() -> None:
    """Where every answer is as sure as any other no threshold is given."""
    assert answers.thresholds([0.0, 0.0], [0.0, -1.0], {}) == []


def asked(snapshot: Snapshot) -> QuestionSet:
    """Three questions that are answered in the collection, and two that are not."""
    said = [
        {"id": q["id"], "question": q["text"], "answers": q["answers"], "documents": [document]}
        for q, document in zip(QUERIES[:3], ("ferry/0", "mill/0", "bees/0"), strict=True)
    ]
    return QuestionSet("islands", snapshot, (
        *said,
        {"id": "u1", "question": "who owns the airport of Tallis", "kind": UNANSWERABLE, "sort": "off-topic"},
        {"id": "u2", "question": "price of a violin string", "kind": UNANSWERABLE, "sort": "off-topic"},
    ))  # fmt: skip


def test_refusals_are_counted_by_sort(snapshot: Snapshot) -> None:
    """Of each sort of unanswerable question it is told how many were refused."""
    questions = asked(snapshot)
    found = answers.figures(questions, answers.ask_all(questions))
    assert found["refused_by_sort"] == {"off-topic": {"refused": 2, "questions": 2}}
    assert found["measures"]["refused"][0] == 1.0
    assert found["measures"]["recall_1"][0] == 1.0
    assert (found["answerable"], found["unanswerable"]) == (3, 2)


def test_the_curve_is_drawn(tmp_path: Path) -> None:
    """The plot is a PNG file, with or without anything to draw."""
    one = {
        "name": "islands", "answerable": 3, "unanswerable": 2,
        "curve": [[0.1, 1.0, 0.5], [0.4, 0.6, 0.0]],
        "thresholds": [{"name": "answered", "confidence": 0.4, "answered": 0.6, "wrong": 0.0}],
    }  # fmt: skip
    for number, sets in enumerate(([one], [])):
        file = tmp_path / f"{number}.png"
        answers.plot(sets, file)
        assert file.read_bytes().startswith(b"\x89PNG")


def test_squads_questions_become_questions_of_ours(folder: Path) -> None:
    """An answerable question names its paragraphs; an unanswerable one is of that kind."""
    queries = "".join(json.dumps(query) + "\n" for query in QUERIES[:3])
    (folder / "queries.jsonl").write_text(queries, encoding="utf-8")
    (folder / "unanswerable.jsonl").write_text('{"id": "u", "text": "why"}\n', encoding="utf-8")
    found = list(answers.squad_questions(folder, 2))
    assert [one["id"] for one in found] == ["1", "3", "u"]
    assert found[0]["documents"] == ["ferry/0", "ferry/1"]
    assert found[2]["kind"] == UNANSWERABLE


# ---------------------------------------------------------------- latency


def test_the_program_has_every_step_that_is_timed() -> None:
    """Each function whose time is measured is there; else its step would seem to take none."""
    missing = [
        f"{module}.{name}"
        for functions in question_latency.STEPS.values()
        for module, name in functions
        if not hasattr(*question_latency.resolve(module, name))
    ]
    assert missing == []


def test_the_time_of_a_step_inside_another_counts_once() -> None:
    """A step's time leaves out that of the steps inside it, and all times add up to the whole."""
    ticks: Iterator[int] = iter((0, 1, 3, 8, 10, 16))
    clock = question_latency.Clock(lambda: next(ticks))
    inner = clock.timed("dates", lambda: None)
    outer = clock.timed("choosing", inner)
    clock.start()
    outer()
    took = clock.stop()
    assert (took["choosing"], took["dates"], took[question_latency.REST]) == (4, 5, 7)
    assert took[question_latency.WHOLE] == 16


def test_percentiles_are_values_that_were_measured() -> None:
    """The 50th, 95th and 99th percentile are each one of the values."""
    assert question_latency.percentiles(range(1, 101)) == {"p50": 50, "p95": 95, "p99": 99}
    assert question_latency.percentiles([]) == {"p50": 0, "p95": 0, "p99": 0}


def test_made_passages_are_the_same_every_time() -> None:
    """The same texts give the same passages: first as they are, then with other words mixed in."""
    base = [text for _, _, text in DOCUMENTS]
    made = list(question_latency.made_passages(base, 200))
    assert made == list(question_latency.made_passages(base, 200))
    assert made[: len(base)] == base
    assert len(made) == 200


def test_the_vocabulary_of_made_passages_grows() -> None:
    """More passages hold more different words."""
    base = [text for _, _, text in DOCUMENTS]
    sizes = [
        len({word for passage in question_latency.made_passages(base, count) for word in passage.split()})
        for count in (5, 500, 2_000)
    ]  # fmt: skip
    assert sizes == sorted(set(sizes))


def test_made_words_differ() -> None:
    """No two numbers make one word."""
    assert len({question_latency._coin(number) for number in range(5_000)}) == 5_000


def test_made_passages_can_be_asked(tmp_path: Path) -> None:
    """Made passages are an index like any other, whose steps are timed for every question."""
    made = list(question_latency.made_passages([text for _, _, text in DOCUMENTS], 150))
    number = question_latency.make_index(iter(made), tmp_path)
    how = question_latency.How(questions=2)
    found = question_latency.measure("made", tmp_path, ["who built the ferry"] * 2, how)
    assert found.passages == 150
    assert [len(times) for times in found.warm.values()] == [2] * (len(question_latency.STEPS) + 2)
    snapshot = Snapshot(tmp_path, number)
    assert [snapshot.quote(p.locator) for p in snapshot.passages[99:102]] == made[99:102]
    assert len(question_latency.time_rank_bm25(tmp_path, ["ferry"], how)) == 1


def test_memory_is_told_in_megabytes() -> None:
    """The most memory that a process had is told, or 0 where the system doesn't tell it."""
    assert question_latency.peak_memory() == 0 or 10 < question_latency.peak_memory() < 100_000


def test_growth_is_shown_beside_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    """Each index has a column with the median of each step."""
    made = [
        question_latency.Measured(name, 1, 0.1, 2.0, 30.0, cold={"dates": [value] * 3})
        for name, value in (("small", 1.5), ("large", 2.5))
    ]
    question_latency.show_growth(made)
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line]
    assert lines[1:] == [["step", "small", "large"], ["dates", "1.50", "2.50"]]


# ---------------------------------------------------------------- tables and pins


def test_evenly_takes_no_more_than_asked_for() -> None:
    """Things are taken from the whole list, at even distances."""
    assert tables.evenly(range(10), 3) == range(0, 10, 4)
    assert tables.evenly(range(3), 5) == range(3)


def test_a_table_has_its_columns_under_their_heads(capsys: pytest.CaptureFixture[str]) -> None:
    """The first column stands to the left, figures to the right."""
    tables.say_table(("way", "share"), [("ours", "0.5"), ("another", "12.5")])
    assert capsys.readouterr().out == "way      share\nours       0.5\nanother   12.5\n"


def test_pinned_engines_hold_hashes_and_no_address() -> None:
    """requirements-bench.txt pins by hash and names no place to download from."""
    text = (ROOT / "requirements-bench.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"(?m)^[A-Za-z0-9_.-]+==\S+", text)
    assert text.count("--hash=sha256:") >= len(pinned) > 0
    assert "://" not in text
    assert "--index" not in text
