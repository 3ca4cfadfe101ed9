"""The benchmark of the engines measures what it says, on small corpora that are made here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import engine, engine_corpus, engine_report, engine_worker
from benchmarks.engine_adapters import DEPTH, ENGINES, Engine, Hits, best
from benchmarks.engine_corpus import Corpus, Filter, Question, terms_of

SIZE = 450  # passages of the corpus that is made: four documents and a half


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    engine_corpus.make(folder, SIZE)
    return folder


@pytest.fixture
def corpus(made: Path) -> Corpus:
    return Corpus.open(made, SIZE)


def texts(corpus: Corpus) -> list[str]:
    return [text for document in corpus.read() for text in document]


# ---------------------------------------------------------------- made passages


def test_a_corpus_has_as_many_passages_as_were_wanted(corpus: Corpus) -> None:
    """Documents have a hundred passages, and the last one what is left."""
    assert len(texts(corpus)) == SIZE
    assert np.diff(corpus.starts).tolist() == [100, 100, 100, 100, 50]


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one(made: Path, tmp_path: Path) -> None:
    """The passages, days and halves of a corpus don't depend on how many more are made."""
    engine_corpus.make(tmp_path, 230)
    alone, within = Corpus.open(tmp_path, 230), Corpus.open(made, 230)
    assert texts(alone) == texts(within)
    assert alone.days.tolist() == within.days.tolist()
    assert alone.halves.tolist() == within.halves.tolist()


def test_a_passage_is_read_by_its_position(corpus: Corpus) -> None:
    """`passage` gives the text that stands at that place among all."""
    every = texts(corpus)
    assert [corpus.passage(n) for n in (0, 99, 100, 449)] == [every[n] for n in (0, 99, 100, 449)]


def test_a_word_that_was_used_is_likelier_in_the_next_passage(corpus: Corpus) -> None:
    """Words of a passage stand in the next one of its document twice as often as elsewhere."""
    held = [set(terms) for document in corpus.terms() for terms in document]
    counts = Counter(term for terms in held for term in terms)
    pairs = [(held[n], held[n + 1]) for n in range(SIZE - 1) if (n + 1) % 100]
    again = sum(len(first & second) for first, second in pairs)
    by_chance = sum(counts[term] / SIZE for first, _ in pairs for term in first)
    assert again > 2 * by_chance


def test_a_few_words_are_common_and_most_are_rare(corpus: Corpus) -> None:
    """Frequencies fall as those of a language do: a third of the words stand once."""
    counts = Counter(term for document in corpus.terms() for terms in document for term in terms)
    most = counts.most_common(1)[0][1]
    once = sum(count == 1 for count in counts.values())
    assert most > 50
    assert once > len(counts) / 3


def test_no_two_ranks_share_a_word() -> None:
    """Every rank has a word of its own, and a rarer one is no shorter in syllables."""
    ranks = [*range(6_000), *range(130_000, 136_000)]
    words = [engine_corpus._coin(rank) for rank in ranks]
    assert len(set(words)) == len(ranks)


def test_terms_have_no_stop_words() -> None:
    """Terms are the words in lower case, without those that tell nothing."""
    assert terms_of("The Lantern of Ebrun, and its 3 wicks.") == ["lantern", "ebrun", "3", "wicks"]


# ---------------------------------------------------------------- texts of a folder


def test_texts_are_cut_into_passages(tmp_path: Path) -> None:
    """A hundred words are a passage, the rest of a file its last, and a file starts a document."""
    source, work = tmp_path / "source", tmp_path / "work"
    (source / "deep").mkdir(parents=True)
    work.mkdir()
    (source / "a.txt").write_text(" ".join(f"a{n}" for n in range(150)) + "\n", encoding="utf-8")
    (source / "deep" / "b.md").write_text("heron\n\nquay", encoding="utf-8")
    (source / ".hidden").write_text("secret", encoding="utf-8")
    (source / "c.bin").write_bytes(b"\0\1binary")
    engine_corpus.take(work, source, 1_000)
    held = Corpus.open(work, 1_000)
    assert held.starts.tolist() == [0, 2, 3]
    assert [len(text.split()) for text in texts(held)] == [100, 50, 2]
    assert held.passage(2) == "heron quay"


