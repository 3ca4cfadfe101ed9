"""HTML: its main text without tags and without the site around it, each character leading back."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DocumentFormatError
from index.model import Document
from index.reading import Reading, source_offset
from index.reading.html import declared_encoding, read_html
from tests.index.cases import Case, cases, document_of, outline

#: Pieces that make most constructs of HTML when they meet, and break them.
PIECES = st.lists(
    st.sampled_from(
        "<p>¦</p>¦<div>¦</div>¦<br>¦<h2 id=a>¦</h2>¦<ul><li>¦<ol start=4><li>¦</ol>¦<dl><dt>¦"
        "<dd>¦</dl>¦<table>¦<tr><td>¦<td rowspan=2 colspan=2>¦<th>¦</table>¦<pre>¦</pre>¦"
        "<a href='#n'>1</a>¦<sup>¦</sup>¦<p id=n>1. note</p>¦<aside role=doc-footnote id=n>¦"
        "</aside>¦<q>¦</q>¦<nav>¦</nav>¦<script>¦</script>¦<!-- ¦-->¦<![CDATA[¦]]>¦<title>¦"
        "</title>¦<img alt='a b'>¦<ruby>¦<rt>¦<i epub:type=pagebreak title=4>¦word¦two words ¦"
        '.¦&amp;¦&#8212;¦&copy¦&¦&#0;¦&shy;¦\xad¦\x85¦\x00¦<¦>¦"¦\'¦ ¦\n¦\r\n¦\xa0¦é¦<a¦<p x="¦'
        "[¦]¦<svg/>¦<main>¦</main>¦<blockquote>¦<style>¦<textarea>¦<option>¦</p x>".split("¦")
    )
    | st.text(max_size=4),
    max_size=30,
).map("".join)


def html(text: str) -> Document:
    """The document that an HTML ``text`` is."""
    return document_of(read_html(text, "utf-8"), name="case.html")


def misplaced(reading: Reading) -> list[tuple[str, str]]:
    """Stored characters, not of inserted separators, that don't lead to themselves in the source.

    What stands for a reference leads to its ``&``; a list's number and a quote's marks to their tag.
    """
    wrong = []
    for offset, char in enumerate(reading.text):
        there = source_offset(reading.source_map, offset)
        sign = reading.source[there : there + 1]
        if sign != char and not char.isspace() and char != "|" and sign not in ("&", "<"):
            wrong.append(
                (reading.text[max(0, offset - 9) : offset + 1], reading.source[there:][:9])
            )
    return wrong


def unsound(reading: Reading) -> list[str]:
    """What is wrong with the spans of a reading."""
    wrong = []
    done = 0
    for part in (*reading.blocks, *reading.notes):
        words = reading.text[part.start : part.stop]
        if not done <= part.start < part.stop <= len(reading.text):
            wrong.append(f"out of order: {part}")
        if words != words.strip() or reading.text[done : part.start].strip():
            wrong.append(f"white space or words between: {words!r}")
        done = part.stop
    if reading.text[done:].strip():
        wrong.append(f"words behind the last: {reading.text[done:]!r}")
    wrong += [
        f"{note}" for note in reading.notes if note.text != reading.text[note.start : note.stop]
    ]
    end = 0
    for lifted in reading.lifted:
        if not end <= lifted.start < lifted.stop <= len(reading.source):
            wrong.append(f"lifted: {lifted}")
        end = lifted.stop
    wrong += [f"{char!r}" for char in reading.text if char < " " and char not in "\n\t"]
    return wrong


@pytest.mark.parametrize("case", cases("html.txt"))
def test_cases(case: Case) -> None:
    """A messy page is read as its case says: tests/cases/reading/html.txt."""
    assert outline(html(case.text)) == case.expected


@pytest.mark.parametrize("case", cases("html.txt"))
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "mac"])
def test_every_character_leads_back(case: Case, line_end: str) -> None:
    """Every stored character stands at its place in the file, whatever the file's line ends."""
    reading = read_html(case.text.replace("\n", line_end), "utf-8")
    assert not misplaced(reading)
    assert not unsound(reading)


