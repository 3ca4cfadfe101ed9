"""Postings: what a plain inverted index says, from memory, from disk and merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import inverting, postings
from index.arrays import write_arrays
from index.errors import IndexDamagedError
from index.postings import Counted, Postings, PostingsWriter, count_terms, merge

Passage = tuple[list[str], dict[str, float]]  # the terms of its text, and those beside it

terms = st.sampled_from(["sea", "tide", "mole", "quay", "маяк", "ဆိပ်", "\ud800", "x" * 40])
shares = st.sampled_from([0.25, 1.0, 1.5, 0.3])
passages = st.lists(
    st.tuples(st.lists(terms, max_size=8), st.dictionaries(terms, shares, max_size=3)), max_size=24
)


@contextmanager
def smaller(bits: int, block: int = 5) -> Iterator[None]:
    """Chunks of 2 ** ``bits`` passages and small blocks, so that few passages fill several."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (inverting, postings):
            patch.setattr(module, "CHUNK_BITS", bits)
            patch.setattr(module, "CHUNK", 1 << bits)
        patch.setattr(inverting, "_BLOCK", block)
        patch.setattr(postings, "_DECODED", 2)
        patch.setattr(postings, "_DECODING", 0)
        patch.setattr(postings, "_TERMS_AT_ONCE", 3)
        yield


def counted(corpus: Sequence[Passage]) -> Counted:
    return count_terms([text for text, _ in corpus], [fields for _, fields in corpus])


def plainly(corpus: Sequence[Passage]) -> dict[str, dict[int, tuple[float, bool]]]:
    """For each term the passages that hold it: how often, and whether beside the text only."""
    found: dict[str, dict[int, tuple[float, bool]]] = {}
    for number, (text, fields) in enumerate(corpus):
        times: Mapping[str, int] = Counter(text)
        for term in {*times, *fields}:
            count = times.get(term, 0) + fields.get(term, 0.0)
            found.setdefault(term, {})[number] = (count, term not in times)
    return found


def read(found: Postings) -> dict[str, dict[int, tuple[float, bool]]]:
    """The same of postings."""
    held = {}
    for number, term in enumerate(found.terms()):
        assert found.number(term) == number
        assert found.term(number) == term
        columns = (found.passages_of(number), found.counts_of(number), found.beside_of(number))
        rows = zip(*(column.tolist() for column in columns), strict=True)
        held[term] = {passage: (count, beside) for passage, count, beside in rows}
        assert found.df(number) == len(held[term])
    return held


def written(path: Path, corpora: Sequence[Sequence[Passage]], memory: int = 1 << 20) -> Postings:
    with PostingsWriter(path, memory=memory) as writer:
        for corpus in corpora:
            writer.add(counted(corpus))
        writer.finish()
    return Postings.open(path)


# ---------------------------------------------------------------- counting


def test_terms_are_counted_by_passage() -> None:
    """Each posting has its passage, its term and how often the passage holds it."""
    found = count_terms([["sea", "tide", "sea"], [], ["tide"]])
    assert found.terms == ("sea", "tide")
    assert list(found.lengths) == [3, 0, 1]
    rows = zip(found.passages, found.numbers, found.counts, found.beside, strict=True)
    assert list(rows) == [(0, 0, 2.0, 0), (0, 1, 1.0, 0), (2, 1, 1.0, 0)]


def test_fields_count_as_shares_and_lengthen_nothing() -> None:
    """A field adds its share to a term of the text, and stands by itself where the text has none."""
    found = count_terms([["sea"], ["tide"]], [{"sea": 0.25, "mole": 1.5}, {}])
    assert found.terms == ("sea", "tide", "mole")
    assert list(found.lengths) == [1, 1]
    rows = zip(found.passages, found.numbers, found.counts, found.beside, strict=True)
    assert list(rows) == [(0, 0, 1.25, 0), (0, 2, 1.5, 1), (1, 1, 1.0, 0)]


@pytest.mark.parametrize("share", [0.0, -1.0, float("nan")])
def test_a_share_is_above_zero(share: float) -> None:
    """A share that is no share of an occurrence is refused."""
    with pytest.raises(ValueError, match="share"):
        count_terms([["sea"]], [{"sea": share}])


# ---------------------------------------------------------------- reading


