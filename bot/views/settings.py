"""Menus that change a server's settings, in place."""

from __future__ import annotations

from bot import presses, rules
from bot.languages import NAMES, Language
from bot.people import person
from bot.presses import OldButtonError, Press
from bot.render.settings import LAYOUT, OWN, PLAIN, settings_page
from bot.replies import Interaction
from index.messages import say


def check_rights(interaction: Interaction, t: Language) -> int:
    """The server whose settings this person may see and change here. Raises NotAllowedError."""
    if interaction.guild_id is None or not interaction.is_guild_integration():
        raise rules.NotAllowedError(t("Settings are for servers that the bot has joined."))
    if not person(interaction).manages_guild:
        raise rules.NotAllowedError(
            t("Only people with Manage Server may see and change the settings of this server.")
        )
    return interaction.guild_id


@presses.on("set_language")
async def set_language(press: Press) -> None:
    """Choose the language of a server, or each reader's own."""
    chosen = _chosen(press, {OWN, *NAMES})
    await _change(press, language=None if chosen == OWN else chosen)


@presses.on("set_plain")
async def set_plain(press: Press) -> None:
    """Choose plain text for all of a server, or layout."""
    plain = _chosen(press, {LAYOUT, PLAIN}) == PLAIN
    await _change(press, plain=plain)


async def _change(press: Press, **changes: str | bool | None) -> None:
    """Keep what was changed of the settings, and show them in the language that is spoken now."""
    guild = check_rights(press.interaction, press.reader.language)
    await press.turn(str(press.reader.id))
    state = press.services.state
    await state.set_server(guild, **changes)
    t = press.services.reader(press.interaction).language
    await press.show(settings_page(state.server(guild), t))


def _chosen(press: Press, known: set[str]) -> str:
    """What was chosen in the menu. Raises OldButtonError for what it doesn't offer (any more)."""
    if len(press.values) != 1 or press.values[0] not in known:
        raise OldButtonError(
            say("This can't be chosen any more."), hint=say("Please open `/settings show` again.")
        )
    return press.values[0]
