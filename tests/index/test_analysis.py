"""Words become terms: folded, stemmed, joined, named; and each knows where it stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import GROUP, STOP_WORDS, Analyzer, fold, stem

ALIASES = (
    ("Maung Aye", "Vice-Senior General Maung Aye"),
    ("Maung Maung Aye",),
    ("United States", "US", "U.S.", "USA"),
    ("Myanmar", "Burma"),
    ("State Administration Council", "SAC", "Myanmar junta"),
    ("Commander-in-Chief", "C-in-C"),
)
JUNTA = (("State Administration Council", "Myan-\nmar junta"), ("Myanmar", "Myan-\nmar"))
TEXTS = st.lists(
    st.sampled_from(
        "US us U.S. u.s. WHO who 7,000 1951.2 1.7 MIG-29 mig29 Maung Aye Burma’s coup d’État can't "
        "My-\nanmar so\u00adphist နိုင်ငံ हिन्दी ไทย x² ' ’ - , . 1,23 1,234,567".split(" ")
    )
    | st.text(max_size=6),
    max_size=15,
).map(" ".join)


def terms(text: str, *, aliases: tuple[tuple[str, ...], ...] = ()) -> list[str]:
    return [term.text for term in Analyzer(aliases).terms(text)]


def named(text: str) -> list[tuple[str, str]]:
    """The names of ``text`` as they are shown, and the words they were found by."""
    analyzer = Analyzer(ALIASES)
    found = (term for term in analyzer.terms(text) if term.text.startswith(GROUP))
    return [(analyzer.names[term.text], text[term.start : term.stop]) for term in found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KAZAN", "kazan"),
        ("Ｋａｚａｎ", "Kazan"),
        ("Naïve", "naive"),
        ("nai\u0308ve", "naïve"),
        ("ﬁre", "fire"),
        ("Straße", "STRASSE"),
        ("Russia’s", "Russia"),
        ("Russiaʼs", "Russia's"),
        ("generals’", "generals"),
        ("d’état", "d'Etat"),
        ("7,000", "7000"),
        ("1,234,567.5", "1234567.5"),
        ("U.S.", "US"),
        ("U.S", "US"),
        ("u.s.", "US"),
        ("U.S.S.R.", "USSR"),
        ("Sept.", "September"),
        ("Jan", "January"),
        ("sanctions", "sanctioned"),
        ("so\u00adphisticated", "sophisticated"),
        ("Путин", "ПУТИН"),
        ("word²", "word"),
        ("1951²", "1951"),
    ],
)
def test_folding(one: str, other: str) -> None:
    """Two ways to write a word give the same terms."""
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("1.7 million", ["1.7", "million"], id="a decimal is one number"),
        pytest.param("until 1951.2 Over", ["1951.2", "1951"], id="a note's mark glued to a year"),
        pytest.param("7,000.23", ["7000.23", "7000"], id="a note's mark glued to an amount"),
        pytest.param("1,23 and 1,2345", ["1", "23", "1", "2345"], id="commas that part numbers"),
        pytest.param("version 1.2.3", ["version", "1.2.3"], id="points within"),
        pytest.param("MIG-29", ["mig", "29"], id="letters and digits apart"),
        pytest.param("mig29", ["mig29", "mig", "29"], id="letters and digits together"),
        pytest.param("the 5th", ["5th", "5", "th"], id="an ordinal"),
        pytest.param("My-\nanmar", ["myanmar", "anmar"], id="a word that a line end broke"),
        pytest.param(
            "anti- \n coup", ["anticoup", "anti", "coup"], id="perhaps a hyphen of its own"
        ),
        pytest.param("1989-\n1999", ["1989", "1999"], id="numbers are never joined"),
        pytest.param("Min-Aung", ["min", "aung"], id="a hyphen inside a line"),
        pytest.param("can't it's what’s", [], id="stop words with apostrophes"),
        pytest.param("", [], id="nothing"),
        pytest.param("?! – …", [], id="no words"),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    """A text gives these terms, in order."""
    stemmed = [stem(word) for word in found]
    assert [term for term in terms(text) if term != "my"] == stemmed


@pytest.mark.parametrize(
    "word", ["မြန်မာနိုင်ငံ", "हिन्दी", "ภาษาไทย", "தமிழ்", "עִבְרִית", "한국어", "中文"]
)
def test_words_of_other_scripts_are_whole(word: str) -> None:
    """Vowel signs and accents that are characters of their own don't cut a word."""
    found = Analyzer().terms(f"x1 {word} x2")
    assert [(term.start, term.stop) for term in found if term.start == 3] == [(3, 3 + len(word))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the US and us", ["us"]),
        ("WHO says who", ["who", "say"]),
        ("US", ["us"]),
        ("SHIPS CARRIED US AND THEM", ["ship", "carri"]),
        ("THE U.S. IS IT", ["us"]),
    ],
)
def test_capitals_tell_a_name_from_a_stop_word(text: str, found: list[str]) -> None:
    """US and WHO are names, us and who are not; where all is in capitals they tell nothing."""
    assert terms(text) == found