@pytest.mark.parametrize(
    ("file", "words", "place"),
    [
        pytest.param("<p>a &lt; b", "<", 5, id="a reference"),
        pytest.param("<p>&lt;&amp;c", "c", 12, id="behind references"),
        pytest.param("<p>a\n   b", "b", 8, id="behind a run of white space"),
        pytest.param('<b title="b">b', "b", 13, id="a word that an attribute holds too"),
        pytest.param('<img alt="no b">', "b", 13, id="in a picture's text"),
        pytest.param("<pre>a\r\n  b</pre>", "b", 10, id="behind a line end of Windows"),
        pytest.param("<p>bo\xadat", "at", 6, id="behind a soft hyphen"),
    ],
)
def test_places(file: str, words: str, place: int) -> None:
    """Stored words lead to their own place in the file, not to a like one."""
    reading = read_html(file, "utf-8")
    assert source_offset(reading.source_map, reading.text.rindex(words)) == place


def test_marks_of_notes_stand_behind_their_words() -> None:
    """A note knows the end of the words that bear each of its marks."""
    document = html(
        "<p>One<sup><a href='#x'>1</a></sup> two.<a href='#y'><sup>2</sup></a> Three"
        "<sup><a href='#x'>1</a></sup><p id=x>1 X.<p id=y>2 Y."
    )
    marked = [[document.text[:mark] for mark in note.marks] for note in document.notes]
    assert marked == [["One", "One two. Three"], ["One two."]]


def test_labels_of_notes() -> None:
    """A note's label is what is printed, where that is not its number."""
    notes = html(
        "<p>A<sup><a href='#x'>*</a></sup> b<sup><a href='#y'>2</a></sup><p id=x>* X.<p id=y>2 Y."
    ).notes
    assert [(note.label, note.text) for note in notes] == [("*", "X."), (None, "Y.")]


@pytest.mark.parametrize(
    "file",
    [
        pytest.param("<p>Section <a href='#s'>3</a>.</p><h2 id=s>3. Boats</h2>", id="to a heading"),
        pytest.param("<p>See <a href='#s'>2</a>.<p id=s>Two boats.</p>", id="to a paragraph"),
        pytest.param("<p>See <sup><a href='#gone'>2</a></sup>.</p>", id="to nothing"),
        pytest.param(
            "<p>In <sup><a href='http://x.example/#n1'>2</a></sup>.<p id=n1>2 X", id="away"
        ),
    ],
)
def test_links_that_only_look_like_notes(file: str) -> None:
    """A link to something that is no note stays text."""
    document = html(file)
    assert not document.notes
    assert "2" in document.text or "3." in document.text


@pytest.mark.parametrize(
    ("file", "anchor"),
    [
        pytest.param("<h2 id=own>B</h2>", "own", id="its own"),
        pytest.param("<section id=outer><h2>B</h2></section>", "outer", id="its section's"),
        pytest.param("<h2><a name=inner></a>B</h2>", "inner", id="a name in it"),
        pytest.param("<p>x</p><a name=before></a><h2>B</h2>", "before", id="a name before it"),
        pytest.param("<p id=other>x</p><h2>B</h2>", None, id="another paragraph's"),
    ],
)
def test_anchors(file: str, anchor: str | None) -> None:
    """A heading knows the name by which a link leads to it."""
    headings = [b for b in read_html(file, "utf-8").blocks if b.kind == "heading"]
    assert [heading.anchor for heading in headings] == [anchor]


def test_what_is_around_the_main_text_is_lifted_and_reported() -> None:
    """Navigation is declared as lifted, with its share of the words."""
    reading = read_html(
        "<nav><a href=a>Home page</a></nav><p>The harbour was dug in 1847 by two hundred men.",
        "utf-8",
    )
    assert [reading.source[item.start : item.stop] for item in reading.lifted] == [
        "<nav><a href=a>Home page</a></nav>"
    ]
    assert "17 % of the words" in reading.warnings[0].text


def test_a_list_of_links_in_an_article_stays() -> None:
    """Links that are the article's own are text."""
    text = html(
        "<article><p>Boats:</p><ul><li><a href=1>Ida</a><li><a href=2>Eva</a></ul></article>"
    ).text
    assert "Ida" in text
    assert "Eva" in text


