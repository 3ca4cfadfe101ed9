"""The Discord client and its command tree: signs in, keeps the commands known, answers every error.

`serve` is all that the rest of the program needs of Discord.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import gc
import logging
import math
import os
import signal
import sys
import time

import aiohttp
import discord
import yarl
from discord.app_commands import AppCommandContext, AppInstallationType
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import edits, logs, permissions, shards
from bot.cogs import COGS
from bot.items import Pressable
from bot.keeping import Keeping
from bot.languages import warm
from bot.languages.commands import CommandTranslator
from bot.library import Library
from bot.mentions import Mentions
from bot.metrics import Metrics
from bot.operations import surrounding
from bot.replies import Interaction
from bot.rules import Cooldowns, Rights
from bot.services import Services
from bot.settings import Settings
from bot.state import State, open_state
from bot.syncing import keep_synced
from bot.telling import Telling
from bot.tree import ArchivistTree
from bot.uploads import uploads_of
from bot.welcome import Welcome
from index import building, generations, locks
from index.errors import ArchivistError, CorpusError, IndexDamagedError
from index.words.lists import listed_words

log = logging.getLogger(__name__)

#: Seconds that a stop waits for answers that were promised, and takes to tell who gets none.
FINISHING, GOODBYE = 8.0, 1.0
_WAITS = (1.0, 2.0, 4.0)  # seconds between tries to sign in
_UNREACHED = (
    discord.DiscordServerError,
    discord.GatewayNotFound,
    aiohttp.ClientError,
    OSError,
)


class DiscordError(ArchivistError):
    """Discord can't be used, for a reason that an operator can mend."""

    hint = "Check the network and Discord's status, then start again."


def serve(settings: Settings) -> None:
    """Be the Discord bot until SIGTERM or SIGINT. Raises ArchivistError when it can't be."""
    token = settings.discord_token()
    logs.configure(settings, token=token)
    for sentence in settings.unknown:
        log.warning("%s", sentence)
    os.umask(0o077)  # what servers entrust to the bot is nobody else's on this machine
    with locks.hold(settings.data, "serve"):
        _check_folders(settings)
        warm()  # each is one long step, for which the event loop would stand still
        listed_words("en")
        gc.freeze()
        sys.setswitchinterval(0.001)  # seconds: searches give way to the event loop sooner
        asyncio.run(_serve(settings, token))


def _check_folders(settings: Settings) -> None:
    """Raise DataFolderError for another corpus's index, CorpusError if there is nothing to index."""
    try:
        building.is_stale(settings.corpus, settings.data, limits=settings.limits)
    except CorpusError:
        if generations.current_generation(settings.data) is None:
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
    shards.install()
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nothing is said aloud
    async with ArchivistBot(settings) as bot, surrounding(bot, os.environ):
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
        await _sign_in(bot, token)
    except (KeyError, TypeError, ValueError) as error:  # something answered, in other words
        raise DiscordError(
            "What answers in Discord's place is not Discord.", hint="Check DISCORD_API_URL."
        ) from error
    await bot.connect()


async def _sign_in(bot: ArchivistBot, token: str) -> None:
    """Sign in; a connection that is cut meanwhile is no reason to end."""
    for wait in _WAITS:
        try:
            await bot.login(token)
            return
        except _UNREACHED as error:
            if bot.signed_in:
                raise
            log.warning("not signed in: %s", logs.trail(error))
            await bot.http.close()
            bot.http.connector = discord.utils.MISSING  # closed too; `login` makes another
        await asyncio.sleep(wait)
    await bot.login(token)


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


