"""The Discord client and its command tree: signs in, keeps the commands known, answers every error.

`serve` is all that the rest of the program needs of Discord.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import gc
import hashlib
import json
import logging
import secrets
import signal
import sys
import zlib
from collections import OrderedDict
from pathlib import Path
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.app_commands import AppCommandContext, AppCommandError, AppInstallationType
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import logs, render, replies
from bot.cogs.corpus import Corpus, Sources
from bot.cogs.questions import Questions
from bot.library import Library
from bot.replies import Interaction
from bot.rules import Cooldowns, Rights
from bot.settings import Settings
from index import building, locks, store
from index.errors import ArchivistError, CorpusError, IndexDamagedError, InputError
from index.words.spelling import listed_words

log = logging.getLogger(__name__)

FINISHING = 10.0  # seconds that a stop waits for answers that were promised
_REMEMBERED = 2_000  # interactions; Discord may send one twice
_SYNC_AGAIN = 60.0  # seconds
_CONNECT_AGAIN = 5.0  # seconds, as discord.py waits before it identifies anew


class DiscordError(ArchivistError):
    """Discord can't be used, for a reason that an operator can mend."""

    hint = "Check the network and Discord's status, then start again."


class ClosingError(ArchivistError):
    hint = "Please ask again in a minute."


def serve(settings: Settings) -> None:
    """Be the Discord bot until SIGTERM or SIGINT. Raises ArchivistError when it can't be."""
    token = settings.discord_token()
    logs.configure(settings, token=token)
    for sentence in settings.unknown:
        log.warning("%s", sentence)
    with locks.hold(settings.data, "serve"):
        _check_folders(settings)
        listed_words("en")  # in one long step, for which the event loop would stand still
        gc.freeze()
        sys.setswitchinterval(0.001)  # seconds: searches give way to the event loop sooner
        asyncio.run(_serve(settings, token))


def _check_folders(settings: Settings) -> None:
    """Raise DataFolderError for another corpus's index, CorpusError if there is nothing to index."""
    try:
        building.is_stale(settings.corpus, settings.data, limits=settings.limits)
    except CorpusError:
        if store.current_generation(settings.data) is None:
            raise
        log.warning("the corpus folder can't be used: answering from what is indexed")
    except IndexDamagedError:
        log.warning("the index is damaged: it will be built anew")


async def _serve(settings: Settings, token: str) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if settings.api_url:
        Route.BASE = settings.api_url
    if settings.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nothing is said aloud
    async with ArchivistBot(settings) as bot:
        running = asyncio.create_task(_run(bot, token))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if stop.is_set():
            log.info("stopping")
            await bot.close()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            return
        try:
            await running
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            raise _explain(error) from error


async def _run(bot: ArchivistBot, token: str) -> None:
    """Sign in and stay connected until the bot is closed."""
    try:
        await bot.login(token)
    except (KeyError, TypeError, ValueError) as error:  # something answered, in other words
        raise DiscordError(
            "What answers in Discord's place is not Discord.", hint="Check DISCORD_API_URL."
        ) from error
    while not bot.is_closed():
        try:
            await bot.connect()
        except (KeyError, TypeError, ValueError, zlib.error) as error:
            # discord.py lets what it can't read from the gateway end the program.
            log.error("connection lost: %s", logs.trail(error))
            await bot.ws.close(code=4000)
            await asyncio.sleep(_CONNECT_AGAIN)


def _explain(error: Exception) -> DiscordError:
    """What ended the client, as a sentence for the operator."""
    if isinstance(error, discord.LoginFailure):
        return DiscordError(
            "Discord refused the token.",
            hint="Copy it again from the Bot page of your application, or make a new one there.",
        )
    if isinstance(error, discord.ConnectionClosed):
        return DiscordError(f"Discord closed the connection for good (code {error.code}).")
    if isinstance(error, discord.HTTPException):
        return DiscordError(f"Discord refused the sign-in (status {error.status}).")
    return DiscordError("Discord can't be reached.")


