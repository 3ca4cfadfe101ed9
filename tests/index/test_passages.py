"""Documents are cut into passages that hold every word once and keep their names."""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.model import Document, Passage
from index.passages import FEWEST_WORDS, MOST_WORDS, IdMaker, cut_passages
from index.sentences import count_words
from tests.index.cases import markdown, plain

_SENTENCES = (
    "The ferry left the harbour early. ",
    "Nobody on the quay had expected that it would sail in such a storm at all. ",
    "It carried twelve people, three cows, and the mail. ",
    "The captain, who had been at sea for forty years and had seen worse, said nothing. ",
)
PARAGRAPHS = st.lists(
    st.one_of(
        st.sampled_from(["# One", "## Two", "# Three", "- item", "same words", "x[^1] y"]),
        st.integers(1, 30).map(lambda number: prose(number).strip()),
        st.text(max_size=20),
    ),
    max_size=12,
).map(lambda parts: "\n\n".join([*parts, "[^1]: A note."]))


@dataclass(frozen=True)
class Entry:
    start: int
    stop: int


def prose(number: int) -> str:
    """So many sentences."""
    return "".join(_SENTENCES[n % len(_SENTENCES)] for n in range(number))


def words(passages: tuple[Passage, ...]) -> list[int]:
    return [count_words(passage.text) for passage in passages]


def test_prose_is_cut_to_size() -> None:
    """In ordinary prose most passages have 90 to 160 words, none is tiny, and all end with a sentence."""
    paragraphs = [prose(3 + number * 7 % 20).strip() for number in range(40)]
    passages = cut_passages(plain("\n\n".join(paragraphs)))
    assert all(FEWEST_WORDS / 2 <= size <= MOST_WORDS * 1.3 for size in words(passages))
    within = [FEWEST_WORDS <= size <= MOST_WORDS for size in words(passages)]
    assert sum(within) >= 0.8 * len(within)
    assert all(passage.text.endswith(".") for passage in passages)


def test_a_long_paragraph_is_cut_into_like_parts() -> None:
    """A paragraph that is too long gives parts of about one size, without a small rest."""
    sizes = words(cut_passages(plain(prose(60).strip())))
    assert all(FEWEST_WORDS <= size <= MOST_WORDS for size in sizes)
    assert max(sizes) < 1.5 * min(sizes)


def test_a_long_sentence_stays_whole() -> None:
    """A sentence that is longer than a passage is one passage, with nothing cut off."""
    sentence = "It had " + "ropes and nets, " * 70 + "and tar."
    passages = cut_passages(plain(f"Before it.\n\n{sentence}\n\nAfter it."))
    assert sentence in [passage.text for passage in passages]


def test_no_passage_crosses_a_section() -> None:
    """A passage ends where its section does, however short, and knows the headings above it."""
    passages = cut_passages(markdown("# A\n\nOne.\n\n## B\n\nTwo.\n\n# C\n\nThree."))
    assert [(passage.text, passage.locator.section) for passage in passages] == [
        ("One.", ("A",)),
        ("Two.", ("A", "B")),
        ("Three.", ("C",)),
    ]


def test_a_short_rest_joins_the_passage_before() -> None:
    """A few words at a section's end are no passage of their own."""
    document = plain(f"{prose(10).strip()}\n\nSo it was.")
    assert [passage.text for passage in cut_passages(document)] == [document.text]


def test_an_entry_is_one_passage() -> None:
    """A chronology entry is a passage, however short or long, and parts what stands around it."""
    text = f"Before.\n\nMay 2: {prose(40).strip()}\n\nStill the same day.\n\nMay 3: Calm.\n\nAfter."
    document = plain(text)
    first, second = text.index("May 2"), text.index("May 3")
    entries = [Entry(first, second - 2), Entry(second, text.index("After") - 2)]
    passages = cut_passages(document, entries)
    assert [passage.kind for passage in passages] == ["text", "entry", "entry", "text"]
    assert [passage.text[:5] for passage in passages] == ["Befor", "May 2", "May 3", "After"]
    assert passages[1].text.endswith("Still the same day.")


def test_an_entry_goes_on_over_the_sections_below_its_own() -> None:
    """A release is one passage with all that stands below its subheadings; its place is its heading."""
    document = markdown(
        "# Log\n\n## 1.1\n\n### Added\n\nA lamp.\n\n### Fixed\n\nSmoke.\n\n## 1.0\n\nNew."
    )
    start, stop = document.text.index("1.1"), document.text.index("1.0")
    entry = Entry(start, len(document.text[:stop].rstrip()))
    passages = cut_passages(document, [entry])
    assert [(p.kind, p.text.split("\n")[0], p.locator.section) for p in passages] == [
        ("entry", "1.1", ("1.1",)),
        ("text", "New.", ("1.0",)),
    ]
    assert passages[0].text.endswith("Smoke.")
    assert passages[0].locator.paragraph is None  # the section has none of its own


