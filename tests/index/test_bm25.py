"""Ranking: rank-bm25's Okapi with Lucene's frequencies, and none of rank-bm25's traps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from index import bm25, highest, inverting, parts, postings
from index.bm25 import OkapiIndex, Searcher
from index.parts import Part
from index.postings import Postings, PostingsWriter, count_terms, merge

Totals = Sequence[Sequence[tuple[str, float]]]


class Plain(BM25Okapi):
    """rank-bm25 with fields, and with Lucene's frequencies unless its own are asked for."""

    def __init__(
        self,
        corpus: Sequence[Sequence[str]],
        fields: Sequence[Mapping[str, float]] = (),
        *,
        okapi: bool = False,
        k1: float = 1.2,
        b: float = 0.75,
    ) -> None:
        self.fields, self.okapi = fields, okapi
        super().__init__(corpus, k1=k1, b=b)
        self.avgdl = self.avgdl or 1.0  # nothing but empty passages

    def _initialize(self, corpus: Sequence[Sequence[str]]) -> dict[str, int]:
        frequencies: dict[str, int] = super()._initialize(corpus)
        for held, beside in zip(self.doc_freqs, self.fields, strict=False):
            for term, share in beside.items():
                if term not in held:
                    frequencies[term] = frequencies.get(term, 0) + 1
                held[term] = held.get(term, 0) + share
        return frequencies

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        if self.okapi:
            super()._calc_idf(nd)
            return
        for term, n in nd.items():
            self.idf[term] = math.log(1 + (self.corpus_size - n + 0.5) / (n + 0.5))

    def holders(self, term: str) -> list[int]:
        return [n for n, held in enumerate(self.doc_freqs) if term in held]

    def best(self, query: Sequence[str], k: int | None = None) -> list[tuple[int, float]]:
        """The best that hold a term, ties in corpus order."""
        scores = self.get_scores(query)
        found = {n for term in query for n in self.holders(term)}
        return sorted(((n, float(scores[n])) for n in found), key=lambda one: (-one[1], one[0]))[:k]


TEN = [["sea", "ship"] if n < 8 else ["sea", "harbour"] for n in range(10)]


def test_rank_bm25_has_the_traps() -> None:
    """rank-bm25 0.2.2 misranks small corpora, which is why it is subclassed."""
    assert list(BM25Okapi([["ship"], ["town"]]).get_scores(["ship"])) == [0.0, 0.0]
    assert (BM25Okapi([["a", "x"], ["a", "y"], ["a", "z"]]).get_scores(["a"]) < 0).all()
    assert BM25Okapi([["a"], ["b"], ["c"]]).get_top_n(["unknown"], ["1", "2", "3"], n=3)
    with pytest.raises(ZeroDivisionError):
        BM25Okapi([])


def test_one_of_two_passages_is_found_with_a_positive_score() -> None:
    """With two passages, the only one that matches scores above zero."""
    [(position, score)] = Searcher([["ship"], ["town"]]).search(["ship"])
    assert position == 0
    assert score > 0


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        pytest.param(1, 1.992, id="in one of ten"),
        pytest.param(5, 0.693, id="in half of them: rank-bm25 says 0"),
        pytest.param(8, 0.258, id="in eight of ten"),
        pytest.param(10, 0.047, id="in all: rank-bm25 says less than 0"),
    ],
)
def test_rarer_terms_weigh_more_and_none_weighs_nothing(frequency: int, expected: float) -> None:
    """Inverse document frequency falls with frequency and never reaches zero."""
    passages = [["word"] if n < frequency else ["other"] for n in range(10)]
    assert Searcher(passages).idf("word") == pytest.approx(expected, abs=0.001)


def test_a_term_of_every_passage_still_ranks_by_frequency() -> None:
    """Where all passages hold the term, the one that holds it most often is first."""
    found = Searcher([["a", "x", "x"], ["a", "a", "x"], ["a", "x", "y"]]).search(["a"])
    assert [position for position, _ in found] == [1, 0, 2]
    assert all(score > 0 for _, score in found)


