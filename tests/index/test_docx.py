"""Word documents: their text as Word shows it, with headings, numbers, tables, notes and pages."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from index.errors import DocumentFormatError
from index.reading import Reading, source_offset
from index.reading.docx import explain_ole, read_docx
from index.reading.numerals import numeral
from tests.index.make_docx import (
    STRICT,
    WORD,
    docx,
    fld,
    levels,
    li,
    lists,
    mark,
    note,
    p,
    package,
    part,
    r,
    style,
    tbl,
    tc,
    tr,
)

BREAK = r("", "<w:br/>")
PAGE = r("", "<w:lastRenderedPageBreak/>")
DELETED = '<w:del w:id="1"><w:r><w:delText>old</w:delText></w:r></w:del>'
INSERTED = f'<w:ins w:id="2">{r("new")}</w:ins>'
OUTLINE = levels(("decimal", "%1."), ("lowerLetter", "(%2)"), ("upperRoman", "%1.%3"))


def blocks(reading: Reading) -> list[str]:
    """Its blocks, each with its kind and a heading's depth."""
    return [
        f"{block.kind}{block.level or ''}| {reading.text[block.start : block.stop]}"
        for block in reading.blocks
    ]


def words(*body: str, **parts: str) -> list[str]:
    """The blocks of a document with that body."""
    return blocks(checked(read_docx(docx(*body, **parts))))  # type: ignore[arg-type]


def checked(reading: Reading) -> Reading:
    """``reading``, after a look at what must hold for each."""
    kept = bytearray(len(reading.source))
    for offset, char in enumerate(reading.text):
        there = source_offset(reading.source_map, offset)
        if char == reading.source[there : there + 1]:
            kept[there] = 1
        else:
            assert char.isspace() or char == "|", reading.text[offset - 5 : offset + 5]
    for lifted in reading.lifted:
        kept[lifted.start : lifted.stop] = b"\1" * (lifted.stop - lifted.start)
    lost = [c for c, seen in zip(reading.source, kept, strict=True) if not seen and c.strip()]
    assert not lost
    done = 0
    for stretch in (*reading.blocks, *reading.notes):
        assert done <= stretch.start < stretch.stop
        text = reading.text[stretch.start : stretch.stop]
        assert text == text.strip()
        assert not reading.text[done : stretch.start].strip()
        done = stretch.stop
    return reading


def test_headings() -> None:
    """Styles based on heading styles, outline levels and Word's own style names make headings."""
    own = style("Clause", based_on="Heading2") + style("Überschrift", "U", based_on="Heading1")
    assert words(
        p("A", style="Heading1"),
        p("B", style="Clause"),
        p("C", style="U"),
        p("D", properties='<w:outlineLvl w:val="2"/>'),
        p("E"),
        styles=own,
    ) == ["heading1| A", "heading2| B", "heading1| C", "heading3| D", "text| E"]


def test_title() -> None:
    """A paragraph of the title's style names the document and is no heading."""
    reading = read_docx(docx(p("Boats", style="Title"), p("A", style="Heading1"), p("B")))
    assert reading.title == "Boats"
    assert blocks(reading) == ["text| Boats", "heading1| A", "text| B"]


def test_bold_headings() -> None:
    """Where no style makes headings, short bold paragraphs are headings, larger ones outer ones."""
    bold, large = "<w:b/>", '<w:b/><w:sz w:val="32"/>'
    assert words(
        p(r("Boats", properties=large)),
        p("It sailed on for many days."),
        p(r("Cork", properties=bold)),
        p("It came home."),
        p("It stayed there."),
    ) == [
        "heading1| Boats",
        "text| It sailed on for many days.",
        "heading2| Cork",
        "text| It came home.",
        "text| It stayed there.",
    ]


def test_list_numbers() -> None:
    """Numbers of lists are part of the text, begin anew below, and go on after."""
    assert words(
        li("a"), li("b", level=1), li("c", level=1), li("d", level=2), li("e"), li("f", level=1),
        numbering=lists(OUTLINE),
    ) == ["item| 1. a", "item| (a) b", "item| (b) c", "item| 1.I d", "item| 2. e", "item| (a) f"]  # fmt: skip