@settings(max_examples=50)
@given(passages, st.integers(1, 4))
def test_postings_say_what_the_passages_hold(corpus: list[Passage], bits: int) -> None:
    """Terms, passages, counts and what only fields hold are those of a plain inverted index."""
    with smaller(bits):
        found = Postings.of([counted(corpus)])
        assert read(found) == plainly(corpus)
        assert len(found) == len(corpus)
        assert found.lengths.tolist() == [len(text) for text, _ in corpus]


@settings(max_examples=50)
@given(passages, st.integers(1, 4), st.data())
def test_looked_up_is_what_a_list_says(
    corpus: list[Passage], bits: int, data: st.DataObject
) -> None:
    """Looking up some passages, or those between two, says what the whole list says of them."""
    with smaller(bits):
        found = Postings.of([counted(corpus)])
        some = data.draw(
            st.lists(st.integers(0, len(corpus) - 1), max_size=6) if corpus else st.just([])
        )
        first, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(corpus))] * 2)))
        for term, held in plainly(corpus).items():
            number = found.number(term)
            assert number is not None
            counts, beside = found.lookup(number, np.array(some, dtype=np.int64))
            expected = [held.get(n, (0.0, False)) for n in some]
            assert list(zip(counts.tolist(), beside.tolist(), strict=True)) == expected
            before, between = found.span(number, first, stop)
            assert between.tolist() == [n for n in sorted(held) if first <= n < stop]
            amounts = found.amounts(number, before, len(between))
            assert amounts.tolist() == [np.float32(held[n][0]) for n in between.tolist()]


@settings(max_examples=50)
@given(passages, st.sampled_from([0, 1, 9]), st.booleans(), st.data())
def test_many_terms_are_looked_up_as_one(
    corpus: list[Passage], bisections: int, at_hand: bool, data: st.DataObject
) -> None:
    """Looking up several terms at once says what looking up each of them says."""
    number = st.integers(0, max(0, len(corpus) - 1))
    some = np.array(data.draw(st.lists(number, max_size=6)) if corpus else [], dtype=np.int64)
    with smaller(2), pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_BISECTIONS", bisections)
        found = Postings.of([counted(corpus)])
        numbers = np.arange(found.size)[::-1]
        decoded = [found.passages_of(number) if at_hand else None for number in numbers.tolist()]
        counts = found.counts_at(numbers, some, decoded)
        assert counts.shape == (found.size, len(some))
        for row, term in zip(counts, numbers.tolist(), strict=True):
            assert row.tolist() == found.lookup(term, some)[0].tolist()


@settings(max_examples=50)
@given(passages, st.data())
def test_frequencies_among_kept_passages(corpus: list[Passage], data: st.DataObject) -> None:
    """Counted among the passages that are kept, a term is held by those of them that hold it."""
    size = len(corpus)
    kept = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    with smaller(2):
        found = Postings.of([counted(corpus)])
        frequencies = found.frequencies_in(np.array(kept, dtype=np.bool_))
        told = dict(zip(found.terms(), frequencies.tolist(), strict=True))
    expected = {t: sum(kept[n] for n in held) for t, held in plainly(corpus).items()}
    assert told == expected


def test_terms_that_no_passage_holds_have_no_number() -> None:
    """A term that was never added is not there, in an empty index either."""
    assert Postings.of([]).number("sea") is None
    assert Postings.of([count_terms([["tide"]])]).number("sea") is None
    assert "tide" in Postings.of([count_terms([["tide"]])])


def test_passages_beyond_the_first_chunk_keep_their_numbers() -> None:
    """In 150,000 passages those of a frequent, a rare and a late term are the right ones."""
    texts = [
        ["every"] + ["third"] * (n % 3 == 0) + ["late"] * (n > 149_997) for n in range(150_000)
    ]
    found = Postings.of([count_terms(texts)])
    held = {term: found.passages_of(found.number(term) or 0) for term in found.terms()}
    assert np.array_equal(held["every"], np.arange(150_000))
    assert np.array_equal(held["third"], np.arange(0, 150_000, 3))
    assert held["late"].tolist() == [149_998, 149_999]
    counts, _ = found.lookup(found.number("third") or 0, np.array([149_998, 3, 65_538, 65_536]))
    assert counts.tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize("different", [14, 15, 16, 300])
