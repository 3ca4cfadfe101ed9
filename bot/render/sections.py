"""Sections and notes of a document, to be read -> pages. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.documents import key
from bot.ids import PressId, press_id
from bot.languages import Language
from bot.layout import BLUE, Attachment, Block, Button, Menu, Option, Page, Row, Rule, first_fit
from bot.limits import OPTION, OPTIONS, file_name, shorten
from bot.markup import escape, one_line_markup
from bot.reading import Leaf, NoteLeaf, NoteList, check
from bot.render.document_words import (
    DEEPEST,
    PRINTED,
    foot,
    heading_of,
    page_of,
    pager,
    seen,
    title_of,
    title_text,
)
from bot.render.words import place
from index.model import NoteText

LONG = 20  # pages from which on a section is offered as a file too
_MENUS = 2  # of notes on a page of a section
_BORNE, _MEANT = 4, 3  # sentences and notes shown with a note


# ---------------------------------------------------------------- sections


def section_page(leaf: Leaf, t: Language, *, since: int | None = None) -> Page:
    """One page of a section: its paragraphs as they stand, marks of notes as ``[n]``."""
    limits = ((100, 60), (60, 30), (30, 15))
    blocks = first_fit(limits, lambda limit: _section_blocks(leaf, t, since, *limit))
    return Page(tuple(blocks), BLUE)


def _section_blocks(
    leaf: Leaf, t: Language, since: int | None, heading: int, above: int
) -> list[Block]:
    entry, generation = leaf.entry, leaf.generation
    parents = [seen(name, above) for name in entry.path[:-1]][-DEEPEST:]
    over = " › ".join(filter(None, (title_text(leaf.source, t, above), *parents)))
    printed = shorten(leaf.page_label or "", PRINTED) or None
    said = [t.pages(leaf.page, leaf.page_end, printed)] if leaf.page else []
    if entry.paragraphs:
        said.append(t.n("{count} paragraph", "{count} paragraphs", entry.paragraphs))
    if entry.notes:
        said.append(t.n("{count} note", "{count} notes", entry.notes))
    head = f"-# {escape(over)}\n### {escape(heading_of(entry, t, heading))}"
    if said:
        head += f"\n-# {escape(' · '.join(said))}"
    return [
        head,
        Rule.LINE,
        leaf.body or _without_text(leaf, t),
        Rule.LINE,
        foot(generation, since, t, page_of(leaf.part, leaf.parts, t)),
        *_section_rows(leaf, t),
    ]


def _section_rows(leaf: Leaf, t: Language) -> Iterator[Row]:
    entry, generation, doc = leaf.entry, leaf.generation, key(leaf.source.id)
    yield from _note_menus(leaf, t)

    def turned(part: int) -> PressId:
        return press_id("section", doc, entry.number, check(entry.path), part, generation)

    if turning := pager(leaf.part, leaf.parts, t, turned):
        yield Row(turning)
    more = [
        Button(label, press_id("section", doc, *near, 1, generation))
        for label, near in ((t("Previous section"), leaf.previous), (t("Next section"), leaf.next))
        if near is not None
    ]
    more.append(Button(t("Outline"), press_id("outline", doc, 1, generation)))
    if leaf.parts > LONG:
        file = press_id("sectionfile", doc, entry.number, check(entry.path), generation)
        more.append(Button(t("As a text file"), file))
    yield Row(tuple(more))


def _note_menus(leaf: Leaf, t: Language) -> Iterator[Row]:
    """The notes of a page in one menu, or two where there are very many."""
    for start in range(0, min(len(leaf.notes), _MENUS * OPTIONS), OPTIONS):
        notes = leaf.notes[start : start + OPTIONS]
        placeholder = t("Open a note of this page")
        if len(leaf.notes) > OPTIONS:
            first, last = notes[0][1], notes[-1][1]
            placeholder = t("Open note {first} to {last}", first=first, last=last)
        options = tuple(
            Option(t("Note {note}", note=label or str(number)), str(number))
            for number, label in notes
        )
        press = press_id("note", key(leaf.source.id), "", start or "", leaf.generation)
        yield Row((Menu(press, placeholder, options),))


def _without_text(leaf: Leaf, t: Language) -> str:
    if leaf.below:
        return t.n(
            "There is no text right under this heading, but {count} section.",
            "There is no text right under this heading, but {count} sections.",
            leaf.below,
        )
    return t("There is no text under this heading.")


def section_file_page(title: str, text: str, t: Language) -> Page:
    """The whole text of a section as a file."""
    name = file_name(title or "section", "txt")
    file = Attachment(name, text.encode(errors="replace"), t("The text of this section"))
    said = t("The whole section as text: {file}", file=escape(name))
    return Page((said,), BLUE, (file,))


# ---------------------------------------------------------------- notes


def notes_page(notes: NoteList, t: Language, *, since: int | None = None) -> Page:
    """A document's notes by number, each with how it begins."""
    limits = (130, 90, 60, 40, 20, 5)
    blocks = first_fit(limits, lambda limit: _notes_blocks(notes, t, since, limit))
    return Page(tuple(blocks), BLUE)


