"""Cross-references lead where their words say, or nowhere; never to a guess."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.model import Document, Note, Section
from index.references import find_references
from tests.index.cases import markdown

REPORT = """\
# Harbours of the coast

Words before.

# I. Ostmark

{I}

## A. The pier

{I.A}

## B. The lamp

{I.B}

# II. Lindal

{II}

## A. The mill

{II.A}

## A. The weir

{II.A2}

## B. The bridge

{II.B}

# Appendix A: Ships

{App}
"""
PLACES = ("I", "I.A", "I.B", "II", "II.A", "II.A2", "II.B", "App")


def report(**words: str) -> Document:
    """A report whose sections hold ``words``; in section II one letter is printed twice."""
    text = REPORT
    for place in PLACES:
        text = text.replace(f"{{{place}}}", words.get(place.replace(".", "_"), "Words."))
    return markdown(text)


def told(document: Document) -> list[tuple[str, str | int | None]]:
    """Each reference's words and the heading or the number of the note that it leads to."""
    found: list[tuple[str, str | int | None]] = []
    for reference in document.references:
        target: str | int | None = reference.target
        if reference.kind == "section" and reference.target is not None:
            target = document.sections[reference.target].path[-1]
        found.append((document.text[reference.start : reference.stop], target))
    return found


def of_notes(*notes: str) -> list[tuple[str, str | int | None]]:
    """The references of a document with these notes."""
    marks = " ".join(f"Words{n}.[^{n}]" for n in range(1, len(notes) + 1))
    texts = "\n\n".join(f"[^{n}]: {note}" for n, note in enumerate(notes, start=1))
    return told(markdown(f"{marks}\n\n{texts}\n"))


@pytest.mark.parametrize(
    ("place", "words", "expected"),
    [
        ("I", "See Section II.", [("Section II", "II. Lindal")]),
        ("I", "The lamp (Section I.B below) is old.", [("Section I.B", "B. The lamp")]),
        ("I_A", "See Section B below.", [("Section B", "B. The lamp")]),
        ("II_B", "See section I.A above.", [("section I.A", "A. The pier")]),
        ("I", "Ships are in Appendix A.", [("Appendix A", "Appendix A: Ships")]),
        ("I", "See Part II.", [("Part II", "II. Lindal")]),
        ("I", "See Sections I.A and II.", [("Sections I.A", "A. The pier"), ("II", "II. Lindal")]),
        ("I", "See Section IX below.", [("Section IX", None)]),
        ("I", "See Appendix C.", [("Appendix C", None)]),
        ("I", "See Section II above.", [("Section II", None)]),
        ("I_B", "As the previous section says.", [("the previous section", "A. The pier")]),
        ("I_A", "As the next section says.", [("the next section", "B. The lamp")]),
        ("I_A", "As the preceding section says.", [("the preceding section", None)]),
        ("II", "As the next section says.", [("the next section", None)]),
        ("I", "See Section II of this report.", [("Section II", "II. Lindal")]),
    ],
)
def test_sections(place: str, words: str, expected: list[tuple[str, str | None]]) -> None:
    """Words that name a section lead to the heading with that label, seen from where they stand."""
    assert told(report(**{place: words})) == expected


@pytest.mark.parametrize(
    ("place", "words", "heading"),
    [
        pytest.param("I", "See Section II.C below.", "B. The bridge", id="the third of A, A, B"),
        pytest.param("II_A2", "See Section C below.", "B. The bridge", id="from beside it"),
        pytest.param("II_B", "See Section A above.", "A. The mill", id="the first of two"),
        pytest.param("II_A2", "See Section A above.", "A. The mill", id="not itself"),
        pytest.param("I", "See Section II.D below.", None, id="there is no fourth"),
        pytest.param("I_A", "See Section I.C below.", None, id="labels that are right stay so"),
    ],
)
def test_labels_that_are_printed_wrong(place: str, words: str, heading: str | None) -> None:
    """Where one label stands twice among siblings, a reference counts them."""
    assert [target for _, target in told(report(**{place: words}))] == [heading]


