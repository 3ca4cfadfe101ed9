"""Messages that are addressed to the bot: those that mention it, and direct ones.

All others are never looked at; Discord doesn't even send their words. An answer is a reply to the
message. What concerns the asker alone goes by direct message, or where they take none, is a sign
put to the message.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot import asking, logs, permissions, render, replies, rules
from bot.languages import Language
from bot.languages.guessing import guess
from bot.layout import GREY, Page, to_message
from bot.people import place
from bot.services import Reader
from bot.tree import ClosingError, for_readers, report
from index.errors import ArchivistError, IndexMissingError
from index.messages import both, say

if TYPE_CHECKING:
    from bot.app import ArchivistBot

log = logging.getLogger(__name__)

SENDING = 120.0  # seconds for which sending is tried; Discord knows a nonce for some minutes
LOOKING_BACK = 10  # messages of a thread in which the question before is looked for
FETCHING = 5.0  # seconds that looking up the question before may take
TYPING_AFTER, TYPING_EVERY = 0.7, 8.0  # seconds; Discord shows it for ten
_DEFAULT_LOCALE = "en-US"  # of servers that chose none
#: The message that is replied to is gone: it was deleted meanwhile.
_UNKNOWN_REFERENCE = "message_reference"

#: Signs for those who take no direct messages. README.md says what they mean.
WAIT, LOCKED, UNREAD = "⏳", "🔒", "❓"


class Mentions:
    """Reads each message that is addressed to the bot, and answers it once."""

    def __init__(self, bot: ArchivistBot) -> None:
        self._bot = bot

    async def read(self, message: discord.Message) -> None:
        """Answer a message if it is addressed to us. Ends in one visible outcome, whatever happens."""
        if not addressed(message, self._me) or not self._bot.archivist_tree.remember(message.id):
            return
        began = time.monotonic()
        logs.about(f"message {message.id}")
        reader = self._reader(message)
        closing = ClosingError("The bot is being restarted.")
        if self._bot.closing:
            await self._whisper(message, reader, closing)
            return
        self._bot.archivist_tree.promise(lambda: self._whisper(message, reader, closing))
        try:
            ready = await self._judge(message, reader)
        except ArchivistError as error:
            await self._whisper(message, reader, error)
            return
        except Exception as error:
            await self._fail(message, reader, error)
            return
        try:
            async with typing(message.channel):
                page = await self._page(message, reader, ready)
            await self._reply(message, page, reader, str(message.id))
        except Exception as error:
            await self._fail(message, reader, error)
            return
        milliseconds = (time.monotonic() - began) * 1000
        log.info("message %s: answered in %.0f ms", message.id, milliseconds)

    # -- what to answer

    async def _judge(self, message: discord.Message, reader: Reader) -> asking.Ready | None:
        """The question, if it can be asked; None when the message says nothing but the mention."""
        await self._check_permissions(message, reader)
        words = question_in(message, self._me)
        if not words:
            return None
        return await asking.prepare(
            self._bot.services, reader, words, private=message.guild is None
        )

    async def _page(
        self, message: discord.Message, reader: Reader, ready: asking.Ready | None
    ) -> Page:
        if ready is None:
            return greeting_page(reader.language)
        if before := await self._before(message):
            ready = replace(ready, asked=replace(ready.asked, before=before))
        threads = isinstance(message.channel, discord.TextChannel)
        return await asking.answer_page_for(
            self._bot.services, reader, ready, private=False, threads=threads
        )

    async def _check_permissions(self, message: discord.Message, reader: Reader) -> None:
        """Raise MissingPermissionError for what a reply would need in this channel."""
        guild = message.guild
        channel: Any = message.channel
        if guild is None or guild.me is None:
            return
        if isinstance(channel, discord.PartialMessageable):  # a thread that was not told of
            with contextlib.suppress(discord.DiscordException, *replies.UNSURE):
                async with asyncio.timeout(FETCHING):
                    channel = await self._bot.fetch_channel(channel.id)
        try:
            have = channel.permissions_for(guild.me)
        except (discord.ClientException, AttributeError):
            return  # the channel of a thread is not known: Discord will say
        if isinstance(channel, discord.PartialMessageable):
            return
        thread = isinstance(channel, discord.Thread)
        needed = permissions.needed_to_reply(thread=thread, plain=reader.plain)
        if missing := permissions.missing(have, needed):
            raise permissions.MissingPermissionError(
                say(
                    "I may not answer in that channel. What is missing: {names}.",
                    names=both(missing),
                )
            )

    async def _before(self, message: discord.Message) -> str:
        """The question that this one follows; empty when there is none, or it can't be looked up."""
        try:
            async with asyncio.timeout(FETCHING):
                if message.reference is not None:
                    return await self._question_replied_to(message, message.reference)
                if isinstance(message.channel, discord.Thread):
                    return await self._question_of_thread(message, message.channel)
        except (discord.DiscordException, *replies.UNSURE, *replies.UNREADABLE) as error:
            log.info("message %s: question before: %s", message.id, type(error).__name__)
        return ""

    async def _question_replied_to(
        self, message: discord.Message, reference: discord.MessageReference
    ) -> str:
        resolved = reference.resolved
        if isinstance(resolved, discord.Message):
            if resolved.author.id != self._me:
                return ""
            if question := asking.question_of(resolved):
                return question
        if reference.message_id is None or reference.channel_id != message.channel.id:
            return ""
        return self._question_of(await message.channel.fetch_message(reference.message_id))

    async def _question_of_thread(self, message: discord.Message, thread: discord.Thread) -> str:
        """That of our last answer in it, else of the answer that it was made from."""
        async for earlier in thread.history(limit=LOOKING_BACK, before=message):
            if question := self._question_of(earlier):
                return question
        parent = thread.parent
        if not isinstance(parent, discord.TextChannel):
            return ""
        # A thread has the id of the message that it was made from.
        return self._question_of(await parent.fetch_message(thread.id))

    def _question_of(self, message: discord.Message) -> str:
        return asking.question_of(message) if message.author.id == self._me else ""

    # -- sending

    async def _fail(self, message: discord.Message, reader: Reader, cause: Exception) -> None:
        """Say in the channel that it failed, with the id that the log has."""
        if isinstance(cause, discord.HTTPException):
            if cause.status == 404 or _UNKNOWN_REFERENCE in cause.text:
                log.info("message %s: gone before it was answered", message.id)
                return
            if cause.status == 403:
                refused = permissions.MissingPermissionError(
                    reader.language("I may not answer in that channel.")
                )
                await self._whisper(message, reader, refused)
                return
        error_id = report(f"message {message.id}", cause, self._bot.services.metrics)
        page = render.error_page(for_readers(cause), error_id, reader.language)
        try:
            await self._reply(message, page, reader, f"{message.id}e")
        except (discord.DiscordException, *replies.UNSURE) as failure:
            log.warning("message %s: error not shown: %s", message.id, logs.trail(failure))

    async def _reply(
        self, message: discord.Message, page: Page, reader: Reader, nonce: str
    ) -> None:
        """Send a page as a reply, with a nonce by which Discord takes it once."""

        async def send() -> None:
            with _unsure_if_unreadable():
                await message.reply(
                    **to_message(page, plain=reader.plain), mention_author=False, nonce=nonce
                )

        await _send(send, f"message {message.id}: reply")

    async def _whisper(
        self, message: discord.Message, reader: Reader, error: ArchivistError
    ) -> None:
        """Tell the asker alone why there is no answer: by direct message, else by a sign."""
        error_id = report(f"message {message.id}", error, self._bot.services.metrics)
        page = render.error_page(error, error_id, reader.language)
        try:
            if message.guild is None:
                await self._reply(message, page, reader, f"{message.id}n")
            else:
                await self._send_directly(message, page, reader)
        except (discord.DiscordException, *replies.UNSURE) as failure:
            log.info("message %s: no direct message: %s", message.id, type(failure).__name__)
            if message.guild is not None:
                await self._sign(message, error)

    async def _send_directly(self, message: discord.Message, page: Page, reader: Reader) -> None:
        about = reader.language("About [your message]({link}).", link=message.jump_url)
        page = replace(page, blocks=(*page.blocks, f"-# {about}"))

        async def send() -> None:
            with _unsure_if_unreadable():
                await message.author.send(
                    **to_message(page, plain=reader.plain), nonce=f"{message.id}n"
                )

        await _send(send, f"message {message.id}: direct message")

    async def _sign(self, message: discord.Message, error: ArchivistError) -> None:
        guild = message.guild
        if guild is not None and guild.me is not None:
            with contextlib.suppress(discord.ClientException, AttributeError):
                have = message.channel.permissions_for(guild.me)
                if not (have.add_reactions and have.read_message_history):
                    log.info("message %s: no way to tell why it is not answered", message.id)
                    return
        try:
            await _send(lambda: message.add_reaction(sign_of(error)), f"message {message.id}: sign")
        except (discord.DiscordException, *replies.UNSURE) as failure:
            log.info("message %s: no sign: %s", message.id, type(failure).__name__)

    # -- who and what

    @property
    def _me(self) -> int:
        return self._bot.user.id if self._bot.user else 0

    def _reader(self, message: discord.Message) -> Reader:
        """Who asks. Their locale isn't told with a message: the server's own, else the words'."""
        guild = message.guild
        said = guess(question_in(message, self._me))
        if guild is None:
            return self._bot.services.reader_of(message.author.id, None, said)
        preferred = str(guild.preferred_locale)
        chosen = preferred if preferred != _DEFAULT_LOCALE else None
        where = place(message.channel.id, message.channel)
        return self._bot.services.reader_of(
            message.author.id, guild.id, chosen, said, place=where
        )  # without roles: the answer is for all who can read it


