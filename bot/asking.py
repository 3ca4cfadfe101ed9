"""What /ask, mentions, shares and the context menu have in common: a question, looked at and answered.

`prepare` judges from memory what can be judged at once; `find` searches, off the event loop, what
the reader may see: `Ready` holds nothing else of the index.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import discord

from bot import documents, gaps, rules
from bot.asked import BETWEEN, Asked, read_asked, texts_of
from bot.layout import Page
from bot.markup import readable, unescape
from bot.render.answers import LENGTHS, MOST, Found, Frame, answer_page
from bot.services import Reader, Services
from bot.shelves import Shelf
from index.archive import Archive
from index.dates.edtf import bound_to_iso
from index.errors import EmptyQueryError, UnknownDocumentError
from index.messages import say
from index.model import Answer, SourceSummary
from index.questions.times import read_range
from index.questions.understanding import MOST_CHARACTERS
from index.sentences import sentences

_KEPT = 64  # answers
_RECENT: WeakKeyDictionary[Archive, OrderedDict[tuple[Asked, dt.date], Found]] = WeakKeyDictionary()
_OUR_MARKS = re.compile(r"(\\.)|\*\*|__|\[\d{1,3}\]")  # unescaped ones


@dataclass(frozen=True, slots=True)
class Ready:
    """A question that can be asked, and the documents that it is asked of."""

    shelf: Shelf
    asked: Asked


async def prepare(
    services: Services,
    reader: Reader,
    question: str,
    *,
    private: bool,
    document: str | None = None,
    since: str | None = None,
    until: str | None = None,
    before: str = "",
) -> Ready:
    """Check a question by what is in memory, and count it for the cooldowns.

    ``private`` says that only the reader sees the answer; ``document`` is an id, a file name or a
    title; ``since`` and ``until`` are date expressions, both ends included; ``before`` is the question
    that it follows. Raises NotHereError, EmptyQueryError, QueryTooLongError, UnreadableDateError,
    UnknownDocumentError, IndexMissingError, TooSoonError.
    """
    began = time.monotonic()
    rules.check_place(reader.place, reader.server.channels)
    words = readable(rules.check_question(question))
    if not words:
        raise EmptyQueryError(say("The question is empty."))
    when = _when(since, until, services.library.today())
    shelf = await services.shelf(reader, private=private)
    only = await _document(services, reader, shelf, (document or "").strip())
    services.cooldowns.check(reader.id, reader.guild, time.monotonic(), reader.server)
    services.metrics.took("judge", time.monotonic() - began)
    return Ready(shelf, Asked(words, readable(before), when, document=only))


async def again(services: Services, reader: Reader, asked: Asked, *, private: bool) -> Ready:
    """The same for what a message says was asked: it was checked and counted then.

    What may be seen is decided anew, for who presses and where. Raises NotHereError,
    UnknownDocumentError, IndexMissingError.
    """
    shelf = await services.shelf(reader, private=private)
    if asked.document:
        documents.find(shelf.sources, asked.document)
    return Ready(shelf, asked)


async def find(services: Services, ready: Ready) -> Found:
    """Search and answer, off the event loop. Raises what `Archive.answer` does, SlowSearchError.

    The last few answers from what may be seen are kept in memory: a press asks what was just asked.
    """
    asked, today = ready.asked, services.library.today()
    since, until = asked.bounds
    kept = _RECENT.setdefault(ready.shelf.archive, OrderedDict())
    if (asked, today) in kept:
        kept.move_to_end((asked, today))
        services.metrics.outcome(kept[asked, today].answer.outcome.value)
        return kept[asked, today]

    def look(archive: Archive) -> Found:
        answer = archive.answer(
            asked.question,
            today=today,
            k=MOST,
            document=asked.document or None,
            before=asked.before or (),
            since=since,
            until=until,
        )
        titles = {summary.source.id: summary.source.title for summary in ready.shelf.sources}
        return Found(answer, asked, titles, _people(archive, answer))

    found = await services.library.run(ready.shelf, look)
    services.metrics.outcome(found.answer.outcome.value)
    kept[asked, today] = found
    while len(kept) > _KEPT:
        kept.popitem(last=False)
    return found


async def answer_page_for(
    services: Services,
    reader: Reader,
    ready: Ready,
    *,
    private: bool,
    threads: bool = False,
    note: str = "",
) -> Page:
    """The first page of the answer to a question that is `prepare`d.

    ``private`` says that only the reader sees it, ``threads`` that its message can be made a thread;
    ``note`` is a sentence of ours to say with it. Raises as `find` does.
    """
    found = await find(services, ready)
    await gaps.record(services, reader, found)
    with services.metrics.stage("render"):
        return page_of(found, reader, private=private, threads=threads, note=note)


def page_of(
    found: Found, reader: Reader, *, private: bool, threads: bool = False, note: str = ""
) -> Page:
    """The same of what `find` found."""
    frame = replace(frame_of(reader, private=private), threads=threads, note=note)
    return answer_page(found, frame, reader.language)


def frame_of(reader: Reader, *, private: bool) -> Frame:
    """How answers are framed for this reader, by the settings of the server."""
    passages = LENGTHS[reader.server.length]
    return Frame(reader.id, private=private, feedback=reader.server.feedback, passages=passages)


def can_have_thread(interaction: discord.Interaction[Any]) -> bool:
    """Whether a public message here can be made a thread: in a text channel of a server we are in."""
    return interaction.is_guild_integration() and isinstance(
        interaction.channel, discord.TextChannel
    )


async def find_document(
    services: Services, reader: Reader, shelf: Shelf, said: str
) -> SourceSummary:
    """The document of a shelf that an id, a file name or a title names.

    Raises UnknownDocumentError; what is raised says so if it may be shown to this reader alone.
    """
    try:
        return documents.find(shelf.sources, said)
    except UnknownDocumentError:
        more = await services.library.shelf(reader.private)
        try:
            documents.find(more.sources, said)
        except UnknownDocumentError:
            pass  # the first one names what may be meant
        else:
            raise UnknownDocumentError(
                say("That document may be shown to you alone here."),
                hint=say("Ask again with `private`."),
            ) from None
        raise


# ---------------------------------------------------------------- what was asked before, or elsewhere


def question_of(message: discord.Message) -> str:
    """The question that a message of ours answers; empty where it answers none."""
    asked = read_asked(texts_of(message))
    return asked.question if asked else ""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a message, as a question."""

    text: str  # in one line; at most as long as a question may be
    whole: bool  # nothing was left out


