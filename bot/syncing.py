"""Keeping our commands known to Discord, written only when they changed."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord

from bot import logs, replies

if TYPE_CHECKING:
    from bot.app import ArchivistBot

log = logging.getLogger(__name__)

_SYNC_AGAIN = 60.0  # seconds


async def keep_synced(bot: ArchivistBot) -> None:
    """Make Discord know our commands, trying again while it can't be told."""
    while True:
        try:
            written = await sync_commands(bot)
            log.info("commands %s", "written" if written else "known as they are")
            return
        except (discord.HTTPException, *replies.UNSURE, *replies.UNREADABLE) as error:
            log.error("commands not synced: %s", logs.trail(error))
            if isinstance(error, discord.HTTPException) and _for_good(error):
                return
        await asyncio.sleep(_SYNC_AGAIN)


def _for_good(error: discord.HTTPException) -> bool:
    """Whether Discord would refuse the same again."""
    return 400 <= error.status < 500 and error.status != 429


async def sync_commands(bot: ArchivistBot) -> bool:
    """Overwrite our commands at Discord if they differ, and return whether that was needed.

    One request asks what Discord has. What it answers can't be compared with what was sent,
    because defaults come back in other words; so the ids and versions that it gave us when we
    last wrote are kept in the data folder with a hash of what we wrote. Both must be the same:
    a changed command, another program's change and a new application are all noticed.
    """
    assert bot.application_id is not None
    translator = bot.tree.translator
    payload: list[Any] = [
        await command.get_translated_payload(bot.tree, translator)
        if translator
        else command.to_dict(bot.tree)
        for command in bot.tree.get_commands()
    ]
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    known = await bot.http.get_global_commands(bot.application_id)
    file = bot.settings.data / "commands.json"
    kept = await asyncio.to_thread(_read_json, file)
    if kept == {"digest": digest, "versions": _versions(known)}:
        bot.command_ids = _ids(known)
        return False
    made = await bot.http.bulk_upsert_global_commands(bot.application_id, payload=payload)
    record = {"digest": digest, "versions": _versions(made)}
    bot.command_ids = _ids(made)
    await asyncio.to_thread(_write_json, file, record)
    return True


def _ids(said: Any) -> dict[str, int]:
    """The ids of slash commands by name, by which messages can hold a command to be pressed."""
    slash = discord.AppCommandType.chat_input.value
    return {str(one["name"]): int(one["id"]) for one in said if one.get("type", slash) == slash}


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