def test_any_number_of_different_counts_is_kept(different: int) -> None:
    """However many different counts there are, each comes back exactly."""
    fields = [{"sea": 0.1 + n / 7, "tide": 1.0} for n in range(different)] * 3
    found = Postings.of([count_terms([["tide"]] * len(fields), fields)])
    number = found.number("sea")
    assert number is not None
    expected = [field["sea"] for field in fields]
    assert found.counts_of(number).tolist() == expected
    assert found.lookup(number, np.arange(len(fields)))[0].tolist() == expected
    assert found.amounts(number, 5, 9).tolist() == [float(np.float32(x)) for x in expected[5:14]]
    assert found.beside_of(number).all()


@settings(max_examples=50)
@given(passages, st.sampled_from([1, 3]))
def test_terms_of_one_hash_are_told_apart(corpus: list[Passage], hashes: int) -> None:
    """Where different terms have the same hash, each keeps its own postings, merged or not."""
    half = len(corpus) // 2
    with pytest.MonkeyPatch.context() as patch:
        for module in (inverting, postings):
            patch.setattr(module, "term_hash", lambda term: len(term) % hashes)
        found = Postings.of([counted(corpus)])
        assert read(found) == plainly(corpus)
        assert found.number("tidal") is None
        parts = [Postings.of([counted(part)]) for part in (corpus[:half], corpus[half:])]
        pieces: dict[str, list[np.ndarray]] = {}
        postings._Merger(
            [(parts[0], np.arange(half)), (parts[1], np.arange(half, len(corpus)))]
        ).write(lambda name, array: pieces.setdefault(name, []).append(array))
        merged = {name: np.concatenate(arrays) for name, arrays in pieces.items()}
        assert read(Postings(postings.Arrays.of(merged))) == plainly(corpus)


# ---------------------------------------------------------------- writing


@settings(max_examples=30)
@given(st.lists(passages, max_size=4), st.sampled_from([1, 500, 4_000]), st.integers(2, 4))
def test_the_file_does_not_depend_on_memory(
    tmp_path_factory: pytest.TempPathFactory,
    corpora: list[list[Passage]],
    memory: int,
    bits: int,
) -> None:
    """With little memory the very same file is written, and nothing beside it is left."""
    folder = tmp_path_factory.mktemp("written")
    with smaller(bits):
        found = written(folder / "little.bin", corpora, memory)
        written(folder / "much.bin", corpora)
        assert (folder / "little.bin").read_bytes() == (folder / "much.bin").read_bytes()
        assert read(found) == plainly([passage for corpus in corpora for passage in corpus])
        assert len(list(folder.iterdir())) == 2


@settings(max_examples=40)
@given(passages, st.data())
def test_merged_is_built_anew(
    tmp_path_factory: pytest.TempPathFactory, corpus: list[Passage], data: st.DataObject
) -> None:
    """Parts merged, passages left out, in an order that mixes them: the file that a build makes of
    what is left.
    """
    folder = tmp_path_factory.mktemp("merged")
    number = st.integers(0, 2)
    size = len(corpus)
    owners = data.draw(st.lists(number, min_size=size, max_size=size))
    kept = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    new = np.where(kept, np.cumsum(kept) - 1, -1) if corpus else np.zeros(0, dtype=np.int64)
    with smaller(3):
        sources = []
        for part in range(3):
            own = [n for n, owner in enumerate(owners) if owner == part]
            sources.append((Postings.of([counted([corpus[n] for n in own])]), new[own]))
        merge(sources, folder / "merged.bin")
        left = [passage for passage, keep in zip(corpus, kept, strict=True) if keep]
        assert read(Postings.open(folder / "merged.bin")) == plainly(left)
        written(folder / "anew.bin", [left])
    assert (folder / "merged.bin").read_bytes() == (folder / "anew.bin").read_bytes()


def test_an_error_while_writing_leaves_nothing(tmp_path: Path) -> None:
    """A writer that is left by an error removes the files aside."""

    def write() -> None:
        with PostingsWriter(tmp_path / "rows.bin", memory=1) as writer:
            writer.add(count_terms([["sea"]]))
            writer.add(count_terms([["tide"]]))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_other_arrays_is_damaged(tmp_path: Path) -> None:
    """A file of the right kind without the arrays of postings is told from a whole one."""
    write_arrays(tmp_path / "rows.bin", postings.KIND, postings.VERSION, {"low": np.zeros(3)})
    with pytest.raises(IndexDamagedError, match="don't fit"):
        Postings.open(tmp_path / "rows.bin")
