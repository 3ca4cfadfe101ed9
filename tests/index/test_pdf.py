"""PDF: its signs become lines in the order in which a reader reads them, each where it stood."""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from itertools import chain

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from index.errors import DocumentFormatError
from index.reading.pdf import Extraction, OutlineEntry, extract, read_pdf
from tests.index.make_pdf import (
    HEIGHT,
    WIDTH,
    Draw,
    column,
    columns,
    one_page,
    pdf,
    prose,
    put,
    raw_pdf,
    stream,
    use_cjk_font,
    wrapped,
    written,
)
from tests.index.test_markdown import misplaced

_PICTURE = io.BytesIO(b"P5 4 4 255\n" + bytes(range(0, 160, 10)))  # four by four points of grey


def texts(data: bytes) -> list[str]:
    return [line.text for line in extract(data).lines]


def refused(data: bytes) -> DocumentFormatError:
    with pytest.raises(DocumentFormatError) as caught:
        extract(data)
    return caught.value


def scan(canvas: Canvas) -> None:
    """A page that is one picture."""
    picture = ImageReader(_PICTURE)
    canvas.drawImage(picture, 0, 0, WIDTH, HEIGHT)


# ---------------------------------------------------------------- reading order


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("shift", [0.0, 4.0], ids=["level", "shifted"])
@pytest.mark.parametrize("by_row", [False, True], ids=["drawn by column", "drawn by row"])
def test_columns_are_read_one_after_another(count: int, shift: float, by_row: bool) -> None:
    """Each column is read to its foot before the next, however its lines stand and were drawn."""
    draw, lines = columns([prose(n) for n in range(count)], shift=shift, by_row=by_row)
    found = extract(pdf(draw)).lines
    assert [line.text for line in found] == list(chain.from_iterable(lines))
    assert [line.column for line in found] == [n for n, rows in enumerate(lines) for _ in rows]


def test_columns_of_unequal_length() -> None:
    """A column that ends early doesn't break the others."""
    draw, lines = columns([prose(1, 400), prose(2, 60), prose(3, 250)])
    assert texts(pdf(draw)) == list(chain.from_iterable(lines))


def test_what_spans_columns_stands_between_what_is_above_and_below() -> None:
    """A heading over both columns is read after both above it and before both below it."""
    above, upper = columns([prose(1, 120), prose(2, 120)], top=700)
    below, lower = columns([prose(3, 120), prose(4, 120)], top=400)

    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 740, "The Winter Agreement of the Harbour Towns and What Came of It", 18)
        above(canvas)
        put(canvas, 130, 425, "A heading that is wide enough to stand over both columns", 14)
        below(canvas)
        put(canvas, 300, 40, "17")

    assert texts(pdf(draw)) == [
        "The Winter Agreement of the Harbour Towns and What Came of It",
        *upper[0],
        *upper[1],
        "A heading that is wide enough to stand over both columns",
        *lower[0],
        *lower[1],
        "17",
    ]


def test_a_short_heading_over_columns() -> None:
    """A heading at the left, with white space beside it in each column, parts what is above it
    from what is below."""
    above, upper = columns([prose(1, 120), prose(2, 130)], top=700)
    below, lower = columns([prose(3, 120), prose(4, 120)], top=500)

    def draw(canvas: Canvas) -> None:
        above(canvas)
        put(canvas, 50, 530, "II. Pilots", 13, "Times-Bold")
        below(canvas)

    expected = [*upper[0], *upper[1], "II. Pilots", *lower[0], *lower[1]]
    assert texts(pdf(draw)) == expected


def test_a_running_head_over_columns_is_one_line() -> None:
    """A running head whose parts stand over the columns is not read as parts of these."""
    draw, lines = columns([prose(n) for n in range(3)])

    def page(canvas: Canvas) -> None:
        put(canvas, 50, 750, "1204")
        put(canvas, 240, 750, "Harbour Register / Vol. 8")
        put(canvas, 500, 750, "Notices")
        draw(canvas)

    assert texts(pdf(page)) == [
        "1204 Harbour Register / Vol. 8 Notices",
        *chain.from_iterable(lines),
    ]


def test_a_sidebar() -> None:
    """What stands in a box beside the text is read after it, not through it."""
    body, aside = wrapped(prose(1, 250), 330), wrapped(prose(2, 60), 120)

    def draw(canvas: Canvas) -> None:
        column(canvas, body, 50, 700)
        column(canvas, aside, 410, 660)

    found = texts(pdf(draw))
    assert sorted(found) == sorted([*body, *aside])
    assert "\n".join(aside) in "\n".join(found)
    assert [line for line in found if line in body] == body