def test_stop_words_can_be_kept() -> None:
    """A question of stop words alone can still be searched."""
    assert [t.text for t in Analyzer().terms("who is it", keep_stop_words=True)] == [
        "who",
        "is",
        "it",
    ]
    assert all(fold(word) in STOP_WORDS for word in STOP_WORDS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Maung Aye met Burma’s men", [("Maung Aye", "Maung Aye"), ("Myanmar", "Burma’s")]),
        ("Maung Maung Aye", [("Maung Maung Aye", "Maung Maung Aye")]),
        ("general maung aye", [("Maung Aye", "maung aye")]),
        ("Maung\nAye", [("Maung Aye", "Maung\nAye")]),
        ("the Myanmar junta", [("State Administration Council", "Myanmar junta"), ("Myanmar", "Myanmar")]),
        ("the Myan-\nmar junta", [*JUNTA]),
        ("C-in-\nC", [("Commander-in-Chief", "C-in-\nC")]),
        ("Commander-\nin-Chief", [("Commander-in-Chief", "Commander-\nin-Chief")]),
        ("tell us of the U.S. and US", [("United States", "U.S."), ("United States", "US")]),
        ("u.s. ships", [("United States", "u.s.")]),
        ("Aye Maung", []),
        ("Maung", []),
    ],
)  # fmt: skip
def test_names(text: str, found: list[tuple[str, str]]) -> None:
    """A group's term stands where one of its names does, and not for a part of another's name."""
    assert named(text) == found


def test_a_name_finds_every_other_of_its_group() -> None:
    """Two names of a group share a term."""
    assert set(terms("Burma", aliases=ALIASES)) & set(terms("Myanmar", aliases=ALIASES))


@given(TEXTS)
def test_offsets(text: str) -> None:
    """Whatever the text, each term stands within it, they begin in order, and none is empty."""
    found = Analyzer(ALIASES).terms(text)
    assert all(0 <= term.start < term.stop <= len(text) and term.text for term in found)
    assert all(one.start <= other.start for one, other in pairwise(found))


@given(TEXTS)
def test_a_term_is_made_of_its_words(text: str) -> None:
    """The words that a term was made of give that term again, unless context told what they are."""
    analyzer = Analyzer(ALIASES)
    for term in analyzer.terms(text):
        again = analyzer.terms(text[term.start : term.stop], keep_stop_words=True)
        assert term.text in {other.text for other in again}


@given(st.text(max_size=12))
def test_folding_twice_changes_nothing_more_to_find(word: str) -> None:
    """Folding and stemming never raise, and give the same for equal words."""
    assert fold(word) == fold(word)
    assert stem(fold(word)) == stem(fold(word))


def test_threads() -> None:
    """Eight threads that share an analyzer get the terms that one gets alone."""
    analyzer = Analyzer(ALIASES)
    texts = [f"Ships{n} sailing to Burma’s harbours with MIG-29 parts in {n}" for n in range(200)]
    alone = [analyzer.terms(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: [analyzer.terms(text) for text in texts], range(8)))
    assert all(found == alone for found in together)


def test_a_term_holds_no_white_space() -> None:
    """A ligature that stands for a phrase is one term: terms are saved with blanks between."""
    assert [term.text for term in Analyzer().terms("\ufdfa")] == ["صلىاللهعليهوسلم"]
