"""EPUB: a book's chapters in reading order as one text, with headings, notes and pages."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress

import pytest

from index.errors import DocumentFormatError
from index.reading import Reading
from index.reading.epub import read_epub
from tests.index.cases import document_of
from tests.index.test_html import misplaced, unsound

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
OPF = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Skerrow</dc:title>
<dc:creator>A. Pell</dc:creator><dc:creator>V. Olsen</dc:creator><dc:date>1974-05-02T00:00:00Z</dc:date>
<dc:language>en</dc:language>
<dc:publisher>Dunmoran Press</dc:publisher><dc:rights>Free.</dc:rights></metadata>
<manifest>{items}</manifest><spine toc="ncx">{spine}</spine></package>"""
PAGE = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title/></head><body>{}</body></html>"""


def book(chapters: dict[str, str], **parts: str | bytes) -> bytes:
    """An EPUB of ``chapters`` (name -> body) in that order; ``parts`` replace or add others."""
    items = "".join(
        f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in chapters
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    files: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": OPF.format(items=items, spine=spine),
        **{f"OPS/{name}": PAGE.format(body) for name, body in chapters.items()},
    }
    files |= {name.replace("__", "/").replace("_DOT_", "."): part for name, part in parts.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in files.items():
            if part != b"missing":
                archive.writestr(name, part)
    return packed.getvalue()


def headings(reading: Reading) -> list[tuple[int, str]]:
    return [
        (b.level, reading.text[b.start : b.stop]) for b in reading.blocks if b.kind == "heading"
    ]


CHAPTERS = {
    "a.xhtml": "<h1 id='one'>One</h1>"
    "<p>The mole<a epub:type='noteref' href='notes.xhtml#n1'>1</a> is new.</p>",
    "b.xhtml": "<h1>Two</h1><p>It cost &#163;80.</p>",
    "notes.xhtml": "<aside epub:type='endnote' id='n1'><p>1. Pell, p. 3.</p></aside>",
}


def test_chapters_stand_in_the_order_of_the_spine() -> None:
    """Chapters follow each other as the spine says, with their headings."""
    reading = read_epub(book(CHAPTERS))
    assert headings(reading) == [(1, "One"), (1, "Two")]
    assert reading.text == "One\n\nThe mole is new.\n\nTwo\n\nIt cost £80.\n\nPell, p. 3."


def test_every_character_leads_back() -> None:
    """Every stored character stands at its place in the chapters, one after the other."""
    reading = read_epub(book(CHAPTERS))
    assert not misplaced(reading)
    assert not unsound(reading)
    assert reading.source.count("<html") == 3


def test_notes_in_other_chapters() -> None:
    """A note is found in another chapter than its mark's."""
    (note,) = read_epub(book(CHAPTERS)).notes
    assert (note.text, note.marks) == ("Pell, p. 3.", (len("One\n\nThe mole"),))


def test_properties() -> None:
    """The package tells title, authors, date, language, publisher and rights."""
    assert read_epub(book(CHAPTERS)).properties == {
        "title": "Skerrow",
        "author": "A. Pell; V. Olsen",
        "date": "1974-05-02",
        "language": "en",
        "publisher": "Dunmoran Press",
        "rights": "Free.",
    }


def test_what_is_not_linear_comes_last() -> None:
    """Parts that the spine calls not linear stand behind the others."""
    items = "".join(
        f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in "ab"
    )
    opf = OPF.format(items=items, spine='<itemref idref="a" linear="no"/><itemref idref="b"/>')
    chapters = {"a.xhtml": "<p>First.</p>", "b.xhtml": "<p>Second.</p>"}
    assert read_epub(book(chapters, OPS__book_DOT_opf=opf)).text == "Second.\n\nFirst."


def test_headings_from_the_table_of_contents() -> None:
    """A paragraph that the contents name is a heading, where nothing else marks it as one."""
    ncx = """<ncx><navMap><navPoint><navLabel><text>Part I</text></navLabel><content src="a.xhtml"/>
    <navPoint><navLabel><text>Chapter 1: Slate</text></navLabel><content src="a.xhtml#c1"/></navPoint>
    </navPoint></navMap></ncx>"""
    items = (
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    )
    data = book(
        {
            "a.xhtml": "<p>PART I</p><p>x</p><p id='c1'>Chapter 1</p><p>Slate</p><p>It came by sea.</p>"
        },
        OPS__book_DOT_opf=OPF.format(items=items, spine='<itemref idref="a"/>'),
        OPS__toc_DOT_ncx=ncx,
    )
    assert headings(read_epub(data)) == [(1, "PART I"), (2, "Chapter 1")]