@pytest.mark.parametrize("by_row", [False, True], ids=["an index", "a table"])
def test_short_lines_beside_each_other(by_row: bool) -> None:
    """Level columns of short lines are an index if drawn one after the other, else a table."""
    left = [f"{prose(n, 3)[:-1]}, {n}" for n in range(30)]
    right = [f"{prose(n, 3)[:-1]}, {n}" for n in range(30, 60)]
    places = [(72, 700 - 12 * n, line) for n, line in enumerate(left)]
    places += [(320, 700 - 12 * n, line) for n, line in enumerate(right)]
    if by_row:
        places.sort(key=lambda place: (-place[1], place[0]))

    def draw(canvas: Canvas) -> None:
        for x, y, line in places:
            put(canvas, x, y, line)

    found = extract(pdf(draw)).lines
    expected = [" | ".join(row) for row in zip(left, right, strict=True)]
    assert [line.text for line in found] == (expected if by_row else left + right)
    assert {line.kind for line in found} == {"table" if by_row else "text"}


def test_columns_close_to_each_other() -> None:
    """Columns that hardly more than a blank parts are columns, if many lines begin at one place."""
    left, right = wrapped(prose(1, 250), 240), wrapped(prose(2, 250), 240)
    widest = max(pdfmetrics.stringWidth(line, "Times-Roman", 9) for line in left)

    def page(canvas: Canvas) -> None:
        column(canvas, left, 50, 700)
        column(canvas, right, 50 + widest + 6.5, 700)

    assert texts(pdf(page)) == [*left, *right]


def test_a_page_number_between_columns() -> None:
    """A page number below the gutter is read after both columns, though more stands below it."""
    draw, lines = columns([prose(1, 200), prose(2, 200)])
    foot = ["This is printed on every page of the record", "and nobody need read it."]

    def page(canvas: Canvas) -> None:
        draw(canvas)
        put(canvas, 302, 80, "3")
        column(canvas, foot, 220, 66)

    assert texts(pdf(page)) == [*lines[0], *lines[1], "3", *foot]


def test_page_numbers_of_contents_belong_to_what_is_left_of_them() -> None:
    """Of contents in two columns the numbers are not read with the column behind them."""
    pages = [1, 1, 4, 4, 9, 12, 12, 15]

    def page(canvas: Canvas) -> None:
        for row, number in enumerate(pages):
            for place, name in (
                (60, "Of the harbour and tides"),
                (330, "Of crews and their cargo"),
            ):
                put(canvas, place, 700 - 12 * row, f"{name} {'abcdefgh'[row]}")
                put(canvas, place + 220, 700 - 12 * row, str(number))

    found = texts(pdf(page))
    assert not any(re.match(r"\d", line) for line in found)


def test_dots_that_lead_to_a_number_are_no_gutter() -> None:
    """Rows of dots, set far apart and below each other, don't part a number from its words."""

    def page(canvas: Canvas) -> None:
        for row in range(1, 16):
            put(canvas, 60, 720 - 14 * row, prose(row, 3 + row % 4))
            for dot in range(22):
                put(canvas, 230 + 14 * dot, 720 - 14 * row, ".")
            put(canvas, 545, 720 - 14 * row, str(row + 40))

    assert [re.sub(r"[ .|]+", " ", line) for line in texts(pdf(page))] == [
        f"{prose(row, 3 + row % 4)[:-1]} {row + 40}" for row in range(1, 16)
    ]


def test_footnotes_stay_at_the_foot_of_their_column() -> None:
    """Notes below a column are read with it."""
    draw, lines = columns([prose(1, 200), prose(2, 200)])
    notes = [wrapped("1 " + prose(3, 30), 240, 7), wrapped("2 " + prose(4, 30), 240, 7)]

    def page(canvas: Canvas) -> None:
        draw(canvas)
        column(canvas, notes[0], 50, 200, 7, 8)
        column(canvas, notes[1], 314, 200, 7, 8)

    assert texts(pdf(page)) == [*lines[0], *notes[0], *lines[1], *notes[1]]