def test_no_more_passages_are_read_than_wanted(tmp_path: Path) -> None:
    """A text that has more passages is cut after the last that is wanted."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.txt").write_text("oar " * 1_000, encoding="utf-8")
    engine_corpus.take(tmp_path, tmp_path / "source", 3)
    assert texts(Corpus.open(tmp_path, 10)) == [" ".join(["oar"] * 100)] * 3


def test_words_are_whole_where_a_file_is_read_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word that the end of a piece cuts is put together again; a last passage may be full."""
    monkeypatch.setattr(engine_corpus, "_PIECE", 7)
    (tmp_path / "source").mkdir()
    words = [f"cable{n}" for n in range(200)]
    (tmp_path / "source" / "a.txt").write_text("\n".join(words), encoding="utf-8")
    engine_corpus.take(tmp_path, tmp_path / "source", 9)
    assert texts(Corpus.open(tmp_path, 9)) == [" ".join(words[:100]), " ".join(words[100:])]


def test_a_folder_without_words_is_refused(tmp_path: Path) -> None:
    """Nothing to read is an error that says so."""
    (tmp_path / "source").mkdir()
    with pytest.raises(ValueError, match="no words"):
        engine_corpus.take(tmp_path, tmp_path / "source", 10)


# ---------------------------------------------------------------- questions and filters


def test_questions_are_made_of_a_passage(corpus: Corpus) -> None:
    """Most terms of a question stand in one passage of the document that it may be limited to."""
    for question in engine_corpus.ask(corpus, 20):
        assert len(set(question.terms)) == len(question.terms)
        document = question.filters[0].first
        held = [set(terms) for terms in next(corpus.terms(document, document + 1))]
        assert max(len(terms & set(question.terms)) for terms in held) >= len(question.terms) - 2


def test_the_same_corpus_is_asked_the_same_questions(corpus: Corpus, tmp_path: Path) -> None:
    """Questions are the same in every run, and after they were written and read."""
    questions = engine_corpus.ask(corpus, 10)
    assert len(questions) == 10
    assert engine_corpus.ask(corpus, 10) == questions
    engine_corpus.save_questions(questions, tmp_path / "questions.json")
    assert engine_corpus.load_questions(tmp_path / "questions.json") == questions


def test_filters_let_their_passages_through() -> None:
    """A filter gives the passages of its document, of the documents of its days, of its half."""
    numbers = np.array([0, 0, 0, 0], dtype=np.int64)
    corpus = Corpus(
        Path(),
        7,
        starts=np.array([0, 2, 3, 7], dtype=np.int64),
        offsets=numbers,
        days=np.array([50, 10, 60], dtype=np.int64),
        halves=np.array([False, True, True]),
    )
    assert corpus.positions(Filter("document", 2, 2)).tolist() == [3, 4, 5, 6]
    assert corpus.positions(Filter("days", 50, 60)).tolist() == [0, 1, 3, 4, 5, 6]
    assert corpus.positions(Filter("half", 1, 1)).tolist() == [2, 3, 4, 5, 6]
    assert corpus.positions(Filter("days", 11, 49)).tolist() == []


# ---------------------------------------------------------------- engines


def test_the_best_scores_keep_the_order_of_passages() -> None:
    """Equal scores stand by position, and a score of 0 is no hit."""
    scores = np.array([0.0, 2.0, 3.0, 2.0, 0.0])
    assert best(scores) == [(2, 3.0), (1, 2.0), (3, 2.0)]
    assert best(np.array([1.0] * 30)) == [(n, 1.0) for n in range(DEPTH)]


def answers(engine: Engine, corpus: Corpus, folder: Path, questions: Sequence[Question]) -> Any:
    """What an engine finds for each question, without a filter and with each of its own."""
    if engine.missing:
        pytest.skip(f"{engine.missing} is not installed")
    engine.load()
    engine.build(corpus, folder)
    opened = engine.open(folder, lambda: corpus)
    try:
        return [
            [opened.search(question.terms, among) for among in (None, *question.filters)]
            for question in questions
        ]
    finally:
        opened.close()


@pytest.fixture(scope="module")
def right(made: Path, tmp_path_factory: pytest.TempPathFactory) -> list[list[Hits]]:
    """What rank-bm25 finds."""
    corpus = Corpus.open(made, SIZE)
    folder = tmp_path_factory.mktemp("rank-bm25")
    found: list[list[Hits]] = answers(
        ENGINES["rank-bm25"], corpus, folder, engine_corpus.ask(corpus, 10)
    )
    return found