def test_the_header_of_an_article_stays() -> None:
    """Only the site's header and footer are around the main text, not an article's."""
    text = html(
        "<article><header><h2>Boats</h2></header><p>Two.<footer>By Olsen.</footer></article>"
    ).text
    assert text == "Boats\n\nTwo.\n\nBy Olsen."


@pytest.mark.parametrize(
    ("file", "title"),
    [
        pytest.param(
            "<title>Boats | Harbour News</title><h1>Boats</h1>", "Boats", id="site's name"
        ),
        pytest.param(
            "<title>All - boats</title><h1>Other</h1>", "All - boats", id="no site's name"
        ),
        pytest.param("<h1>Boats</h1>", "Boats", id="first heading"),
        pytest.param("<meta property=og:title content=Boats><p>x", "Boats", id="Open Graph"),
        pytest.param("<title>Salt &amp; tar</title><p>x", "Salt & tar", id="references"),
    ],
)
def test_titles(file: str, title: str) -> None:
    """The title is the page's, without the name of the site."""
    assert read_html(file, "utf-8").title == title


def test_properties() -> None:
    """The head tells author, date, publisher, language and address."""
    properties = read_html(
        '<html lang="en-GB"><head><meta name="author" content="V. Olsen">'
        '<meta property="article:published_time" content="2021-02-03T08:00:00Z">'
        '<meta property="og:site_name" content="Harbour News"><link rel="canonical" '
        'href="https://news.example/boats"></head><p>x',
        "utf-8",
    ).properties
    assert properties == {
        "author": "V. Olsen",
        "date": "2021-02-03",
        "publisher": "Harbour News",
        "language": "en-GB",
        "url": "https://news.example/boats",
    }


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b'<meta charset="windows-1251">', "cp1251"),
        (b"<META http-equiv=Content-Type content='text/html; charset=Shift_JIS'>", "shift_jis"),
        (b'<?xml version="1.0" encoding="koi8-r"?>', "koi8-r"),
        (b"<meta charset=utf-16>", "utf-8"),
        (b"<meta charset=iso-8859-1>", "cp1252"),
        (b"<meta charset=nonsense>", None),
        (b"<meta charset=rot13>", None),
        (b"<!-- <meta charset=koi8-r> -->", None),
        (b"<p>charset=koi8-r</p>", None),
        (b" " * 2048 + b"<meta charset=koi8-r>", None),
    ],
)
def test_declared_encoding(data: bytes, encoding: str | None) -> None:
    """The encoding is the one that the file's first bytes name, if it is one."""
    assert declared_encoding(data) == encoding


@pytest.mark.parametrize(
    "file",
    [
        "",
        "<html><body></body></html>",
        "<script>var boats;</script><div id=app></div>",
        "<p hidden>x",
    ],
)
def test_no_text(file: str) -> None:
    """A page without any text to show is refused with the reason."""
    with pytest.raises(DocumentFormatError, match="no text"):
        read_html(file, "utf-8")


def test_lost_characters_are_reported() -> None:
    """Characters that were lost before stay as they are, and are counted with the first line."""
    warning = read_html("<p>a\n\ufffd b \ufffd", "utf-8").warnings[0]
    assert (warning.line, "1 times more" in warning.text) == (2, True)


