"""What `archivist doctor` looks at: settings, folders, index, state, this machine, Discord."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bot.doctor.discord_side import look as look_at_discord
from bot.doctor.finding import Finding, Verdict, mend, note, ok
from bot.doctor.folders import look as look_at_folders
from bot.doctor.machine import look as look_at_machine
from bot.settings import load_settings
from index.errors import SettingsError

__all__ = ["Finding", "Verdict", "examine"]


def examine(
    env: Mapping[str, str],
    dotenv: Path | None = None,
    *,
    corpus: Path | None = None,
    data: Path | None = None,
    offline: bool = False,
    guild: int | None = None,
) -> Iterator[Finding]:
    """Everything that an operator can mend, in the order in which to mend it.

    ``corpus`` and ``data`` stand for those of the settings. With ``offline`` Discord isn't asked;
    otherwise it is asked, without connecting, for a few seconds at most. Of the servers the first
    few are looked at, or the one whose id ``guild`` is. Settings that can't be used end it.
    """
    try:
        settings = load_settings(env, dotenv)
    except SettingsError as error:
        yield mend("settings", error.sentence)
        return
    settings = replace(settings, corpus=corpus or settings.corpus, data=data or settings.data)
    yield ok("settings", "every value can be used.")
    for sentence in settings.unknown:
        yield note("settings", sentence)
    yield from look_at_folders(settings)
    yield from look_at_machine(settings)
    yield from look_at_discord(settings, offline=offline, guild=guild)