def test_an_unknown_term_finds_nothing() -> None:
    """A term that stands nowhere brings no passage."""
    assert Searcher(TEN).search(["unknown"]) == []


@pytest.mark.parametrize("passages", [[], [[]], [[], ["a"]]], ids=["none", "empty", "one empty"])
def test_passages_without_terms_do_no_harm(passages: list[list[str]]) -> None:
    """An empty corpus and empty passages can be searched."""
    searcher = Searcher(passages)
    assert searcher.search(["b"]) == []
    assert len(searcher.search(["a"])) == ("a" in searcher)


def test_ties_keep_corpus_order() -> None:
    """Passages with equal scores stand in the order of the corpus."""
    assert [position for position, _ in Searcher([["a"]] * 5).search(["a"])] == [0, 1, 2, 3, 4]


def test_only_passages_that_hold_a_term_are_found() -> None:
    """Membership comes from the postings: no passage without a query term is returned."""
    assert {position for position, _ in Searcher(TEN).search(["harbour", "none"])} == {8, 9}


def test_search_can_be_limited_to_some_passages() -> None:
    """``among`` keeps all other passages out."""
    assert {n for n, _ in Searcher(TEN).search(["sea"], among=frozenset({3, 9}))} == {3, 9}


words = st.sampled_from("abcdef")
corpora = st.lists(st.lists(words, min_size=1, max_size=12), min_size=1, max_size=12)


@given(corpora, st.lists(words, min_size=1, max_size=4))
def test_scores_are_rank_bm25s_with_lucenes_frequencies(
    corpus: list[list[str]], query: list[str]
) -> None:
    """Each score is what rank-bm25's own formula gives for Lucene's frequency, to the bit."""
    oracle = BM25Okapi(corpus)
    for term in oracle.idf:
        holders = sum(term in passage for passage in corpus)
        oracle.idf[term] = math.log(1 + (len(corpus) - holders + 0.5) / (holders + 0.5))
    expected = oracle.get_scores(query)
    for position, score in Searcher(corpus, k1=1.5).search(query):
        assert score == expected[position]


@given(corpora, st.lists(words, min_size=1, max_size=4))
def test_found_passages_are_those_that_match(corpus: list[list[str]], query: list[str]) -> None:
    """Exactly the passages that hold a term are found, each with a score above zero."""
    found = Searcher(corpus).search(query)
    matching = {n for n, passage in enumerate(corpus) if set(passage) & set(query)}
    assert {position for position, _ in found} == matching
    assert all(score > 0 for _, score in found)


def test_index_is_a_rank_bm25_model() -> None:
    """What rank-bm25's users know of its Okapi works on ours."""
    index = OkapiIndex([["sea", "ship"], ["town"]])
    assert isinstance(index, BM25Okapi)
    assert (index.corpus_size, index.avgdl, index.doc_len) == (2, 1.5, [2, 1])
    assert index.doc_freqs == [{"sea": 1, "ship": 1}, {"town": 1}]
    assert index.get_top_n(["ship"], ["first", "second"], n=1) == ["first"]


def test_a_field_is_no_text() -> None:
    """A term that stands beside a passage alone finds it, and is told from one in its text."""
    searcher = Searcher([["sea"], ["ship", "sea"]], [{"ship": 1.5}, {"ship": 1.5}])
    assert [searcher.holds(n, "ship") for n in (0, 1)] == [True, True]
    assert [searcher.in_text(n, "ship") for n in (0, 1)] == [False, True]


# ---------------------------------------------------------------- equal to rank-bm25, to the bit

terms = st.sampled_from("abcdefgh")
texts = st.lists(terms, max_size=12)
fields = st.dictionaries(terms, st.sampled_from([0.25, 1.0, 1.5, 0.3]), max_size=2)
queries = st.lists(st.sampled_from("abcdefghz"), min_size=1, max_size=6)


