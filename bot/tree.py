"""The command tree: lets each interaction in once, and turns whatever goes wrong into one message."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import AppCommandError

from bot import logs, presses, render, replies
from bot.layout import Page
from bot.metrics import Metrics
from bot.replies import Interaction
from index.errors import ArchivistError, BusyError, InputError

if TYPE_CHECKING:
    from bot.app import ArchivistBot

log = logging.getLogger(__name__)

_REMEMBERED = 2_000  # interactions; Discord may send one twice
SUGGESTING = 2.0  # seconds after which nothing is suggested, so that Discord need not wait

Goodbye = Callable[[], Awaitable[None]]


class ClosingError(BusyError):
    hint = "Please ask again in a minute."


class GoneMessageError(InputError):
    hint = "Please ask again."


class ArchivistTree(app_commands.CommandTree["ArchivistBot"]):
    """Lets each interaction in once, and turns whatever goes wrong into one message."""

    def __init__(self, client: ArchivistBot, **options: Any) -> None:
        super().__init__(client, **options)
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._running: dict[asyncio.Task[Any], Goodbye] = {}

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Whether to go on: not with one seen before, and not while the bot is stopping."""
        if interaction.type is discord.InteractionType.autocomplete:
            return True
        return await self._let_in(interaction)

    async def press(self, interaction: Interaction) -> None:
        """Do what a button, a menu or a form says. Answers exactly once, whatever happens."""
        try:
            if not await self._let_in(interaction):
                return
            await presses.answer(self.client.services, interaction)
            if not replies.responded(interaction):
                raise ArchivistError("Nothing came of that.")
        except Exception as error:
            await self._answer_failure(interaction, error)

    async def press_if_new(self, interaction: Interaction) -> None:
        """The same for a press that discord.py has not brought to `bot.items`, and for forms.

        It says nothing when a message can't be made into a view again. Its own way comes first: both
        begin in the order in which they were scheduled, and nothing there waits before `press`.
        """
        if interaction.id not in self._seen:
            await self.press(interaction)

    async def suggest_nothing(self, interaction: Interaction) -> None:
        """Answer suggestions that failed or take too long: with none."""
        await asyncio.sleep(SUGGESTING)
        if not interaction.response.is_done():
            with contextlib.suppress(*replies.UNSURE, discord.DiscordException):
                await replies.once(lambda: interaction.response.autocomplete([]))

    def remember(self, number: int) -> bool:
        """Whether an interaction or a message, by its id, is new; it is not the second time."""
        if number in self._seen:
            log.info("%d came twice", number)
            return False
        self._seen[number] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True

    def promise(self, goodbye: Goodbye) -> None:
        """The running task has promised an answer: a stop waits for it, then says ``goodbye``."""
        task = asyncio.current_task()
        if task is not None:
            self._running[task] = goodbye
            task.add_done_callback(lambda done: self._running.pop(done, None))

    async def finish(self, seconds: float, goodbye: float) -> None:
        """Let what was promised end in so many seconds; take that long to tell whom it did not."""
        await self._wait(seconds)
        left = dict(self._running)
        left.pop(self._this(), None)
        for task in left:
            task.cancel()
        if left:
            log.warning("answers not finished: %d", len(left))
            await asyncio.wait(left, timeout=goodbye / 2)
            telling = [asyncio.create_task(_quietly(tell)) for tell in left.values()]
            _, late = await asyncio.wait(telling, timeout=goodbye / 2)
            for task in late:
                task.cancel()

    async def _wait(self, seconds: float) -> None:
        ends = asyncio.get_running_loop().time() + seconds
        while running := self._running.keys() - {self._this()}:  # those that come meanwhile too
            left = ends - asyncio.get_running_loop().time()
            if left <= 0:
                return
            await asyncio.wait(running, timeout=left)

    @staticmethod
    def _this() -> Any:
        return asyncio.current_task()

    async def _let_in(self, interaction: Interaction) -> bool:
        replies.arrived(interaction)
        logs.about(f"interaction {interaction.id}")
        if not self.remember(interaction.id):
            return False
        closing = ClosingError("The bot is being restarted.")
        if self.client.closing:
            await self.answer_error(interaction, closing)
            return False
        self.promise(lambda: self.answer_error(interaction, closing))
        return True

    async def on_error(self, interaction: Interaction, error: AppCommandError, /) -> None:
        """Answer every failed command once; log what nobody raised on purpose."""
        if interaction.type is discord.InteractionType.autocomplete:  # takes nothing but choices
            log.warning("interaction %s: %s", interaction.id, logs.trail(error))
            return
        await self._answer_failure(interaction, getattr(error, "original", error))

    async def _call(self, interaction: Interaction) -> None:
        """discord.py leaves what is no AppCommandError, as of garbled options, unanswered."""
        try:
            await super()._call(interaction)
        except AppCommandError:
            raise
        except Exception as error:
            if interaction.type is discord.InteractionType.autocomplete:
                raise
            await self._answer_failure(interaction, error)

    async def _answer_failure(self, interaction: Interaction, cause: Exception) -> None:
        if isinstance(cause, discord.HTTPException) and cause.code in replies.GONE:
            log.info("interaction %s: too late to answer (%d)", interaction.id, cause.code)
            if not (cause.code == replies.GONE_MESSAGE and replies.updating(interaction)):
                return
            cause = GoneMessageError("The message of this button is gone.")
        await self.answer_error(interaction, cause)

    async def answer_error(self, interaction: Interaction, cause: BaseException) -> None:
        """Replace the waiting message by what went wrong, or tell it to the asker alone."""
        error_id = report(f"interaction {interaction.id}", cause, self.client.services.metrics)
        reader = self.client.services.reader(interaction)
        page = render.error_page(for_readers(cause), error_id, reader.language)
        try:
            try:
                await self._show_error(interaction, page, reader.plain)
            except discord.HTTPException as refusal:
                if refusal.status >= 500 or refusal.code in replies.GONE:
                    raise
                log.info("interaction %s: error refused with %d", interaction.id, refusal.status)
                await self._show_error(interaction, page, reader.plain)
        except (discord.DiscordException, *replies.UNSURE) as failure:
            log.warning("interaction %s: error not shown: %s", interaction.id, logs.trail(failure))

    @staticmethod
    async def _show_error(interaction: Interaction, page: Page, plain: bool) -> None:
        if replies.updating(interaction):  # the message whose button was pressed stays
            await replies.tell_more(interaction, page, plain=plain)
        elif replies.responded(interaction):
            await replies.show(interaction, page, plain=plain)
        else:
            await replies.tell(interaction, page, private=True, plain=plain)


