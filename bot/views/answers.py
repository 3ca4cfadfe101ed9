"""What the buttons and the menu of an answer do: see `bot.render.answers`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import discord

from bot import asking, permissions, replies
from bot.asked import components_of
from bot.asking import Ready
from bot.ids import read_id
from bot.layout import Page
from bot.limits import THREAD_NAME, shorten
from bot.markup import readable
from bot.presses import Press, on
from bot.render.answers import Frame, answer_page, more_page
from bot.render.citing import citations_page, notes_page
from bot.render.passages import Opened, context_page, read_window, thread_page
from bot.render.timelines import Showing, timeline_page
from bot.render.why import why_page
from bot.rules import NotAllowedError
from bot.views.timelines import find as find_timeline
from index.archive import Archive
from index.citing.reference import make_reference
from index.errors import GonePassageError, InputError
from index.messages import both, say
from index.model import Context

_NUMBER = re.compile(r"\[(\d{1,3})\]")
_THREAD_EXISTS = 160004  # Discord's code for a message that has one already
_MENTION = re.compile(r"<[@#:/a-z][^<>\s]{0,80}>|@(?=everyone|here)")
_MARKS = re.compile(r"[*_~|`>#\\\[\]]")


class NoThreadError(InputError):
    hint = ""


# ---------------------------------------------------------------- what stands around a passage


@on("context")
async def open_context(press: Press) -> None:
    """Show what stands around a passage: beside the answer, then in place as it is read on."""
    passage_id, generation, window = (press.id.argument(n) for n in range(3))
    shown = read_window(window)
    shelf = await press.shelf()
    if window and press.private:
        await press.turn(str(press.reader.id))
    else:
        await press.wait()

    def look(archive: Archive) -> tuple[Context, str | None]:
        before, after = shown.wanted
        context = archive.context(passage_id, before=before, after=after)
        return context, _link(archive, context)

    context, link = await press.services.library.run(shelf, look)
    anew = _is_anew(generation, context.generation)
    opened = Opened(press.reader.id, shown, link, anew)
    await press.show(context_page(context, press.reader.language, opened))


def _link(archive: Archive, context: Context) -> str | None:
    """The address that opens the document at the passage, where its owner gave one."""
    citation = context.citation
    if not citation.source.url:
        return None
    document = archive.document(citation.source.id)
    return make_reference(document, citation.passage).link or None


# ---------------------------------------------------------------- more of the same answer


@on("more")
async def show_more(press: Press) -> None:
    """Show three more passages: in place where only the presser sees them, else in a private copy."""
    first = press.id.argument(0)
    ready = await asking.again(press.services, press.reader, press.asked(), private=press.private)
    await press.turn("")
    found = await asking.find(press.services, ready)
    frame = _frame(press, ready, 2, private=True)
    number = int(first) if first.isdecimal() and len(first) < 4 else 1
    await press.show(more_page(found, frame, press.reader.language, number))


@on("events")
async def show_events(press: Press) -> None:
    """Show, privately, all events that belong to the question."""
    ready = await asking.again(press.services, press.reader, press.asked(), private=press.private)
    await press.wait()
    timeline = await find_timeline(press.services.library, ready.shelf, ready.asked)
    anew = _is_anew(press.id.argument(1), timeline.generation)
    feedback = press.reader.server.feedback
    showing = Showing(ready.asked, press.reader.id, private=True, anew=anew, feedback=feedback)
    await press.show(timeline_page(timeline, press.reader.language, showing))


@on("share")
async def share(press: Press) -> None:
    """Ask again for all who can read here, and post the answer with the name of who shares it."""
    ready = await asking.again(press.services, press.reader, press.asked(), private=False)
    with press.services.sharing(press.message.id, press.reader.id):
        await replies.defer(press.interaction)
        found = await asking.find(press.services, ready)
        frame = replace(
            _frame(press, ready, 1, private=False),
            shared_by=press.interaction.user.display_name,
            threads=asking.can_have_thread(press.interaction),
        )
        await press.show(answer_page(found, frame, press.reader.language))


@on("why")
async def show_why(press: Press) -> None:
    """Show how the scores of the message's passages came about."""
    ready = await asking.again(press.services, press.reader, press.asked(), private=press.private)
    await press.wait()
    found = await asking.find(press.services, ready)
    ids = set(passages_in(press.message))
    shown = [c for c in found.answer.passages if c.passage.id in ids]
    anew = _is_anew(press.id.argument(1), found.answer.generation)
    await press.show(why_page(found.answer, shown, press.reader.language, anew=anew))