@contextmanager
def scaled_down(stretches: int = 200) -> Iterator[None]:
    """Chunks, blocks and bounds so small that a few passages take the ways of a million."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (inverting, postings):
            patch.setattr(module, "CHUNK_BITS", 3)
            patch.setattr(module, "CHUNK", 8)
        patch.setattr(postings, "_DECODED", 3)
        patch.setattr(highest, "_ROWS", 2)
        patch.setattr(parts, "_MANY_STRETCHES", stretches)
        patch.setattr(postings, "_DECODING", 0)
        patch.setattr(highest, "_FEW", 2)
        patch.setattr(bm25, "_LONG", 3)
        patch.setattr(bm25, "_SKIPPED", 2)
        patch.setattr(bm25, "_ONE_BY_ONE", 2)
        patch.setattr(bm25, "_LOOKED_UP", 0.5)
        patch.setattr(parts, "_CACHED", 400)
        yield


@dataclass
class Corpus:
    """Some passages in several parts, of which some are in the corpus no more."""

    texts: list[list[str]] = field(default_factory=list)  # of what is in it, in order
    fields: list[dict[str, float]] = field(default_factory=list)
    collections: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def plain(self, seen: set[str]) -> tuple[Plain, list[int]] | None:
        """rank-bm25 built on what is seen alone, and the positions of its passages."""
        own = [n for n, name in enumerate(self.collections) if name in seen]
        if not own:
            return None
        return Plain([self.texts[n] for n in own], [self.fields[n] for n in own]), own


@st.composite
def parted(draw: st.DrawFn) -> Corpus:
    """Documents of a few passages each, one behind the other, each in one of up to three parts."""
    names = draw(st.lists(st.sampled_from(["open", "closed"]), min_size=1, max_size=3))
    document = st.tuples(
        st.integers(0, len(names) - 1),
        st.booleans() | st.just(True),  # whether it is in the corpus
        st.lists(st.tuples(texts, fields), min_size=1, max_size=6),
    )
    made = Corpus()
    held: list[list[tuple[list[str], dict[str, float], int]]] = [[] for _ in names]
    for part, kept, passages in draw(st.lists(document, max_size=8)):
        for text, beside in passages:
            held[part].append((text, beside, len(made.texts) if kept else -1))
            if kept:
                made.texts.append(text)
                made.fields.append(beside)
                made.collections.append(names[part])
    for name, rows in zip(names, held, strict=True):
        with scaled_down():
            found = Postings.of([count_terms([row[0] for row in rows], [row[1] for row in rows])])
        made.parts.append(Part(found, np.array([row[2] for row in rows], dtype=np.int32), name))
    return made


seen_sets = st.sampled_from([{"open", "closed"}, {"open"}, {"closed"}, set()])


@settings(max_examples=100)
@given(parted(), seen_sets, queries, st.sampled_from([1, 2, 5, None]))
def test_the_best_are_rank_bm25s_on_what_is_seen(
    corpus: Corpus, seen: set[str], query: list[str], k: int | None
) -> None:
    """Positions and scores are those of rank-bm25 built on the passages that are seen alone."""
    check_best(corpus, seen, query, k)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=1_000)
@given(parted(), seen_sets, st.lists(queries, min_size=4, max_size=4))
def test_the_best_of_thousands_of_questions_are_rank_bm25s(
    corpus: Corpus, seen: set[str], asked: list[list[str]]
) -> None:
    """The same of a thousand corpora, four questions each."""
    for query, k in zip(asked, (1, 2, 5, None), strict=True):
        check_best(corpus, seen, query, k)


def check_best(corpus: Corpus, seen: set[str], query: list[str], k: int | None) -> None:
    with scaled_down():
        found = Searcher.of_parts(corpus.parts, len(corpus.texts)).seeing(seen).search(query, k=k)
    plain = corpus.plain(seen)
    expected = (
        [] if plain is None else [(plain[1][n], score) for n, score in plain[0].best(query, k)]
    )
    assert found == expected


@settings(max_examples=60)
@given(parted(), queries, st.integers(1, 5), st.data())
def test_filters_change_no_score(
    corpus: Corpus, query: list[str], k: int, data: st.DataObject
) -> None:
    """Limited to a slice, a set or an array, the best are those of all that are in it, with the same
    scores.
    """
    size = len(corpus.texts)
    some = data.draw(st.frozensets(st.integers(0, size - 1))) if size else frozenset[int]()
    first, stop = sorted(data.draw(st.tuples(st.integers(0, size), st.integers(0, size))))
    with scaled_down(data.draw(st.sampled_from([0, 200]))):
        searcher = Searcher.of_parts(corpus.parts, size)
        every = searcher.search(query)
        within = [one for one in every if one[0] in some][:k]
        assert searcher.search(query, among=some, k=k) == within
        assert searcher.search(query, among=np.array(sorted(some), dtype=np.int64), k=k) == within
        assert searcher.search(query, among=some) == [one for one in every if one[0] in some]
        between = [one for one in every if first <= one[0] < stop]
        assert searcher.search(query, among=slice(first, stop), k=k) == between[:k]


@settings(max_examples=50)
@given(parted(), seen_sets)
def test_terms_are_those_of_what_is_seen(corpus: Corpus, seen: set[str]) -> None:
    """Frequencies, postings and the scores of a term are those of the passages that are seen."""
    with scaled_down():
        searcher = Searcher.of_parts(corpus.parts, len(corpus.texts)).seeing(seen)
        plain, own = corpus.plain(seen) or (None, [])
        holders = {term: plain.holders(term) if plain else [] for term in "abcdefgh"}
        frequencies = {term: len(found) for term, found in holders.items() if found}
        assert dict(searcher.frequencies.items()) == dict(searcher.frequencies) == frequencies
        assert len(searcher.frequencies) == len(frequencies)
        for term, found in holders.items():
            positions, scores = searcher.scores(term)
            assert (term in searcher) == (term in searcher.vocabulary) == bool(found)
            assert positions.tolist() == searcher.postings(term).tolist() == [own[n] for n in found]
            if plain:
                assert scores.tolist() == [plain.get_scores([term])[n] for n in found]
                assert not found or searcher.idf(term) == plain.idf[term]


@settings(max_examples=50)
@given(parted(), seen_sets, st.lists(terms, min_size=1, max_size=3, unique=True), st.data())
def test_some_passages_are_looked_up_as_a_scan_says(
    corpus: Corpus, seen: set[str], query: list[str], data: st.DataObject
) -> None:
    """Scores, texts and what holds all terms are what a scan of the passages that are seen says."""
    size = len(corpus.texts)
    some = data.draw(st.lists(st.integers(0, size - 1), max_size=5, unique=True)) if size else []
    positions = np.array(some, dtype=np.int64)
    with scaled_down():
        searcher = Searcher.of_parts(corpus.parts, size).seeing(seen)
        plain, own = corpus.plain(seen) or (None, [])
        place = {position: n for n, position in enumerate(own)}
        if data.draw(st.booleans()):
            searcher.search(query)  # lists that are decoded already
        for column, term in zip(searcher.table(query, positions).T, query, strict=True):
            scores = plain.get_scores([term]) if plain else []
            assert column.tolist() == [scores[place[n]] if n in place else 0 for n in some]
            told = [n in place and term in corpus.texts[n] for n in some]
            assert searcher.in_texts(term, positions).tolist() == told
            held = [
                plain is not None and n in place and term in plain.doc_freqs[place[n]] for n in some
            ]
            assert [searcher.holds(n, term) for n in some] == held
        every = [n for n in own if plain and all(t in plain.doc_freqs[place[n]] for t in query)]
        assert searcher.holding(query).tolist() == every


words_of_questions = st.lists(
    st.lists(st.tuples(terms, st.sampled_from([0.3, 0.5, 1.0])), min_size=1, max_size=3),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60)
@given(parted(), words_of_questions, st.integers(1, 5), st.data())
def test_totals_take_the_best_of_each_word(
    corpus: Corpus, words: Totals, count: int, data: st.DataObject
) -> None:
    """A total is the sum over the words of the best factor * BM25; the first are the highest rounded
    to six digits, ties in corpus order, and what is removed or outside is not found.
    """
    size = len(corpus.texts)
    plain, _ = corpus.plain({"open", "closed"}) or (None, [])
    expected = np.zeros(size)
    for word in words if plain else ():
        scores = [plain.get_scores([term]) * factor for term, factor in word]
        expected += np.maximum.reduce(scores)
    held = {n for word in words for term, _ in word for n in (plain.holders(term) if plain else ())}
    removed = data.draw(st.sets(st.sampled_from(sorted(held)))) if held else set()
    some = data.draw(st.sets(st.integers(0, size - 1))) if size else set()
    first, stop = sorted(data.draw(st.tuples(st.integers(0, size), st.integers(0, size))))

    def best(among: set[int]) -> list[int]:
        return sorted(among, key=lambda n: (-round(expected[n], 6), n))[:count]

    with scaled_down(), Searcher.of_parts(corpus.parts, size).totals(words) as totals:
        assert totals.exact(np.arange(size)).tolist() == expected.tolist()
        totals.remove(np.array(sorted(removed), dtype=np.int64))
        left = held - removed
        array = np.array(sorted(some), dtype=np.int64)
        assert totals.found().tolist() == sorted(left)
        assert totals.first(count).tolist() == best(left)
        assert totals.found(array).tolist() == sorted(left & some)
        assert totals.first(count, array).tolist() == best(left & some)
        between = {n for n in left if first <= n < stop}
        assert totals.found(slice(first, stop)).tolist() == sorted(between)
        assert totals.first(count, slice(first, stop)).tolist() == best(between)


def test_sums_of_a_question_are_cleared_for_the_next() -> None:
    """What one question left in its sums changes nothing of the next one's, after an error too."""
    searcher = Searcher(TEN)

    def fail() -> None:
        with searcher.totals([[("sea", 1.0)]]):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with searcher.totals([[("harbour", 1.0)]]) as totals:
        assert totals.found().tolist() == [8, 9]


