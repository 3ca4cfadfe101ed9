"""Tells those who wished it that a curator answered their question: by direct message, once.

Who is still to be told stands in the state, so a restart forgets nobody. What a message quotes is
what everybody in the server may see, and only to people who are still there.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import discord

from bot import logs, replies
from bot.ids import press_id
from bot.languages import language
from bot.layout import Page, to_message
from bot.render.feedback import asked_for
from bot.render.gaps import told_page
from bot.services import Services
from bot.shelves import Shelf
from bot.state import Feedback
from bot.state.gaps import Ended, GapAnswer, answer_in, set_told, told_of, unsaid
from bot.visibility import public_sight
from index.errors import ArchivistError
from index.model import Citation, SourceInfo

if TYPE_CHECKING:
    from bot.app import ArchivistBot

log = logging.getLogger(__name__)

AGAIN = 15 * 60.0  # seconds after which those who could not be reached are tried again
PAUSE = 1.0  # seconds between two people: Discord takes many direct messages at once for spam
SENDING = 120.0  # seconds for which sending is tried
UNKNOWN_MEMBER, UNKNOWN_USER = 10007, 10013


class Telling:
    """`start` it once signed in, `wake` it when something was answered, and `close` it."""

    def __init__(
        self, bot: ArchivistBot, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._bot = bot
        self._sleep = sleep
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with those whom a stop left untold. A second start does nothing more."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_telling())

    def wake(self) -> None:
        """Something was answered: look at once."""
        self._woken.set()

    async def close(self) -> None:
        """Stop; who isn't told by then is told after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep_telling(self) -> None:
        while True:
            try:
                await self.tell_all()
            except Exception as error:  # the next round may do better
                log.warning("telling stopped: %s", logs.trail(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), AGAIN)
            self._woken.clear()

    async def tell_all(self) -> None:
        """Tell everybody who is still to be told, one after the other."""
        services = self._bot.services
        for feedback in await unsaid(services.state):
            # They may have changed their mind, or had it deleted, while others were told.
            now = await told_of(services.state, feedback.person, feedback.id)
            if now is None or not now.tell or now.told is not None:
                continue
            try:
                ended = await self._tell(now)
            except (ArchivistError, discord.DiscordException, *replies.UNSURE) as error:
                log.info("feedback %d: not told yet: %s", feedback.id, logs.trail(error))
                continue
            if ended is not None:
                log.info("feedback %d: %s", feedback.id, ended)
                await set_told(services.state, feedback.id, ended, dt.datetime.now(dt.UTC))
            await self._sleep(PAUSE)

    async def _tell(self, feedback: Feedback) -> Ended | None:
        """Tell one person, and say how it ended; None when they can't be told now, or are gone."""
        services = self._bot.services
        guild = self._bot.get_guild(feedback.guild or 0)
        if guild is None or guild.unavailable:
            return None
        try:
            member = await guild.fetch_member(feedback.person)
            page = await self._page(feedback, guild)
            settings = services.state.server(guild.id)
            plain = settings.plain or services.state.is_plain(feedback.person)

            async def send() -> None:
                # By its nonce Discord takes it once, though an answer to us is lost.
                await member.send(**to_message(page, plain=plain), nonce=f"gap{feedback.id}")

            what = f"feedback {feedback.id}: direct message"
            await replies.repeated(send, ends=time.monotonic() + SENDING, what=what)
        except discord.HTTPException as error:
            if error.code == UNKNOWN_USER:  # the account was deleted, and so is what it sent
                await services.state.delete(feedback.person)
                return None
            if error.code == UNKNOWN_MEMBER:
                return "left"
            if error.status == 403:
                return "refused"
            raise
        return "told"

    async def _page(self, feedback: Feedback, guild: discord.Guild) -> Page:
        services = self._bot.services
        settings = services.state.server(guild.id)
        t = language(settings.language, str(guild.preferred_locale))
        answer = answer_in(feedback.answer)
        shelf = await services.library.shelf(public_sight(services.state, guild.id, None))
        citation, document = await what_answers(services, shelf, answer)
        show = press_id("told", feedback.id)
        return told_page(asked_for(feedback), citation, document, guild.name, show, t)


async def what_answers(
    services: Services, shelf: Shelf, answer: GapAnswer
) -> tuple[Citation | None, SourceInfo | None]:
    """The passage or the document that a curator named, if it is there to be seen."""
    if answer.passage:
        found = await services.library.run(
            shelf, lambda archive: archive.passages_of([answer.passage])
        )
        return (found[0] if found else None), None
    named = (one.source for one in shelf.sources if one.source.id == answer.document)
    return None, next(named, None)
