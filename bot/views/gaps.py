"""What curators press: the list of questions that were not answered well, and what answers them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from discord import ui

from bot import limits, replies
from bot.gaps import Filter, GapGroup, chosen, grouped_in
from bot.languages import Language
from bot.layout import Page
from bot.limits import shorten
from bot.people import administered, by
from bot.presses import OldButtonError, Press, on
from bot.render import gap_files
from bot.render import gaps as pages
from bot.render.gaps import Shown, Spot
from bot.services import Reader, Services
from bot.shelves import Shelf
from bot.state.gaps import (
    GapAnswer,
    How,
    answer_gaps,
    count_questions,
    gap_lines,
    reopen_gaps,
)
from bot.visibility import Sight, public_sight
from index.archive import Archive
from index.errors import EmptyQueryError
from index.messages import say
from index.model import Citation, SourceInfo

_PASSAGE = "passage"  # id of the form's input
_LONGEST = 200  # characters of what names a passage
_FILES = {"csv": "gaps.csv", "jsonl": "gaps.jsonl"}
_FOUND = pages.SHOWN  # passages that are offered


async def list_page(services: Services, reader: Reader, guild: int, at: Spot) -> Page:
    """The list as it is now. Raises IndexMissingError: it is grouped by the documents' words."""
    groups = await _groups(services, reader, guild, at.which)
    counted = await count_questions(services.state, guild)
    texts = services.state.server(guild).questions
    return pages.gaps_page(groups.found, at, counted, texts, reader.language)


@dataclass(frozen=True, slots=True)
class _Groups:
    found: tuple[GapGroup, ...]
    shelf: Shelf


