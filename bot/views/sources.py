"""Presses on documents, outlines, sections and notes.

Each opens for whoever presses: in place where the message is theirs alone, else in a private one.
What a press needs is read anew from the generation that answers now: see `bot.documents.key` and
`bot.reading.check` for how a document and a section are found again after a change.
"""

from __future__ import annotations

from bot import documents, presses, reading
from bot.people import administers, at_home
from bot.presses import OldButtonError, Press
from bot.render import sections
from bot.render import sources as pages
from bot.replies import Interaction
from bot.rules import NotAllowedError
from bot.services import Services
from bot.shelves import Shelf
from index.collections import is_owners, server_collection
from index.errors import InputError
from index.messages import say
from index.model import Skipped, SourceSummary


@presses.on("sources")
async def list_documents(press: Press) -> None:
    """Page P of the documents, or the page chosen in a menu. Id: P, generation."""
    shelf = await press.shelf()
    told = left_out(press.services, press.interaction, shelf) if press.private else []
    page = pages.sources_page(
        shelf.sources,
        shelf.archive.generation,
        press.reader.language,
        page=_number(press.values[0] if press.values else press.id.argument(0)),
        left_out=len(told),
        since=_since(press, 1),
    )
    await press.turn("")
    await press.show(page)


@presses.on("source")
async def open_document(press: Press) -> None:
    """The document chosen in the list. Id: generation."""
    await _show_outline(press, press.values[0] if press.values else "", 1, _since(press, 0))


@presses.on("outline")
async def turn_outline(press: Press) -> None:
    """Page P of a document's outline. Id: document, P, generation."""
    page = _number(press.id.argument(1))
    await _show_outline(press, press.id.argument(0), page, _since(press, 2))


async def _show_outline(press: Press, wanted: str, page: int, since: int | None) -> None:
    library = press.services.library
    shelf, summary = await _document(press, wanted)
    await press.turn("")
    outline = await library.run(shelf, lambda archive: archive.outline(summary.source.id))
    await press.show(pages.outline_page(outline, press.reader.language, page=page, since=since))


@presses.on("section")
async def open_section(press: Press) -> None:
    """Page P of a section. Id: document, number, check, P, generation; a menu's value: number-check."""
    number, told, part = press.id.arguments[1:4] if len(press.id.arguments) > 3 else ("", "", "")
    if press.values:
        number, _, told = press.values[0].partition("-")
        part = "1"
    shelf, summary = await _document(press, press.id.argument(0))
    await press.turn("")
    leaf = await press.services.library.run(
        shelf,
        lambda archive: reading.read_section(
            archive, summary.source.id, _number(number, least=0), told, _number(part)
        ),
    )
    await press.show(sections.section_page(leaf, press.reader.language, since=_since(press, 4)))


@presses.on("sectionfile")
async def send_section(press: Press) -> None:
    """A section as a text file, in a private message of its own. Id: document, number, check."""
    shelf, summary = await _document(press, press.id.argument(0))
    await press.wait()
    number, told = _number(press.id.argument(1), least=0), press.id.argument(2)
    title, text = await press.services.library.run(
        shelf, lambda archive: reading.section_file(archive, summary.source.id, number, told)
    )
    if len(text.encode(errors="replace")) > press.interaction.filesize_limit:
        raise InputError(
            say("This section is too long for a file here."), hint=say("Read it page by page.")
        )
    await press.show(sections.section_file_page(title, text, press.reader.language))


@presses.on("notes")
async def list_notes(press: Press) -> None:
    """Page P of a document's notes. Id: document, P, generation."""
    shelf, summary = await _document(press, press.id.argument(0))
    await press.turn("")
    page = _number(press.id.argument(1))
    notes = await press.services.library.run(
        shelf, lambda archive: reading.list_notes(archive, summary.source.id, page)
    )
    await press.show(sections.notes_page(notes, press.reader.language, since=_since(press, 2)))


@presses.on("note")
async def open_note(press: Press) -> None:
    """Page P of a note, or the note chosen in a menu. Id: document, number, P, generation."""
    shelf, summary = await _document(press, press.id.argument(0))
    number = _number(press.values[0] if press.values else press.id.argument(1))
    part = 1 if press.values else _number(press.id.argument(2))
    await press.turn("")
    leaf = await press.services.library.run(
        shelf, lambda archive: reading.read_note(archive, summary.source.id, number, part)
    )
    await press.show(sections.note_page(leaf, press.reader.language, since=_since(press, 3)))


@presses.on("warnings")
async def list_warnings(press: Press) -> None:
    """Page P of the warnings of a document. Id: document, P, generation."""
    shelf, summary = await _document(press, press.id.argument(0))
    page = pages.warnings_page(
        summary,
        shelf.archive.generation,
        press.reader.language,
        page=_number(press.id.argument(1)),
        since=_since(press, 2),
    )
    await press.turn("")
    await press.show(page)


@presses.on("leftout")
async def list_left_out(press: Press) -> None:
    """Page P of the files that were left out, for administrators. Id: P, generation."""
    if not may_be_told(press.services, press.interaction):
        raise NotAllowedError(say("Only administrators see which files were left out."))
    shelf = await press.shelf()
    page = pages.left_out_page(
        left_out(press.services, press.interaction, shelf),
        shelf.archive.generation,
        press.reader.language,
        page=_number(press.id.argument(0)),
        since=_since(press, 1),
    )
    await press.turn("")
    await press.show(page)


def left_out(services: Services, interaction: Interaction, shelf: Shelf) -> list[Skipped]:
    """The files that look like documents and are none, of those collections that are theirs to keep."""
    own = server_collection(interaction.guild_id or 0) if administers(services, interaction) else ""
    home = at_home(services, interaction)
    return [
        one
        for one in shelf.left_out
        if not one.ignored and (home if is_owners(one.collection) else one.collection == own)
    ]


def may_be_told(services: Services, interaction: Interaction) -> bool:
    """Whether any collection is theirs to keep."""
    return at_home(services, interaction) or administers(services, interaction)


async def _document(press: Press, wanted: str) -> tuple[Shelf, SourceSummary]:
    """What answers now, and the document that a key stands for. Raises GoneDocumentError."""
    shelf = await press.shelf()
    return shelf, documents.by_key(shelf.sources, wanted)


def _since(press: Press, position: int) -> int | None:
    """The generation of the message, as its id says."""
    said = press.id.argument(position)
    return int(said) if said.isdecimal() else None


def _number(said: str, *, least: int = 1) -> int:
    """A number of an id. Raises OldButtonError for what is none."""
    if not said.isdecimal() or not said.isascii():
        raise OldButtonError(say("This button is of an earlier version of the bot."))
    return max(least, int(said))