def test_list_begins_anew() -> None:
    """A list that another goes on with counts on, unless it is told to begin anew."""
    again = (
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="1"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    assert words(
        li("a"), li("b", 2), li("c", 3), li("d", 3), numbering=lists(OUTLINE, instances=again)
    ) == ["item| 1. a", "item| 2. b", "item| 5. c", "item| 6. d"]


def test_bullets() -> None:
    """Bullets are left out, and their items are items."""
    assert words(li("a"), numbering=lists(levels(("bullet", "•")))) == ["item| a"]


def test_numbered_headings() -> None:
    """A heading has the number that its style gives it, even where nothing else stands in it."""
    numbered = style(
        "Article",
        based_on="Heading1",
        inner='<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>',
    )
    assert words(
        p("Scope", style="Article"),
        p(style="Article"),
        styles=numbered,
        numbering=lists(levels(("decimal", "Article %1"))),
    ) == ["heading1| Article 1 Scope", "heading1| Article 2"]


@pytest.mark.parametrize(
    ("count", "format_", "shown"),
    [
        (14, "lowerRoman", "xiv"),
        (28, "upperLetter", "BB"),
        (22, "ordinal", "22nd"),
        (21, "ordinalText", "Twenty-first"),
        (101, "chineseCountingThousand", "一百零一"),
        (12, "chineseCounting", "十二"),
        (5, "chicago", "**"),
        (3, "none", ""),
        (10_000, "upperRoman", "10000"),
        (7, "unheard-of", "7"),
    ],
)
def test_numerals(count: int, format_: str, shown: str) -> None:
    """A number is shown as Word shows it in that format, in digits where it has none."""
    assert numeral(count, format_) == shown


def test_tables() -> None:
    """A row is a block with a bar between cells; cells for the layout are paragraphs."""
    inner = tbl(tr("c", "d"))
    assert words(
        tbl(tr("a", tc("b", "c"), "", "d")), tbl(tr("alone")), tbl(tr(tc(inner), "e"))
    ) == [
        "table| a | b c |  | d",
        "text| alone",
        "table| c | d",
        "text| e",
    ]


def test_tracked_changes() -> None:
    """Insertions are read; deleted words, rows and paragraph ends are not, and one warning tells."""
    reading = read_docx(
        docx(
            p("The ", INSERTED, DELETED, " boat."),
            p("Home", mark="<w:del/>"),
            p("ward."),
            tbl(tr("a", "b"), tr("c", "d", properties="<w:del/>")),
        )
    )
    assert blocks(reading) == ["text| The new boat.", "text| Homeward.", "table| a | b"]
    assert [warning.text for warning in reading.warnings] == [
        "It holds 4 tracked changes: insertions are read, deletions left out."
    ]


def test_hidden_text() -> None:
    """Hidden text is left out, and a warning tells."""
    reading = read_docx(docx(p("Seen", r(" unseen", properties="<w:vanish/>"))))
    assert reading.text == "Seen"
    assert "Hidden" in reading.warnings[0].text


def test_signs() -> None:
    """Tabs, hyphens and signs of the font Symbol are what Word shows; soft hyphens are lifted out."""
    reading = read_docx(
        docx(
            p(
                r("co\u00adop", "<w:softHyphen/>"),
                r("-", "<w:tab/>", "<w:noBreakHyphen/>"),
                r("", '<w:sym w:font="Symbol" w:char="F061"/>'),
            )
        )
    )
    assert checked(reading).text == "coop-\t\u2011α"
    assert [lifted.kind for lifted in reading.lifted] == ["hyphen", "hyphen"]


def test_empty_line_in_a_paragraph() -> None:
    """A line end stays in its paragraph; an empty line parts it."""
    assert words(p("a", BREAK, "b", BREAK, BREAK, "c")) == ["text| a\nb", "text| c"]


def test_fields() -> None:
    """Fields give what they show; a table of contents is lifted out, with none of its code."""
    reading = read_docx(docx(p(fld("TOC \\o", "Boats 3")), p("See ", fld("REF x", "part 2"), ".")))
    assert checked(reading).text == "See part 2."
    assert [reading.source[cut.start : cut.stop] for cut in reading.lifted] == ["Boats 3"]


def test_contents_without_end() -> None:
    """A table of contents whose end was lost ends at the next heading."""
    begun = fld("TOC", "Boats 3").rpartition("<w:r>")[0]
    assert words(p(begun), p("Boats", style="Heading1"), p("a")) == ["heading1| Boats", "text| a"]


def test_boxes() -> None:
    """A text box that is told twice, for old and new programs, is read once, after its paragraph."""
    box = (
        "<mc:AlternateContent><mc:Choice Requires='x'><w:txbxContent>{0}</w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback>"
        "</mc:AlternateContent>"
    )
    assert words(p("a ", r("", box.format(p("boxed"))), "b")) == ["text| a b", "text| boxed"]


def test_formulas() -> None:
    """A formula is one line, with brackets where a part has more than one sign."""
    fraction = "<m:f><m:num>{}</m:num><m:den>{}</m:den></m:f>"
    sign = "<m:r><m:t>{}</m:t></m:r>"
    formula = fraction.format(sign.format("a+b"), sign.format("c"))
    assert words(p("x=", f"<m:oMath>{formula}</m:oMath>")) == ["text| x=(a+b)/c"]


def test_notes() -> None:
    """Notes stand at the end by their first marks, with their printed labels and their places."""
    reading = checked(
        read_docx(
            docx(
                p("One", mark(7), " two.", mark(3, label="*"), mark(1, "endnote")),
                footnotes=note(3, p("* Star.")) + note(7, "Seven.", "More."),
                endnotes=note(1, "End.", kind="endnote"),
            )
        )
    )
    assert reading.text == "One two.\n\nSeven.\nMore.\n\nStar.\n\nEnd."
    assert [(n.number, n.label, n.marks, n.text) for n in reading.notes] == [
        (1, None, (3,), "Seven.\nMore."),
        (2, "*", (8,), "Star."),
        (3, "i", (8,), "End."),
    ]


def test_notes_begin_anew() -> None:
    """Notes that begin anew in each section have the labels that are printed."""
    section = '<w:sectPr><w:footnotePr><w:numRestart w:val="eachSect"/></w:footnotePr></w:sectPr>'
    reading = read_docx(
        docx(
            p("a", mark(1), properties=section),
            p("b", mark(2)),
            section,
            footnotes=note(1, "x") + note(2, "y"),
        )
    )
    assert [n.shown for n in reading.notes] == ["1", "1"]


def test_lost_marks_and_notes() -> None:
    """A note whose mark is deleted is left out; one without a mark is kept, with a warning."""
    gone = f'<w:del w:id="1">{mark(1)}</w:del>'
    reading = checked(
        read_docx(docx(p("a", gone, mark(9)), footnotes=note(1, "gone") + note(2, "kept")))
    )
    assert [(n.text, n.marks) for n in reading.notes] == [("kept", ())]
    told = [warning.text for warning in reading.warnings]
    assert "1 mark of notes lead to no note." in told
    assert "1 note at the end had no mark in the text." in told


def test_pages() -> None:
    """Pages begin where Word saw them begin, once for all cells of a row, with printed labels."""
    front = '<w:sectPr><w:pgNumType w:fmt="lowerRoman"/></w:sectPr>'
    reading = checked(
        read_docx(
            docx(
                p("a", properties=front),
                p(PAGE, "b", mark(1)),
                tbl(tr(tc(p("c", PAGE, "d")), tc(p("e", PAGE, "f")))),
                '<w:sectPr><w:pgNumType w:start="1"/></w:sectPr>',
                footnotes=note(1, "n"),
            )
        )
    )
    pages = [
        (page.number, page.label, reading.text[page.start : page.stop]) for page in reading.pages
    ]
    assert pages == [
        (1, "i", "a\n\n"),
        (2, "1", "b\n\nc"),
        (3, "2", "d | ef"),
        (2, "1", "n"),
    ]


def test_unknown_pages() -> None:
    """Page breaks that an author put in don't tell where all other pages began."""
    assert read_docx(docx(p("a", r("", '<w:br w:type="page"/>'), "b"))).pages == ()


def test_properties() -> None:
    """Title, author, dates and language are the file's own; titles that programs make up are not."""
    told = (
        "<dc:title>{}</dc:title><dc:creator>Ann Olsen</dc:creator>"
        "<dcterms:created>2020-01-02T03:04:05Z</dcterms:created>"
    )
    reading = read_docx(docx(p("a"), properties=told.format("On boats")))
    assert reading.title == "On boats"
    assert reading.properties == {
        "title": "On boats",
        "author": "Ann Olsen",
        "created": "2020-01-02",
        "language": "en-GB",
    }
    assert read_docx(docx(p("a"), properties=told.format("Document1"))).title is None


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(docx(p("a"), kind="ms-word.document.macroEnabled.main+xml"), id="macros"),
        pytest.param(docx(p("a"), main="word/document2.xml"), id="another name"),
        pytest.param(
            package({"word/document.xml": part("document", p("a")).replace(WORD, STRICT)}),
            id="strict",
        ),
        pytest.param(
            package(
                {
                    "word/document.xml": part("document", p("a"))
                    .replace("UTF-8", "UTF-16")
                    .encode("utf-16")
                }
            ),
            id="UTF-16",
        ),
    ],
)
def test_kinds(file: bytes) -> None:
    """Documents with macros, of other part names, strict ones and other encodings are read."""
    assert read_docx(file).text == "a"


