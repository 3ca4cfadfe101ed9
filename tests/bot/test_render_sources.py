"""What pages of documents, outlines, sections and notes say, and that each fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents import key
from bot.languages import ENGLISH, Language, language
from bot.layout import Beside, Block, Button, Menu, Page, Row, fits, to_message
from bot.reading import Leaf, NoteLeaf, NoteList
from bot.render import sections
from bot.render import sources as pages
from bot.render.citing import cited_page
from index.model import (
    Bearing,
    Locator,
    Note,
    NoteText,
    Outline,
    ReadingWarning,
    SectionEntry,
    Skipped,
    SourceSummary,
)
from tests.bot import fakes
from tests.bot.test_markup import HOSTILE, read

ODD_TITLES = [
    "",
    "\u200b" * 300,
    "\u202e" + "drawkcab " * 500,
    "@everyone <@1> <#2> [x](https://evil.example)",
    "# **big** `code` ||spoiler||",
    "🇲🇲👩‍👩‍👧‍👦" * 400,
    "x" * 4_000,
    "*_~`" * 1_000,
]


def text_of(page: Page) -> str:
    return "\n".join(_texts(page.blocks))


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, str):
            yield block
        elif isinstance(block, Beside):
            yield block.text


def buttons(page: Page) -> dict[str, Button]:
    """By their labels."""
    rows = [block for block in page.blocks if isinstance(block, Row)]
    return {item.label: item for row in rows for item in row.items if isinstance(item, Button)}


def menus(page: Page) -> dict[str, Menu]:
    """By what stands on them."""
    rows = [block for block in page.blocks if isinstance(block, Row)]
    return {item.placeholder: item for row in rows for item in row.items if isinstance(item, Menu)}


def check_page(page: Page) -> None:
    """It fits, its ids differ, its labels are seen, and discord.py takes it."""
    assert fits(page.blocks)
    sent = fakes.walk(to_message(page)["view"].to_components())
    ids = [component["custom_id"] for component in sent if "custom_id" in component]
    assert len(ids) == len(set(ids))
    for menu in menus(page).values():
        assert 1 <= len(menu.options) <= 25
        assert all(option.label.strip() for option in menu.options)
        assert len({option.value for option in menu.options}) == len(menu.options)
    for row in (block for block in page.blocks if isinstance(block, Row)):
        assert 1 <= len(row.items) <= 5


def many(count: int) -> list[SourceSummary]:
    return [fakes.summary(f"log-{n}", f"Log {n}") for n in range(1, count + 1)]


def entry(number: int = 1, *path: str, paragraphs: int = 2) -> SectionEntry:
    return SectionEntry(number, path or ("Voyage",), len(path) or 1, 3, paragraphs, 1, 0, 9)


def outline(*entries: SectionEntry, summary: SourceSummary | None = None) -> Outline:
    return Outline(summary or fakes.summary(), entries, 7)


def leaf(**changes: object) -> Leaf:
    made = Leaf(
        entry=entry(4, "Voyage", "Storms"),
        source=fakes.source(),
        part=2,
        parts=3,
        body="She met a storm.\\[3]",
        notes=((3, "3"),),
        page=9,
        page_end=10,
        page_label=None,
        previous=(3, "aaaaaa"),
        next=None,
        below=0,
        generation=7,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def note_leaf(title: str = "Log of the Petrel", text: str = "Ibid.", count: int = 1) -> NoteLeaf:
    locator = Locator("log", ("Voyage",), 0, 9, note=3)
    bearing = Bearing("p1", locator, text or "x", "Log, Voyage")
    note = NoteText(
        note=Note(3, 0, 5, (9,), text),
        source=fakes.source(title=title),
        locator=locator,
        line="Log, Voyage, note 3",
        passage="abc123",
        borne=(bearing,) * count,
        meant=(Note(2, 0, 4, (), "Letter, p. 4"),) * count,
        previous=2,
        next=4,
        generation=7,
    )
    return NoteLeaf(note, 1, 1, "Ibid.")


# ---------------------------------------------------------------- the list


def test_documents_show_author_date_rights_and_counts() -> None:
    source = replace(fakes.source(), rights="Public domain")
    warned = replace(fakes.summary(), source=source, warnings=(ReadingWarning("Torn."),))
    shown = text_of(pages.sources_page([warned], 7, ENGLISH))
    assert "## 1 document\n-# 4 passages · 3 events" in shown
    assert "**Log of the Petrel** — J. Byrne, 1871" in shown
    assert "2 sections · 4 passages · 1 note · 3 events · 1 warning" in shown
    assert "rights: Public domain" in shown


def test_two_hundred_documents_are_listed_over_pages() -> None:
    """Each of them stands on one page and can be opened there."""
    documents = many(200)
    seen: list[str] = []
    for number in range(1, 21):
        page = pages.sources_page(documents, 7, ENGLISH, page=number)
        check_page(page)
        assert f"page {number} of 20" in text_of(page)
        seen += [option.value for option in menus(page)["Open a document"].options]
    assert seen == [key(summary.source.id) for summary in documents]


@pytest.mark.parametrize(("number", "shown"), [(0, 1), (-3, 1), (99, 3)])
def test_a_page_that_is_not_there_is_the_nearest_one(number: int, shown: int) -> None:
    page = pages.sources_page(many(25), 7, ENGLISH, page=number)
    assert f"page {shown} of 3" in text_of(page)


def test_buttons_lead_to_the_pages_beside_and_none_past_the_ends() -> None:
    first = buttons(pages.sources_page(many(25), 7, ENGLISH))
    last = buttons(pages.sources_page(many(25), 7, ENGLISH, page=3))
    assert (first["Previous page"].disabled, first["Next page"].disabled) == (True, False)
    assert (last["Previous page"].disabled, last["Next page"].disabled) == (False, True)
    assert str(first["Next page"].press) == "v1:sources:2:7"


def test_a_long_list_can_be_opened_at_any_page() -> None:
    """By a menu of the others, which names what stands first there; of very many evenly chosen."""
    menu = menus(pages.sources_page(many(400), 7, ENGLISH, page=2))["Go to a page"]
    numbers = [int(option.value) for option in menu.options]
    assert (numbers[0], numbers[-1], len(numbers)) == (1, 40, 24)


def test_files_left_out_are_counted_only_where_they_may_be_told() -> None:
    assert "2 files left out" in buttons(pages.sources_page(many(1), 7, ENGLISH, left_out=2))
    assert not buttons(pages.sources_page(many(1), 7, ENGLISH))


def test_no_document_is_told_in_words() -> None:
    assert "Nothing is indexed yet." in text_of(pages.sources_page([], 7, ENGLISH))


def test_a_page_made_after_a_reindex_says_so() -> None:
    """Where the message that it replaces was of an earlier generation."""
    assert "indexed anew" in text_of(pages.sources_page(many(1), 8, ENGLISH, since=7))
    assert "indexed anew" not in text_of(pages.sources_page(many(1), 8, ENGLISH, since=8))


# ---------------------------------------------------------------- outlines


def test_an_outline_shows_headings_by_level_with_pages_and_counts() -> None:
    deep = outline(entry(1, "Voyage"), entry(2, "Voyage", "Storms", paragraphs=1))
    shown = text_of(pages.outline_page(deep, ENGLISH))
    assert "- Voyage · p. 3 · 2 paragraphs · 1 note" in shown
    assert "\n  - Storms · p. 3 · 1 paragraph · 1 note" in shown


def test_an_outline_tells_what_is_known_of_its_document() -> None:
    shown = text_of(pages.outline_page(outline(entry()), ENGLISH))
    assert shown.startswith("## Log of the Petrel\nJ. Byrne, 1871\n")
    assert "File: log.txt, read as text" in shown


def test_sections_without_text_are_listed_and_not_opened() -> None:
    page = pages.outline_page(outline(entry(1, "Empty", paragraphs=0), entry(2, "Full")), ENGLISH)
    assert "- Empty" in text_of(page)
    assert [option.label for option in menus(page)["Open a section"].options] == ["Full"]


def test_a_long_outline_has_pages() -> None:
    entries = [entry(n, f"Day {n}") for n in range(1, 66)]
    values = []
    for number in range(1, 5):
        page = pages.outline_page(outline(*entries), ENGLISH, page=number)
        check_page(page)
        values += [option.value.split("-")[0] for option in menus(page)["Open a section"].options]
    assert values == [str(n) for n in range(1, 66)]


def test_a_document_on_the_web_can_be_opened_there() -> None:
    summary = replace(fakes.summary(), source=replace(fakes.source(), url="https://example.org/a"))
    page = pages.outline_page(outline(entry(), summary=summary), ENGLISH)
    assert buttons(page)["Open the original"].url == "https://example.org/a"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc", "https://x.org/" + "a" * 600]
)
def test_no_button_leads_to_an_address_that_is_odd_or_too_long(url: str) -> None:
    summary = replace(fakes.summary(), source=replace(fakes.source(), url=url))
    page = pages.outline_page(outline(entry(), summary=summary), ENGLISH)
    assert "Open the original" not in buttons(page)


# ---------------------------------------------------------------- sections


def test_a_section_shows_its_place_its_words_and_what_is_beside_it() -> None:
    page = sections.section_page(leaf(), ENGLISH)
    shown = text_of(page)
    assert shown.startswith("-# Log of the Petrel › Voyage\n### Storms\n-# pp. 9–10 · 2 paragraphs")
    assert "She met a storm.\\[3]" in shown
    assert "page 2 of 3" in shown
    assert list(buttons(page)) == ["Previous page", "Next page", "Previous section", "Outline"]
    assert str(buttons(page)["Previous section"].press) == f"v1:section:{key('log')}:3:aaaaaa:1:7"
    assert [option.label for option in menus(page)["Open a note of this page"].options] == [
        "Note 3"
    ]


def test_every_note_of_a_page_can_be_opened() -> None:
    """More than fit into one menu stand in two."""
    many_notes = tuple((n, str(n)) for n in range(1, 41))
    page = sections.section_page(leaf(notes=many_notes), ENGLISH)
    check_page(page)
    assert [len(menu.options) for menu in menus(page).values()] == [25, 15]
    assert "Open note 26 to 40" in menus(page)


def test_only_a_long_section_is_offered_as_a_file() -> None:
    """From more than twenty pages on."""
    assert "As a text file" not in buttons(sections.section_page(leaf(parts=20), ENGLISH))
    assert "As a text file" in buttons(sections.section_page(leaf(parts=21), ENGLISH))


def test_a_heading_alone_says_what_stands_under_it() -> None:
    empty = leaf(body="", parts=0, part=1, notes=(), below=2)
    assert "but 2 sections." in text_of(sections.section_page(empty, ENGLISH))


def test_a_section_file_is_named_after_its_heading() -> None:
    page = sections.section_file_page("Storms / 1871", "She met a storm.", ENGLISH)
    assert [(file.name, file.content) for file in page.files] == [
        ("Storms-1871.txt", b"She met a storm.")
    ]


# ---------------------------------------------------------------- notes


def test_a_note_shows_what_bears_it_and_what_it_means() -> None:
    page = sections.note_page(note_leaf(), ENGLISH)
    shown = text_of(page)
    assert "### Note 3" in shown
    assert "**It stands for**\n> Ibid.\n-# Voyage, note 3" in shown
    assert "**What its words mean**\nNote 2: Letter, p. 4" in shown
    assert "Passage abc123" in shown
    assert list(buttons(page)) == [
        "Previous note",
        "Next note",
        "Its section",
        "Notes",
        "Outline",
    ]


def test_a_note_that_nothing_bears_says_so() -> None:
    loose = note_leaf()
    loose = replace(loose, note=replace(loose.note, borne=(), meant=()))
    assert "No mark of it was found" in text_of(sections.note_page(loose, ENGLISH))


# ---------------------------------------------------------------- warnings, files left out


def test_warnings_tell_their_page_or_line() -> None:
    warned = replace(
        fakes.summary(),
        warnings=(ReadingWarning("Torn.", page=4), ReadingWarning("Odd.", line=1_200)),
    )
    shown = text_of(pages.warnings_page(warned, 7, ENGLISH))
    assert "- p. 4: Torn.\n- line 1,200: Odd." in shown


def test_files_left_out_are_told_with_the_reason() -> None:
    shown = text_of(pages.left_out_page([Skipped("a.pdf", "It is damaged.")], 7, ENGLISH))
    assert "- **a.pdf** It is damaged." in shown


# ---------------------------------------------------------------- citations


def test_a_note_is_text_and_the_other_styles_are_files() -> None:
    cited = fakes.citation()
    note = cited_page(cited, "note", "J. Byrne, Log, p. 4.\n", 7, ENGLISH)
    file = cited_page(cited, "ris", "TY  - BOOK\n", 7, ENGLISH)
    assert "J. Byrne, Log, p. 4." in text_of(note)
    assert not note.files
    assert [(one.name, one.content) for one in file.files] == [("citation-p1.ris", b"TY  - BOOK\n")]


# ---------------------------------------------------------------- hostile words


HOSTILE_LONG = st.one_of(
    st.sampled_from(ODD_TITLES),
    st.tuples(HOSTILE, st.integers(1, 40)).map(lambda pair: (pair[0] * pair[1])[:4_000]),
)


def all_pages(text: str, title: str, count: int, t: Language = ENGLISH) -> Iterator[Page]:
    """Every kind of page, with these words wherever a document's words stand."""
    source = replace(
        fakes.source("log", title), author=text, publisher=title, date=text, rights=text, name=text
    )
    warned = (ReadingWarning(text, line=3),) * count
    summary = replace(fakes.summary(), source=source, warnings=warned, unlinked_notes=3)
    summaries = [replace(summary, source=replace(source, id=f"d{n}")) for n in range(1, count + 1)]
    yield pages.sources_page(summaries, 7, t, page=2, left_out=2, since=6)
    entries = [entry(n, text, title, text, title, text, title) for n in range(1, count + 1)]
    yield pages.outline_page(Outline(summary, tuple(entries), 7), t, since=6)
    body = "x" * 2_600
    marks = tuple((n, text[:8]) for n in range(1, count + 1))
    made = leaf(entry=entries[0], source=source, body=body, parts=50, notes=marks, page_label=text)
    yield sections.section_page(replace(made, next=(5, "bbbbbb")), t, since=6)
    notes = tuple(Note(n, 0, 5, (), text, label=text or None) for n in range(1, min(count, 20) + 1))
    yield sections.notes_page(NoteList(source, notes, 2, 9, 170, 7), t, since=6)
    long_note = replace(note_leaf(title, text, count), body="y" * 1_500, part=1, parts=3)
    yield sections.note_page(long_note, t, since=6)
    yield pages.warnings_page(summary, 7, t, since=6)
    yield pages.left_out_page([Skipped(text, title, text)] * count, 7, t, since=6)
    yield sections.section_file_page(title, text, t)
    cited = fakes.citation(text=text or "x", title=title)
    yield cited_page(cited, "note", text, 7, t)
    yield cited_page(cited, "bibtex", text, 7, t)


@settings(max_examples=40, deadline=None)
@given(
    HOSTILE_LONG,
    HOSTILE_LONG,
    st.sampled_from([1, 3, 26, 200]),
    st.sampled_from(["en", "ru", "my"]),
)
def test_every_page_fits_whatever_a_document_says(
    text: str, title: str, count: int, tag: str
) -> None:
    """In each of our languages."""
    for page in all_pages(text, title, count, language(tag)):
        check_page(page)


@pytest.mark.parametrize("title", ODD_TITLES)
def test_nothing_of_a_document_acts_on_a_page(title: str) -> None:
    """No mention, link or direction override of its title or text is left in the markup."""
    for page in all_pages(title, title, 3):
        shown = text_of(page)
        assert not re.search(r"(?<!\\)<[@#]\d|@everyone|\u202e", shown)
        assert "](https" not in shown


def test_what_is_shown_of_a_heading_is_the_heading() -> None:
    """Read as Discord reads it, the markup gives the words back."""
    odd = "1. #5 *Notes* on <@1> & _more_"
    shown = text_of(sections.section_page(leaf(entry=entry(1, odd)), ENGLISH))
    line = next(line for line in shown.splitlines() if line.startswith("### "))
    assert read(line.removeprefix("### ")) == odd