def test_items_are_no_columns() -> None:
    """Numbers that hang before paragraphs are read with them."""

    def page(canvas: Canvas) -> None:
        y = 700.0
        for number in range(1, 9):
            put(canvas, 60, y, f"{number}.")
            y = column(canvas, wrapped(prose(number, 40), 400), 100, y) - 5

    found = texts(pdf(page))
    assert [line for line in found if line[0].isdigit()] == [
        f"{number}. {wrapped(prose(number, 40), 400)[0]}" for number in range(1, 9)
    ]


def test_numbers_of_lines_stand_apart() -> None:
    """Numbers that count the lines at the left of a page are no part of the text."""
    lines = wrapped(prose(1, 200), 380)

    def page(canvas: Canvas) -> None:
        for number, line in enumerate(lines, start=1):
            put(canvas, 60, 720 - 20 * number, str(number), 8)
            put(canvas, 90, 720 - 20 * number, line, 9)

    found = extract(pdf(page))
    assert [line.text for line in found.lines] == lines
    apart = [found.source[aside.start : aside.stop] for aside in found.asides]
    assert apart == [str(number) for number in range(1, len(lines) + 1)]


def test_words_up_the_margin_stand_apart() -> None:
    """A few words that run up the margin are kept in the source, but out of the text."""
    lines = wrapped(prose(1, 200), 400)

    def page(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.rotate(90)
        put(canvas, 200, -30, "printed 9 May on press 4", 6)
        canvas.restoreState()
        column(canvas, lines, 72, 700)

    data = pdf(page)
    assert texts(data) == lines
    reading = read_pdf(data)
    (aside,) = extract(data).asides
    assert reading.source[aside.start : aside.stop] == "printed 9 May on press 4"
    assert aside in reading.lifted


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_rotated_pages(turn: int) -> None:
    """Text that runs in another direction over the whole page is read along it."""
    lines = wrapped(prose(1, 60), 300)

    def page(canvas: Canvas) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(turn)
        column(canvas, lines, -200, 100)

    assert texts(pdf(page)) == lines


def test_rotated_by_the_page() -> None:
    """A page that is shown turned is read as shown."""
    content = b"BT /F 12 Tf 0 1 -1 0 100 100 Tm (One way) Tj 0 -14 Td (and on) Tj ET"
    assert texts(one_page(content, page=b"/Rotate 90")) == ["One way", "and on"]


# ---------------------------------------------------------------- tables


def test_tables_are_read_row_by_row() -> None:
    """Each row of a table is a line of its own, its cells parted by bars; prose around it is none."""
    rows = [
        ("Port", "Ships", "Tons"),
        ("Cork", "12", "4,500"),
        ("Bergen", "7", "980"),
        ("Riga", "31", "12,040"),
    ]
    before, after = wrapped(prose(1, 60), 400), wrapped(prose(2, 60), 400)

    def page(canvas: Canvas) -> None:
        y = column(canvas, before, 72, 700) - 10
        for row in rows:
            for number, cell in enumerate(row):
                put(canvas, 90 + 110 * number, y, cell, 9)
            y -= 14
        column(canvas, after, 72, y - 10)

    found = extract(pdf(page)).lines
    tables = [line.text for line in found if line.kind == "table"]
    assert tables == [" | ".join(row) for row in rows]
    assert [line.text for line in found if line.kind == "text"] == before + after


def test_a_table_in_two_columns_of_text() -> None:
    """A table over both columns is not cut by the gutter between them."""
    upper, above = columns([prose(1, 150), prose(2, 150)], top=720)
    lower, below = columns([prose(3, 150), prose(4, 150)], top=350)
    rows = [tuple(f"{word}{row}" for word in ("pier", "quay", "dock", "lock")) for row in range(6)]

    def page(canvas: Canvas) -> None:
        upper(canvas)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                put(canvas, 70 + 132 * place, 450 - 13 * number, cell, 9)
        lower(canvas)

    found = texts(pdf(page))
    assert found == [*above[0], *above[1], *(" | ".join(row) for row in rows), *below[0], *below[1]]


def test_words_drawn_far_apart_are_no_cells() -> None:
    """Lines of a narrow column whose words stand far apart to fill it are no rows of a table."""
    drawn = [
        "of including requirements",
        "shall before council morning",
        "pilots agreed under protest",
    ]
    lines = [drawn[row % 3] for row in range(9)]

    def page(canvas: Canvas) -> None:
        for row, line in enumerate(lines):
            width = pdfmetrics.stringWidth(line, "Times-Roman", 9)
            canvas.saveState()
            text = canvas.beginText(60, 700 - 11 * row)
            text.setFont("Times-Roman", 9)
            text.setWordSpace((135 - width) / (len(line.split()) - 1))
            text.textOut(line)
            canvas.drawText(text)
            canvas.restoreState()

    found = extract(pdf(page)).lines
    assert [(line.text, line.kind) for line in found] == [(line, "text") for line in lines]


def test_contents_are_no_table() -> None:
    """Lines with dots up to a page number are text."""
    lines = [f"Chapter {n} {'. ' * 60}{n * 10}" for n in range(1, 8)]
    assert {line.kind for line in extract(pdf(written(*lines, size=8))).lines} == {"text"}


# ---------------------------------------------------------------- signs and words


def test_words_part_where_there_are_no_blanks() -> None:
    """Words that only stand apart are parted, letters that stand together are not."""
    content = b"BT /F 12 Tf 72 700 Td [(No)-300(blanks)-278(stand)-300(b)20(etwe)15(en.)] TJ ET"
    assert texts(one_page(content)) == ["No blanks stand between."]


def test_words_part_where_blanks_are_only_here_and_there() -> None:
    """White space too narrow for a word's end counts as one where PDFium sees one as well."""
    content = (
        b"BT /F 12 Tf 72 700 Td [(No blank is lost in this long line of words and)-220(so)] TJ ET"
    )
    assert texts(one_page(content)) == ["No blank is lost in this long line of words and so"]


def test_letter_spaced_headings() -> None:
    """A heading with white space behind each letter is read as its words."""
    content = b"BT /F 14 Tf 6 Tc 72 700 Td (HARBOUR) Tj 12 0 Td ET BT /F 14 Tf 6 Tc 220 700 Td (RULES) Tj ET"
    assert texts(one_page(content)) == ["HARBOUR RULES"]


def test_signs_drawn_twice_are_read_once() -> None:
    """What is drawn a second time a little aside, to look bold, is not said twice."""

    def page(canvas: Canvas) -> None:
        put(canvas, 72, 700, "Pilots book", 12)
        put(canvas, 72.4, 700, "Pilots book", 12)

    assert texts(pdf(page)) == ["Pilots book"]


def test_signs_drawn_three_times_are_read_once() -> None:
    """However often a word is drawn over itself, it is said once."""

    def page(canvas: Canvas) -> None:
        for shift in (0, 0.3, 0.6):
            put(canvas, 72 + shift, 700 - shift, "Pilots book", 12)

    assert texts(pdf(page)) == ["Pilots book"]


@pytest.mark.parametrize("shift", [0.0, 0.7, 1.1, 1.9, 2.4])
def test_signs_on_nearly_one_height_are_no_doubles(shift: float) -> None:
    """Equal letters far from each other are kept, at whatever height the columns' lines stand."""
    draw, lines = columns([prose(1), prose(2)], shift=shift)
    assert sorted(texts(pdf(draw))) == sorted([*lines[0], *lines[1]])


def test_lines_that_run_into_each_other_keep_their_letters() -> None:
    """A letter that happens to stand on its like of another line is kept."""

    def page(canvas: Canvas) -> None:
        put(canvas, 72, 700, "Every tide")
        put(canvas, 72, 701, "Evening came late to the harbour")

    (letters,) = ["".join(sorted("".join(texts(pdf(page))).replace(" ", "")))]
    assert letters == "".join(sorted("EverytideEveningcamelatetotheharbour"))


def test_signs_in_many_directions_are_kept() -> None:
    """Of words on a circle, as in a seal, no letter is lost."""
    words = "ADMINISTRATIONOFTHEHARBOUR"

    def page(canvas: Canvas) -> None:
        put(canvas, 72, 740, "A page under seal")
        canvas.translate(300, 400)
        for char in words:
            put(canvas, 0, 100, char)
            canvas.rotate(-13)

    source = extract(pdf(page)).source
    assert sorted(re.findall("[A-Z]", source)) == sorted(words + "A")


def test_double_letters_stay() -> None:
    """Equal letters beside each other are kept, even each drawn alone."""

    def page(canvas: Canvas) -> None:
        x = 72.0
        for char in "illness of committee":
            x = put(canvas, x, 700, char, 11, "Helvetica")

    assert texts(pdf(page)) == ["illness of committee"]


def test_raised_signs() -> None:
    """Small raised signs are known as such and cling to their words."""

    def page(canvas: Canvas) -> None:
        x = put(canvas, 72, 700, "It sailed in May.")
        x = put(canvas, x, 703.5, "12", 6.5)
        put(canvas, x + 3, 700, "Nobody saw it.")

    (line,) = extract(pdf(page)).lines
    assert line.text == "It sailed in May.12 Nobody saw it."
    assert [line.text[start:stop] for start, stop in line.raised] == ["12"]


def test_lowered_signs_are_not_raised() -> None:
    """Small signs below the line are read in it and are no marks."""

    def page(canvas: Canvas) -> None:
        x = put(canvas, 72, 700, "H")
        x = put(canvas, x, 697.5, "2", 6.5)
        put(canvas, x, 700, "O is water.")

    (line,) = extract(pdf(page)).lines
    assert (line.text, line.raised) == ("H2O is water.", ())


def test_letters_set_lower_stay_in_their_word() -> None:
    """A letter as large as its word's others, but lower, is read in it and is no mark."""

    def page(canvas: Canvas) -> None:
        x = put(canvas, 72, 700, "They call it T")
        x = put(canvas, x - 1.5, 697.9, "E")
        put(canvas, x - 1.2, 700, "X there")
        put(canvas, 72, 688, "and nowhere else in the town")

    found = extract(pdf(page)).lines
    assert [line.text for line in found] == [
        "They call it TEX there",
        "and nowhere else in the town",
    ]
    assert found[0].raised == ()


def test_drop_caps() -> None:
    """A letter as high as three lines belongs to the first word."""

    def page(canvas: Canvas) -> None:
        x = put(canvas, 72, 676, "T", 40)
        column(canvas, ["he pilot came aboard late", "and went to sleep"], x + 2, 700, 10, 12)
        column(canvas, ["until the harbour was in sight."], 72, 664, 10, 12)

    assert texts(pdf(page))[0] == "The pilot came aboard late"


def test_ligatures_are_taken_apart() -> None:
    """The sign for two letters becomes these letters."""
    content = b"BT /F 12 Tf 72 700 Td (of\\001cial) Tj ET"
    font = (
        b"/F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding"
        b" <</Type /Encoding /Differences [1 /fi]>>>>"
    )
    assert texts(one_page(content, fonts=font)) == ["official"]


def test_hyphens_at_line_ends_stay() -> None:
    """A word that is divided at a line's end keeps its hyphen: who joins the lines decides."""
    assert texts(pdf(written("They went to the har-", "bour at night."))) == [
        "They went to the har-",
        "bour at night.",
    ]


def test_hidden_text_is_read() -> None:
    """Text that is not drawn is what OCR puts over a scan: it is the scan's text."""

    def page(canvas: Canvas) -> None:
        scan(canvas)
        text = canvas.beginText(72, 700)
        text.setFont("Helvetica", 10)
        text.setTextRenderMode(3)
        text.textLine("Recognised words of a page")
        canvas.drawText(text)

    assert texts(pdf(page)) == ["Recognised words of a page"]


def test_signs_without_letters_are_reported() -> None:
    """Where fonts don't say which letters their signs are, the pages are named."""
    font = (
        b"/F <</Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H /DescendantFonts"
        b" [<</Type /Font /Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo <</Registry (Adobe)"
        b" /Ordering (Identity) /Supplement 0>>>>]>>"
    )
    content = b"BT /F 12 Tf 72 700 Td <00010002000300040005000600070008> Tj ET"
    (warning,) = extract(one_page(content, fonts=font)).warnings
    assert (warning.page, "page 1 can't be read right" in warning.text) == (1, True)


def test_hebrew_in_logical_order() -> None:
    """Text from right to left comes in the order in which it is spoken."""
    letters = "שלום לכולם"
    cmap = b"".join(
        b"<%02x> <%04x>\n" % (code, ord(char)) for code, char in enumerate(letters, start=33)
    )
    to_unicode = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <ff>"
        b" endcodespacerange %d beginbfchar\n%sendbfchar endcmap end end" % (len(letters), cmap)
    )
    shown = bytes(range(33 + len(letters) - 1, 32, -1)).replace(b"(", b"\\(").replace(b")", b"\\)")
    data = raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources <</Font"
        b" <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R>>>>>>>>",
        stream(b"BT /F 12 Tf 72 700 Td (" + shown + b") Tj ET"),
        stream(to_unicode),
    )
    assert texts(data) == [letters]


