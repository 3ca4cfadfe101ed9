"""Misspelt words and the words of a corpus that they are read as."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.analysis import stem
from index.words.sounds import sound_key, spoken
from index.words.spelling import Speller, is_listed, slips

_WORDS = (
    "harbour committee government lighthouse psychology physics treasurer believe receive separate "
    "keeper Kowalczyk Zabrodin ferry lantern schedule rescue captain storm quay admiral trumpet "
    "magnolia orthotropic street steer tariff"
).casefold()
_VOCABULARY = {stem(word): 5 for word in _WORDS.split()}


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(_VOCABULARY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("comittee", "committee", id="a doubled letter left out"),
        pytest.param("harrbour", "harbour", id="a letter doubled"),
        pytest.param("recieve", "receive", id="two letters turned round"),
        pytest.param("ahrbour", "harbour", id="the first two turned round"),
        pytest.param("goverment", "government", id="a letter left out"),
        pytest.param("treasurwr", "treasurer", id="a key beside the right one"),
        pytest.param("lsntern", "lantern", id="a key beside the right one, early in the word"),
        pytest.param("seperate", "separate", id="a vowel for another"),
        pytest.param("sikology", "psychology", id="as it sounds"),
        pytest.param("shedule", "schedule", id="as it is said"),
        pytest.param("zabrodim", "zabrodin", id="a name in small letters"),
        pytest.param("lihgthuose", "lighthouse", id="two slips in a long word"),
    ],
)
def test_a_slip_is_read_as_what_was_meant(speller: Speller, typed: str, meant: str) -> None:
    """Each usual kind of slip is read as the word that was meant."""
    assert [reading.term for reading in speller.readings(typed)][:1] == [stem(meant)]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("carpet", id="an English word that the corpus lacks"),
        pytest.param("trump", id="one that begins another"),
        pytest.param("mongolia", id="a place that resembles a flower"),
        pytest.param("colour", id="British spelling"),
        pytest.param("recommittal", id="made with a prefix"),
        pytest.param("xyzzyqwv", id="no word at all"),
        pytest.param("fer", id="too short"),
        pytest.param("k0walczyk", id="with a digit"),
        pytest.param("", id="nothing"),
        pytest.param("a" * 2_000, id="very long"),
    ],
)
def test_no_slip_is_seen_where_none_is(speller: Speller, typed: str) -> None:
    """A word that is right, or that is like no word of the corpus, is left alone."""
    assert speller.readings(typed) == ()


@pytest.mark.parametrize(("typed", "meant"), [("Zabrodyn", "zabrodin"), ("Kovalczyk", "kowalczyk")])
def test_a_name_is_read_as_one_that_sounds_alike(speller: Speller, typed: str, meant: str) -> None:
    """A name with a letter that sounds like the right one is read as the name of the corpus."""
    readings = speller.readings(typed.casefold(), name=True)
    assert [reading.term for reading in readings] == [stem(meant)]


@pytest.mark.parametrize("typed", ["starm", "feryy", "Kowalski", "Tarriv", "Quey"])
def test_an_unknown_name_is_not_read_as_a_common_word(speller: Speller, typed: str) -> None:
    """A name that the corpus lacks is not turned into a common word or into another name."""
    readings = speller.readings(typed.casefold(), name=True)
    assert all(reading.cost <= 0.6 for reading in readings)


def test_the_more_frequent_word_is_read_first() -> None:
    """Of two words as near to what was typed the one in more passages comes first."""
    speller = Speller({"zarnok": 1, "zarnov": 60})
    assert speller.readings("zarnof")[0].term == "zarnov"


def test_the_order_of_the_vocabulary_is_no_matter() -> None:
    """Two orders of one vocabulary give the same readings."""
    backwards = Speller(dict(reversed(_VOCABULARY.items())))
    forwards = Speller(_VOCABULARY)
    for typed in ("comittee", "steet", "harbur", "govenment"):
        assert backwards.readings(typed) == forwards.readings(typed)


def test_words_of_another_language_are_no_slips() -> None:
    """A word that the list of one of the corpus's languages has is not corrected."""
    vocabulary = {"governi": 4}
    assert Speller(vocabulary).readings("governo")
    assert Speller(vocabulary, ("en", "it")).readings("governo") == ()


def test_words_in_cyrillic_are_compared_too() -> None:
    """A Russian word with two letters turned round is read as the word of the corpus."""
    readings = Speller({"пристань": 3}, ("en", "ru")).readings("присатнь")
    assert [reading.term for reading in readings] == ["пристань"]


def test_letters_of_the_same_sound_in_cyrillic() -> None:
    """A Russian word with a vowel that sounds like the right one is read, even as its first letter."""
    speller = Speller({"паровоз": 3, "оркестровк": 2}, ("ru",))
    assert [reading.term for reading in speller.readings("паравоз")] == ["паровоз"]
    assert [reading.term for reading in speller.readings("аркестровк")] == ["оркестровк"]


def test_british_spelling_is_listed() -> None:
    """The list has a word in British spelling where it holds the American one."""
    assert is_listed("defence")
    assert not is_listed("defemce")


@pytest.mark.parametrize(
    ("one", "other"),
    [("fisiks", "physics"), ("nite", "night"), ("skool", "school"), ("sikology", "psychology")],
)
def test_words_that_sound_alike_are_spoken_alike(one: str, other: str) -> None:
    """What sounds alike in English comes out the same."""
    assert spoken((one, other))[0] == spoken((one, other))[1]
    assert sound_key(one) == sound_key(other)


@given(st.lists(st.text("abcdeghiknopstuwxy", max_size=9), max_size=6))
def test_many_are_spoken_like_each(words: list[str]) -> None:
    """Words are spoken the same together and alone."""
    assert spoken(words) == [spoken((word,))[0] for word in words]


@given(st.text("abcdeiostr", max_size=8), st.text("abcdeiostr", max_size=8))
def test_slips_cost_nothing_only_between_equals(one: str, other: str) -> None:
    """The cost of slips is zero for the same word, above zero for any other."""
    assert (slips(one, other) == 0) is (one == other)


@example("acbcbba", "ea")
@given(st.text("abcdeiostr", max_size=7), st.text("abcdeiostr", max_size=7))
def test_a_limit_changes_no_cost_below_it(one: str, other: str) -> None:
    """A cost that is not above the limit is the same as without one."""
    cost = slips(one, other)
    assert slips(one, other, most=cost) == cost
