"""Presses on previews and on a server's own documents. Each checks again who presses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot import limits, presses, previewing, replies
from bot.attachments import Offer, offers_of
from bot.ids import PressId, press_id
from bot.languages import Language
from bot.layout import Button, Page
from bot.limits import shorten
from bot.people import administered, by
from bot.presses import OldButtonError, Press
from bot.render import uploads as pages
from bot.replies import Interaction
from bot.rules import AlreadyDoneError
from bot.services import Reader, Services
from bot.state import Upload
from bot.uploads import (
    LONGEST,
    GoneUploadError,
    Uploads,
    held,
    index,
    quota_of,
    read_details,
    searchable,
    uploads_of,
)
from bot.views.builds import check_quota, scope
from bot.waiting import Batch, Details
from index.errors import ArchivistError, InputError
from index.messages import say

log = logging.getLogger(__name__)

EVERY = 3.0  # seconds between two messages about progress
_FILES = "files"  # id of the form's field
_LANGUAGE = 20  # characters of a language code


# ---------------------------------------------------------------- adding


@presses.on("up_added")
async def take_files(press: Press) -> None:
    """Read the files of the form, and show what was found in them."""
    guild = administered(press.services, press.interaction)
    offers = offers_of(press.interaction.data)
    await press.wait()
    await show_preview(press.interaction, press.services, press.reader, guild, offers)


def files_form(t: Language) -> ui.Modal:
    """The form that takes up to ten files."""
    form = ui.Modal(
        title=shorten(t("Add documents"), limits.MODAL_TITLE), custom_id=str(press_id("up_added"))
    )
    field: ui.FileUpload[Any] = ui.FileUpload(
        custom_id=_FILES, min_values=1, max_values=previewing.MOST
    )
    form.add_item(
        ui.Label(
            text=shorten(t("Files"), limits.INPUT_LABEL),
            description=shorten(
                t("PDF, DOCX, EPUB, HTML, Markdown, plain text, CSV or JSON."),
                limits.INPUT_DESCRIPTION,
            ),
            component=field,
        )
    )
    return form


async def show_preview(
    interaction: Interaction,
    services: Services,
    reader: Reader,
    guild: int,
    offers: Sequence[Offer],
    replaces: Upload | None = None,
) -> None:
    """Fetch and read files, and show their preview where the waiting message is."""
    told: list[tuple[int, int, str]] = []
    work = asyncio.create_task(
        previewing.preview(
            uploads_of(services),
            guild,
            offers,
            replaces=replaces,
            tell=lambda *now: told.append(now),
        )
    )
    try:
        while not (await asyncio.wait({work}, timeout=EVERY))[0]:
            if told:
                page = pages.reading_page(*told[-1], reader.language)
                told.clear()
                await _try_to_show(interaction, page, reader)
        batch = work.result()
    finally:
        work.cancel()
    log.info("interaction %s: %d files read", interaction.id, len(batch.candidates))
    page = await _page_of(services, batch, reader.language, replaces)
    await replies.show(interaction, page, plain=reader.plain)


async def _try_to_show(interaction: Interaction, page: Page, reader: Reader) -> None:
    """Show how far it is; what can't be shown now is left to the last message."""
    try:
        await replies.show(interaction, page, plain=reader.plain)
    except (discord.HTTPException, *replies.UNSURE) as error:
        log.info("interaction %s: progress not shown: %s", interaction.id, type(error).__name__)


async def _page_of(
    services: Services,
    batch: Batch,
    t: Language,
    replaces: Upload | None,
    number: int | None = None,
) -> Page:
    """All files of a preview, or one of them where it is alone or chosen."""
    if number is None and len(batch.candidates) > 1:
        return pages.batch_page(batch, t)
    summary = (
        None if replaces is None else (await held(services, replaces.guild)).get(replaces.sha256)
    )
    return pages.preview_page(batch, t, number or 0, old=replaces, old_summary=summary)


@presses.on("up_look")
async def look(press: Press) -> None:
    """All files of a preview, or the one that was chosen. Id: batch, number or ``all``."""
    guild, uploads, batch = await _batch(press)
    said = press.values[0] if press.values else press.id.argument(1)
    number = None if said == pages.ALL else _position(batch, said)
    replaces = await _replaced(uploads, guild, batch)
    await press.turn("")
    await press.show(await _page_of(press.services, batch, press.reader.language, replaces, number))


