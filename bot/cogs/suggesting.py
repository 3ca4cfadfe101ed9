"""What is offered while somebody types: only they see it, so it is all that they may see."""

from __future__ import annotations

import logging

from discord.app_commands import Choice

from bot import logs, rules
from bot.replies import Interaction
from bot.services import Services

log = logging.getLogger(__name__)


async def suggested_documents(
    services: Services, interaction: Interaction, typed: str
) -> list[Choice[str]]:
    """Documents that ``typed`` may begin or be part of; none where something goes wrong."""
    try:
        shelf = await services.library.shelf(services.reader(interaction).private)
        found = rules.suggest_documents(shelf.sources, typed)
        return [Choice(name=name, value=value) for name, value in found]
    except Exception as error:  # any value may be typed
        log.info("interaction %s: no suggestions: %s", interaction.id, logs.trail(error))
        return []
