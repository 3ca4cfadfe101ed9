"""Ranking: rank-bm25's Okapi with Lucene's frequencies, and none of rank-bm25's traps."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index.bm25 import OkapiIndex, Searcher

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
    assert index.get_top_n(["ship"], ["first", "second"], n=1) == ["first"]


def test_a_field_is_no_text() -> None:
    """A term that stands beside a passage alone finds it, and is told from one in its text."""
    searcher = Searcher([["sea"], ["ship", "sea"]], [{"ship": 1.5}, {"ship": 1.5}])
    assert [searcher.holds(n, "ship") for n in (0, 1)] == [True, True]
    assert [searcher.in_text(n, "ship") for n in (0, 1)] == [False, True]
