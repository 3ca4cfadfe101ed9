"""The lists of words that say whether a word is a slip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spellchecker import SpellChecker

from index.analysis import fold
from index.words.lists import ListedWords, listed
from index.words.shapes import nearest
from index.words.sounds import spoken

_PARTS = st.sampled_from(
    "kn gn pn psych ps wr wh x tsch sch chr chem tech mech arch orch tch ch sh tio sio ph ight ght "
    "gh kh th ck ce ci cy dge ge gi gy qu tz ts c q z v y ea ee ie ei oo ou ae oe au aw ai mb ue e "
    "a b d f i l m n o p r s t u ж".split()
)


@pytest.mark.parametrize("language", ["en", "ru", "es"])
def test_a_list_is_pyspellcheckers(language: str) -> None:
    """A list has the words that pyspellchecker itself reads from it, folded; and no others."""
    words = map(str, SpellChecker(language=language).word_frequency)
    assert listed(language).words == {w if w.isascii() else fold(w) for w in words}


def test_a_language_without_a_list_has_no_words() -> None:
    """Nothing is listed in a language that pyspellchecker has no list of."""
    assert listed("my").words == frozenset()
    assert listed("my").resembling("harbor", "h", range(4, 9), 3) == []
    assert listed("my").sounding("harbor") == []


@given(st.lists(_PARTS, min_size=1, max_size=6))
def test_a_word_is_found_by_its_sound(parts: list[str]) -> None:
    """A list that has a word finds it by how it is spoken, whichever rules that takes."""
    word = "".join(parts)
    said = spoken((word,))[0]
    assert ListedWords([word, "harbor", "don't"]).sounding(said) == ([word] if said else [])


@given(
    st.text("abcdж", min_size=1, max_size=6),
    st.lists(st.text("abcdж'", min_size=1, max_size=6), max_size=20, unique=True),
)
def test_the_nearest_listed_words_are_found(word: str, words: list[str]) -> None:
    """All words of the given first letters and lengths that are few slips away are found."""
    fitting = [w for w in words if w[0] in "abж" and 2 <= len(w) < 6 and w.isalpha()]
    found = ListedWords(words).resembling(word, "abж", range(2, 6), 2)
    assert sorted(found) == sorted(nearest(word, fitting, 2))