@pytest.mark.parametrize(
    "piece",
    [
        '<', '<a ', "<a x='", '<a x="<b y=\'', '<a" ="', '<!--', '<![CDATA[', '<!DOCTYPE [',
        '&', '&#x', '<div>', '<b><i></b>', '</p>', '<table><tr><td>',
        '<tr><td>x<td rowspan=9999>y', '<ol><li>x', '<script>', '<title>',
        "x<sup><a href='#n'>1</a></sup>", '<aside role=doc-footnote>x</aside>',
        '<pre>word word ', "<p id=a>x<a href='#a'>1</a>", '<br>', ' \n', '\xad',
        '<select><option>', '<dl><dt>x', '<h1>x', '<q>', '<nav>x',
    ],
)  # fmt: skip
def test_hostile_input_takes_time_by_its_length(piece: str) -> None:
    """Ten times as much of the same takes about ten times as long, not a hundred times."""
    times = []
    for size in (20_000, 200_000):
        text = piece * (size // len(piece))
        begun = time.process_time()
        with suppress(DocumentFormatError):
            read_html(text, "utf-8")
        times.append(time.process_time() - begun)
    assert times[1] < 40 * max(times[0], 0.02)


def test_depth() -> None:
    """Words however deep are read, and what is deeper than reason is reported."""
    document = html("<div>" * 5_000 + "deep words" + "</div>" * 5_000)
    assert document.text == "deep words"
    assert "nested deeper" in document.warnings[0].text


@given(PIECES)
def test_any_text_gives_a_sound_reading(file: str) -> None:
    """Whatever the text, every character leads back, spans are in order, twice gives the same."""
    try:
        reading = read_html(file, "utf-8")
    except DocumentFormatError:
        return
    assert not misplaced(reading)
    assert not unsound(reading)
    assert reading == read_html(file, "utf-8")


@given(st.lists(st.text(st.sampled_from("abc .,;'()é1"), min_size=1), max_size=8).map("\n".join))
def test_prose_loses_no_word(file: str) -> None:
    """Text without any mark of HTML comes out with all its words."""
    if file.strip():
        assert read_html(f"<p>{file}</p>", "utf-8").text.split() == file.split()


def test_page_numbers_in_the_text_are_pages() -> None:
    """Numbers of printed pages tell where pages begin, with their labels."""
    reading = read_html(
        "<p>One <span class=pagenum>[Pg ix]</span>two.</p><p>Three.<span class=pagenum>10</span></p>",
        "utf-8",
    )
    pages = [(p.number, p.label, reading.text[p.start : p.stop]) for p in reading.pages]
    assert pages == [(1, "ix", "two.\n\nThree."), (2, "10", "")]


def test_several_ways_back_from_a_note() -> None:
    """Of a note with several marks the whole list of ways back is lifted, with its commas."""
    (note,) = html(
        "<p>A<a role=doc-noteref id=a href='#n'>[1]</a> b<a role=doc-noteref id=b href='#n'>[1]</a>"
        "<aside role=doc-footnote id=n><span class=label>[1]</span><span class=backrefs>(<a href='#a'>1</a>"
        ",<a href='#b'>2</a>)</span><p>The note.</p></aside>"
    ).notes
    assert (note.text, len(note.marks)) == ("The note.", 2)


def test_plain_texts_in_a_page_warn_once() -> None:
    """Several ``<pre>`` of prose that are read as plain text say what is wrong with them once."""
    body = "The ship sailed from Cork in the morning, and came back.\n" * 12
    notes = "NOTES\n\n[1] The log.\n\n[2] Another log.\n\n[3] A third one.\n"
    one = f"<pre>{body}It had a crew.[1] It sank.[3]\n\n{notes}</pre><p>Next.</p>"
    texts = [warning.text for warning in html(one * 3).warnings]
    assert texts == ["The note 2 has no mark in the text."]


@pytest.mark.slow
def test_many_plain_texts_in_a_page() -> None:
    """Thousands of ``<pre>`` of prose are read one after another, without going back to the top."""
    one = "<pre>" + "word " * 30 + "\n1</pre><p>x</p>"
    started = time.process_time()
    reading = html(one * 8_000)
    assert time.process_time() - started < 30
    assert len(reading.paragraphs) >= 16_000


@pytest.mark.parametrize(
    ("written", "title"),
    [
        pytest.param("The mole-Harbour News", "The mole", id="no blanks"),
        pytest.param("The mole / Ships / x.example", "The mole", id="sections of a site"),
        pytest.param(
            "Of the mole | Harbour News", "Of the mole", id="another title than the heading"
        ),
        pytest.param("The moles of old", "The moles of old", id="a longer title"),
        pytest.param("Harbour News", "Harbour News", id="the site alone"),
    ],
)
def test_titles_without_the_name_of_the_site(written: str, title: str) -> None:
    """The name of the site behind a title is no part of it."""
    head = f"<title>{written}</title><meta property='og:site_name' content='Harbour News'>"
    assert read_html(f"{head}<h1>The mole</h1><p>It was dug.</p>", "utf-8").title == title