@settings(max_examples=60)
@given(st.lists(st.tuples(texts, fields), min_size=1, max_size=14), queries, st.booleans())
def test_okapi_index_scores_as_rank_bm25(
    corpus: list[tuple[list[str], dict[str, float]]], query: list[str], okapi: bool
) -> None:
    """All scores, scores of some, the first and the model's own numbers are rank-bm25's to the bit,
    with Lucene's frequencies and with Okapi's and its floor.
    """
    passages, beside = [text for text, _ in corpus], [shares for _, shares in corpus]
    if not any(passages) and not any(beside):
        return  # rank-bm25's own formula divides by zero
    plain = Plain(passages, beside, okapi=okapi, k1=1.5)
    index = OkapiIndex(passages, fields=beside, idf="okapi" if okapi else "lucene")
    assert index.get_scores(query).tolist() == plain.get_scores(query).tolist()
    some = [0, len(corpus) - 1, 0]
    assert index.get_batch_scores(query, some) == plain.get_batch_scores(query, some)
    assert index.get_top_n(query, passages, n=3) == plain.get_top_n(query, passages, n=3)
    assert index.searcher.search(query, k=3) == plain.best(query, 3)
    assert (index.idf, index.doc_freqs, index.avgdl) == (plain.idf, plain.doc_freqs, plain.avgdl)


