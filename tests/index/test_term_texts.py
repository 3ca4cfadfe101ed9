"""The short ways to terms: their texts alone, and those of groups alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import GROUP, Analyzer, words

ANALYZER = Analyzer(
    [("Port Authority of Ostmark", "Harbour Office"), ("US", "United States")],
    [("OHC", "Ostmark Harbour Company")],
)
WORDS = st.sampled_from(
    "the harbour office Harbour Office United States US us US$ OHC ohc OHCs 1.7 billion 1847 1847.2 "
    "twenty one per cent 40% $5m Yak-130 anti-war re- l'homme Hafen 港口 ရန်ကုန် Ostmark Company don’t".split(
        " "
    )
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", ", ", "-", "\n", "-\n", ". "]))).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)


@given(TEXTS)
def test_texts_alone(text: str) -> None:
    """`term_texts` gives the texts of what `terms` gives, in the same order."""
    assert ANALYZER.term_texts(text) == [term.text for term in ANALYZER.terms(text)]


@given(TEXTS)
def test_groups_alone(text: str) -> None:
    """`groups` gives the terms of groups among what `terms` gives, with the same spans."""
    expected = [term for term in ANALYZER.terms(text) if term.text.startswith(GROUP)]
    assert ANALYZER.groups(text) == expected


def test_no_names_no_groups() -> None:
    """An analyzer without names finds no group."""
    assert Analyzer().groups("The Harbour Office of the US.") == []


def test_more_words_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word has the same terms before and after others have pushed it out of what is kept."""
    monkeypatch.setattr(words, "_MOST_CACHED", 8)
    known = words._Known("en")
    tokens = [f"harbour{number}" for number in range(50)]
    first = [known[token] for token in tokens]
    assert [known[token] for token in tokens] == first
    assert len(known) + len(known._before) <= 8