def test_japanese_set_downwards() -> None:
    """Columns of signs from top to bottom are read from right to left."""
    font = use_cjk_font()

    def page(canvas: Canvas) -> None:
        for number, words in enumerate(["港湾の記録は冬に書かれた", "船は朝に港を出て行った"]):
            for row, char in enumerate(words):
                put(canvas, 400 - 20 * number, 700 - 12 * row, char, 12, font)

    assert texts(pdf(page)) == ["港湾の記録は冬に書かれた", "船は朝に港を出て行った"]


def test_japanese_has_no_blanks() -> None:
    """Signs as wide as high are not parted by the white space in them."""
    font = use_cjk_font()
    data = pdf(lambda canvas: put(canvas, 72, 700, "港湾の記録、冬。船は朝", 12, font) and None)
    assert texts(data) == ["港湾の記録、冬。船は朝"]


# ---------------------------------------------------------------- measures


def test_measures_of_lines() -> None:
    """Lines know their indent, the white space above them, their size and weight."""

    def page(canvas: Canvas) -> None:
        put(canvas, 72, 720, "Of the Tides", 16, "Times-Bold")
        lines = wrapped(prose(1, 80), 400, 10)
        column(canvas, lines[:1], 87, 680, 10)
        column(canvas, lines[1:], 72, 668, 10, 12)

    heading, first, second, *_ = extract(pdf(page)).lines
    assert (heading.size, heading.bold, heading.indent) == (1.6, True, 0)
    assert first.indent > 2
    assert first.space_before > 0.5
    assert (second.indent, second.space_before, second.size, second.bold) == (0, 0, 1, False)