def test_okapi_index_takes_a_tokenizer() -> None:
    """Given a tokenizer, the corpus is what it makes terms of, as with rank-bm25."""
    index = OkapiIndex(["the sea", "a ship"], str.split)
    assert index.get_top_n(["ship"], ["first", "second"], n=1) == ["second"]


def test_an_empty_okapi_index_has_no_scores() -> None:
    """Where rank-bm25 divides by zero there are no scores."""
    assert OkapiIndex([]).get_scores(["sea"]).tolist() == []
    assert OkapiIndex([[]], idf="okapi").get_scores(["sea"]).tolist() == [0]


def test_okapi_index_stands_on_files_too(tmp_path: Path) -> None:
    """An index over a file scores as one over its passages, with either frequencies."""
    with PostingsWriter(tmp_path / "ten.bin") as writer:
        writer.add(count_terms(TEN))
        writer.finish()
    parts = [Part(Postings.open(tmp_path / "ten.bin"), np.arange(10, dtype=np.int32))]
    query = ["sea", "harbour"]
    scores = OkapiIndex.of_parts(parts, 10).get_scores(query)
    assert scores.tolist() == OkapiIndex(TEN).get_scores(query).tolist()
    scores = OkapiIndex.of_parts(parts, 10, idf="okapi").get_scores(query)
    expected = OkapiIndex(TEN, idf="okapi").get_scores(query)
    assert scores == pytest.approx(
        expected, rel=1e-12
    )  # the mean is rounded once: see its docstring


