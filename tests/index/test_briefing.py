"""The first source document, extracted from a PDF with all the damage that implies, read in full.

`../shared/gold/structure.dev.json` holds what a person found in it.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from index.model import Document
from index.reading import Reading, read, source_offset
from tests.conftest import SHARED
from tests.index.cases import document_of

pytestmark = pytest.mark.shared
PAGE_BREAKS = (
    "as the junta was consolidating power",
    "relations with North and South Korea, as well as Japan. Russia also",
    "it procured $1.7 billion of arms from Russia, equal to",
    "has made regular port calls. Myanmar has also participated",
    "more than 40 years earlier. In a joint press conference",
    "visited Moscow in February 2012, and his Russian counterpart",
    "relations between the two quickly became frosty. The military’s",
    "calling for dialogue and humanitarian access. But in fact Russia",
    "the president, Rustam Minnikhanov, and toured a helicopter factory.",
    "an ethnographic theme park a couple of hours’ drive",
    "has not, however, translated into support",
    "it is a risk nonetheless: while there is no sign yet",
    "neither an important trade partner nor a strategic ally. As Crisis Group",
    "required to address the crisis, they are an important signal",
)
KEPT = (
    "anti-coup resistance",
    "Commander-in-Chief Min Aung Hlaing making annual visits",
    "Pantsir-S1 truck-mounted",
    "the period 1989-1999.",
    "March-June, November 2021",
    "semi-civilian government",
    "the rice-for-infrastructure barter",  # over two line ends
)
JOINED = ("the Myanmar regime and strengthen", "Mikhail Fradkov, General", "further antagonising")


@pytest.fixture(scope="module")
def wanted() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (SHARED / "gold" / "structure.dev.json").read_text(encoding="utf-8")
    )
    return found


@pytest.fixture(scope="module")
def file(wanted: dict[str, Any]) -> str:
    return (SHARED / "seeds" / wanted["document"]).read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def reading(wanted: dict[str, Any], file: str) -> Reading:
    return read(file.encode(), wanted["document"])


@pytest.fixture(scope="module")
def document(wanted: dict[str, Any], reading: Reading) -> Document:
    return document_of(reading, name=wanted["document"])


def test_headings(document: Document, file: str, wanted: dict[str, Any]) -> None:
    """The 16 headings come out in order, with their levels, paths and lines of the file."""
    found = [
        {
            "order": order,
            "level": section.level,
            "text": section.path[-1],
            "path": " > ".join(section.path),
            "line": file.count("\n", 0, source_offset(document.source_map, section.start)) + 1,
        }
        for order, section in enumerate(document.sections[1:], start=1)
    ]
    assert found == [
        {key: heading[key] for key in ("order", "level", "text", "path", "line")}
        for heading in wanted["headings"]
    ]


def test_every_note_has_its_text_and_its_mark(document: Document) -> None:
    """There are 122 notes, numbered as printed, each with words and one mark, in order."""
    assert [note.number for note in document.notes] == list(range(1, 123))
    assert all(note.label is None and note.text.strip() for note in document.notes)
    marks = [mark for note in document.notes for mark in note.marks]
    assert len(marks) == 122
    assert marks == sorted(marks)


def test_notes_of_the_sample(document: Document, wanted: dict[str, Any]) -> None:
    """The sampled notes begin and end as printed, behind the right words, on the right pages."""
    for sample in wanted["notes"]["sample"]:
        note = document.notes[sample["n"] - 1]
        mark = note.marks[0]
        assert document.text[:mark].endswith(sample["marker_after"])
        assert note.text.startswith(sample["text_starts"])
        assert note.text.endswith(sample["text_ends"])
        assert document.pages_of(mark - 1, mark)[0] == sample["marker_page"]
        first, last, _ = document.pages_of(note.start, note.stop)
        assert first == sample["text_page"]
        assert last == first + sample["continues_over_page_break"]


def test_a_note_runs_on_over_its_page(document: Document) -> None:
    """Note 35 goes on at the head of the next page's notes, where no number says so."""
    assert "left Yangon”, Global New Light of Myanmar, 31 October 2021." in document.notes[34].text


def test_pages(document: Document, wanted: dict[str, Any]) -> None:
    """There are as many pages as somebody counted, and each holds text."""
    numbers = [page.number for page in document.pages]
    assert max(numbers) == wanted["pages"]["pages"]
    body = [page for page in document.pages if page.start < document.notes[0].start]
    assert [page.number for page in body] == list(range(1, max(numbers) + 1))
    assert all(page.start < page.stop for page in document.pages)