def words_of(message: discord.Message) -> Words:
    """What a message says, its embeds and its layout too; of a long one the first sentences.

    Raises EmptyQueryError for a message without words.
    """
    said = readable(" ".join(_said(message)))
    if not any(char.isalnum() for char in said):
        raise EmptyQueryError(say("That message has no words to look for."))
    if len(said) <= MOST_CHARACTERS:
        return Words(said, whole=True)
    kept = 0
    for _, stop in sentences(said):
        if stop > MOST_CHARACTERS:
            break
        kept = stop
    if not kept:
        kept = max(said.rfind(" ", 0, MOST_CHARACTERS), MOST_CHARACTERS // 2)
    return Words(said[:kept].rstrip(), whole=False)


def _said(message: discord.Message) -> Iterator[str]:
    """The words of a message, from top to bottom, without what only tells how an answer was made."""
    ours = question_of(message) != ""
    for text in (*texts_of(message), *_beside(message.embeds)):
        for line in text.splitlines():
            if not ours:
                yield line
            elif not line.startswith("-# "):
                yield unescape(_OUR_MARKS.sub(r"\1", line)).lstrip("#>- ")


def _beside(embeds: Iterable[discord.Embed]) -> Iterator[str]:
    """What `texts_of` leaves out of embeds."""
    for embed in embeds:
        yield embed.title or ""
        for field in embed.fields:
            yield f"{field.name} {field.value}"


# ---------------------------------------------------------------- parts


def _when(since: str | None, until: str | None, today: dt.date) -> str:
    """The time given beside a question, as days: ``2021-01-01..2021-12-31``; empty where none is."""
    within = read_range((since and since.strip()) or None, (until and until.strip()) or None, today)
    if within is None:
        return ""
    days = (bound_to_iso(within.earliest), bound_to_iso(within.latest))
    return BETWEEN.join(day or "" for day in days)


async def _document(services: Services, reader: Reader, shelf: Shelf, said: str) -> str:
    """How a message names the document that is ``said``; empty where none is."""
    if not said:
        return ""
    found = await find_document(services, reader, shelf, said)
    return documents.name_of(shelf.sources, found.source.id)


def _people(archive: Archive, answer: Answer) -> dict[str, tuple[str, ...]]:
    """Whom each passage names, by its id: the people of the question, then those of its events."""
    snapshot, asked_for = archive.snapshot, answer.understood.people
    found = {}
    for citation in answer.passages:
        events = (snapshot.events[n] for n in snapshot.events_of.get(citation.passage.id, ()))
        named = [name for event in events for name in event.actors]
        first = [name for name in asked_for if name in named]
        found[citation.passage.id] = tuple(dict.fromkeys((*first, *named)))
    return found
