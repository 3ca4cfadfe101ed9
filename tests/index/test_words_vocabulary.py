"""The terms of an index by how they are written and how they sound, in memory and on disk."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import Analyzer, stem
from index.errors import IndexDamagedError
from index.words import Lexicon
from index.words.shapes import nearest, shape, shapes, similar
from index.words.sounds import spoken
from index.words.variants import name_key
from index.words.vocabulary import (
    MappedVocabulary,
    PlainVocabulary,
    SegmentWords,
    Vocabulary,
    vocabulary_of,
    write_words,
)

_TERMS = st.sets(
    st.one_of(
        st.text("abcehiknoprstuvyz", min_size=1, max_size=7),
        st.text("абежийкостё", min_size=1, max_size=6),
        st.text("aжé漢字ᎠxÆ1'", min_size=1, max_size=4),
    ),
    max_size=30,
)


class _Searcher:
    """Counts of terms, as a searcher has them."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.vocabulary = counts

    def __contains__(self, term: str) -> bool:
        return term in self.vocabulary

    def frequency(self, term: str) -> int:
        return self.vocabulary.get(term, 0)


def _mapped(live: Mapping[str, int], *segments: set[str]) -> MappedVocabulary:
    return MappedVocabulary(_Searcher(live), [SegmentWords.of(terms) for terms in segments])


def _alphabetic(terms: set[str]) -> set[str]:
    return {term for term in terms if term.isalpha()}


@given(_TERMS)
def test_words_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, terms: set[str]
) -> None:
    """Each term of letters alone is found by its first letter and length, and no other is."""
    path = tmp_path_factory.getbasetemp() / "words.bin"
    write_words(path, sorted(terms))
    words = SegmentWords.open(path)
    heads = {(term[0], len(term)) for term in _alphabetic(terms)}
    found = [term for head in heads for term in words.begun(*head)]
    assert sorted(found) == sorted(_alphabetic(terms))
    assert len(words) == len(found)


def test_many_words_are_read_as_they_were_written(tmp_path: Path) -> None:
    """More terms than are made at once, of one first letter, are all found, in order."""
    letters = "abcdefghijklmnopqrst"
    terms = [f"z{a}{b}{c}{d}" for a in letters for b in letters for c in letters for d in "xyz"]
    write_words(tmp_path / "words.bin", reversed(terms))
    assert SegmentWords.open(tmp_path / "words.bin").begun("z", 5) == terms


def test_the_order_of_terms_is_no_matter(tmp_path: Path) -> None:
    """The same terms in another order make the same file."""
    terms = ["harbour", "nite", "night", "порт", "nacht", "sergei", "sergey", "1918"]
    write_words(tmp_path / "one.bin", terms)
    write_words(tmp_path / "other.bin", reversed(terms))
    assert (tmp_path / "one.bin").read_bytes() == (tmp_path / "other.bin").read_bytes()


def test_words_of_nothing(tmp_path: Path) -> None:
    """A segment without a term of letters has words too: none."""
    write_words(tmp_path / "words.bin", ["1918", "b52"])
    words = _mapped({"1918": 1, "b52": 1}, set())
    assert len(SegmentWords.open(tmp_path / "words.bin")) == 0
    assert (*words.begun("b", 3), *words.sounding("b"), *words.alike("b")) == ()
    assert words.resembling("bets", "b", range(3, 6), 1) == []


def test_damaged_words_are_told(tmp_path: Path) -> None:
    """A file with one bit turned round isn't read."""
    path = tmp_path / "words.bin"
    write_words(path, ["harbour", "lantern"])
    data = bytearray(path.read_bytes())
    data[data.index(b"lantern")] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexDamagedError):
        SegmentWords.open(path)


@given(_TERMS, _TERMS, _TERMS)
def test_several_segments_are_as_one(first: set[str], second: set[str], gone: set[str]) -> None:
    """Whatever segments hold the terms, and whatever they hold beside, all is as in memory."""
    live = dict.fromkeys(sorted((first | second) - gone), 2)
    plain, mapped = PlainVocabulary(live), _mapped(live, first, second | gone)
    assert dict(mapped) == dict(plain)
    for term in first | gone | {"zebra"}:
        assert mapped.get(term, 0) == plain.get(term, 0)
        assert (term in mapped) is (term in plain)
        said, key = spoken((term,))[0], name_key(term)
        assert list(mapped.begun(term[0], len(term))) == list(plain.begun(term[0], len(term)))
        assert list(mapped.sounding(said)) == list(plain.sounding(said))
        assert list(mapped.alike(key)) == list(plain.alike(key))
        near = [v.resembling(term, "aеж" + term[0], range(1, 6), 2) for v in (plain, mapped)]
        assert {hit for hit in near[1] if hit[0] in live} == {*near[0]}