def test_pages() -> None:
    """Page breaks give pages with their labels, in the body and among the notes."""
    reading = read_epub(
        book(
            {
                "a.xhtml": "<p>Front.</p><p><span epub:type='pagebreak' title='iv'/>Two"
                "<a epub:type='noteref' href='#n'>*</a> and "
                "<span role='doc-pagebreak' aria-label='5'/>three.</p>"
                "<aside epub:type='footnote' id='n'>Note.</aside>"
            }
        )
    )
    assert [
        (page.number, page.label, reading.text[page.start : page.stop].strip())
        for page in reading.pages
    ] == [
        (1, "iv", "Two and"),
        (2, "5", "three."),
        (2, "5", "Note."),
    ]


def test_the_table_of_contents_is_no_text() -> None:
    """A navigation document among the chapters is lifted out."""
    nav = "<nav epub:type='toc'><ol><li><a href='b.xhtml'>Boats</a></li></ol></nav>"
    reading = read_epub(book({"nav.xhtml": nav, "b.xhtml": "<p>Two.</p>"}))
    assert reading.text == "Two."
    assert [lifted.kind for lifted in reading.lifted] == ["boilerplate"]


def test_missing_chapters_are_reported() -> None:
    """A chapter that isn't there is named, and the others are read."""
    reading = read_epub(
        book({"a.xhtml": "<p>One.</p>", "b.xhtml": ""}, OPS__b_DOT_xhtml=b"missing")
    )
    assert reading.text == "One."
    assert [warning.text for warning in reading.warnings] == ["Its chapter “b.xhtml” is missing."]


def test_a_chapter_that_is_not_well_formed() -> None:
    """What browsers would read is read, whatever XML's rules say."""
    assert read_epub(book({"a.xhtml": "<p>One<br><p>Two & three<b>"})).text == "One\n\nTwo & three"


def test_paths_lead_nowhere_outside() -> None:
    """A chapter's path that climbs out of the package is missing, not followed."""
    items = (
        '<item id="x" href="../../../etc/passwd" media-type="application/xhtml+xml"/>'
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
    )
    opf = OPF.format(items=items, spine='<itemref idref="x"/><itemref idref="a"/>')
    reading = read_epub(book({"a.xhtml": "<p>One.</p>"}, OPS__book_DOT_opf=opf))
    assert reading.text == "One."
    assert "“passwd” is missing" in reading.warnings[0].text


def _encryption(algorithm: str, part: str) -> str:
    return (
        f'<encryption><enc:EncryptedData><enc:EncryptionMethod Algorithm="{algorithm}"/><enc:CipherData>'
        f'<enc:CipherReference URI="{part}"/></enc:CipherData></enc:EncryptedData></encryption>'
    )


def test_locked_books_are_refused() -> None:
    """A book whose chapters are encrypted is refused with the reason."""
    locked = _encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/a.xhtml")
    with pytest.raises(DocumentFormatError, match="encrypted"):
        read_epub(book({"a.xhtml": "<p>One.</p>"}, **{"META-INF__encryption_DOT_xml": locked}))


def test_obfuscated_fonts_lock_nothing() -> None:
    """A book of which only the fonts are obfuscated is read."""
    fonts = _encryption("http://www.idpf.org/2008/embedding", "OPS/font.otf")
    data = book({"a.xhtml": "<p>One.</p>"}, **{"META-INF__encryption_DOT_xml": fonts})
    assert read_epub(data).text == "One."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"PK\x03\x04 no book", "damaged", id="no archive"),
        pytest.param(book(CHAPTERS)[:-200], "damaged", id="cut off"),
        pytest.param(book({"a.xhtml": "<img src='a.jpg'/>"}), "pictures", id="pictures only"),
        pytest.param(
            book({"a.xhtml": ""}, OPS__a_DOT_xhtml=b"missing"), "chapters", id="no chapter"
        ),
    ],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    """A file that is no readable book is refused with the reason."""
    with pytest.raises(DocumentFormatError, match=reason):
        read_epub(data)


def test_a_package_without_its_list() -> None:
    """Chapters stand by name where the list of them is lost."""
    data = book(
        {"b.xhtml": "<p>Two.</p>", "a.xhtml": "<p>One.</p>"},
        OPS__book_DOT_opf=b"missing",
        **{"META-INF__container_DOT_xml": b"missing"},
    )
    assert read_epub(data).text == "One.\n\nTwo."


