"""Documents, their outlines, sections and notes -> pages. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.documents import key
from bot.ids import PressId, press_id
from bot.languages import Language
from bot.layout import (
    BLUE,
    GREY,
    Attachment,
    Block,
    Button,
    Menu,
    Option,
    Page,
    Row,
    Rule,
    first_fit,
)
from bot.limits import OPTION, OPTIONS, URL, file_name, shorten
from bot.markup import escape, excerpt, one_line_markup, quote, units
from bot.reading import Leaf, NoteLeaf, NoteList, check
from bot.render.citing import EXTENSIONS
from bot.render.words import place
from index.citing.links import web_address
from index.dates.edtf import from_edtf
from index.model import (
    Citation,
    NoteText,
    Outline,
    ReadingWarning,
    SectionEntry,
    Skipped,
    SourceInfo,
    SourceSummary,
)

LISTED = 10  # documents on a page
SECTIONS = 20  # on a page of an outline
WARNINGS = 12
LEFT_OUT = 8
LONG = 20  # pages from which on a section is offered as a file too
_DEEPEST = 4  # steps by which a heading is indented
_PRINTED = 12  # characters of a page's number as it is printed
_MENUS = 2  # of notes on a page of a section
_BORNE, _MEANT = 4, 3  # sentences and notes shown with a note
_BLANK = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\u2800\u115f\u1160\u180e\u034f")


# ---------------------------------------------------------------- the list


def sources_page(
    sources: Sequence[SourceSummary],
    generation: int,
    t: Language,
    *,
    page: int = 1,
    left_out: int = 0,
    since: int | None = None,
) -> Page:
    """Page ``page`` (from 1, the nearest there is) of the documents, in corpus order.

    ``left_out`` is how many files of the corpus folder were left out, told to those who may know it;
    ``since`` the generation of the message that this page replaces.
    """
    pages = max(1, -(-len(sources) // LISTED))
    page = max(1, min(page, pages))
    shown = sources[(page - 1) * LISTED : page * LISTED]
    counted = " · ".join(
        (
            t.n("{count} passage", "{count} passages", sum(one.passages for one in sources)),
            t.n("{count} event", "{count} events", sum(one.events for one in sources)),
        )
    )
    head = f"## {t.n('{count} document', '{count} documents', len(sources))}\n-# {counted}"
    opening = Menu(
        press_id("source", generation),
        t("Open a document"),
        tuple(_document_option(summary, t) for summary in shown),
    )
    buttons = list(pager(page, pages, t, lambda p: press_id("sources", p, generation)))
    if left_out:
        label = t.n("{count} file left out", "{count} files left out", left_out)
        buttons.append(Button(label, press_id("leftout", 1, generation)))
    rows = [Row((opening,))] if shown else []
    rows += [Row(tuple(buttons))] if buttons else []
    rows += [Row((_jump(sources, page, pages, generation, t),))] if pages > 2 else []

    def blocks(limits: tuple[int, int]) -> list[Block]:
        lines = [_listed(summary, t, *limits) for summary in shown]
        listed = "\n".join(lines) or t("Nothing is indexed yet.")
        return [head, Rule.LINE, listed, Rule.LINE, quiet, *rows]

    quiet = foot(generation, since, t, _page_of(page, pages, t))
    plans = ((100, 80), (80, 60), (60, 40), (40, 25), (24, 12), (10, 8))
    return Page(tuple(first_fit(plans, blocks)), BLUE)


def _listed(summary: SourceSummary, t: Language, title: int, other: int) -> str:
    source = summary.source
    about = [one_line_markup(text, other) for text in (source.author, source.publisher) if text]
    if source.date:
        about.append(one_line_markup(say_edtf(source.date, t), other))
    named = f"**{_title(source, t, title)}**" + (f" — {', '.join(about)}" if about else "")
    quiet = [*_counts(summary, t)]
    if source.rights:
        quiet.append(t("rights: {rights}", rights=one_line_markup(source.rights, other)))
    return f"{named}\n-# {' · '.join(quiet)}"


def _counts(summary: SourceSummary, t: Language) -> Iterator[str]:
    if summary.pages:
        yield t.n("{count} page", "{count} pages", summary.pages)
    if summary.sections:
        yield t.n("{count} section", "{count} sections", summary.sections)
    yield t.n("{count} passage", "{count} passages", summary.passages)
    if summary.notes:
        yield t.n("{count} note", "{count} notes", summary.notes)
    yield t.n("{count} event", "{count} events", summary.events)
    if summary.warnings:
        yield t.n("{count} warning", "{count} warnings", len(summary.warnings))


def _document_option(summary: SourceSummary, t: Language) -> Option:
    source = summary.source
    said = t.n("{count} section", "{count} sections", summary.sections)
    if summary.notes:
        said += " · " + t.n("{count} note", "{count} notes", summary.notes)
    return Option(_label(source.title, t, source.name), key(source.id), said)


def _jump(
    sources: Sequence[SourceSummary], page: int, pages: int, generation: int, t: Language
) -> Menu:
    """A menu of pages by what stands first on them; of very many evenly chosen ones."""
    chosen = sorted({1 + n * (pages - 1) // (OPTIONS - 1) for n in range(OPTIONS)})
    numbers = range(1, pages + 1) if pages <= OPTIONS else chosen
    options = tuple(
        Option(
            t("Page {page} of {pages}", page=t.number(n), pages=t.number(pages)),
            str(n),
            _label(sources[(n - 1) * LISTED].source.title, t, ""),
        )
        for n in numbers
        if n != page
    )
    return Menu(press_id("sources", "", generation), t("Go to a page"), options)


# ---------------------------------------------------------------- one document


def outline_page(outline: Outline, t: Language, *, page: int = 1, since: int | None = None) -> Page:
    """A document with its headings in order, page ``page`` (from 1, the nearest there is)."""
    sections = [entry for entry in outline.sections if entry.path or entry.paragraphs]
    pages = max(1, -(-len(sections) // SECTIONS))
    page = max(1, min(page, pages))
    summary, generation = outline.summary, outline.generation
    source, doc = summary.source, key(summary.source.id)
    shown = sections[(page - 1) * SECTIONS : page * SECTIONS]
    rows = []
    if options := tuple(_section_option(entry, t) for entry in shown if entry.paragraphs):
        press = press_id("section", doc, "", "", "", generation)
        rows.append(Row((Menu(press, t("Open a section"), options),)))
    if turning := pager(page, pages, t, lambda p: press_id("outline", doc, p, generation)):
        rows.append(Row(turning))
    more = []
    if summary.notes:
        label = t.n("{count} note", "{count} notes", summary.notes)
        more.append(Button(label, press_id("notes", doc, 1, generation)))
    if summary.warnings:
        label = t.n("{count} warning", "{count} warnings", len(summary.warnings))
        more.append(Button(label, press_id("warnings", doc, 1, generation)))
    more.append(Button(t("All documents"), press_id("sources", 1, generation)))
    if address := _address(source):
        more.append(Button(t("Open the original"), url=address))
    rows.append(Row(tuple(more)))

    def blocks(limits: tuple[int, int]) -> list[Block]:
        heading, other = limits
        head = [f"## {_title(source, t, heading)}"]
        if page == 1:
            head += _about(summary, t, other)
        lines = [_outlined(entry, t, heading) for entry in shown]
        listed = "\n".join(lines) or t("It has no headings.")
        return ["\n".join(head), Rule.LINE, listed, Rule.LINE, quiet, *rows]

    quiet = foot(generation, since, t, _page_of(page, pages, t))
    plans = ((100, 80), (70, 60), (50, 40), (30, 25), (15, 10))
    return Page(tuple(first_fit(plans, blocks)), BLUE)


def _about(summary: SourceSummary, t: Language, limit: int) -> Iterator[str]:
    """What is known of a document, a line each; only what there is."""
    source = summary.source
    made = [one_line_markup(text, limit) for text in (source.author, source.publisher) if text]
    if source.date:
        made.append(one_line_markup(say_edtf(source.date, t), limit))
    if made:
        yield ", ".join(made)
    if source.rights:
        yield t("Rights: {rights}", rights=one_line_markup(source.rights, 2 * limit))
    yield f"-# {' · '.join((*_counts(summary, t), t.n('{count} word', '{count} words', summary.words)))}"
    read = t(
        "File: {name}, read as {format}",
        name=one_line_markup(source.name, limit),
        format=summary.format,
    )
    yield f"-# {read}"
    if summary.unlinked_notes:
        loose = t.n(
            "{count} note has no mark in the text.",
            "{count} notes have no mark in the text.",
            summary.unlinked_notes,
        )
        yield f"-# {loose}"


def _outlined(entry: SectionEntry, t: Language, limit: int) -> str:
    indent = "  " * min(max(len(entry.path) - 1, 0), _DEEPEST)
    said = [t.pages(entry.page)] if entry.page else []
    if entry.paragraphs:
        said.append(t.n("{count} paragraph", "{count} paragraphs", entry.paragraphs))
    if entry.notes:
        said.append(t.n("{count} note", "{count} notes", entry.notes))
    name = escape(_heading(entry, t, limit))
    return f"{indent}- {name}" + (f" · {' · '.join(said)}" if said else "")


def _section_option(entry: SectionEntry, t: Language) -> Option:
    said = [t.pages(entry.page)] if entry.page else []
    said.append(t.n("{count} paragraph", "{count} paragraphs", entry.paragraphs))
    if len(entry.path) > 1:
        said.append(" › ".join(entry.path[:-1]))
    return Option(
        _heading(entry, t, OPTION),
        f"{entry.number}-{check(entry.path)}",
        shorten(" · ".join(said), OPTION),
    )


def _heading(entry: SectionEntry, t: Language, limit: int) -> str:
    """A section's own heading as text; it always has something to see."""
    if not entry.path:
        return t("Before the first heading")
    return _seen(entry.path[-1], limit) or t("A heading without words")


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
    parents = [_seen(name, above) for name in entry.path[:-1]][-_DEEPEST:]
    over = " › ".join(filter(None, (_title_text(leaf.source, t, above), *parents)))
    printed = shorten(leaf.page_label or "", _PRINTED) or None
    said = [t.pages(leaf.page, leaf.page_end, printed)] if leaf.page else []
    if entry.paragraphs:
        said.append(t.n("{count} paragraph", "{count} paragraphs", entry.paragraphs))
    if entry.notes:
        said.append(t.n("{count} note", "{count} notes", entry.notes))
    head = f"-# {escape(over)}\n### {escape(_heading(entry, t, heading))}"
    if said:
        head += f"\n-# {escape(' · '.join(said))}"
    return [
        head,
        Rule.LINE,
        leaf.body or _without_text(leaf, t),
        Rule.LINE,
        foot(generation, since, t, _page_of(leaf.part, leaf.parts, t)),
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
    head = f"## {_title(notes.source, t, 100)}\n" + t.n(
        "{count} note", "{count} notes", notes.total
    )
    if not notes.notes:
        lines = t("It has no notes.")
    else:
        lines = "\n".join(
            f"**{one_line_markup(note.shown, 12)}** {one_line_markup(note.text, limit)}"
            for note in notes.notes
        )
    page = _page_of(notes.page, notes.pages, t)
    blocks: list[Block] = [head, Rule.LINE, lines, Rule.LINE, foot(generation, since, t, page)]
    if notes.notes:
        options = tuple(
            Option(
                t("Note {note}", note=shorten(note.shown, 12)),
                str(note.number),
                _seen(note.text, OPTION),
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
    quiet = [_page_of(leaf.part, leaf.parts, t), t("Passage {id}", id=note.passage)]
    return [
        f"-# {_title(note.source, t, title)}\n### {t('Note {note}', note=shown)}",
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


# ---------------------------------------------------------------- warnings, files left out


def warnings_page(
    summary: SourceSummary, generation: int, t: Language, *, page: int = 1, since: int | None = None
) -> Page:
    """What a reader of a document should know of how it was read."""
    doc = key(summary.source.id)
    pages = max(1, -(-len(summary.warnings) // WARNINGS))
    page = max(1, min(page, pages))
    shown = summary.warnings[(page - 1) * WARNINGS : page * WARNINGS]
    counted = t.n("{count} warning", "{count} warnings", len(summary.warnings))

    def blocks(limit: int) -> list[Block]:
        lines = [f"- {warning_line(warning, t, limit)}" for warning in shown]
        turning = pager(page, pages, t, lambda p: press_id("warnings", doc, p, generation))
        outline = Button(t("Outline"), press_id("outline", doc, 1, generation))
        return [
            f"## {_title(summary.source, t, 100)}\n{counted}",
            Rule.LINE,
            "\n".join(lines) or t("It was read without a warning."),
            Rule.LINE,
            foot(generation, since, t, _page_of(page, pages, t)),
            Row((*turning, outline)),
        ]

    return Page(tuple(first_fit((250, 180, 120, 80, 40), blocks)), BLUE)


def warning_line(warning: ReadingWarning, t: Language, limit: int) -> str:
    """A warning with the page or line where it stands."""
    said = one_line_markup(t.say(warning.text), limit)
    if warning.page:
        return t("{place}: {warning}", place=t.pages(warning.page), warning=said)
    if warning.line:
        line = t("line {line}", line=t.number(warning.line))
        return t("{place}: {warning}", place=line, warning=said)
    return said


def left_out_page(
    skipped: Sequence[Skipped],
    generation: int,
    t: Language,
    *,
    page: int = 1,
    since: int | None = None,
) -> Page:
    """The files of the corpus folder that are not indexed, and why: for administrators."""
    pages = max(1, -(-len(skipped) // LEFT_OUT))
    page = max(1, min(page, pages))
    shown = skipped[(page - 1) * LEFT_OUT : page * LEFT_OUT]
    counted = t.n("{count} file left out", "{count} files left out", len(skipped))

    def blocks(limit: tuple[int, int]) -> list[Block]:
        name, reason = limit
        lines = [
            f"- **{_seen_markup(one.name, t, name)}** "
            + one_line_markup(f"{t.say(one.reason)} {t.say(one.hint)}", reason)
            for one in shown
        ]
        turning = pager(page, pages, t, lambda p: press_id("leftout", p, generation))
        back = Button(t("All documents"), press_id("sources", 1, generation))
        return [
            f"## {counted}",
            Rule.LINE,
            "\n".join(lines) or t("No file was left out."),
            Rule.LINE,
            foot(generation, since, t, _page_of(page, pages, t)),
            Row((*turning, back)),
        ]

    return Page(tuple(first_fit(((80, 300), (60, 200), (40, 120), (20, 60)), blocks)), GREY)


# ---------------------------------------------------------------- citations


def cited_page(citation: Citation, style: str, text: str, generation: int, t: Language) -> Page:
    """A passage's citation: a note as text, the other styles as a file."""
    source, passage = citation.source, citation.passage
    stands = place(passage.locator, t)
    head = f"**{_title(source, t, 100)}**" + (f" — {stands}" if stands else "")
    words = quote(passage.text, excerpt(passage.text, 300, [(0, 1)]), ())
    quoted = f"> {words}" if passage.text.strip() else ""
    quiet = foot(generation, None, t, t("Passage {id}", id=passage.id))
    if style in EXTENSIONS:
        name = file_name(f"citation-{passage.id}", EXTENSIONS[style])
        file = Attachment(name, text.encode(errors="replace"), t("The citation as a file"))
        said = t("The citation as a file: {file}", file=escape(name))
        return Page((f"{head}\n{quoted}", said, quiet), BLUE, (file,))
    note = one_line_markup(text, 1_200)
    return Page((f"{head}\n{quoted}", Rule.LINE, note, Rule.LINE, quiet), BLUE)


# ---------------------------------------------------------------- what they share


def pager(
    page: int, pages: int, t: Language, press: Callable[[int], PressId]
) -> tuple[Button, ...]:
    """Buttons to the page before and the next one, at an end disabled; none for a single page."""
    if pages < 2:
        return ()
    return (
        Button(t("Previous page"), press(page - 1), disabled=page <= 1),
        Button(t("Next page"), press(page + 1), disabled=page >= pages),
    )


def foot(generation: int, since: int | None, t: Language, *said: str) -> str:
    """The quiet last line: what was said, and whether the documents were indexed since."""
    parts = [part for part in said if part]
    if since is not None and since != generation:
        parts.append(t("The documents were indexed anew since."))
    parts.append(t("index {generation}", generation=generation))
    return f"-# {' · '.join(parts)}"


def say_edtf(written: str, t: Language) -> str:
    """A date that an owner wrote in ``corpus.toml``, in words; as it is when it is not EDTF."""
    try:
        return t.date(from_edtf(written))
    except ValueError:
        return written


def _page_of(page: int, pages: int, t: Language) -> str:
    if pages < 2:
        return ""
    return t("page {page} of {pages}", page=t.number(page), pages=t.number(pages))


def _seen(text: str, limit: int) -> str:
    """``text`` in one line, shortened; empty when there is nothing in it to see. Not markup."""
    said = shorten(text, limit)
    return said if any(not char.isspace() and char not in _BLANK for char in said) else ""


def _seen_markup(text: str, t: Language, limit: int) -> str:
    return escape(_seen(text, limit)) or t("(no name)")


def _title_text(source: SourceInfo, t: Language, limit: int) -> str:
    return _seen(source.title, limit) or _seen(source.name, limit) or t("(no title)")


def _title(source: SourceInfo, t: Language, limit: int) -> str:
    return escape(_title_text(source, t, limit))


def _label(text: str, t: Language, other: str) -> str:
    return _seen(text, OPTION) or _seen(other, OPTION) or t("(no title)")


def _address(source: SourceInfo) -> str | None:
    """Where the document is on the web, if a button can lead there."""
    address = web_address(source.url)
    return address if address and units(address) <= URL else None