async def _groups(services: Services, reader: Reader, guild: int, which: Filter) -> _Groups:
    lines = chosen(await gap_lines(services.state, guild), which)
    shelf = await services.library.shelf(reader.private)
    found = await services.library.run(shelf, lambda archive: grouped_in(archive, lines))
    return _Groups(found, shelf)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A group that a button names, with all that a press needs."""

    press: Press
    guild: int
    at: Spot
    group: GapGroup | None  # None when it is gone
    shelf: Shelf


async def _open(press: Press) -> _Opened:
    """Acknowledge the press, and find the group that it names. Raises NotAllowedError before."""
    guild = administered(press.services, press.interaction)
    await press.turn("")
    return await _find(press, guild)


async def _find(press: Press, guild: int) -> _Opened:
    """The group whose id is the first argument, wherever it is grouped now."""
    at = Spot.read(press.id.argument(1), press.id.argument(2))
    lines = await gap_lines(press.services.state, guild)
    shelf = await press.services.library.shelf(press.reader.private)
    wanted = press.id.argument(0)
    own = next((line for line in lines if line.id == wanted), None)
    if own is None:
        return _Opened(press, guild, at, None, shelf)
    which: Filter = "closed" if own.answer is not None else at.which
    if own.answer is None and which == "closed":
        which = "open"
    among = chosen(lines, which)
    if own not in among:
        among = chosen(lines, "open")
    groups = await press.services.library.run(shelf, lambda archive: grouped_in(archive, among))
    group = next(one for one in groups if own in one.lines)
    return _Opened(press, guild, at, group, shelf)


# ---------------------------------------------------------------- looking


@on("gaps")
async def list_gaps(press: Press) -> None:
    """Show the list: another page of it, or what another filter lets through."""
    guild = administered(press.services, press.interaction)
    at = Spot.read(press.id.argument(0), press.id.argument(1))
    await press.turn("")
    await press.show(await list_page(press.services, press.reader, guild, at))


@on("gap")
async def open_gap(press: Press) -> None:
    """Show one group of questions."""
    await _show_group(await _open(press))


async def _show_group(opened: _Opened, note: str = "") -> None:
    """Show it as it is, with a sentence of ours about what was just done."""
    press = opened.press
    t = press.reader.language
    if opened.group is None:
        await press.show(pages.gone_page(opened.at, t))
        return
    group = opened.group
    found = await press.services.library.run(opened.shelf, lambda archive: _shown(archive, group))
    await press.show(pages.gap_page(group, found, opened.at, t, note))


def _shown(archive: Archive, group: GapGroup) -> Shown:
    answer = group.answer
    named = archive.passages_of([answer.passage]) if answer and answer.passage else ()
    document = next(
        (one.source for one in archive.sources() if answer and one.source.id == answer.document),
        None,
    )
    passages = archive.passages_of(group.passages[: pages.SHOWN])
    return Shown(passages, named[0] if named else None, document)


@on("gaps_file")
async def send_file(press: Press) -> None:
    """Give what is listed as a file, in a message of its own."""
    guild = administered(press.services, press.interaction)
    form, at = press.id.argument(0), Spot.read(press.id.argument(1), "1")
    if form not in _FILES:
        raise OldButtonError(say("There is no such file."))
    await press.wait()
    groups = await _groups(press.services, press.reader, guild, at.which)
    write = gap_files.spreadsheet if form == "csv" else gap_files.questions

    def make(archive: Archive) -> bytes:
        return write(groups.found, _citations(archive, groups.found))

    content = await press.services.library.run(groups.shelf, make)
    count = sum(len(group.questions) for group in groups.found)
    await press.show(pages.files_page(_FILES[form], content, count, press.reader.language))


def _citations(archive: Archive, groups: Iterable[GapGroup]) -> dict[str, Citation]:
    ids: dict[str, None] = {}
    for group in groups:
        ids |= dict.fromkeys(group.passages)
        if group.answer is not None and group.answer.passage:
            ids[group.answer.passage] = None
    return {one.passage.id: one for one in archive.passages_of(ids)}


# ---------------------------------------------------------------- answering by a passage


@on("gap_passage")
async def ask_for_passage(press: Press) -> None:
    """Open a form; what is sent in arrives as a press of ``gap_named``."""
    administered(press.services, press.interaction)
    sent_as = press.id.arguments
    form = passage_form(f"v1:gap_named:{':'.join(sent_as[:3])}", press.reader.language)
    await replies.ask(press.interaction, form)


def passage_form(custom_id: str, t: Language) -> ui.Modal:
    """The form in which a curator names a passage."""
    form = ui.Modal(title=shorten(t("Name a passage"), limits.MODAL_TITLE), custom_id=custom_id)
    text: ui.TextInput[Any] = ui.TextInput(custom_id=_PASSAGE, max_length=_LONGEST, min_length=1)
    form.add_item(
        ui.Label(
            text=shorten(t("The passage that answers"), limits.INPUT_LABEL),
            description=shorten(
                t("Its id, which Context and Cite show, or words to find it by."),
                limits.INPUT_DESCRIPTION,
            ),
            component=text,
        )
    )
    return form


@on("gap_named")
async def look_for_passage(press: Press) -> None:
    """Show the passage that was named, or those found by what was written, to choose from."""
    opened = await _open(press)
    t, group = press.reader.language, opened.group
    if group is None:
        await press.show(pages.gone_page(opened.at, t))
        return
    said = press.fields.get(_PASSAGE, "").strip()[:_LONGEST]
    today = press.services.library.today()

    def look(archive: Archive) -> tuple[bool, Sequence[Citation]]:
        if named := _named(archive, said):
            return True, named
        try:
            return False, archive.answer(said, today=today, k=_FOUND).passages
        except EmptyQueryError:
            return False, ()

    named, found = await press.services.library.run(opened.shelf, look)
    if named:
        await _confirm(opened, group, found[0])
        return
    generation = opened.shelf.archive.generation
    await press.show(pages.candidates_page(group, found, opened.at, generation, t))


def _named(archive: Archive, said: str) -> tuple[Citation, ...]:
    """The passage whose id stands in what was written: an id, or what was copied with it."""
    words = "".join(char if char.isalnum() else " " for char in said.lower()).split()
    there = archive.snapshot.positions
    return archive.passages_of([word for word in words if word in there][:1])


@on("gap_take")
async def take_passage(press: Press) -> None:
    """Ask once whether the passage that was chosen answers."""
    opened = await _open(press)
    t, group = press.reader.language, opened.group
    wanted = press.id.argument(3)
    found = await press.services.library.run(
        opened.shelf, lambda archive: archive.passages_of([wanted])
    )
    if group is None or not found:
        await press.show(pages.gone_page(opened.at, t))
        return
    await _confirm(opened, group, found[0])


async def _confirm(opened: _Opened, group: GapGroup, citation: Citation) -> None:
    everybody = everybodys_sight(opened.press.services, opened.guild)
    page = pages.confirm_page(
        group,
        citation,
        opened.at,
        citation.source.collection not in everybody,
        opened.shelf.archive.generation,
        opened.press.reader.language,
    )
    await opened.press.show(page)


def everybodys_sight(services: Services, guild: int) -> Sight:
    """What all members of a server may see, in whatever channel and with whatever roles."""
    return public_sight(services.state, guild, None)


@on("gap_answer")
async def answer_by_passage(press: Press) -> None:
    """Keep the passage as the answer; who wished it is told."""
    await _answer(press, "passage", passage=press.id.argument(3))


# ---------------------------------------------------------------- answering otherwise


@on("gap_document")
async def ask_for_document(press: Press) -> None:
    """Show a menu of documents: those that were added last come first."""
    opened = await _open(press)
    t, group = press.reader.language, opened.group
    if group is None:
        await press.show(pages.gone_page(opened.at, t))
        return
    sources = [summary.source for summary in opened.shelf.sources]
    page = pages.documents_page(group, _own_last(sources), opened.at, t)
    await press.show(page)


def _own_last(sources: Sequence[SourceInfo]) -> list[SourceInfo]:
    """Documents with the server's own at the end, else in their order."""
    return sorted(sources, key=lambda source: source.collection.startswith("server/"))