def test_damaged_text() -> None:
    """What stands before the damage is read, and a warning tells."""
    broken = part("document", p("One.") + p("Two."))[:-60]
    reading = read_docx(package({"word/document.xml": broken}))
    assert reading.text.startswith("One.")
    assert "damaged" in reading.warnings[0].text


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        pytest.param("<x:a>", "</x:a>", id="unknown elements"),
        pytest.param(
            "<w:p><w:r><w:txbxContent>", "</w:txbxContent></w:r></w:p>", id="boxes in boxes"
        ),
        pytest.param("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", id="tables in tables"),
    ],
)
def test_deep_nesting(opening: str, closing: str) -> None:
    """What is nested beyond reason is left out with a warning; what is around it is read."""
    deep = opening * 5_000 + p("deep") + closing * 5_000
    reading = read_docx(docx(p("One."), deep, p("Two.")))
    assert reading.text == "One.\n\nTwo."
    assert "nested" in reading.warnings[0].text


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(docx(p(" ")), "empty", id="no words"),
        pytest.param(docx(p("a"))[:-40], "damaged", id="cut off"),
        pytest.param(docx(p("a"), kind="spreadsheetml.sheet.main+xml"), "Excel", id="a workbook"),
        pytest.param(package({"word/styles.xml": "<a/>"}), "missing", id="no text part"),
        pytest.param(package({"a.txt": "a"}), "no Word document", id="other files"),
        pytest.param(docx(parts={"word/media/a.png": b"x"}), "pictures", id="a scan"),
        pytest.param(
            package({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            "entities",
            id="entities",
        ),
    ],
)
def test_unreadable(file: bytes, reason: str) -> None:
    """What can't be read is refused in a sentence that says why."""
    with pytest.raises(DocumentFormatError, match=reason):
        read_docx(file)


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        ("WordDocument", "old Word document"),
        ("Workbook", "old Excel workbook"),
        ("PowerPoint Document", "old PowerPoint presentation"),
        ("__properties_version1.0", "Outlook message"),
        ("EncryptedPackage", "needs a password"),
        ("Something", "old Office file"),
    ],
)
def test_old_files(stream: str, reason: str) -> None:
    """Files of Office before 2007 and encrypted ones are told apart by their streams."""
    file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + b"\0\0"
    assert reason in str(explain_ole(file))
    with pytest.raises(DocumentFormatError, match=reason):
        read_docx(file)


