"""The lexicon: what else counts for a word of a question."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import Analyzer, stem
from index.questions.concepts import Alternative
from index.words import Lexicon

_TEXT = """
The harbour committee bought a helicopter and a lifeboat. Sergei Varlamov sold the vessel. Colonel
Anna Brodskaya refused the offer. Peter Lindqvist and Maria Lindqvist attended. The armed forces of
the island reject cyber security. Zelenovsky arrived in Port Ashby during World War II. Treasurer
Wilhelm Okonkwo resigned. The rice harvest failed, the government said.
"""
_PEOPLE = (
    "Sergei Varlamov", "Varlamov", "Anna Brodskaya", "Peter Lindqvist", "Maria Lindqvist",
    "Wilhelm Okonkwo", "Port Ashby", "Harbour Committee",
)  # fmt: skip


def _lexicon(text: str = _TEXT, people: tuple[str, ...] = _PEOPLE) -> Lexicon:
    analyzer = Analyzer()
    written = {term.text: text[term.start : term.stop] for term in analyzer.terms(text)}
    return Lexicon(dict.fromkeys(written, 2), analyzer, written.get, people)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return _lexicon()


def _found(
    lexicon: Lexicon, word: str, neighbours: tuple[str, str] = ("the", "")
) -> dict[str, Alternative]:
    found = lexicon.alternatives(word, stem(word.casefold()), neighbours)
    return {alternative.term: alternative for alternative in found}


@pytest.mark.parametrize(
    ("word", "neighbours", "term", "reason"),
    [
        pytest.param("comittee", ("the", ""), "committe", "spelling", id="misspelt"),
        pytest.param("harbor", ("the", ""), "harbour", "variant", id="American"),
        pytest.param("buy", ("to", ""), "bought", "variant", id="irregular verb"),
        pytest.param("Sergey", ("did", ""), "sergei", "variant", id="transliterated"),
        pytest.param("Zelenovskiy", ("did", ""), "zelenovski", "variant", id="ending of a name"),
        pytest.param("2", ("war", ""), "ii", "variant", id="Roman figures"),
        pytest.param("cybersecurity", ("the", ""), "secur", "compound", id="written as one"),
        pytest.param("boat", ("life", ""), "lifeboat", "compound", id="written apart"),
        pytest.param("heli", ("the", "copter"), "helicopt", "compound", id="first of two"),
        pytest.param("chopper", ("the", ""), "helicopt", "related", id="everyday word"),
        pytest.param("turned", ("was", "down"), "reject", "related", id="two words for one"),
        pytest.param("govt", ("the", ""), "govern", "variant", id="short form"),
    ],
)
def test_a_word_of_the_corpus_stands_for_the_typed_one(
    lexicon: Lexicon, word: str, neighbours: tuple[str, str], term: str, reason: str
) -> None:
    """Each way in which words stand for others is found, and says which it was."""
    assert _found(lexicon, word, neighbours)[term].reason == reason


@pytest.mark.parametrize("word", ["Norland", "Ashbury", "Lindberg", "Varlam", "Mikhail", "Wilma"])
def test_a_name_that_is_not_there_stands_for_no_other(lexicon: Lexicon, word: str) -> None:
    """A name inside a question that the corpus lacks is not read as another name."""
    assert _found(lexicon, word) == {}


def test_a_correction_is_shown_as_the_corpus_writes_it(lexicon: Lexicon) -> None:
    """What a slip is read as is shown as a whole word in small letters."""
    assert _found(lexicon, "Brodskaja")["brodskaya"].shown == "brodskaya"
    assert _found(lexicon, "comittee")["committe"].shown == "committee"


def test_nothing_outweighs_what_was_typed(lexicon: Lexicon) -> None:
    """Every share is above zero and below one, and they fall in order."""
    for word in ("bought", "harbor", "comittee", "plane", "boat", "refuse", "attended"):
        shares = [found.share for found in lexicon.alternatives(word, stem(word), ("life", ""))]
        assert all(0 < share < 1 for share in shares)
        assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("", ""),
        ("7,000", "7000"),
        ("US", "=0"),
        ("မြန်မာ", "မြန်မာ"),
        ("🚢", "🚢"),
        ("x" * 3_000, "x"),
    ],
)
def test_what_is_no_word_has_no_alternatives(lexicon: Lexicon, word: str, term: str) -> None:
    """Empty words, numbers, alias groups, other scripts and signs have none."""
    assert lexicon.alternatives(word, term, ("", "")) == ()


def test_an_acronym_is_not_corrected(lexicon: Lexicon) -> None:
    """A short word in capitals that the corpus lacks is no slip."""
    assert _found(lexicon, "ISLND") == {}


def test_an_empty_corpus_has_no_words() -> None:
    """A lexicon of nothing finds nothing."""
    empty = Lexicon({}, Analyzer())
    assert empty.alternatives("comittee", "comitte", ("the", "boat")) == ()
    assert empty.parts("lifeboat") == ()
    assert empty.name_alternatives(("Sergei", "Varlamov")) == ((), ())


def test_words_written_as_one_are_parted(lexicon: Lexicon) -> None:
    """A word that is two of the corpus is parted; a word of the corpus and a slip are not."""
    assert lexicon.parts("armedforces") == ("armed", "forces")
    assert lexicon.parts("lifeboat") == ()
    assert lexicon.parts("comittee") == ()


@pytest.mark.parametrize(
    ("question", "covered"),
    [
        pytest.param("did Sergei Varlamov resign", {"Sergei": "varlamov"}, id="a full name"),
        pytest.param("did Sergey Varlamov resign", {"Sergey": "varlamov"}, id="transliterated"),
        pytest.param("did S Varlamov resign", {"S": "varlamov"}, id="an initial"),
        pytest.param("sergei varlamov", {"sergei": "varlamov"}, id="in small letters"),
        pytest.param(
            "when did Colonel Anna Brodskaya go",
            {"Colonel": "brodskaya", "Anna": "brodskaya"},
            id="with a title",
        ),
        pytest.param("did Peter Lindqvist go", {}, id="two of that surname"),
        pytest.param("did Boris Varlamov go", {}, id="another given name"),
        pytest.param("did Varlamov go", {}, id="the surname alone"),
        pytest.param("the Harbour Committee", {}, id="a body"),
        pytest.param("in Port Ashby", {}, id="a place"),
        pytest.param("", {}, id="nothing"),
    ],
)
def test_a_surname_covers_the_full_name_where_it_is_unambiguous(
    lexicon: Lexicon, question: str, covered: dict[str, str]
) -> None:
    """Given names and titles get the surname's term where only one person bears that surname."""
    words = question.split()
    found = lexicon.name_alternatives(words)
    assert {
        word: alternatives[0].term
        for word, alternatives in zip(words, found, strict=True)
        if alternatives
    } == covered