def _frame(press: Press, ready: Ready, generation: int, *, private: bool) -> Frame:
    """``generation`` is the place of that argument in the press's id."""
    anew = _is_anew(press.id.argument(generation), ready.shelf.archive.generation)
    return replace(asking.frame_of(press.reader, private=private), anew=anew)


def _is_anew(then: str, now: int) -> bool:
    return then != str(now)


# ---------------------------------------------------------------- citing


@on("cite")
async def cite(press: Press) -> None:
    """Cite the passages of the message: as notes to copy, or as a file."""
    style = press.id.argument(2)
    ids = list(dict.fromkeys(passages_in(press.message)))
    shelf = await press.shelf()
    await press.wait()

    def look(archive: Archive) -> list[tuple[str, str]]:
        there = [citation.passage.id for citation in archive.passages_of(ids)]
        return [(passage_id, archive.cite(passage_id, style=style)) for passage_id in there]

    made = await press.services.library.run(shelf, look)
    if not made:
        raise GonePassageError(say("These passages are no longer in the documents."))
    await press.show(_cited(press, style, made, len(ids) - len(made)))


def _cited(press: Press, style: str, made: list[tuple[str, str]], gone: int) -> Page:
    t = press.reader.language
    if style == "note":
        return notes_page(made, gone, t, _numbers_in(press.message))
    texts = [text for _, text in made]
    content = "\n".join(texts)
    if style == "csl-json":
        items = [item for text in texts for item in json.loads(text)]
        content = json.dumps(items, ensure_ascii=False, indent=2) + "\n"
    return citations_page(style, content, len(made), gone, t)


def passages_in(message: discord.Message) -> Iterator[str]:
    """The ids of the passages that a message of ours shows, from top to bottom."""
    return (passage_id for passage_id, _ in _context_buttons(message))


def _numbers_in(message: discord.Message) -> dict[str, str]:
    """The numbers that passages have in a message of ours, by their ids."""
    found = ((one, _NUMBER.search(label)) for one, label in _context_buttons(message))
    return {passage_id: number[1] for passage_id, number in found if number}


def _context_buttons(message: discord.Message) -> Iterator[tuple[str, str]]:
    """(passage id, label) of each button for what stands around a passage, from top to bottom."""
    for component in components_of(message):
        pressed = read_id(getattr(component, "custom_id", None) or "")
        if pressed is not None and pressed.kind == "context":
            yield pressed.argument(0), getattr(component, "label", None) or ""


# ---------------------------------------------------------------- threads


@on("thread")
async def open_thread(press: Press) -> None:
    """Make a thread of a public answer, in which it can be asked on; point to one that is there."""
    _check_thread(press)
    name = thread_name(press.asked().question)
    message = press.message
    await press.wait()
    try:
        await message.create_thread(name=name)
    except discord.HTTPException as error:
        if error.code != _THREAD_EXISTS:
            raise
        await press.show(thread_page(message.id, press.reader.language, new=False))
        return
    await press.show(thread_page(message.id, press.reader.language, new=True))


def _check_thread(press: Press) -> None:
    """Raise what keeps a thread from being made, all from what Discord sent with the press."""
    if press.private or not asking.can_have_thread(press.interaction):
        raise NoThreadError(say("A thread can't be opened from this message."))
    have = press.interaction.app_permissions
    if missing := permissions.missing(have, permissions.NEEDED_FOR_THREAD):
        raise permissions.MissingPermissionError(
            say("I may not open threads here: I lack {permissions}.", permissions=both(missing)),
            hint=say("Please ask who manages this server to allow it."),
        )
    own = press.interaction.permissions
    if missing := permissions.missing(own, () if own.administrator else ("create_public_threads",)):
        raise NotAllowedError(
            say("You may not open threads here: you lack {permissions}.", permissions=both(missing))
        )


def thread_name(question: str) -> str:
    """A name for a thread about ``question``: in one line, without mentions and markup."""
    plain = _MARKS.sub("", _MENTION.sub("", readable(question)))
    return shorten(readable(plain), THREAD_NAME) or "Archivist"