def test_fields_that_never_end() -> None:
    """Fields that are never ended cost no time in each paragraph that follows, and no words."""
    sign = '<w:fldChar w:fldCharType="{}"/>'
    open_field = p(r("word", sign.format("begin"), sign.format("separate")))
    started = time.process_time()
    reading = read_docx(docx(*[open_field] * 20_000))
    assert time.process_time() - started < 20
    assert len(reading.blocks) == 20_000


def test_drop_caps() -> None:
    """A large first letter, which Word keeps in a paragraph of its own, begins the word it belongs to."""
    cap = '<w:framePr w:dropCap="{}" w:lines="3" w:wrap="around"/>'
    assert words(
        p("T", properties=cap.format("drop")),
        p("he mole is new."),
        p("I", properties=cap.format("margin")),
        p("t is long."),
        p("A framed note.", properties='<w:framePr w:w="100"/>'),
    ) == ["text| The mole is new.", "text| It is long.", "text| A framed note."]


def test_a_table_among_the_notes() -> None:
    """What a damaged part of notes holds outside of any note is lifted out, each stretch once."""
    stray = tbl(tr("Ida", "1911", ""), tr("", "Tar"))
    reading = checked(read_docx(docx(p("One."), footnotes=stray)))
    assert reading.text == "One."
    ends = [(lifted.start, lifted.stop) for lifted in reading.lifted]
    assert all(stop <= start for (_, stop), (start, _) in pairwise(ends))
    assert "".join(reading.source[start:stop] for start, stop in ends) == "Ida1911Tar"


def test_a_note_with_its_own_mark() -> None:
    """A mark of a note in its own text is none of its marks."""
    own = note(1, p("See", mark(1), " again."))
    reading = checked(read_docx(docx(p("It sank.", mark(1)), footnotes=own)))
    assert [(entry.text, entry.marks) for entry in reading.notes] == [("See again.", (8,))]
