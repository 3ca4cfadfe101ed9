"""Documents and their outlines, warnings, and the files left out -> pages. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.documents import key
from bot.ids import press_id
from bot.languages import Language
from bot.layout import BLUE, GREY, Block, Button, Menu, Option, Page, Row, Rule, first_fit
from bot.limits import OPTION, OPTIONS, shorten
from bot.markup import escape, one_line_markup
from bot.reading import check
from bot.render.document_words import (
    DEEPEST,
    address_of,
    foot,
    heading_of,
    label_of,
    page_of,
    pager,
    say_edtf,
    seen_markup,
    title_of,
)
from index.model import Outline, ReadingWarning, SectionEntry, Skipped, SourceSummary

LISTED = 10  # documents on a page
SECTIONS = 20  # on a page of an outline
WARNINGS = 12
LEFT_OUT = 8


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

    quiet = foot(generation, since, t, page_of(page, pages, t))
    plans = ((100, 80), (80, 60), (60, 40), (40, 25), (24, 12), (10, 8))
    return Page(tuple(first_fit(plans, blocks)), BLUE)


def _listed(summary: SourceSummary, t: Language, title: int, other: int) -> str:
    source = summary.source
    about = [one_line_markup(text, other) for text in (source.author, source.publisher) if text]
    if source.date:
        about.append(one_line_markup(say_edtf(source.date, t), other))
    named = f"**{title_of(source, t, title)}**" + (f" — {', '.join(about)}" if about else "")
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
    return Option(label_of(source.title, t, source.name), key(source.id), said)


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
            label_of(sources[(n - 1) * LISTED].source.title, t, ""),
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
    if address := address_of(source):
        more.append(Button(t("Open the original"), url=address))
    rows.append(Row(tuple(more)))

    def blocks(limits: tuple[int, int]) -> list[Block]:
        heading, other = limits
        head = [f"## {title_of(source, t, heading)}"]
        if page == 1:
            head += _about(summary, t, other)
        lines = [_outlined(entry, t, heading) for entry in shown]
        listed = "\n".join(lines) or t("It has no headings.")
        return ["\n".join(head), Rule.LINE, listed, Rule.LINE, quiet, *rows]

    quiet = foot(generation, since, t, page_of(page, pages, t))
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
    indent = "  " * min(max(len(entry.path) - 1, 0), DEEPEST)
    said = [t.pages(entry.page)] if entry.page else []
    if entry.paragraphs:
        said.append(t.n("{count} paragraph", "{count} paragraphs", entry.paragraphs))
    if entry.notes:
        said.append(t.n("{count} note", "{count} notes", entry.notes))
    name = escape(heading_of(entry, t, limit))
    return f"{indent}- {name}" + (f" · {' · '.join(said)}" if said else "")


def _section_option(entry: SectionEntry, t: Language) -> Option:
    said = [t.pages(entry.page)] if entry.page else []
    said.append(t.n("{count} paragraph", "{count} paragraphs", entry.paragraphs))
    if len(entry.path) > 1:
        said.append(" › ".join(entry.path[:-1]))
    return Option(
        heading_of(entry, t, OPTION),
        f"{entry.number}-{check(entry.path)}",
        shorten(" · ".join(said), OPTION),
    )


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
            f"## {title_of(summary.source, t, 100)}\n{counted}",
            Rule.LINE,
            "\n".join(lines) or t("It was read without a warning."),
            Rule.LINE,
            foot(generation, since, t, page_of(page, pages, t)),
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
            f"- **{seen_markup(one.name, t, name)}** "
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
            foot(generation, since, t, page_of(page, pages, t)),
            Row((*turning, back)),
        ]

    return Page(tuple(first_fit(((80, 300), (60, 200), (40, 120), (20, 60)), blocks)), GREY)