def test_entities_of_the_document_are_not_expanded() -> None:
    """Declared entities stay as they are written: none can grow or reach a file."""
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "boats"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
        "<html><body><p>One &a; &b;.</p></body></html>"
    )
    assert read_epub(book({"a.xhtml": ""}, OPS__a_DOT_xhtml=bomb)).text == "One &a; &b;."


def test_damaged_books() -> None:
    """A book with bytes changed is read or refused, never a traceback."""
    whole = book(CHAPTERS)
    chance = random.Random(7)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 3, 20))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(DocumentFormatError):
            reading = read_epub(bytes(data))
            assert not misplaced(reading)
            assert not unsound(reading)
            document_of(reading)


def ncx(*points: tuple[int, str, str]) -> str:
    """A table of contents: each line with its depth, words and address."""
    written, depth = "", 0
    for level, title, address in points:
        written += "</navPoint>" * (depth - level + 1)
        depth = level
        written += f"<navPoint><navLabel><text>{title}</text></navLabel><content src='{address}'/>"
    return f"<ncx><navMap>{written}{'</navPoint>' * depth}</navMap></ncx>"


NCX_ITEM = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'


def with_contents(chapters: dict[str, str], *points: tuple[int, str, str]) -> Reading:
    """The reading of a book of ``chapters`` whose table of contents has these lines."""
    items = "".join(
        f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in chapters
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    opf = OPF.format(items=items + NCX_ITEM, spine=spine)
    return read_epub(book(chapters, OPS__toc_DOT_ncx=ncx(*points), OPS__book_DOT_opf=opf))


NESTED = {
    "a.xhtml": "<h1>Part One</h1>",
    "b.xhtml": "<h1>1. Salt</h1><p>White.</p><h1 id='s'>1.1. Coarse</h1><p>Grey.</p><h2>Of the "
    "sea</h2><p>Wet.</p>",
}
NESTED_CONTENTS = (
    (1, "Part One", "a.xhtml"), (2, "1. Salt", "b.xhtml"), (3, "1.1. Coarse", "b.xhtml#s"),
)  # fmt: skip


def test_headings_of_one_mark_are_as_deep_as_the_contents_say() -> None:
    """Parts, chapters and sections that are all marked h1 nest as the table of contents does."""
    reading = with_contents(NESTED, *NESTED_CONTENTS)
    assert headings(reading) == [
        (1, "Part One"),
        (2, "1. Salt"),
        (3, "1.1. Coarse"),
        (4, "Of the sea"),
    ]


def test_flat_contents_leave_the_headings_as_they_are() -> None:
    """Contents that list every heading at one depth don't flatten what the marks tell apart."""
    chapters = {"a.xhtml": "<h1>Salt</h1><p>White.</p><h2 id='s'>Coarse</h2><p>Grey.</p>"}
    reading = with_contents(chapters, (1, "Salt", "a.xhtml"), (1, "Coarse", "a.xhtml#s"))
    assert headings(reading) == [(1, "Salt"), (2, "Coarse")]


def test_a_page_of_contents_is_left_out() -> None:
    """A list of links to the chapters is boilerplate; prose around it and other lists of links stay."""
    names = ("a.xhtml", "b.xhtml", "c.xhtml", "d.xhtml")
    lines = "".join(f"<li><a href='{name}'>Of {name[0]}</a></li>" for name in names)
    others = "".join(f"<li><a href='a.xhtml#{n}'>Boat {n}</a></li>" for n in range(5))
    chapters = {"toc.xhtml": f"<div><p>Mind the tide.</p><ol>{lines}</ol></div>"}
    chapters |= {name: f"<h1>Of {name[0]}</h1><p>Text.</p>" for name in names}
    chapters["e.xhtml"] = f"<ul>{others}</ul>"
    reading = read_epub(book(chapters))
    assert reading.text.startswith("Mind the tide.\n\nOf a\n\nText.")
    assert "Boat 4" in reading.text
    assert any("Of d" in reading.source[cut.start : cut.stop] for cut in reading.lifted)


def test_what_programs_write_for_no_title() -> None:
    """A title or author that says that there is none is none; the first heading is the title."""
    opf = OPF.format(
        items='<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>',
        spine='<itemref idref="a"/>',
    )
    opf = opf.replace("Skerrow", "Unknown Title").replace("A. Pell", "Unknown")
    chapters = {"a.xhtml": "<h1>Salt</h1><p>White.</p>"}
    reading = read_epub(book(chapters, OPS__book_DOT_opf=opf))
    assert reading.title == "Salt"
    assert reading.properties["author"] == "V. Olsen"