def test_words_in_front_that_are_bold_make_no_bold_line() -> None:
    """A line is bold only if it ends so: what begins with bold words is a paragraph."""

    def page(canvas: Canvas) -> None:
        x = put(canvas, 72, 720, "SUPPLEMENTARY INFORMATION: ", 10, "Times-Bold")
        put(canvas, x, 720, "The tide")
        put(canvas, 72, 708, "came late.")
        put(canvas, 72, 680, "Of the Tides", 10, "Times-Bold")

    assert [line.bold for line in extract(pdf(page)).lines] == [False, False, True]


def test_small_capitals_have_the_size_of_their_line() -> None:
    """Small capitals, even as most of a line, don't make it smaller."""

    def page(canvas: Canvas) -> None:
        x = put(canvas, 72, 720, "SUPPLEMENTARY INFORMATION: ", 6.5, "Times-Bold")
        put(canvas, x, 720, "The tide", 8)
        column(canvas, wrapped(prose(1, 60), 160, 8), 72, 711, 8, 9)

    assert {line.size for line in extract(pdf(page)).lines} == {1}


def test_source_is_the_lines() -> None:
    """Each line stands in the source where it says; a page without text has its form feed."""
    found = extract(pdf(written("One", "two"), lambda _: None, written("three")))
    assert found.source == "One\ntwo\f\fthree"
    assert [found.source[line.source :][: len(line.text)] for line in found.lines] == [
        line.text for line in found.lines
    ]
    assert [line.page for line in found.lines] == [1, 1, 3]


