"""Groups of related words."""

from __future__ import annotations

import pytest

from index.words.related import read_thesaurus, thesaurus

_ALONE = ("", "")


def test_words_of_a_group_count_for_each_other() -> None:
    """Each word of a plain line gives all others, and not itself."""
    groups = read_thesaurus(["sail, cruise, voyage"])
    assert groups.related("cruise", _ALONE) == {"sail": "close", "voyage": "close"}


def test_a_directed_group_counts_one_way() -> None:
    """What stands on the left gives what stands on the right, and not the other way round."""
    groups = read_thesaurus(["skiff > boat, vessel; ship"])
    assert groups.related("skiff", _ALONE) == {"boat": "close", "vessel": "close", "ship": "loose"}
    assert groups.related("boat", _ALONE) == {}


def test_loose_words_count_both_ways() -> None:
    """A word behind a semicolon is loosely related to those before it, not to its neighbours."""
    groups = read_thesaurus(["storm; gale, squall"])
    assert groups.related("gale", _ALONE) == {"storm": "loose"}
    assert groups.related("storm", _ALONE) == {"gale": "loose", "squall": "loose"}


def test_close_outdoes_loose() -> None:
    """Two words that are close in one line and loose in another are close, the order no matter."""
    lines = ["pier, quay", "pier; quay, jetty"]
    for order in (lines, lines[::-1]):
        assert read_thesaurus(order).related("pier", _ALONE) == {"quay": "close", "jetty": "loose"}


@pytest.mark.parametrize("neighbours", [("", "in"), ("he", "in")])
def test_two_words_are_one_entry(neighbours: tuple[str, str]) -> None:
    """An entry of two words counts where they stand side by side, in any form of the first."""
    groups = read_thesaurus(["tie in > moor", "tie > bind"])
    assert groups.related("tied", neighbours) == {"moor": "close"}
    assert groups.related("tied", ("", "up")) == {"bind": "close"}


@pytest.mark.parametrize("typed", ["sell", "sells", "selling", "sold"])
def test_every_form_of_an_entry_is_found(typed: str) -> None:
    """An entry is found in its regular and irregular forms."""
    assert read_thesaurus(["sell, trade"]).related(typed, _ALONE) == {"trade": "close"}


def test_a_word_with_the_same_stem_is_not_the_entry() -> None:
    """A word whose stem is that of quite another gives nothing."""
    assert read_thesaurus(["publication, issue"]).related("public", _ALONE) == {}


def test_remarks_and_empty_lines_are_left_out() -> None:
    """What stands behind # and lines of blanks are no entries."""
    groups = read_thesaurus(["# sail, cruise", "", "  ", "mast, spar # of a ship"])
    assert groups.related("sail", _ALONE) == {}
    assert groups.related("mast", _ALONE) == {"spar": "close"}


@pytest.mark.parametrize("line", ["> boat", "skiff >", "skiff > ;"])
def test_a_line_with_an_empty_side_is_refused(line: str) -> None:
    """A line that relates a word to nothing is an error that names its number."""
    with pytest.raises(ValueError, match="line 2"):
        read_thesaurus(["mast, spar", line])


def test_the_list_relates_everyday_words() -> None:
    """The list that is shipped can be read and knows everyday words."""
    assert thesaurus().related("plane", _ALONE)["aircraft"] == "close"
    assert thesaurus().related("turned", ("was", "down"))["reject"] == "close"
    assert thesaurus().related("lorry", _ALONE)["truck"] == "close"


def test_no_entry_of_the_list_is_its_own_relative() -> None:
    """No word of the shipped list counts for itself."""
    for forms in thesaurus().words.values():
        for form, others in forms.items():
            assert form not in others