async def _quietly(tell: Goodbye) -> None:
    with contextlib.suppress(Exception):
        await tell()


def report(what: str, cause: BaseException, metrics: Metrics | None = None) -> str:
    """Log and count that ``what`` failed, and return the short id under which it was logged."""
    error_id = secrets.token_hex(4)
    meant = isinstance(cause, ArchivistError)
    log.log(
        *(logging.INFO if meant else logging.ERROR, "%s: error %s: %s"),
        *(what, error_id, logs.trail(cause)),
        exc_info=cause if log.isEnabledFor(logging.DEBUG) else None,
        extra={"error_id": error_id},
    )
    if metrics is not None:
        metrics.outcome("refused" if meant else "error")
    return error_id


def for_readers(cause: BaseException) -> ArchivistError:
    """What readers are told of an error: itself where it was raised on purpose."""
    if isinstance(cause, ArchivistError):
        return cause
    if isinstance(cause, (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)):
        return ArchivistError(
            "This command has changed.", hint="Wait a minute or restart Discord, then try again."
        )
    if isinstance(cause, app_commands.TransformerError):
        return InputError("That value can't be used here.")
    if isinstance(cause, app_commands.CheckFailure):
        return InputError("This can't be used here.", hint="")
    return ArchivistError("Something went wrong while answering.")