@on("gap_added")
async def answer_by_document(press: Press) -> None:
    """Keep the document as what answers; who wished it is told."""
    await _answer(press, "document", document=press.values[0] if press.values else "")


@on("gap_close")
async def close_gap(press: Press) -> None:
    """Keep that nothing more is done about it; nobody is told."""
    await _answer(press, "closed")


@on("gap_reopen")
async def reopen_gap(press: Press) -> None:
    """Take back what was done about it."""
    opened = await _open(press)
    t = press.reader.language
    if opened.group is None:
        await press.show(pages.gone_page(opened.at, t))
        return
    ids = [line.id for line in opened.group.lines]
    changed = await reopen_gaps(press.services.state, ids, by(press.interaction))
    note = t("Open again.") if changed else t("It was open already.")
    await _show_group(await _find(press, opened.guild), note)


async def _answer(press: Press, how: How, *, passage: str = "", document: str = "") -> None:
    opened = await _open(press)
    t, group = press.reader.language, opened.group
    if group is None or not await _is_there(opened, passage, document):
        await press.show(pages.gone_page(opened.at, t))
        return
    answer = GapAnswer(how, passage=passage, document=document, gap=group.id)
    ids = [line.id for line in group.lines]
    acts = by(press.interaction)
    changed, wishes = await answer_gaps(press.services.state, ids, answer, acts)
    if wishes and (telling := getattr(press.interaction.client, "telling", None)) is not None:
        telling.wake()
    if not changed:
        note = t("Somebody else was faster: it was answered or closed already.")
    elif wishes:
        note = t.n(
            "Kept. {count} person is being told.", "Kept. {count} people are being told.", wishes
        )
    else:
        note = t("Kept.")
    await _show_group(await _find(press, opened.guild), note)


async def _is_there(opened: _Opened, passage: str, document: str) -> bool:
    """Whether the curator may see what they named, and it still stands there."""

    def look(archive: Archive) -> bool:
        return bool(archive.passages_of([passage]))

    if passage:
        return await opened.press.services.library.run(opened.shelf, look)
    sources = opened.shelf.sources
    return not document or any(one.source.id == document for one in sources)