# ---------------------------------------------------------------- many passages


@pytest.fixture(scope="module")
def many() -> list[list[str]]:
    """20,000 passages, a thousand of which score alike but for the last digits of float32."""
    random = np.random.default_rng(7)
    lengths = np.where(np.arange(20_000) % 20 == 0, 2_000 + np.arange(20_000) // 20 % 3, 1)
    rare: NDArray[np.int64] = random.geometric(0.002, 20_000)
    return [
        ["ship", f"r{word}"] if length == 1 else ["ship", "harbour", *["x"] * int(length)]
        for length, word in zip(lengths, rare, strict=True)
    ]


@pytest.mark.parametrize("query", [["harbour", "ship"], ["ship"], ["r1", "ship", "r2", "r1"]])
def test_close_scores_are_told_apart(many: list[list[str]], query: list[str]) -> None:
    """Where float32 can't tell which passages are best, they are still those of rank-bm25, in its
    order.
    """
    found = Searcher(many).search(query, k=10)
    scores = Plain(many).get_scores(query)
    order = np.lexsort((np.arange(len(many)), -scores))[:10]
    assert found == [(int(n), float(scores[n])) for n in order]


def test_a_merged_index_answers_as_its_parts(many: list[list[str]], tmp_path: Path) -> None:
    """Parts with passages removed and the one file that they are merged into give the same answers."""
    bounds = [0, 9_000, 9_100, 20_000]
    kept = np.arange(20_000) % 1_000 >= 100
    positions = np.where(kept, np.cumsum(kept) - 1, -1)
    sources = [
        (Postings.of([count_terms(many[start:stop])]), positions[start:stop])
        for start, stop in pairwise(bounds)
    ]
    merge(sources, tmp_path / "merged.bin")
    size = int(kept.sum())
    parts = [Part(source, own.astype(np.int32)) for source, own in sources]
    one = Part(Postings.open(tmp_path / "merged.bin"), np.arange(size, dtype=np.int32))
    searchers = [Searcher.of_parts(parts, size), Searcher.of_parts([one], size)]
    for query in (["ship", "r3", "r5"], ["harbour"], ["x", "r1"]):
        first, second = (searcher.search(query, k=20) for searcher in searchers)
        assert first == second


def test_a_searcher_serves_threads_at_once(many: list[list[str]]) -> None:
    """Threads that search at the same time get what they would get alone."""
    searcher = Searcher(many)
    asked = [["ship", f"r{n}"] for n in range(1, 40)]
    alone = [searcher.search(query, k=5) for query in asked]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda query: searcher.search(query, k=5), asked * 3)) == alone * 3


def test_what_is_seen_never_grows() -> None:
    """A searcher that sees some collections can't be made to see others."""
    parts = [
        Part(Postings.of([count_terms([["sea"]])]), np.array([n], dtype=np.int32), name)
        for n, name in enumerate(("open", "closed"))
    ]
    searcher = Searcher.of_parts(parts, 2).seeing({"open"})
    assert searcher.seeing({"open", "closed"}).postings("sea").tolist() == [0]
    assert searcher.seeing({"closed"}).search(["sea"]) == []