class ArchivistTree(app_commands.CommandTree["ArchivistBot"]):
    """Lets each interaction in once, and turns whatever goes wrong into one message."""

    def __init__(self, client: ArchivistBot, **options: Any) -> None:
        super().__init__(client, **options)
        self._seen: OrderedDict[int, None] = OrderedDict()
        self.running: set[asyncio.Task[Any]] = set()

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Whether to go on: not with one seen before, and not while the bot is stopping."""
        if interaction.id in self._seen:
            log.info("interaction %s came twice", interaction.id)
            return False
        self._seen[interaction.id] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        if interaction.type is discord.InteractionType.autocomplete:
            return True
        if self.client.closing:
            await self.answer_error(interaction, ClosingError("The bot is being restarted."))
            return False
        task = asyncio.current_task()
        if task is not None:
            self.running.add(task)
            task.add_done_callback(self.running.discard)
        return True

    async def on_error(self, interaction: Interaction, error: AppCommandError, /) -> None:
        """Answer every failed command once; log what nobody raised on purpose."""
        cause = getattr(error, "original", error)
        if isinstance(cause, discord.HTTPException) and cause.code in replies.GONE:
            log.info("interaction %s: too late to answer (%d)", interaction.id, cause.code)
            return
        await self.answer_error(interaction, cause)

    async def answer_error(self, interaction: Interaction, cause: BaseException) -> None:
        """Replace the waiting message by what went wrong, or tell it to the asker alone."""
        responded = replies.responded(interaction)
        shown, error_id = _for_readers(cause), None
        if responded or shown is not cause:
            error_id = secrets.token_hex(4)
            level = logging.INFO if isinstance(cause, ArchivistError) else logging.ERROR
            log.log(
                *(level, "interaction %s: error %s: %s"),
                *(interaction.id, error_id, logs.trail(cause)),
                exc_info=cause if log.isEnabledFor(logging.DEBUG) else None,
            )
        view = render.error_layout(shown, error_id)
        try:
            if responded:
                await replies.show(interaction, view)
            else:
                await replies.tell(interaction, view, private=True)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as failure:
            log.warning("interaction %s: error not shown: %s", interaction.id, logs.trail(failure))


def _for_readers(cause: BaseException) -> ArchivistError:
    if isinstance(cause, ArchivistError):
        return cause
    if isinstance(cause, (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)):
        return ArchivistError(
            "This command has changed.", hint="Wait a minute or restart Discord, then try again."
        )
    if isinstance(cause, app_commands.TransformerError):
        return InputError("That value can't be used here.")
    return ArchivistError("Something went wrong while answering.")


class ArchivistBot(commands.Bot):
    """Slash commands alone: no prefix commands, no message is read, no privileged intent."""

    def __init__(self, settings: Settings, library: Library | None = None) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,  # of no effect: no message event arrives
            help_command=None,
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=ArchivistTree,
            allowed_contexts=AppCommandContext(guild=True, dm_channel=True, private_channel=False),
            allowed_installs=AppInstallationType(guild=True, user=False),
        )
        self.settings = settings
        self.library = library or Library(
            settings.corpus,
            settings.data,
            limits=settings.limits,
            today=lambda: dt.datetime.now(settings.timezone).date(),
        )
        self.closing = False
        self._syncing: asyncio.Task[None] | None = None

    async def setup_hook(self) -> None:
        """After signing in, before connecting: nothing here waits for the index."""
        settings = self.settings
        if settings.api_url and not settings.gateway_url:
            _, url, _ = await self.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        rights = Rights(settings.owner_ids or self._owners(), settings.home_guilds)
        cooldowns = Cooldowns(settings.cooldown_member, settings.cooldown_guild)
        await self.add_cog(Questions(self.library, cooldowns))
        await self.add_cog(Sources(self.library))
        await self.add_cog(Corpus(self.library, rights))
        self.library.start()
        self._syncing = asyncio.create_task(self._keep_synced())

    async def on_ready(self) -> None:
        log.info("ready: application %s, %d servers", self.application_id, len(self.guilds))

    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing: messages are not read."""

    async def close(self) -> None:
        """Refuse what is new, finish what was promised within ten seconds, then disconnect."""
        if self.closing:
            return
        self.closing = True
        tree = self.tree
        assert isinstance(tree, ArchivistTree)
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.gather(self._syncing, return_exceptions=True)
        if running := tree.running - {asyncio.current_task()}:
            await asyncio.wait(running, timeout=FINISHING)
        await self.library.close()
        await super().close()

    def _owners(self) -> frozenset[int]:
        """The application's owner, or its team's members who may change the bot."""
        application = self.application
        if application is None:
            return frozenset()
        if application.team is None:
            return frozenset({application.owner.id})
        roles = (discord.TeamMemberRole.admin, discord.TeamMemberRole.developer)
        members = {member.id for member in application.team.members if member.role in roles}
        return frozenset(members | {application.team.owner_id or 0} - {0})

    # -- commands known to Discord

    async def _keep_synced(self) -> None:
        """Make Discord know our commands, trying again while it can't be told."""
        while True:
            try:
                written = await self.sync_commands()
                log.info("commands %s", "written" if written else "known as they are")
                return
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                log.error("commands not synced: %s", logs.trail(error))
            await asyncio.sleep(_SYNC_AGAIN)

    async def sync_commands(self) -> bool:
        """Overwrite our commands at Discord if they differ, and return whether that was needed.

        One request asks what Discord has. What it answers can't be compared with what was sent,
        because defaults come back in other words; so the ids and versions that it gave us when we
        last wrote are kept in the data folder with a hash of what we wrote. Both must be the same:
        a changed command, another program's change and a new application are all noticed.
        """
        assert self.application_id is not None
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        known = await self.http.get_global_commands(self.application_id)
        file = self.settings.data / "commands.json"
        kept = await asyncio.to_thread(_read_json, file)
        if kept == {"digest": digest, "versions": _versions(known)}:
            return False
        made = await self.http.bulk_upsert_global_commands(self.application_id, payload=payload)
        record = {"digest": digest, "versions": _versions(made)}
        await asyncio.to_thread(_write_json, file, record)
        return True


def _versions(said: Any) -> dict[str, str]:
    return {str(command["id"]): str(command.get("version")) for command in said}


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None  # as if nothing had been written: the commands are written anew


def _write_json(path: Path, value: object) -> None:
    aside = path.with_name(path.name + ".new")
    with contextlib.suppress(OSError):  # it costs one request at the next start
        aside.write_text(json.dumps(value), encoding="utf-8")
        aside.replace(path)
