"""Signs in questions: phrases, exclusions, doc:, who:, date:; and ranges of time beside a question."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis.analyzer import group_term
from index.archive import Archive
from index.building import build
from index.errors import UnreadableDateError
from index.questions.concepts import Question
from index.questions.syntax import find_operators, read_syntax
from index.questions.times import read_range
from index.questions.understanding import understand
from index.snapshot import Snapshot
from tests.conftest import write_corpus
from tests.index.railways import ALIASES, FILES

TODAY = dt.date(2026, 11, 22)
BOARD = group_term(("National Railway Board", "NRB"))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("railways")
    build(write_corpus(folder / "corpus", {**FILES, "aliases.toml": ALIASES}), folder / "data")
    return Archive.open(folder / "data").snapshot


def read(snapshot: Snapshot, text: str, **beside: str) -> Question:
    return understand(text, snapshot, TODAY, **beside)  # type: ignore[arg-type]  # of understand


def words(question: Question) -> list[str]:
    return [concept.word for concept in question.concepts]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ('"Northern Line" cost', ["Northern Line"]),
        ("“Northern Line” cost", ["Northern Line"]),
        ("„Northern Line“ kosten", ["Northern Line"]),
        ("«Northern Line»", ["Northern Line"]),
        ('"coal" "river steamer"?', ["coal", "river steamer"]),
        ('what did ("coal treaty") say', ["coal treaty"]),
        ('an unclosed "quotation mark', []),
        ('guns of 5" and 6" bore', []),
        ('""  "." ', []),
        ('a"b"c', []),
        ("the board's 'own' words", []),
    ],
)
def test_phrases(text: str, phrases: list[str]) -> None:
    """Words between quotation marks that belong together are a phrase; other marks are plain."""
    found = [o for o in find_operators(text) if o.kind == "phrase"]
    assert [text[slice(*operator.value)] for operator in found] == phrases


def test_words_of_phrases_are_searched(snapshot: Snapshot) -> None:
    """The words of a phrase are words of the question as well."""
    asked = read(snapshot, 'When did the "coal treaty" end?')
    assert words(asked) == ["coal", "treaty", "end"]
    assert asked.phrases == (("coal", "treati"),)


def test_phrase_of_a_whole_question(snapshot: Snapshot) -> None:
    """A question that stands in quotation marks as a whole is read as plain words."""
    assert read(snapshot, '"When was the port closed?"').phrases == ()


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("treaties -coal", ["coal"]),
        ("-coal treaties", ["coal"]),
        ('trams -"river steamer" of 1904', ["river steamer"]),
        ("boilers -MIG-29", ["MIG-29"]),
        ("MIG-29 boilers", []),
        ("events 1903-1904", []),
        ("cold of -5 degrees", []),
        ("archivist --help", []),
        ("pier - rebuilt", []),
        ("pier -", []),
        ("river-steamer", []),
        ("-the port", []),
    ],
)
def test_exclusions(snapshot: Snapshot, text: str, excluded: list[str]) -> None:
    """A minus glued to the front of a word shuts it out; elsewhere it is plain."""
    assert list(read(snapshot, text).shut_out) == excluded


def test_excluded_words_are_not_searched(snapshot: Snapshot) -> None:
    """What is shut out is no word of the question, and is given as terms."""
    asked = read(snapshot, 'treaties -coal -"river steamer"')
    assert words(asked) == ["treaties"]
    assert asked.excluded == ("coal",)
    assert asked.excluded_phrases == (("river", "steamer"),)


@pytest.mark.parametrize(
    "text",
    [
        "doc:minutes boilers",
        "boilers doc:minutes.md",
        'doc:"Minutes of the railway board" boilers',
        "DOC:minutes.md, boilers?",
    ],
)
def test_document(snapshot: Snapshot, text: str) -> None:
    """doc: takes an id, a file name or a title, and its words are none of the question."""
    asked = read(snapshot, text)
    assert asked.document == "minutes"
    assert words(asked) == ["boilers"]


def test_unknown_document_is_plain_words(snapshot: Snapshot) -> None:
    """A document that nobody knows is a word like any other."""
    asked = read(snapshot, "doc:trams 1904")
    assert asked.document is None
    assert words(asked) == ["trams"]


@pytest.mark.parametrize(
    ("text", "terms", "people"),
    [
        ("who:Varga coal", (("varga",),), ("Varga",)),
        ("who:varga coal", (("varga",),), ("varga",)),
        ("who:Ilse Varga coal", (("ils", "varga"),), ("Ilse Varga",)),
        ('coal who:"Ilse Varga"', (("ils", "varga"),), ("Ilse Varga",)),
        ("who:NRB coal", ((BOARD,),), ("National Railway Board",)),
        ("who:Vargha coal", (("varga",),), ("Varga",)),
    ],
)
def test_who(
    snapshot: Snapshot, text: str, terms: tuple[tuple[str, ...], ...], people: tuple[str, ...]
) -> None:
    """who: takes a name as the documents have it, an alias, or one that is nearly so spelt."""
    asked = read(snapshot, text)
    assert (asked.who, asked.people) == (terms, people)
    assert words(asked) == ["coal"]


def test_misspelt_name_is_shown(snapshot: Snapshot) -> None:
    """How a misspelt name was read is told."""
    assert read(snapshot, "who:Vargha coal").corrections == (("Vargha", "Varga"),)


@pytest.mark.parametrize(
    "text", ["who:Xyzzy coal", "Who: coal", "WHO:coal treaty", "who:1912 coal"]
)
def test_unknown_name_is_plain_words(snapshot: Snapshot, text: str) -> None:
    """A name that nobody bears restricts nothing."""
    asked = read(snapshot, text)
    assert asked.who == ()
    assert "coal" in words(asked)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("date:1905 floods", ["1905"]),
        ("floods date:1904..1905", ["1904/1905"]),
        ("floods date:1903-08", ["1903-08"]),
        ('floods date:"August 1903"', ["1903-08"]),
        ("floods date:August 1903", ["1903-08"]),
        ("date:7 September 1902 floods", ["1902-09-07"]),
        ("floods in 1903 date:1903-08", ["1903-08"]),
        ("floods in 1905 date:1903", ["1905", "1903"]),
        ("floods date:soon", []),
        ("floods date: never", []),
    ],
)
def test_dates(snapshot: Snapshot, text: str, edtf: list[str]) -> None:
    """date: takes any date expression, and limits dates in the text; another word is plain."""
    asked = read(snapshot, text)
    assert [date.edtf for date in asked.dates] == edtf
    assert "floods" in words(asked)


def test_day_of_every_year(snapshot: Snapshot) -> None:
    """A day without a year behind date: is one of every year."""
    assert read(snapshot, 'date:"7 September"').recurring == ((9, 7),)


@pytest.mark.parametrize(
    "text",
    ["Q: why was the port closed", "the ferry at 10:30", "http://example.org/a:b", "note: coal"],
)
def test_other_colons_are_plain(snapshot: Snapshot, text: str) -> None:
    """A colon that belongs to no sign changes nothing."""
    assert read_syntax(text, snapshot, TODAY).text == text
    assert find_operators(text) == ()


def test_only_operators(snapshot: Snapshot) -> None:
    """A question of nothing but signs is understood, and has no words."""
    asked = read(snapshot, "doc:minutes date:1912 -coal")
    assert (asked.document, asked.concepts, asked.only_stop_words) == ("minutes", (), False)
    assert [date.edtf for date in asked.dates] == ["1912"]


def test_offsets_are_those_of_the_typed_text(snapshot: Snapshot) -> None:
    """Words behind a sign keep their places in the question as typed."""
    text = 'who:Varga -coal "river steamer" date:1912 boilers'
    for concept in read(snapshot, text).concepts:
        assert text[concept.start : concept.stop] == concept.word


@given(
    st.lists(st.sampled_from(['"', "“", "”", "-", "doc:", "who:", "date:", " ", "a", "1905", ":"]))
)
@settings(max_examples=300, deadline=None)
def test_any_signs_are_read(snapshot: Snapshot, parts: list[str]) -> None:
    """However signs are strung together, there is no error, and no place moves."""
    text = "".join(parts)[:2_000]
    syntax = read_syntax(text, snapshot, TODAY)
    assert len(syntax.text) == len(text)
    assert all(a == b for a, b in zip(text, syntax.text, strict=True) if b != " ")
    starts = [(o.start, o.stop) for o in find_operators(text)]
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(starts))


@pytest.mark.parametrize("piece", ['"', "“", "-", "doc:", 'who:"', "date:1", '-"a" ', "date:1905 "])
def test_hostile_signs(snapshot: Snapshot, piece: str) -> None:
    """Two thousand characters of signs are read like any question."""
    read(snapshot, (piece * 2_000)[:2_000].strip() + " x")


# ---------------------------------------------------------------- ranges


@pytest.mark.parametrize(
    ("since", "until", "edtf"),
    [
        ("1903", "1905", "1903/1905"),
        ("August 1903", None, "1903-08/.."),
        (None, "4 May 1912", "../1912-05-04"),
        ("7 September 1902", "1905", "1902-09-07/1905"),
        ("1905", "1905", "1905/1905"),
        ("today", None, "2026-11-22/.."),
        (None, None, None),
    ],
)
def test_range(since: str | None, until: str | None, edtf: str | None) -> None:
    """A range goes from the first day of one date to the last of another, or is open."""
    found = read_range(since, until, TODAY)
    assert (found.edtf if found else None) == edtf


def test_range_includes_both_ends() -> None:
    """The first and the last day of a range belong to it."""
    found = read_range("May 1912", "May 1912", TODAY)
    assert found is not None
    assert found.latest - found.earliest == 30


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("1905", "1903", "ends before it begins"),
        ("soon", None, "is not a date"),
        (None, "31 February 1903", "does not exist"),
        ("7 September", None, "names no year"),
        ("", None, "No date was given"),
    ],
)
def test_unusable_range(since: str | None, until: str | None, said: str) -> None:
    """A range that can't be read, or is reversed, is one clear error."""
    with pytest.raises(UnreadableDateError, match=said):
        read_range(since, until, TODAY)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("coal", ["1903/1905"]),
        ("coal in 1904", ["1904"]),
        ("coal before 1904", ["1903-01-01/1903-12-31"]),
        ("coal in the 1900s", ["1903/1905"]),
        ("coal in 1904 and 1912", ["1904"]),
        ("coal on 7 September", ["1903-09-07", "1904-09-07", "1905-09-07"]),
    ],
)
def test_range_limits_dates(snapshot: Snapshot, text: str, edtf: list[str]) -> None:
    """The dates of a question are cut to the range; without any the range is its date."""
    asked = read(snapshot, text, since="1903", until="1905")
    assert [date.edtf for date in asked.dates] == edtf
    assert asked.within is not None


def test_dates_outside_the_range(snapshot: Snapshot) -> None:
    """A question for a time outside the range is one clear error."""
    with pytest.raises(UnreadableDateError, match="outside of"):
        read(snapshot, "coal in 1912", since="1903", until="1905")


@pytest.mark.parametrize(
    "text", ["who:Varga", "who:Varga date:1903", 'doc:history who:"Varga" -coal']
)
def test_a_name_alone_is_searched(snapshot: Snapshot, text: str) -> None:
    """Where who: stands without other words, the name is the word that is searched."""
    asked = read(snapshot, text)
    assert words(asked) == ["Varga"]
    assert asked.who == (("varga",),)