# ---------------------------------------------------------------- what the file says


def test_page_labels() -> None:
    """Pages have the labels that the file gives them, where these are not their numbers."""
    pages = b" ".join(b"%d 0 R" % n for n in range(3, 7))
    page = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 7 0 R>>"
    data = raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R /PageLabels <</Nums [0 <</S /r>> 2 <</S /D /St 3>> 3"
        b" <</S /D /P (A-)>>]>>>>",
        b"<</Type /Pages /Kids [" + pages + b"] /Count 4 /Resources <</Font <</F <</Type /Font"
        b" /Subtype /Type1 /BaseFont /Helvetica>>>>>>>>",
        *[page] * 4,
        stream(b"BT /F 12 Tf 72 700 Td (Words) Tj ET"),
    )
    assert extract(data).labels == {1: "i", 2: "ii", 4: "A-1"}


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("Harbours of the North", "Harbours of the North"),
        ("Microsoft Word - Harbours of the North", "Harbours of the North"),
        ("Microsoft Word - report_final.doc", None),
        ("harbour.indd", None),
        ("untitled", None),
        ("Document1", None),
        ("C:\\files\\harbour", None),
        ("GAO-17-1", None),
        ("2019", None),
        ("---", None),
    ],
)
def test_titles(told: str, title: str | None) -> None:
    """What programs put where a title belongs is no title."""
    assert extract(pdf(written("Words"), title=told)).title == title


