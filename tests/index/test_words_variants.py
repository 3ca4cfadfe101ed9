"""British and American spelling, irregular forms, transliterations, numerals and compounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words.compounds import joined, parts
from index.words.variants import (
    family,
    inflections,
    name_key,
    name_keys,
    name_spellings,
    numerals,
    respellings,
    written_out,
)


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("defence", "defense"),
        ("colour", "color"),
        ("neighbourhood", "neighborhood"),
        ("organisation", "organization"),
        ("organised", "organized"),
        ("centre", "center"),
        ("programme", "program"),
        ("aluminium", "aluminum"),
        ("travelled", "traveled"),
        ("catalogue", "catalog"),
        ("haematology", "hematology"),
    ],
)
def test_british_and_american_spellings_are_found_both_ways(british: str, american: str) -> None:
    """Each of the two spellings gives the other."""
    assert american in respellings(british)
    assert british in respellings(american)


@pytest.mark.parametrize("word", ["four", "size", "our", "or", ""])
def test_short_words_are_not_respelt(word: str) -> None:
    """A word with nothing before the ending has no other spelling."""
    assert respellings(word) == ()


@pytest.mark.parametrize(
    ("form", "base"), [("bought", "buy"), ("children", "child"), ("sank", "sink"), ("met", "meet")]
)
def test_irregular_forms_give_their_base(form: str, base: str) -> None:
    """An irregular form gives its base form, and the base form gives it."""
    assert base in inflections(form)
    assert form in inflections(base, of_base=True)


def test_a_form_is_no_base_of_another_word() -> None:
    """ "Found" has forms as a form of "find", but none of which it is the base."""
    assert inflections("found", of_base=True) == ()


def test_words_of_one_family_are_no_forms() -> None:
    """A noun with another stem belongs to the family of its verb, not to its forms."""
    assert "arrival" in family("arrive")
    assert "arrival" not in inflections("arrive")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sergei", "sergey"),
        ("yuri", "yury"),
        ("iurii", "yuri"),
        ("zelensky", "zelenskyy"),
        ("romanoff", "romanov"),
        ("kharkov", "harkov"),
        ("maksim", "maxim"),
        ("hasan", "hassan"),
        ("medvedev", "medviedev"),
        ("pasternak", "pasternack"),
    ],
)
def test_transliterations_of_a_name_have_one_key(one: str, other: str) -> None:
    """Two spellings of one name have the same key."""
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kim", "jim"),
        ("myint", "mint"),
        ("maung", "mong"),
        ("ivanov", "ivanova"),
        ("marina", "martina"),
        ("norway", "norwegian"),
        ("lao", "laos"),
    ],
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    """Names that are not spellings of each other have different keys."""
    assert name_key(one) != name_key(other)


@given(st.lists(st.text(max_size=12), max_size=8))
def test_keys_of_many_are_those_of_each(words: list[str]) -> None:
    """Words have the same keys together and alone, whatever signs they hold."""
    assert name_keys(words) == [name_key(word) for word in words]


def test_listed_names_join_what_the_key_does_not() -> None:
    """A name with other vowels is found by the list."""
    assert "muhammad" in name_spellings("mohamed")
    assert "kyiv" in name_spellings("kiev")
    assert name_spellings("jim") == ()


@pytest.mark.parametrize(
    ("word", "before", "other"),
    [
        ("2", "war", ("ii",)),
        ("ii", "war", ("2",)),
        ("iv", "chapter", ("4",)),
        ("14", "louis", ("xiv",)),
        ("2", "the", ()),
        ("21", "chapter", ()),
        ("0", "chapter", ()),
        ("", "chapter", ()),
        ("mix", "part", ()),
    ],
)
def test_numbers_in_roman_figures(word: str, before: str, other: tuple[str, ...]) -> None:
    """A number up to twenty is found in both figures behind a word that is numbered, else not."""
    assert numerals(word, before) == other


def test_short_forms_are_written_out() -> None:
    """A short form of haste gives the words it stands for."""
    assert written_out("govt") == ("government",)
    assert written_out("goat") == ()


_COUNTS = {"cyber": 2, "security": 9, "life": 6, "boat": 4, "lifeb": 1, "oats": 1}


def _count(word: str) -> int:
    return _COUNTS.get(word, 0)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        pytest.param("cybersecurity", ("cyber", "security"), id="two words of the corpus"),
        pytest.param("lifeboat", ("life", "boat"), id="short ones"),
        pytest.param("cyberwar", None, id="one of them is not there"),
        pytest.param("boat", None, id="one word"),
        pytest.param("", None, id="nothing"),
        pytest.param("life-boat", None, id="with a hyphen"),
        pytest.param("lifeboat" * 50, None, id="very long"),
    ],
)
def test_a_compound_is_cut_where_both_parts_are_known(
    word: str, found: tuple[str, str] | None
) -> None:
    """A word is cut in two where the corpus has both parts, and nowhere else."""
    assert parts(word, _count) == found


@pytest.mark.parametrize(
    ("word", "neighbours", "found"),
    [
        ("copter", ("heli", ""), ("helicopter",)),
        ("heli", ("the", "copter"), ("theheli", "helicopter")),
        ("aligned", ("non", "states"), ("nonaligned", "alignedstates")),
        ("boat", ("a", "5"), ()),
        ("boat", ("", ""), ()),
    ],
)
def test_neighbours_are_joined(
    word: str, neighbours: tuple[str, str], found: tuple[str, ...]
) -> None:
    """A word is joined with the one before it and the one behind it, where both are words."""
    assert joined(word, neighbours) == found