def test_an_entry_that_is_too_long_is_cut() -> None:
    """Of a very long entry all passages are of an entry, none crosses a section, no word is lost."""
    parts = ["# Log", "## 1.1", "### Added", prose(500), "### Fixed", prose(20), "## 1.0", "New."]
    document = markdown("\n\n".join(map(str.strip, parts)))
    start, stop = document.text.index("1.1"), document.text.index("1.0")
    entry = Entry(start, len(document.text[:stop].rstrip()))
    passages = cut_passages(document, [entry])
    cut = [passage for passage in passages if passage.kind == "entry"]
    assert len(cut) > 3
    assert cut[0].locator.start == entry.start
    assert cut[-1].locator.stop == entry.stop
    assert max(words(cut)) <= MOST_WORDS + 45
    assert [p.locator.section for p in (cut[0], cut[1], cut[-1])] == [
        ("1.1",),
        ("1.1", "Added"),
        ("1.1", "Fixed"),
    ]
    assert [passage.text for passage in passages if passage.kind == "text"] == ["New."]


def test_notes_are_passages_of_their_own() -> None:
    """Each note is a passage with its number and the section of its mark; the marked one knows it."""
    document = markdown("# A\n\nOne.[^x]\n\n# B\n\nTwo[^y] and three.[^x]\n\n[^x]: X.\n\n[^y]: Y.")
    passages = cut_passages(document)
    assert [(p.text, p.kind, p.locator.note, p.locator.section, p.notes) for p in passages] == [
        ("One.", "text", None, ("A",), (1,)),
        ("Two and three.", "text", None, ("B",), (1, 2)),
        ("X.", "note", 1, ("A",), ()),
        ("Y.", "note", 2, ("B",), ()),
    ]


def test_a_mark_before_any_words() -> None:
    """A mark at the very start of a paragraph belongs to the passage that begins there."""
    passages = cut_passages(markdown("# A\n\n[^x] One.\n\n[^x]: X."))
    assert passages[0].notes == (1,)


def test_a_huge_line() -> None:
    """A file of one endless line is cut into passages of the usual size that hold all of it."""
    line = prose(20_000).strip()
    passages = cut_passages(plain(line))
    assert max(words(passages)) <= MOST_WORDS
    assert " ".join(passage.text for passage in passages) == line


@given(PARAGRAPHS)
def test_every_word_is_in_one_passage(text: str) -> None:
    """The words of all paragraphs and notes are in the passages, each once and in order."""
    document = markdown(text)
    parts = [(p.start, p.stop) for p in (*document.paragraphs, *document.notes)]
    expected = [word for start, stop in parts for word in document.text[start:stop].split()]
    passages = cut_passages(document)
    assert [word for passage in passages for word in passage.text.split()] == expected
    for passage in passages:
        place = passage.locator
        assert document.text[place.start : place.stop] == passage.text
        assert passage.text.strip()


@given(PARAGRAPHS)
def test_ids(text: str) -> None:
    """Ids are at most 16 of [0-9a-z], unique in a document, and the same when it is cut again."""
    ids = [passage.id for passage in cut_passages(markdown(text))]
    assert all(re.fullmatch("[0-9a-z]{1,16}", name) for name in ids)
    assert len(set(ids)) == len(ids)
    assert ids == [passage.id for passage in cut_passages(markdown(text))]


def test_an_id_lasts() -> None:
    """An id depends on document, kind and words alone: a link that someone kept stays good."""
    assert IdMaker("log").make("text", "The ferry sailed.") == "u2xpmd3qf3v4pmv1"
    before = cut_passages(plain("Opening words.\n\nI. One\n\nThe ferry sailed."))
    after = cut_passages(plain("Other words here.\n\nI. One\n\nThe   ferry\nsailed."))
    assert before[0].id != after[0].id
    assert before[1].id == after[1].id


def test_repeats_are_told_apart() -> None:
    """The same words twice in a document have two ids, the first the one of a single occurrence."""
    once = cut_passages(markdown("# A\n\nSame."))
    twice = cut_passages(markdown("# A\n\nSame.\n\n# B\n\nSame."))
    assert once[0].id == twice[0].id != twice[1].id


@pytest.mark.parametrize("part", ["paragraphs", "notes", "entries"])
def test_work_grows_with_the_length_alone(part: str) -> None:
    """Four times the paragraphs, notes or entries take about four times the steps."""
    few, many = (_steps(*_large(part, size)) for size in (150, 600))
    assert many < 6 * few


def _large(part: str, size: int) -> tuple[Document, list[Entry]]:
    sizes = Counter(paragraphs=150, notes=15, entries=15)
    sizes[part] = size
    lines = [f"Words of number {n} here." for n in range(sizes["paragraphs"] + sizes["entries"])]
    marks = [f"Marked[^{n}]." for n in range(sizes["notes"])]
    notes = [f"[^{n}]: Note {n}." for n in range(sizes["notes"])]
    document = markdown("\n\n".join([*lines, *marks, *notes]))
    kept = document.paragraphs[: sizes["entries"]]
    return document, [Entry(paragraph.start, paragraph.stop) for paragraph in kept]


def _steps(document: Document, entries: list[Entry]) -> int:
    """Lines of Python run while ``document`` is cut."""
    steps = 0

    def count(*_: object) -> object:
        nonlocal steps
        steps += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)  # type: ignore[arg-type]
    try:
        cut_passages(document, entries)
    finally:
        sys.settrace(before)
    return steps