def test_properties() -> None:
    """Author and the day on which the file was made are known; the latter is not the text's date."""
    data = pdf(written("Words"), author="J. Olsen", title="Of Tides")
    properties = extract(data).properties
    assert (properties["author"], properties["title"]) == ("J. Olsen", "Of Tides")
    assert "created" in properties
    assert "date" not in properties


def test_language() -> None:
    """The language is the one that the file names."""
    data = one_page(b"BT /F 12 Tf 72 700 Td (Ord) Tj ET", catalog=b"/Lang (nb-NO)")
    assert extract(data).properties["language"] == "nb-NO"


def outlined() -> bytes:
    def page(canvas: Canvas) -> None:
        for number, (words, level) in enumerate(
            [("1 Of Tides", 0), ("1.1 Springs", 1), ("Elsewhere", 0)]
        ):
            canvas.bookmarkPage(str(number))
            canvas.addOutlineEntry(words.lstrip("1. "), str(number), level)
        put(canvas, 72, 720, "1  Of Tides", 10)
        put(canvas, 72, 700, "The tides are told of here.", 10)
        put(canvas, 72, 680, "1.1 Springs", 10)
        put(canvas, 72, 660, "Springs come twice.", 10)

    return pdf(page)


def test_outline() -> None:
    """The outline is read with levels and pages."""
    assert extract(outlined()).outline == (
        OutlineEntry("Of Tides", 1, 1),
        OutlineEntry("Springs", 2, 1),
        OutlineEntry("Elsewhere", 1, 1),
    )


def test_lines_of_the_outline_are_headings() -> None:
    """A line that the outline names is a heading of its depth, its number put aside."""
    assert [line.heading for line in extract(outlined()).lines] == [1, 0, 2, 0]


def test_an_outline_in_a_circle() -> None:
    """Outline entries that lead back to themselves are read once."""
    data = raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R /Outlines 5 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources <</Font <</F"
        b" <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>>>>>",
        stream(b"BT /F 12 Tf 72 700 Td (Words) Tj ET"),
        b"<</First 6 0 R /Last 6 0 R>>",
        b"<</Title (Round) /Parent 5 0 R /Next 6 0 R /First 6 0 R /Dest [3 0 R /Fit]>>",
    )
    assert [entry.title for entry in extract(data).outline] == ["Round"]


# ---------------------------------------------------------------- what can't be read


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\0\0\n", "empty", id="blank"),
        pytest.param(b"GIF89a and more", "no PDF", id="another format"),
        pytest.param(b"%PDF-1.4\n" + bytes(range(256)) * 40, "damaged", id="garbage"),
        pytest.param(b"%PDF-1.7\n%%EOF", "damaged", id="nothing in it"),
        pytest.param(
            raw_pdf(b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [] /Count 0>>"),
            "no pages",
            id="no pages",
        ),
        pytest.param(
            pdf(written("Words"), encrypt=StandardEncryption("secret", canPrint=0)),
            "encrypted and needs a password",
            id="locked",
        ),
        pytest.param(pdf(lambda _: None), "no text layer", id="an empty page"),
    ],
)
def test_refusals(data: bytes, words: str) -> None:
    """What can't be read is refused in words that say why."""
    error = refused(data)
    assert words in str(error)
    assert error.hint


def test_scans_are_refused_with_their_pages() -> None:
    """A scan without text is called one, and OCR advised."""
    error = refused(pdf(scan, scan, scan))
    assert str(error) == "It is a scan of 3 pages without a text layer."
    assert "OCR" in error.hint


def test_scanned_pages_among_others_are_named() -> None:
    """Of a document that is scanned in part the rest is read; empty pages are not called scans."""
    blank: Draw = lambda _: None  # noqa: E731
    found = extract(pdf(written("One"), scan, scan, blank, scan, written("six")))
    assert [line.text for line in found.lines] == ["One", "six"]
    (warning,) = found.warnings
    assert warning.text == "Pictures without a text layer, so not read: pages 2–3, 5."
    assert warning.page == 2


def test_an_empty_password_opens() -> None:
    """A file that is encrypted, but asks nobody for a password, is read."""
    data = pdf(written("Open to all"), encrypt=StandardEncryption("", "owner"))
    assert texts(data) == ["Open to all"]


def test_a_file_cut_off_is_read_as_far_as_it_goes() -> None:
    """Of a file without its end the pages that are there are read, with a warning."""
    data = pdf(*(written(f"Page {n}", *wrapped(prose(n), 400)) for n in range(6)))
    found = extract(data[: data.rindex(b"xref")])
    assert found.lines[0].text == "Page 0"
    assert "damaged" in found.warnings[0].text