@presses.on("up_edit")
async def edit(press: Press) -> None:
    """Open the form of a waiting file's details. Id: batch, number."""
    _, _, batch = await _batch(press)
    one = batch.candidates[_position(batch, press.id.argument(1))]
    if not one.waits or one.facts is None:
        raise AlreadyDoneError(say("This file doesn't wait to be saved any more."))
    found, given = one.facts.found, one.details
    shown = Details(
        one.title,
        given.author or found.author,
        given.date or found.date,
        given.rights or found.rights,
        given.language or found.language,
    )
    sent_as = press_id("up_edited", *press.id.arguments)
    await replies.ask(press.interaction, details_form(sent_as, shown, press.reader.language))


@presses.on("up_edited")
async def keep_details(press: Press) -> None:
    """Keep the details of a waiting file, and show it again. Id: batch, number."""
    guild, uploads, batch = await _batch(press)
    number = _position(batch, press.id.argument(1))
    facts = batch.candidates[number].facts
    details = read_details(press.fields, press.services.library.today())
    if facts is not None:  # what stays as it was found is left to the document itself
        details = Details(
            details.title,
            *(
                "" if said == found else said
                for said, found in (
                    (details.author, facts.found.author),
                    (details.date, facts.found.date),
                    (details.rights, facts.found.rights),
                    (details.language, facts.found.language),
                )
            ),
        )
    await press.turn("")
    batch = await uploads.describe_waiting(guild, batch.id, number, details)
    replaces = await _replaced(uploads, guild, batch)
    await press.show(await _page_of(press.services, batch, press.reader.language, replaces, number))


@presses.on("up_drop")
async def drop(press: Press) -> None:
    """Give up a waiting file, or all. Id: batch, number or ``all``."""
    guild, uploads, batch = await _batch(press)
    said = press.id.argument(1)
    every = said == pages.ALL
    wanted = range(len(batch.candidates)) if every else [_position(batch, said)]
    await press.turn("")
    batch = await uploads.drop(guild, batch.id, wanted)
    if len(batch.candidates) > 1 and any(one.waits for one in batch.candidates):
        await press.show(pages.batch_page(batch, press.reader.language))
    else:
        await press.show(pages.dropped_page(press.reader.language))


@presses.on("up_save")
async def save(press: Press) -> None:
    """Keep a waiting file, or all, and index them. Id: batch, number or ``all``."""
    guild, uploads, batch = await _batch(press)
    said = press.id.argument(1)
    every = said == pages.ALL
    wanted = list(range(len(batch.candidates))) if every else [_position(batch, said)]
    if not any(batch.candidates[n].waits for n in wanted):
        raise AlreadyDoneError(say("It doesn't wait to be saved any more."))
    await press.turn("")
    saved = await uploads.save(guild, batch.id, wanted, by(press.interaction))
    if not saved.kept and saved.failed:
        raise saved.failed[0][1]
    if not saved.kept:
        raise AlreadyDoneError(say("It was saved already."))
    log.info("interaction %s: %d documents saved", press.interaction.id, len(saved.kept))
    t = press.reader.language
    buttons = [pages.show_button(saved.kept[0], t)] if len(saved.kept) == 1 else []
    if any(one.waits for one in saved.batch.candidates):
        buttons.append(Button(t("All files"), press_id("up_look", batch.id, pages.ALL)))
    buttons.append(Button(t("All documents"), press_id("doc_list", 1)))
    head = t.n("Saved.", "{count} documents are saved.", len(saved.kept))
    await _index_and_show(press, guild, head, saved.kept, buttons, saved.failed)


# ---------------------------------------------------------------- documents that are there


@presses.on("doc_list")
async def list_documents(press: Press) -> None:
    """Page P of the server's documents. Id: P."""
    guild = administered(press.services, press.interaction)
    await press.turn("")
    page = await list_of(press.services, guild, press.reader.language, _number(press.id, 0))
    await press.show(page)


async def list_of(services: Services, guild: int, t: Language, page: int = 1) -> Page:
    """A page of the list of a server's documents."""
    state = services.state
    live = await state.uploads(guild)
    return pages.list_page(
        live,
        await held(services, guild),
        await state.usage(guild),
        quota_of(services.settings),
        t,
        page=page,
        removed=len(await state.uploads(guild, removed=True)),
    )


@presses.on("doc_gone")
async def list_removed(press: Press) -> None:
    """Page P of the documents that can be brought back. Id: P."""
    guild = administered(press.services, press.interaction)
    await press.turn("")
    await press.show(await _gone(press, guild, _number(press.id, 0)))


async def _gone(press: Press, guild: int, page: int = 1) -> Page:
    removed = await press.services.state.uploads(guild, removed=True)
    return pages.gone_page(removed, press.reader.language, page=page)


@presses.on("doc_open")
async def open_document(press: Press) -> None:
    """The document chosen in the list."""
    await _show(press, press.values[0] if press.values else "")