@pytest.mark.parametrize(
    "question", ["did Min Thaw go", "did Thaw Thaw Aung go", "general Thaw Aung", "Thaw Thaw Kyaw"]
)
def test_people_who_share_parts_of_their_names_stay_apart(question: str) -> None:
    """Names without a surname cover nothing, however alike they are."""
    text = "Thaw Aung met Thaw Thaw Aung. Thaw Thaw Kyaw left."
    names = ("Thaw Aung", "Thaw Thaw Aung", "Thaw Thaw Kyaw")
    assert not any(_lexicon(text, names).name_alternatives(question.split()))


def test_aliases_are_names_too() -> None:
    """A full name that only the aliases have is covered by its surname."""
    lexicon = Lexicon({"okonkwo": 1}, Analyzer([["Wilhelm Okonkwo", "Willi"]]))
    assert lexicon.name_alternatives(("Wilhelm", "Okonkwo"))[0][0].term == "okonkwo"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_any_text_has_the_same_alternatives_twice(word: str, before: str, after: str) -> None:
    """Whatever is typed, it raises nothing, and the answer is the same in another lexicon."""
    first, second = _SHARED
    found = first.alternatives(word, stem(word.casefold()), (before, after))
    assert found == second.alternatives(word, stem(word.casefold()), (before, after))
    assert len(found) <= 12


_SHARED = (_lexicon(), _lexicon())


def test_a_russian_word_that_no_list_has() -> None:
    """A misspelt Russian word is compared by its stem, where the corpus's word is in no list."""
    text = "Колокольщикова пожарная каланча стояла у дебаркадера, за дебаркадером"
    analyzer = Analyzer(language="ru")
    written = {term.text: text[term.start : term.stop] for term in analyzer.terms(text)}
    lexicon = Lexicon(dict.fromkeys(written, 2), analyzer, written.get, (), ("ru",))
    [term] = analyzer.terms("дибаркадерами")
    [found] = lexicon.alternatives("дибаркадерами", term.text, ("", ""))
    assert (found.term, found.reason) == ("дебаркадер", "spelling")