class ArchivistBot(commands.AutoShardedBot):
    """Answers commands, presses, and messages that mention it. No privileged intent."""

    def __init__(
        self, settings: Settings, library: Library | None = None, state: State | None = None
    ) -> None:
        metrics = Metrics()
        super().__init__(
            command_prefix=commands.when_mentioned,  # of no effect: `on_message` is ours
            help_command=None,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=ArchivistTree,
            http_trace=metrics.trace(),
            allowed_contexts=AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=AppInstallationType(guild=True, user=True),
        )
        self.settings = settings
        library = library or Library(
            settings.corpus,
            settings.data,
            limits=settings.limits,
            today=lambda: dt.datetime.now(settings.timezone).date(),
            metrics=metrics,
        )
        self.services = Services(
            settings,
            library,
            state or open_state(settings.data),
            Rights(settings.owner_ids, settings.home_guilds),
            Cooldowns(settings.cooldown_member, settings.cooldown_guild),
            metrics=metrics,
        )
        self.mentions = Mentions(self)
        self.welcome = Welcome(self)
        self.telling = Telling(self)
        self.keeping = Keeping(self.services)
        self.signed_in = False
        self.closing = False
        self._identified = -math.inf  # when a session was begun last
        self._syncing: asyncio.Task[None] | None = None
        self.command_ids: dict[str, int] = {}  # by name, as far as Discord told them yet

    async def setup_hook(self) -> None:
        """After signing in, before connecting: nothing here waits for the index."""
        self.signed_in = True
        settings = self.settings
        # A shard count of our own: discord.py would otherwise connect to no address but Discord's
        # answer, and go to another one when it has to connect anew.
        self.shard_count, url = await self._find_gateway()
        if not settings.gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        shards.forgive(self._connection.parsers)
        if not settings.owner_ids:
            self.services.rights.owners = self._owners()
        self.add_dynamic_items(Pressable)
        await self.tree.set_translator(CommandTranslator())
        for make in COGS:
            cog = make(self.services)
            await self.add_cog(cog)
            menu = getattr(cog, "menu", None)  # discord.py adds no menus of a cog by itself
            if isinstance(menu, discord.app_commands.ContextMenu):
                self.tree.add_command(menu)
        await self._resume()
        self._syncing = asyncio.create_task(keep_synced(self))
        if self.application_id is not None:
            log.info("to add the bot: %s", permissions.server_link(self.application_id))

    async def _resume(self) -> None:
        """Finish what an end of the program left half done, then open the index."""
        services, due = self.services, list[str]()
        await uploads_of(services).mend()
        await edits.resume(services.state, self.settings.data, due.append)
        services.library.start()
        for collection in due:
            services.library.build(only=collection)
        self.keeping.start()

    async def _find_gateway(self) -> tuple[int, str]:
        """How many shards Discord wants, and the address to which they connect."""
        for wait in _WAITS:
            with contextlib.suppress(*_UNREACHED):
                count, url, _ = await self.http.get_bot_gateway()
                return count, url
            await asyncio.sleep(wait)
        count, url, _ = await self.http.get_bot_gateway()
        return count, url

    async def before_identify_hook(
        self,
        shard_id: int | None,  # noqa: ARG002 - discord.py's names
        *,
        initial: bool = False,  # noqa: ARG002
    ) -> None:
        """Begin a session no sooner after another than Discord asks; discord.py always waits."""
        wait = self._identified + shards.IDENTIFYING - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        self._identified = time.monotonic()

    async def on_ready(self) -> None:
        log.info("ready: application %s, %d servers", self.application_id, len(self.guilds))
        self.telling.start()
        await self.keeping.see(guild.id for guild in self.guilds)
        await self.welcome.greet_late(self.guilds)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        log.info("server %d joined", guild.id)
        await self.keeping.joined(guild.id)
        await self.welcome.greet(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        log.info("server %d left", guild.id)
        await self.keeping.left(guild.id)

    async def on_message(self, message: discord.Message, /) -> None:
        """Answer a message that is addressed to us."""
        await self.mentions.read(message)

    async def press(self, interaction: Interaction) -> None:
        """Do what a button or a menu says: see `bot.items`."""
        await self.archivist_tree.press(interaction)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Do what a form says, and what discord.py itself brings nowhere."""
        self.keeping.clock.tell(discord.utils.snowflake_time(interaction.id))
        kind = discord.InteractionType
        if interaction.type in (kind.component, kind.modal_submit):
            await self.archivist_tree.press_if_new(interaction)
        elif interaction.type is kind.autocomplete:
            await self.archivist_tree.suggest_nothing(interaction)

    async def close(self) -> None:
        """Refuse what is new, finish what was promised within ten seconds, then disconnect."""
        if self.closing:
            return
        self.closing = True
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.gather(self._syncing, return_exceptions=True)
        await self.telling.close()
        await self.keeping.close()
        await self.archivist_tree.finish(FINISHING, GOODBYE)
        await self.services.library.close()
        try:
            await super().close()
        finally:
            await self.services.state.close()

    @property
    def archivist_tree(self) -> ArchivistTree:
        tree = self.tree
        assert isinstance(tree, ArchivistTree)
        return tree

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