def test_words_broken_by_lines(
    document: Document, file: str, reading: Reading, wanted: dict[str, Any]
) -> None:
    """Of 185 hyphens at line ends those of the sample are joined or kept as they should be."""
    for sample in wanted["hyphens"]["sample"]:
        assert sample["right"] in document.text
        if not sample["keep_hyphen"]:
            assert sample["raw"].replace("\n", "") not in document.text
    for words in (*KEPT, *JOINED):
        assert words in document.text
    ends = sum(line.rstrip().endswith("-") for line in file.split("\n"))
    assert ends == wanted["hyphens"]["line_end_hyphens"]
    joined = [lifted for lifted in reading.lifted if lifted.kind == "hyphen"]
    assert all(file[lifted.start] == "-" for lifted in joined)
    assert len(joined) == ends - 14  # compounds, ranges and names keep theirs


@pytest.mark.parametrize("words", PAGE_BREAKS)
def test_paragraphs_cut_by_pages_are_one(document: Document, words: str) -> None:
    """A paragraph, a word or a date that a page and its notes cut stands in one paragraph."""
    start = document.text.index(words)
    assert any(
        paragraph.start <= start and start + len(words) <= paragraph.stop
        for paragraph in document.paragraphs
    )


def test_paragraphs_of_the_sample(document: Document, wanted: dict[str, Any]) -> None:
    """The sampled paragraphs go on behind their page breaks."""
    for sample in wanted["paragraphs_split_by_page_breaks"]:
        start = document.text.index(sample["paragraph_starts"])
        paragraph = next(p for p in document.paragraphs if p.start <= start < p.stop)
        after = sample["after_break"].split(None, 1)[1][:20].split(".")[0]
        assert after in document.text[paragraph.start : paragraph.stop]


def test_marks_leave_the_text(document: Document) -> None:
    """No number of a note is left in the body, and the body's own numbers are all there."""
    body = document.text[: document.notes[0].start]
    for words in (
        "a number which has now grown to at least 7,000.\n",
        "himself an Orthodox Christian.) Min Aung",
        "as well as Appendix A) . In November 2013",
        "worth an estimated $80 million.",
        "between the two quickly became frosty. The",
        "MI-17 helicopters (twelve in all",
        "Su-30 multirole fighter jets",
    ):
        assert words in body


def test_what_can_not_be_mended_stays(document: Document) -> None:
    """Fields that ran together and broken Burmese stay as they are."""
    assert "UN Doc. SC/1446210, March 2021." in document.notes[62].text
    assert "ယကရိနး်က ိ ားကျ းေကျာ်တကိခ်ိကမ် ြမနမ်ာစစ်" in document.notes[82].text


def test_items_of_the_appendix_are_no_notes(document: Document) -> None:
    """The appendix's eight numbered items stand in its section, as items."""
    items = [p for p in document.paragraphs if p.kind == "item"]
    texts = [document.text[item.start : item.stop] for item in items]
    assert [text[:2] for text in texts] == [f"{n}." for n in range(1, 9)]
    assert {document.sections[item.section].path[0][:10] for item in items} == {"Appendix A"}


def test_nothing_is_lost(file: str, reading: Reading) -> None:
    """Each sign of the file is stored once, at its place, or declared lifted out."""
    met = [
        (source_offset(reading.source_map, n), char)
        for n, char in enumerate(reading.text)
        if not char.isspace()
    ]
    assert all(file[there] == char for there, char in met)
    lifted = [n for part in reading.lifted for n in range(part.start, part.stop)]
    told = sorted([there for there, _ in met] + [n for n in lifted if not file[n].isspace()])
    assert told == [n for n, char in enumerate(file) if not char.isspace()]
    assert {part.kind for part in reading.lifted} == {"note mark", "hyphen"}


def test_the_other_document_has_no_pages_and_no_notes() -> None:
    """The chronology begins with a blank as well, but nothing more tells pages, so none are told."""
    path = SHARED / "seeds" / "004_2deec140dd806d98.txt"
    reading = read(path.read_bytes(), path.name)
    assert reading.pages == ()
    assert reading.notes == ()
    assert reading.lifted == ()