def test_too_many_pages() -> None:
    """A file that claims more pages than any document has is refused."""
    kids = b"3 0 R " * 20_001
    data = raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Count 20001 /Kids [" + kids + b"]>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>",
    )
    assert "20,001 pages" in str(refused(data))


def test_forms_of_another_kind() -> None:
    """A form that only asks to wait for its own viewer is refused."""
    data = one_page(
        b"BT /F 12 Tf 72 700 Td (Please wait... If this message is not replaced) Tj ET",
        catalog=b"/AcroForm <</Fields [] /XFA (<xdp/>)>>",
    )
    assert "XFA form" in str(refused(data))


@pytest.mark.parametrize(
    "objects",
    [
        pytest.param(
            [b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [2 0 R] /Count 1>>"],
            id="pages that hold themselves",
        ),
        pytest.param(
            [b"<</Type /Catalog /Pages 2 0 R>>"]
            + [
                b"<</Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R>>" % (n + 1, n - 1)
                for n in range(2, 5_000)
            ],
            id="a page tree without end",
        ),
        pytest.param([b"<</Type /Catalog /Pages 1 0 R>>"], id="a catalog of itself"),
    ],
)
def test_hostile_trees(objects: list[bytes]) -> None:
    """Page trees that lead nowhere end in a refusal."""
    refused(raw_pdf(*objects))


def test_forms_in_forms_without_end() -> None:
    """A drawing that draws itself is drawn once at most, and the rest of the page is read."""
    data = raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources 6 0 R>>",
        stream(b"BT /F 12 Tf 72 700 Td (Words) Tj ET /X Do"),
        stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources 6 0 R"),
        b"<</XObject <</X 5 0 R>> /Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>>>",
    )
    assert texts(data) == ["Words"]


@pytest.mark.slow
def test_pages_of_absurd_content() -> None:
    """Of a page of more signs than any page holds the first ones are read, and that is said."""
    data = one_page(b"BT /F 1 Tf 1 Tr 72 700 Td " + b"(abcdefghi ) Tj " * 56_000 + b"ET")
    found = extract(data)
    assert "500,000" in found.warnings[0].text


# ---------------------------------------------------------------- always


def pages_of(seed: int) -> bytes:
    """A document of pages of many kinds, the same for the same ``seed``."""
    chosen = random.Random(seed)
    pages = []
    for _ in range(chosen.randint(1, 3)):
        texts = [prose(chosen.randint(0, 99), chosen.randint(1, 250)) for _ in range(3)]
        draw, _ = columns(texts[: chosen.randint(1, 3)], shift=chosen.choice([0, 0.9, 1.7, 3.3]))
        pages.append(draw)
    return pdf(*pages)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_every_character_leads_back(seed: int) -> None:
    """Each stored character of a PDF is one of its text layer, and reading twice gives the same."""
    data = pages_of(seed)
    reading = read_pdf(data)
    assert not misplaced(reading, reading.source)
    assert reading == read_pdf(data)


def letters(text: str) -> Counter[str]:
    return Counter(char for char in text if char.isalnum())


def layers(data: bytes) -> list[str]:
    """What PDFium gives as the text of each page."""
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range() for page in document]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_no_letter_is_lost(seed: int) -> None:
    """Each page of the source text has the letters that PDFium finds on it, neither more nor fewer."""
    data = pages_of(seed)
    found = extract(data).source.split("\f")
    assert list(map(letters, found)) == list(map(letters, layers(data)))


def check(found: Extraction) -> None:
    for line in found.lines:
        assert found.source[line.source : line.source + len(line.text)] == line.text
        assert line.text == line.text.strip()
        assert line.text.isprintable()
        assert all(0 <= start < stop <= len(line.text) for start, stop in line.raised)
    sources = [line.source for line in found.lines]
    assert sources == sorted(sources)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=8))
def test_damaged_files(seed: int, changes: list[tuple[float, bytes]]) -> None:
    """Whatever bytes of a PDF are overwritten, it is read or refused in words."""
    data = bytearray(pages_of(seed))
    for place, content in changes:
        at = int(place * (len(data) - 1))
        data[at : at + len(content)] = content
    try:
        check(extract(bytes(data)))
    except DocumentFormatError as error:
        refusal = str(error)
        assert refusal.endswith(".")  # most files are read