def test_ours_finds_what_rank_bm25_finds(
    corpus: Corpus, right: list[list[Hits]], tmp_path: Path
) -> None:
    """Ours has the same ten passages with the same scores to the last bit, filtered or not."""
    assert answers(ENGINES["ours"], corpus, tmp_path, engine_corpus.ask(corpus, 10)) == right


@pytest.mark.parametrize("key", ["bm25s", "bm25s-numba", "tantivy", "fts5"])
def test_other_engines_find_much_the_same(
    key: str, corpus: Corpus, right: list[list[Hits]], tmp_path: Path
) -> None:
    """Whichever the engine, four in five of its hits are rank-bm25's, filtered or not."""
    found = answers(ENGINES[key], corpus, tmp_path, engine_corpus.ask(corpus, 10))
    for kind in range(4):
        pairs = [(mine[kind], theirs[kind]) for mine, theirs in zip(found, right, strict=True)]
        shared = sum(len({n for n, _ in a} & {n for n, _ in b}) for a, b in pairs)
        assert shared >= 0.8 * sum(len(theirs) for _, theirs in pairs)


def test_filtered_hits_are_of_the_filter(corpus: Corpus, right: list[list[Hits]]) -> None:
    """No hit lies outside of what a filter lets through."""
    for question, found in zip(engine_corpus.ask(corpus, 10), right, strict=True):
        for among, hits in zip(question.filters, found[1:], strict=True):
            assert {n for n, _ in hits} <= set(corpus.positions(among).tolist())


def test_a_process_tells_times_and_hits(made: Path, corpus: Corpus, tmp_path: Path) -> None:
    """Building and answering give their figures, one time and one list of hits a question."""
    questions = engine_corpus.ask(corpus, 4)
    engine_corpus.save_questions(questions, tmp_path / "questions.json")
    task = {
        "engine": "rank-bm25",
        "corpus": str(made),
        "size": SIZE,
        "index": str(tmp_path),
        "questions": str(tmp_path / "questions.json"),
        "first": questions[0].terms,
        "seconds": 0.1,
        "processor": True,
        "begun": 0.0,
    }
    built = engine_worker.run({**task, "do": "build"})
    assert built["processor_s"] > 0 < built["memory_mb"]
    told = engine_worker.run({**task, "do": "answer"})
    assert 0 < told["open_s"] < told["whole_s"]
    for kind in engine_worker.KINDS:
        assert len(told["milliseconds"][kind]) == len(told["found"][kind]) == 4
    assert set(told["throughput"]) == {"1", "2"}


# ---------------------------------------------------------------- the report


def figures(milliseconds: float, **more: Any) -> dict[str, Any]:
    """Those of an engine that takes as long for every question."""
    return {
        "milliseconds": dict.fromkeys(engine_worker.KINDS, [milliseconds] * 3),
        "found": {"all": [[[4, 1.5], [2, 1.25]]]},
        "throughput": {"1": 10.0, "2": 20.0},
        "build": {"clock_s": 100.0, "processor_s": 100.0, "memory_mb": 90.0},
        "bytes": 150e6,
        "open_s": 0.1,
        "whole_s": 0.3,
        "memory_mb": 300.0,
        **more,
    }


def size(passages: int, **engines: Any) -> dict[str, Any]:
    """The figures of one size; ``_`` in the name of an engine stands for ``-``."""
    return {
        "passages": passages,
        "documents": passages // 100,
        "text_bytes": passages * 700,
        "questions": 3,
        "terms_a_question": 8.0,
        "numpy_s": 0.1,
        "engines": {key.replace("_", "-"): engine for key, engine in engines.items()},
    }


def met(*sizes: dict[str, Any]) -> dict[str, bool | None]:
    """Whether each bar is met, by the last words of what it is about and of the bar."""
    return {f"{bar.what}: {bar.wanted}": bar.met for bar in engine_report.bars(sizes)}