@pytest.mark.parametrize(
    "words",
    [
        "See section 5 of the Harbour Act.",
        "It breaks Article 5 of the treaty.",
        "As Olsen writes in his chapter 2, it sank.",
        "See 42 U.S.C. § 7411.",
        "Under the Harbour Act, section 2, it sank.",
        "§ 12 BGB says so.",
        "For my part I think so.",
        "A new chapter began, and a section was built.",
        "He took part. I did not.",
        "In title 5, section 552, it says so.",
    ],
)
def test_other_works_are_left_alone(words: str) -> None:
    """What points into another work, or nowhere at all, is no cross-reference."""
    assert told(report(I=words)) == []


def test_chapters_of_a_book_that_a_note_cites() -> None:
    """A chapter behind a book's title in a note is the book's, though the document has such ones."""
    document = markdown(
        "# Chapter 1: Boats\n\nWords.[^1] More.[^2]\n\n# Chapter 2: Ships\n\nWords.\n\n"
        "[^1]: Olsen, Ships and Boats (Ostmark, 1901), chapter 2.\n\n[^2]: See chapter 2 below.\n"
    )
    assert told(document) == [("chapter 2", "Chapter 2: Ships")]


@pytest.mark.parametrize(
    ("heading", "words", "found"),
    [
        ("3.2 Depths", "See section 3.2.", "section 3.2"),
        ("Chapter IV", "See Chapter 4.", "Chapter 4"),
        ("CHAPTER THREE", "See Chapter 3.", "Chapter 3"),
        ("§ 12 Berths", "See § 12.", "§ 12"),
        ("Article 5: Berths", "Under Article 5(2) it may.", "Article 5(2)"),
        ("Annex B", "See Annex B.", "Annex B"),
        ("Abschnitt 3", "Siehe Abschnitt 3.", "Abschnitt 3"),
        ("Part Two", "As in Part Two, it may.", "Part Two"),
    ],
)
def test_kinds_of_labels(heading: str, words: str, found: str) -> None:
    """Sections, chapters, articles, annexes and paragraphs of laws are found by their labels."""
    document = markdown(f"# One\n\n{words}\n\n# {heading}\n\nWords.\n")
    assert told(document) == [(found, heading)]


def test_headings_refer_to_nothing() -> None:
    """A heading's own label is no reference."""
    assert told(markdown("# Appendix A: Section B\n\nWords.\n\n# Chapter 4\n\nWords.\n")) == []


FULL = "Ada Brandt, Lamps of the Coast: A History (Ostmark, 1901), p. 3."


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        pytest.param((FULL, "Ibid., p. 5."), [("Ibid.", 1)], id="at the start"),
        pytest.param((FULL, "See also ibid."), [("ibid.", 1)], id="behind words that cite nothing"),
        pytest.param((FULL, "Ebd., S. 5."), [("Ebd.", 1)], id="German"),
        pytest.param((FULL, "Id. at 5."), [("Id.", 1)], id="law"),
        pytest.param(
            (FULL, "Olsen, Ships (1900), p. 3; ibid., p. 9."), [("ibid.", 2)], id="a later source"
        ),
        pytest.param(
            (FULL, "On the keeper (a soldier) in the 1850s, see ibid."), [("ibid.", 1)],
            id="behind a remark",
        ),
        pytest.param((FULL, "Olsen ibid. Reed."), [("ibid.", None)], id="nobody can tell"),
        pytest.param(("Ibid.",), [("Ibid.", None)], id="in the first note"),
        pytest.param((FULL, "Ibid.", "Ibid."), [("Ibid.", 1), ("Ibid.", 2)], id="one after another"),
    ],
)  # fmt: skip
def test_ibid(notes: tuple[str, ...], expected: list[tuple[str, int | None]]) -> None:
    """“Ibid.” means the source before it: the note before, or one in the same note."""
    assert of_notes(*notes) == expected


@pytest.mark.parametrize(
    ("citing", "target"),
    [
        ("Brandt, op. cit., p. 9.", 1),
        ("Brandt, Lamps of the Coast, op. cit.", 1),
        ("See Brandt, “Lamps of the Coast”, op. cit.", 1),
        ("Reed, Sails (1899); and Brandt, Lamps of the Coast, op. cit., chapter 2.", 1),
        ("Brandt, loc. cit.", 1),
        ("Brandt, a. a. O., S. 9.", 1),
        ("Olsen, Ships, op. cit.", 2),
        ("Varga, op. cit.", None),
        ("Brandt, Ropes of the Coast, op. cit.", None),
        ("op. cit., p. 9.", None),
    ],
)
def test_works_cited_before(citing: str, target: int | None) -> None:
    """“op. cit.” leads to the first note before that names the work in full."""
    notes = (FULL, "Nils Olsen, Ships (1900).", "Brandt, op. cit.", citing)
    assert of_notes(*notes)[-1][1] == target