def _notes_blocks(notes: NoteList, t: Language, since: int | None, limit: int) -> list[Block]:
    doc, generation = key(notes.source.id), notes.generation
    head = f"## {title_of(notes.source, t, 100)}\n" + t.n(
        "{count} note", "{count} notes", notes.total
    )
    if not notes.notes:
        lines = t("It has no notes.")
    else:
        lines = "\n".join(
            f"**{one_line_markup(note.shown, 12)}** {one_line_markup(note.text, limit)}"
            for note in notes.notes
        )
    page = page_of(notes.page, notes.pages, t)
    blocks: list[Block] = [head, Rule.LINE, lines, Rule.LINE, foot(generation, since, t, page)]
    if notes.notes:
        options = tuple(
            Option(
                t("Note {note}", note=shorten(note.shown, 12)),
                str(note.number),
                seen(note.text, OPTION),
            )
            for note in notes.notes
        )
        blocks.append(
            Row((Menu(press_id("note", doc, "", "", generation), t("Open a note"), options),))
        )
    turning = pager(notes.page, notes.pages, t, lambda p: press_id("notes", doc, p, generation))
    outline = Button(t("Outline"), press_id("outline", doc, 1, generation))
    return [*blocks, Row((*turning, outline))]


def note_page(leaf: NoteLeaf, t: Language, *, since: int | None = None) -> Page:
    """A note: its words, the sentences that bear its mark, what “ibid.” means in it."""
    limits = (
        (500, 400, 100),
        (300, 200, 80),
        (200, 120, 60),
        (100, 80, 40),
        (40, 40, 30),
        (0, 0, 20),
    )
    blocks = first_fit(limits, lambda limit: _note_blocks(leaf, t, since, *limit))
    return Page(tuple(blocks), BLUE)


def _note_blocks(
    leaf: NoteLeaf, t: Language, since: int | None, borne: int, meant: int, title: int
) -> list[Block]:
    note = leaf.note
    shown = one_line_markup(note.note.shown, 12)
    quiet = [page_of(leaf.part, leaf.parts, t), t("Passage {id}", id=note.passage)]
    return [
        f"-# {title_of(note.source, t, title)}\n### {t('Note {note}', note=shown)}",
        leaf.body or t("This note has no text."),
        Rule.LINE,
        *_around_note(note, t, borne, meant, title),
        foot(note.generation, since, t, *quiet),
        *_note_rows(leaf, t),
    ]


def _around_note(
    note: NoteText, t: Language, borne: int, meant: int, title: int
) -> Iterator[Block]:
    """The sentences that bear a note and what its words mean, in so many characters each."""
    if not note.borne:
        yield f"-# {t('No mark of it was found in the text.')}"
    elif borne:
        lines = [
            f"> {one_line_markup(bearing.text, borne)}\n-# {place(bearing.locator, t, title)}"
            for bearing in note.borne[:_BORNE]
        ]
        rest = len(note.borne) - _BORNE
        if rest > 0:
            more = t.n("and {count} more sentence", "and {count} more sentences", rest)
            lines.append(f"-# {more}")
        yield "\n".join((f"**{t('It stands for')}**", *lines))
    if meant and note.meant:
        lines = [
            t("Note {note}", note=one_line_markup(one.shown, 12))
            + (f": {one_line_markup(one.text, meant)}" if one.text.strip() else "")
            for one in note.meant[:_MEANT]
        ]
        yield "\n".join((f"**{t('What its words mean')}**", *lines))
    if (borne and note.borne) or (meant and note.meant):
        yield Rule.LINE


def _note_rows(leaf: NoteLeaf, t: Language) -> Iterator[Row]:
    note = leaf.note
    doc, number, generation = key(note.source.id), note.note.number, note.generation
    turning = pager(
        leaf.part, leaf.parts, t, lambda p: press_id("note", doc, number, p, generation)
    )
    if turning:
        yield Row(turning)
    more = [
        Button(label, press_id("note", doc, near, 1, generation))
        for label, near in ((t("Previous note"), note.previous), (t("Next note"), note.next))
        if near is not None
    ]
    if note.borne:
        stands = check(note.borne[0].locator.section)  # its number isn't known, and need not be
        more.append(Button(t("Its section"), press_id("section", doc, 0, stands, 1, generation)))
    more.append(Button(t("Notes"), press_id("notes", doc, 1, generation)))
    more.append(Button(t("Outline"), press_id("outline", doc, 1, generation)))
    yield Row(tuple(more))