def test_sounds_and_keys_find_their_terms() -> None:
    """Terms that sound alike, and those of one key, are found together; numbers never are."""
    words = _mapped(dict.fromkeys(("nite", "night", "sergei", "sergey", "b52"), 1), {"nite"}, {
        "night", "sergei", "sergey", "b52",
    })  # fmt: skip
    assert words.sounding(spoken(("knight",))[0]) == ["night", "nite"]
    assert words.alike(name_key("sergej")) == ["sergei", "sergey"]


def test_the_first_few_of_very_many_are_chosen_in_order() -> None:
    """Of more terms with one key than are looked at, the first that passages hold are given."""
    ways = product(
        ("w", "v"), ("kh", "h"), ("ck", "k"), ("ll", "l"), ("tch", "ch"), ("y", "i"), "z"
    )
    single = ["a".join(way) for way in ways]
    terms = sorted({*single, *(term + "z" for term in single)})
    live = dict.fromkeys(terms[1:], 1)
    mapped = _mapped(live, set(terms[::2]), set(terms[1::2]))
    assert list(mapped.alike(name_key(terms[-1]))) == terms[1:65]


_WORDS = (
    "harbour committee government lighthouse psychology treasurer believe receive keeper schedule "
    "Kowalczyk Zabrodin Sergei Varlamov ferry lantern captain storm admiral magnolia trumpet"
).split()
_LIVE = {stem(word.casefold()): 3 for word in _WORDS}
_SLIPS = (
    "comittee", "harrbour", "recieve", "sikology", "shedule", "Zabrodyn", "Sergey", "treasurwr",
    "lihgthuose", "Kovalczyk", "capitan", "xyzzyq", "mongolia", "ahrbour", "kepeer",
)  # fmt: skip


@pytest.mark.parametrize("cut", [0, 7, 14])
def test_words_on_disk_are_corrected_as_in_memory(cut: int) -> None:
    """A lexicon over segments gives what one over a dictionary gives, however terms are spread."""
    terms = sorted(_LIVE)
    spread = {*terms[cut:], "harbor", "comitte"}, {*terms[: cut + 3], "sergey", "xyzzyk"}
    lexicons = [Lexicon(_LIVE, Analyzer()), Lexicon(_mapped(_LIVE, *spread), Analyzer())]
    for word in _SLIPS:
        found = [each.alternatives(word, stem(word.casefold()), ("the", "")) for each in lexicons]
        assert found[0] == found[1]


def test_a_term_that_no_passage_holds_any_more_is_no_reading() -> None:
    """A slip isn't read as a word whose passages were all removed."""
    for live, meant in (({"lantern": 1, "zarnov": 2}, ["zarnov"]), ({"lantern": 1}, [])):
        words = _mapped(live, {"lantern", "zarnov"})
        found = Lexicon(words, Analyzer()).alternatives("zarnof", "zarnof")
        assert [alternative.term for alternative in found] == meant


def test_a_vocabulary_is_used_as_it_is() -> None:
    """What is a vocabulary already isn't wrapped."""
    words: Vocabulary = PlainVocabulary({})
    assert vocabulary_of(words) is words


@given(
    st.text("abcdeжяé", min_size=1, max_size=7),
    st.sets(st.text("abcdeжяé", min_size=4, max_size=4), min_size=1, max_size=20),
    st.integers(0, 3),
)
def test_a_shape_leaves_out_nothing_that_is_near(word: str, others: set[str], most: int) -> None:
    """All words that are few slips away are left by the comparison of shapes."""
    choices = sorted(others)
    left = similar(shapes("".join(choices), 4), shape(word), most).tolist()
    assert {choice for choice, _ in nearest(word, choices, most)} <= {choices[n] for n in left}
    assert np.array_equal(shapes("".join(choices), 4), [shape(each) for each in choices])