def test_a_later_note_is_not_meant() -> None:
    """A work that only later notes name is not found."""
    assert of_notes("Brandt, Lamps of the Coast, op. cit.", FULL) == [("op. cit.", None)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("See note 2.", [("note 2", 2)]),
        ("It sank (see notes 1 and 2).", [("notes 1", 1), ("2", 2)]),
        ("Brandt, supra note 1, p. 4.", [("note 1", 1)]),
        ("See n. 2 above.", [("n. 2", 2)]),
        ("As footnote 1 says.", [("footnote 1", 1)]),
        ("Siehe Anm. 2.", [("Anm. 2", 2)]),
        ("See note 7.", [("note 7", None)]),
        ("Olsen, Ships, p. 34, note 2.", []),
        ("See note 2 to the accounts.", []),
        ("He notes 2 ships.", []),
    ],
)
def test_notes_by_number(words: str, expected: list[tuple[str, int | None]]) -> None:
    """A number leads to the note of this document that bears it, not to one of another work."""
    assert of_notes(FULL, "Town log.", words) == expected


def test_without_notes_nothing_leads_to_one() -> None:
    """In a document without notes, “note 5” and “ibid.” are just words."""
    assert told(markdown("See note 5. It sank (ibid.).\n")) == []


def test_notes_that_count_anew_in_each_chapter() -> None:
    """Where several notes bear a number, the one of the same chapter is meant."""
    text = "# A\n\nx\n\n# B\n\nSee note 1.\n\nnote\n\nnote"
    body = text.index("\n\nnote")
    sections = (Section(("A",), 1, 0, 8), Section(("B",), 1, 8, body))
    notes = (
        Note(1, body + 2, body + 6, (6,), "note", "1"),
        Note(2, body + 8, body + 12, (body,), "note", "1"),
    )
    assert [r.target for r in find_references(text, sections, notes)] == [2]


WORDS = st.lists(
    st.sampled_from(
        "Section |II|.|A|B.1|see |ibid. |op. cit. |note |12|, |and |Brandt|“Lamps”|; |above|§ |Id. "
        "|the next section|Appendix |\n\n|# I. One\n\n|## A. Two\n\n|[^1]|\n\n[^1]: |1.2.3 ".split(
            "|"
        )
    )
    | st.text(max_size=4),
    max_size=40,
).map("".join)


@given(WORDS)
def test_references_are_in_order_and_lead_to_what_there_is(text: str) -> None:
    """Whatever the text, references lie in it one after another and lead to sections and notes."""
    document = markdown(text)
    done = 0
    for reference in document.references:
        assert done <= reference.start < reference.stop <= len(document.text)
        done = reference.stop
        if reference.target is not None and reference.kind == "section":
            assert 0 <= reference.target < len(document.sections)
        elif reference.target is not None:
            assert reference.target in {note.number for note in document.notes}


@pytest.mark.parametrize(
    "words",
    [
        "see Section IV.C above and note 12 (ibid.), op. cit. ", "Section 1." + "1." * 50, "section ",
        "Sections 1" + ", 2" * 50, "Brandt, Lamps, op. cit.; Ibid. ", "the next section ", " ",
    ],
    ids=repr,
)  # fmt: skip
def test_long_texts_take_no_longer_a_character(words: str) -> None:
    """Four times the text takes about four times as long, whatever is in it."""

    def seconds(length: int) -> float:
        text = (words * (length // len(words) + 1))[:length]
        body = length // 2
        sections = [
            Section((f"{n % 3}. x",), 1 + n % 5, n * 100, (n + 1) * 100) for n in range(body // 100)
        ]
        starts = range(body, length - 100, 100)
        notes = [Note(n, start, start + 99, (0,)) for n, start in enumerate(starts, start=1)]
        started = time.process_time()
        find_references(text, sections, notes)
        return time.process_time() - started

    short, long = seconds(50_000), seconds(200_000)
    assert long < 12 * short + 0.5
