"""/corpus: the documents and their index, as administrators look after them."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.building import keep_account
from bot.cogs.corpus_builds import BuildCommands
from bot.cogs.corpus_documents import DocumentCommands
from bot.services import Services


@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class Corpus(
    DocumentCommands,
    BuildCommands,
    commands.GroupCog,
    group_name="corpus",
    group_description="Manage the documents",
):
    """Its permissions in Discord are only a default that a server may change: `Rights` decides."""

    def __init__(self, services: Services) -> None:
        self.services = services

    async def cog_load(self) -> None:
        """Keep account of builds, and watch the folder of documents."""
        library = self.services.library
        library.builds.records.append(keep_account(self.services.state))
        library.watch(reindex=self.services.settings.watch)