@presses.on("doc_show")
async def show_document(press: Press) -> None:
    """A document. Id: its number."""
    await _show(press, press.id.argument(0))


async def _show(press: Press, number: str) -> None:
    guild = administered(press.services, press.interaction)
    upload = await uploads_of(press.services).by_id(guild, number)
    await press.turn("")
    await press.show(await page_of(press.services, upload, press.reader.language))


async def page_of(services: Services, upload: Upload, t: Language) -> Page:
    """What is known of a document."""
    return pages.show_page(upload, (await held(services, upload.guild)).get(upload.sha256), t)


@presses.on("doc_file")
async def send_file(press: Press) -> None:
    """The file as it was added, in a private message of its own. Id: the document's number."""
    guild = administered(press.services, press.interaction)
    uploads = uploads_of(press.services)
    upload = await uploads.by_id(guild, press.id.argument(0))
    if upload.size > press.interaction.filesize_limit:
        raise InputError(
            say("The file is too large to be sent here."),
            hint=say("Ask whoever runs this bot for it."),
        )
    await press.wait()
    content = await uploads.read(upload)
    await press.show(pages.file_page(upload, content, press.reader.language))


@presses.on("doc_edit")
async def edit_document(press: Press) -> None:
    """Open the form of a document's details. Id: its number."""
    guild = administered(press.services, press.interaction)
    upload = await uploads_of(press.services).by_id(guild, press.id.argument(0))
    await replies.ask(press.interaction, form_of(upload, press.reader.language))


def form_of(upload: Upload, t: Language) -> ui.Modal:
    """The form of a document's details, filled in as they are."""
    details = Details(upload.title, upload.author, upload.date, upload.rights, upload.language)
    return details_form(press_id("doc_edited", upload.id), details, t)


@presses.on("doc_edited")
async def change_document(press: Press) -> None:
    """Keep a document's details, and index it anew. Id: its number."""
    guild = administered(press.services, press.interaction)
    details = read_details(press.fields, press.services.library.today())
    await (press.turn("") if press.interaction.message is not None else press.wait())
    uploads = uploads_of(press.services)
    old = await uploads.by_id(guild, press.id.argument(0))
    await describe(press.interaction, press.services, press.reader, old, details)


async def describe(
    interaction: Interaction, services: Services, reader: Reader, old: Upload, details: Details
) -> None:
    """Keep what is said of a document, index it anew, and show what came of it."""
    t = reader.language
    given = Details(old.title, old.author, old.date, old.rights, old.language)
    if details == given or details == Details("", *_rest(given)):
        await _reply(interaction, await page_of(services, old, t), reader)
        return
    action = "document.rename" if _rest(details) == _rest(given) else "document.describe"
    changed = await uploads_of(services).describe(old, details, by(interaction), action)
    await _index(
        *(interaction, services, reader, old.guild, t("Changed."), [changed]),
        buttons=[pages.show_button(changed, t)],
    )


def _rest(details: Details) -> tuple[str, ...]:
    return details.author, details.date, details.rights, details.language


@presses.on("doc_remove")
async def ask_removal(press: Press) -> None:
    """Ask whether a document is to be removed. Id: its number."""
    guild = administered(press.services, press.interaction)
    upload = await uploads_of(press.services).by_id(guild, press.id.argument(0))
    await press.turn("")
    await press.show(pages.remove_page(upload, press.reader.language))


@presses.on("doc_removed")
async def remove(press: Press) -> None:
    """Remove a document, which can be brought back for a day. Id: its number."""
    guild = administered(press.services, press.interaction)
    uploads = uploads_of(press.services)
    await press.turn("")
    upload = await uploads.by_id(guild, press.id.argument(0))
    upload = await uploads.remove(upload, by(press.interaction))
    log.info("interaction %s: a document removed", press.interaction.id)
    t = press.reader.language
    note = t("Being indexed… Questions are answered all the while.")
    await press.show(pages.removed_page(upload, t, note=note))
    try:
        done = await index(press.services, guild, press.reader.id, _ends(press.interaction))
    except ArchivistError as error:
        note = t("It is found until the index is made anew: {reason}", reason=t.say(error.message))
    else:
        note = t("Nobody finds it any more.") if done else t("It is gone in a moment.")
    await press.show(pages.removed_page(upload, t, note=note))