def addressed(message: discord.Message, me: int) -> bool:
    """Whether a person's message is for the bot with this id: a direct one, or one that mentions it.

    Mentions of everyone or of a role are not. A reply to a message of the bot's mentions it unless
    its author switched that off.
    """
    author, kind = message.author, discord.MessageType
    if author.bot or message.webhook_id is not None or author.id == me:
        return False
    if message.type not in (kind.default, kind.reply):
        return False
    return message.guild is None or any(user.id == me for user in message.mentions)


def question_in(message: discord.Message, me: int) -> str:
    """The words of a message, in one line, without the mention of the bot; others by their names."""
    text = message.content
    for form in (f"<@{me}>", f"<@!{me}>"):
        text = text.replace(form, " ")
    for user in message.mentions:
        for form in (f"<@{user.id}>", f"<@!{user.id}>"):
            text = text.replace(form, user.display_name)
    text = " ".join(text.split()).lstrip(" ,:;–—-")
    body = text.rstrip("?!.…")
    return body.rstrip(" ,:;–—-") + text[len(body) :] if body else ""


def sign_of(error: ArchivistError) -> str:
    """The sign that stands for an error where nothing can be said."""
    if isinstance(error, (permissions.MissingPermissionError, rules.NotHereError)):
        return LOCKED
    later = (rules.TooSoonError, ClosingError, IndexMissingError)
    return WAIT if isinstance(error, later) else UNREAD


def greeting_page(t: Language) -> Page:
    """What a mention without a question is answered: how to ask."""
    return Page(
        (
            t(
                "Ask me in your own words: mention me and write your question, or use `/ask`. "
                "I answer by quoting the documents, with the place of each quote."
            ),
            "-# "
            + t("`/timeline` lists events, `/sources` the documents; `/help` tells what I can do."),
        ),
        GREY,
    )


@asynccontextmanager
async def typing(channel: Any) -> AsyncIterator[None]:
    """Show that the bot is typing, if it takes more than a moment."""

    async def show() -> None:
        await asyncio.sleep(TYPING_AFTER)
        while True:
            await channel.typing()
            await asyncio.sleep(TYPING_EVERY)

    task = asyncio.create_task(show())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task


async def _send(send: Callable[[], Awaitable[None]], what: str) -> None:
    await replies.repeated(send, ends=time.monotonic() + SENDING, what=what)


@contextlib.contextmanager
def _unsure_if_unreadable() -> Iterator[None]:
    """Discord's answer can't be read, but what was sent has a nonce: it may be sent again."""
    try:
        yield
    except replies.UNREADABLE as error:
        raise aiohttp.ClientPayloadError("unreadable") from error
