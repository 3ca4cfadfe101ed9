"""Values of an invented corpus, and Discord objects that take only what discord.py's own take."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import Mock, create_autospec

import discord
from discord import ui

from index.archive import Archive
from index.dates.edtf import from_edtf
from index.model import (
    Answer,
    AnswerSpan,
    BuildReport,
    Citation,
    CitedEvent,
    Event,
    Highlight,
    Locator,
    Note,
    Outcome,
    Passage,
    SourceInfo,
    SourceSummary,
    Timeline,
    Understood,
)
from index.snapshot import Snapshot

TODAY = dt.date(2026, 11, 21)

LOG_TEXT = (
    "The ship sailed from Cork on 4 March 1871 with forty men and a cargo of salt. "
    "Captain Byrne kept the\nlog himself. Two days out she met a storm and lost her mainmast."
)
LETTER_TEXT = "Byrne wrote to the owners in May 1871 that the mast had been rotten."


def source(document_id: str = "log", title: str = "Log of the Petrel") -> SourceInfo:
    return SourceInfo(
        id=document_id,
        name=f"{document_id}.txt",
        collection="main",
        title=title,
        author="J. Byrne",
        publisher=None,
        date="1871",
        url=None,
        rights=None,
        sha256="0" * 64,
        text_sha256="1" * 64,
    )


def citation(
    number: int = 1,
    text: str = LOG_TEXT,
    *,
    marks: tuple[Highlight, ...] = (),
    notes: tuple[int, ...] = (),
    title: str = "Log of the Petrel",
) -> Citation:
    info = source(title=title)
    locator = Locator(info.id, ("Voyage",), 0, len(text))
    return Citation(
        number=number,
        passage=Passage(f"p{number}", "text", locator, text, notes),
        source=info,
        highlights=marks,
        score=1.0,
        notes=tuple(Note(n, 0, 4, (), "Note") for n in notes),
        line=f"{title}, Voyage, para. {number}",
    )


def event(
    text: str, as_written: str, edtf: str, *, passage: str = "p1", line: str = "Log, 1871"
) -> CitedEvent:
    told = Event(
        id=f"e{edtf}",
        date=from_edtf(edtf),
        as_written=as_written,
        text=text,
        locator=Locator("log", ("1871",), 0, len(text)),
        passage=passage,
    )
    return CitedEvent(told, source(), None, line)


def sailing() -> CitedEvent:
    return event("March 4: The Petrel sails from Cork.", "March 4", "1871-03-04")


def answered() -> Answer:
    """An answer from the first sentence of the log."""
    stop = LOG_TEXT.index(".") + 1
    marks = (Highlight(4, 8, "term"), Highlight(0, stop, "answer"), Highlight(9, 15, "term"))
    return Answer(
        question="When did the ship sail?",
        outcome=Outcome.ANSWERED,
        answer=LOG_TEXT[:stop],
        answer_spans=(AnswerSpan(1, 0, stop),),
        passages=(citation(1, marks=marks, notes=(3, 4)), citation(2, LETTER_TEXT)),
        events=(sailing(),),
        possible_events=(),
        understood=Understood(terms=("ship", "sail")),
        covers="The corpus holds 2 documents.",
        generation=7,
    )


def near_miss() -> Answer:
    return replace(answered(), outcome=Outcome.NEAR_MISS, answer=None, answer_spans=(), events=())


def not_found() -> Answer:
    return Answer(
        question="Who built the lighthouse?",
        outcome=Outcome.NOT_FOUND,
        answer=None,
        answer_spans=(),
        passages=(),
        events=(),
        possible_events=(),
        understood=Understood(
            terms=("built", "lighthouse"),
            dates=(from_edtf("1871-05"),),
            corrections=(("lihgthouse", "lighthouse"),),
        ),
        covers="The corpus holds 2 documents.",
        generation=7,
    )


def timeline(*events: CitedEvent, possible: tuple[CitedEvent, ...] = ()) -> Timeline:
    return Timeline(events, possible, None, "all events", "The timeline holds 2 events.", 7)


def summary(document_id: str = "log", title: str = "Log of the Petrel") -> SourceSummary:
    return SourceSummary(
        source=source(document_id, title),
        sections=2,
        paragraphs=5,
        notes=1,
        passages=4,
        events=3,
        words=90,
        encoding="utf-8",
    )


def report(**changes: Any) -> BuildReport:
    values: dict[str, Any] = {
        "generation": 8,
        "changed": True,
        "added": ("letter.txt",),
        "updated": (),
        "removed": (),
        "unchanged": 1,
        "documents": 2,
        "passages": 9,
        "events": 4,
        "skipped": (),
        "warnings": (),
        "seconds": 0.4,
    }
    return BuildReport(**(values | changes))


def archive(answer: Answer | None = None, *, generation: int = 7) -> Mock:
    """An archive of two documents that gives ``answer`` to every question."""
    fake: Mock = create_autospec(Archive, instance=True)
    fake.generation, fake.replaces = generation, None
    fake.collections = frozenset({"main"})
    fake.seeing.return_value = fake
    fake.answer.return_value = answer or answered()
    fake.timeline.return_value = timeline(sailing())
    fake.sources.return_value = (summary(), summary("letter", "Letter to the Owners"))
    fake.snapshot = create_autospec(Snapshot, instance=True)
    fake.snapshot.document_id.side_effect = lambda said: said
    return fake


def interaction(
    *,
    user_id: int = 1,
    guild_id: int | None = 10,
    permissions: discord.Permissions | None = None,
    number: int = 100,
    channel_id: int = 77,
    roles: tuple[int, ...] = (),
) -> Mock:
    """Takes only what discord.py's own takes: a misspelt call or argument fails the test."""
    fake: Mock = create_autospec(discord.Interaction, instance=True)
    fake.id = number
    fake.type = discord.InteractionType.application_command
    fake.guild_id = guild_id
    fake.channel_id = channel_id
    fake.channel = None
    fake.permissions = permissions or discord.Permissions.none()
    fake.extras = {}
    fake.filesize_limit = 10 * 1024 * 1024
    fake.user = create_autospec(discord.Member, instance=True, id=user_id)
    fake.user.display_name = "Ann"
    fake.user.roles = [Mock(id=role) for role in roles]
    fake.response = create_autospec(discord.InteractionResponse, instance=True)
    fake.response.is_done.return_value = False

    def done(*_: object, **__: object) -> None:
        fake.response.is_done.return_value = True

    fake.response.defer.side_effect = done
    fake.response.send_message.side_effect = done
    return fake


def http_error(
    status: int, code: int = 0, *, retry_after: float | None = None
) -> discord.HTTPException:
    """What discord.py raises for an answer of this status and error code."""
    response = Mock(status=status, reason="", headers={})
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    kind = {404: discord.NotFound, 403: discord.Forbidden}.get(status, discord.HTTPException)
    return kind(response, {"code": code, "message": "no"})


def texts(view: ui.LayoutView) -> list[str]:
    """The text blocks of a message, in order."""
    return [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]


def text_of(view: ui.LayoutView) -> str:
    return "\n".join(texts(view))


def shown(fake: Mock) -> str:
    """The text that the interaction's waiting message was replaced by."""
    return text_of(fake.edit_original_response.await_args.kwargs["view"])


def told(fake: Mock) -> tuple[str, bool]:
    """What was answered at once, and whether to the asker alone."""
    options = fake.response.send_message.await_args.kwargs
    return text_of(options["view"]), options["ephemeral"]


async def until(holds: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so; TimeoutError, far too late, if it never is."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  what is waited for knows nothing of us
            await asyncio.sleep(0.01)


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component of a payload, at any depth."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