@presses.on("doc_restore")
async def restore(press: Press) -> None:
    """Bring a removed document back. Id: its number, or a menu's value."""
    guild = administered(press.services, press.interaction)
    number = press.values[0] if press.values else press.id.argument(0)
    uploads = uploads_of(press.services)
    await press.turn("")
    try:
        upload = await uploads.by_id(guild, number, removed=True)
    except GoneUploadError:
        await uploads.by_id(guild, number)  # raises where it is gone for good
        raise AlreadyDoneError(say("This document was brought back already.")) from None
    upload = await uploads.restore(upload, by(press.interaction))
    t = press.reader.language
    buttons = [pages.show_button(upload, t), Button(t("All documents"), press_id("doc_list", 1))]
    await _index_and_show(press, guild, t("It is back."), [upload], buttons)


# ---------------------------------------------------------------- forms


def details_form(sent_as: PressId, details: Details, t: Language) -> ui.Modal:
    """The form in which an administrator says what a document is."""
    form = ui.Modal(title=shorten(t("Details"), limits.MODAL_TITLE), custom_id=str(sent_as))
    fields = (
        ("title", t("Title"), "", details.title, LONGEST),
        ("author", t("Author"), "", details.author, LONGEST),
        (
            "date",
            t("Date"),
            t("As exactly as it is known: 7 September 2022, March 2021, 2021."),
            details.date,
            100,
        ),
        (
            "rights",
            t("Rights"),
            t("Who may use it and how, as shown with it."),
            details.rights,
            LONGEST,
        ),
        (
            "language",
            t("Language"),
            t("A code like en, de or pt-BR; empty: as the text is."),
            details.language,
            _LANGUAGE,
        ),
    )
    for name, label, description, value, longest in fields:
        field: ui.TextInput[Any] = ui.TextInput(
            custom_id=name, required=False, default=value[:longest] or None, max_length=longest
        )
        form.add_item(
            ui.Label(
                text=shorten(label, limits.INPUT_LABEL),
                description=shorten(description, limits.INPUT_DESCRIPTION) or None,
                component=field,
            )
        )
    return form


# ---------------------------------------------------------------- indexing


def _ends(interaction: Interaction) -> float:
    """When the reply can't be edited any longer, of the clock that never goes back."""
    return replies.arrived(interaction) + replies.TOKEN_LIFE


async def _index_and_show(
    press: Press,
    guild: int,
    head: str,
    uploads: Sequence[Upload],
    buttons: Sequence[Button],
    failed: Sequence[tuple[str, InputError]] = (),
) -> None:
    await _index(
        *(press.interaction, press.services, press.reader, guild, head, uploads),
        buttons=buttons,
        failed=failed,
    )


async def _index(
    interaction: Interaction,
    services: Services,
    reader: Reader,
    guild: int,
    head: str,
    uploads: Sequence[Upload],
    *,
    buttons: Sequence[Button],
    failed: Sequence[tuple[str, InputError]] = (),
) -> None:
    """Index a server's documents anew, and show what came of those that were changed."""
    t = reader.language
    made: dict[str, Any] = {"buttons": buttons, "failed": failed}
    await _reply(interaction, pages.changed_page(head, uploads, t, **made), reader)
    try:
        await check_quota(services, guild, scope(services, interaction))
        report = await index(services, guild, reader.id, _ends(interaction))
    except ArchivistError as error:
        page = pages.changed_page(head, uploads, t, failure=t.say(error.message), **made)
    else:
        found = await held(services, guild)
        results = {one.id: searchable(one, found, report) for one in uploads}
        page = pages.changed_page(head, uploads, t, results=results, **made)
    await _reply(interaction, page, reader)


async def _reply(interaction: Interaction, page: Page, reader: Reader) -> None:
    """Put this page where the reply is; a message that is changed keeps its form."""
    plain = reader.plain
    if replies.updating(interaction) and interaction.message is not None:
        plain = not interaction.message.flags.components_v2
    await replies.show(interaction, page, plain=plain)


# ---------------------------------------------------------------- ids


async def _batch(press: Press) -> tuple[int, Uploads, Batch]:
    """The server, its documents, and the preview of this press. Raises GonePreviewError."""
    guild = administered(press.services, press.interaction)
    uploads = uploads_of(press.services)
    return guild, uploads, await uploads.batch(guild, press.id.argument(0))


async def _replaced(uploads: Uploads, guild: int, batch: Batch) -> Upload | None:
    if batch.replaces is None:
        return None
    return await uploads.by_id(guild, str(batch.replaces))


def _position(batch: Batch, said: str) -> int:
    """A place in a preview. Raises OldButtonError for what is none."""
    if said.isascii() and said.isdigit() and len(said) < 3 and int(said) < len(batch.candidates):
        return int(said)
    raise OldButtonError(say("This button is of an earlier version of the bot."))


def _number(pressed: PressId, position: int) -> int:
    said = pressed.argument(position)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 1