def test_bars_are_met_or_not() -> None:
    """Ours is held to tantivy's time, a thousandth of rank-bm25's, and to fixed sums."""
    large = size(
        1_000_000,
        ours=figures(2.0, memory_mb=460.0),
        ours_2=figures(2.0, build={"clock_s": 55.0, "processor_s": 110.0, "memory_mb": 1.0}),
        rank_bm25=figures(2_100.0),
        tantivy=figures(1.9),
    )
    assert met(large) == {
        "1,000,000 passages, median: no more than tantivy's": False,
        "1,000,000 passages, 95th percentile: no more than tantivy's": False,
        "1,000,000 passages, median: rank-bm25's : ours at least 1,000": True,
        "1,000,000 passages, from disk to the first answer, beyond interpreter and numpy: "
        "at most 0.3 s": True,
        "1,000,000 passages, peak of memory: at most 450 MB": False,
        "1,000,000 passages, on disk: at most 200 MB": True,
        "1,000,000 passages, build, passages a second of the processor: at least 8,000": True,
        "1,000,000 passages, build, by the clock with two processes : that: at least 1.7": True,
        "1,000,000 passages, top ten and scores: rank-bm25's to the bit": True,
    }


def test_a_bar_that_was_not_measured_is_neither_met_nor_missed() -> None:
    """Without a million passages nothing is said of the bars that are set for them."""
    small = met(size(10_000, ours=figures(0.4)))
    assert small["10,000 passages, median: at most 1 ms"] is True
    assert small["1,000,000 passages, on disk: at most 200 MB"] is None
    assert small["10,000 passages, top ten and scores: rank-bm25's to the bit"] is None


def test_one_bit_in_a_score_is_a_difference() -> None:
    """Hits agree only if passages, order and scores are equal; shared ones are told apart."""
    other = figures(1.0, found={"all": [[[4, 1.5], [2, np.nextafter(1.25, 2)]]]})
    found = engine_report.agreement(size(9, ours=other, rank_bm25=figures(1.0)), "all")
    assert found == engine_report.Agreement(questions=1, equal=0, shared=1.0)


@pytest.mark.parametrize(
    ("points", "exponent"),
    [
        ([(10, 5.0), (100, 50.0), (1000, 500.0)], 1.0),
        ([(10, 5.0), (1000, 5.0)], 0.0),
        ([(10, 5.0)], None),
        ([], None),
    ],
)
def test_growth_is_an_exponent(points: list[tuple[float, float]], exponent: float | None) -> None:
    """What doubles with the corpus grows with exponent 1; one size tells nothing."""
    assert engine_report.growth(points) == (
        None if exponent is None else pytest.approx(exponent, abs=1e-9)
    )


def test_tables_and_plots_are_written(tmp_path: Path) -> None:
    """The folder gets a page with every engine, a picture and the figures."""
    sizes = [
        size(count, ours=figures(0.5), tantivy=figures(0.6), fts5={}, rank_bm25=figures(5.0))
        for count in (10_000, 100_000)
    ]
    sizes[0]["engines"]["reading"] = {"build": sizes[0]["engines"]["ours"]["build"], "bytes": 0}
    facts = {
        "versions": {"python": "3.11", "bm25s": "none"},
        "system": "Linux",
        "cores": 2,
        "command": "python -m benchmarks.engine",
        "took_s": 60,
    }
    engine_report.write(facts, sizes, tmp_path / "new")
    page = (tmp_path / "new" / "benchmark.md").read_text(encoding="utf-8")
    assert "Not installed: bm25s" in page
    assert "| tantivy | 0.60 / 0.60 / 0.60 |" in page
    assert (tmp_path / "new" / "benchmark.png").read_bytes().startswith(b"\x89PNG")
    kept = json.loads((tmp_path / "new" / "benchmark.json").read_text(encoding="utf-8"))
    assert kept["sizes"][0]["engines"]["ours"]["milliseconds"]["all"]["p95"] == 0.5


# ---------------------------------------------------------------- the command


@pytest.mark.parametrize(
    "arguments",
    [["--engines", "nothing"], ["--passages", "0"], ["--text", "no such folder"]],
)
def test_wrong_options_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An option that can't be used ends the command before anything is made."""
    with pytest.raises(SystemExit) as ended:
        engine.main(arguments)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.slow
def test_the_whole_benchmark_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One command measures each engine in processes of its own, and ours equals rank-bm25."""
    monkeypatch.setattr(engine, "_OPENINGS", 1)
    small = ["--passages", "250", "--questions", "4", "--seconds", "0.1"]
    engines = ["--engines", "ours-2", "rank-bm25", "reading"]
    engine.main([*small, *engines, "--out", str(tmp_path)])
    assert "ours, 2 segments" in capsys.readouterr().out
    kept = json.loads((tmp_path / "benchmark.json").read_text(encoding="utf-8"))
    exact = next(bar for bar in kept["bars"] if "top ten" in bar["what"])
    assert exact["measured"] == "16 of 16 questions"
