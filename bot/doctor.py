"""What `archivist doctor` looks at: settings, folders, index, token, permissions.

It needs no network: only a server that stands in for Discord (DISCORD_API_URL) is asked for the
application's id, where the token doesn't tell it.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import shutil
import sqlite3
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from bot import permissions
from bot.settings import Settings, load_settings
from bot.state.store import NAME as STATE_FILE
from index import building, corpus, generations, locks
from index.archive import Archive, list_sources
from index.errors import ArchivistError, CorpusError, SettingsError

_LEAST_FREE = 200_000_000  # bytes
_ASKING = 3.0  # seconds for the answer of a server that stands in for Discord
_LONGEST_ANSWER = 1_000_000  # bytes of it that are read
_GENERATIONS = 3  # as large as the index: two are kept while a third is written

Verdict = Literal["ok", "note", "mend"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and how it is; a sentence that says what to do where it must be mended."""

    verdict: Verdict
    name: str
    said: str

    @property
    def line(self) -> str:
        return f"{self.verdict:<5} {self.name}: {self.said}"


def examine(
    env: Mapping[str, str],
    dotenv: Path | None = None,
    *,
    corpus: Path | None = None,
    data: Path | None = None,
) -> Iterator[Finding]:
    """Everything that an operator can mend, in the order in which to mend it.

    ``corpus`` and ``data`` stand for those of the settings. Settings that can't be used end it.
    """
    try:
        settings = load_settings(env, dotenv)
    except SettingsError as error:
        yield Finding("mend", "settings", error.sentence)
        return
    settings = replace(settings, corpus=corpus or settings.corpus, data=data or settings.data)
    yield Finding("ok", "settings", "every value can be used.")
    for sentence in settings.unknown:
        yield Finding("note", "settings", sentence)
    yield from _of_corpus(settings)
    yield from _of_data(settings)
    yield from _of_index(settings)
    yield from _of_token(settings)
    yield from _of_people(settings)
    today = dt.datetime.now(settings.timezone).date()
    yield Finding("ok", "time zone", f"{settings.timezone.key}; today is {today.isoformat()}.")


def _of_corpus(settings: Settings) -> Iterator[Finding]:
    try:
        found = corpus.scan(settings.corpus)
    except CorpusError as error:
        yield Finding("mend", "corpus", f"{error.sentence} (Looked in {settings.corpus}.)")
        return
    if not found.files:
        sentence = f"{settings.corpus} holds no documents. Put some there."
        yield Finding("mend", "corpus", sentence)
        return
    yield Finding("ok", "corpus", f"{len(found.files):,} files in {settings.corpus}.")


def _of_data(settings: Settings) -> Iterator[Finding]:
    data = settings.data
    folder = next(place for place in (data, *data.absolute().parents) if place.exists())
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        sentence = f"{data} can't be written. Choose another with --data or ARCHIVIST_DATA."
        yield Finding("mend", "data folder", sentence)
        return
    number = generations.current_generation_or_zero(data)
    files = generations.generation_folder(data, number).rglob("*") if number else ()
    size = sum(file.stat().st_size for file in files if file.is_file())
    needed = max(_LEAST_FREE, _GENERATIONS * size)
    free = shutil.disk_usage(folder).free
    if free < needed:
        sentence = (
            f"{_megabytes(free)} are free for {data}; {_megabytes(needed)} are needed to index. "
            "Make room."
        )
        yield Finding("mend", "disk", sentence)
    else:
        yield Finding("ok", "disk", f"{_megabytes(free)} are free for {data}.")
    if (data / STATE_FILE).exists():
        yield _of_state(data / STATE_FILE)


def _of_state(file: Path) -> Finding:
    try:
        uri = f"{file.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            ((said,),) = connection.execute("pragma quick_check(1)").fetchall()
    except sqlite3.Error as error:
        said = str(error)
    if said == "ok":
        return Finding("ok", "settings of servers, reports", f"{file.name} is whole.")
    sentence = f"{file.name} is damaged ({said}). Restore it, or move it away to begin anew."
    return Finding("mend", "settings of servers, reports", sentence)


def _of_index(settings: Settings) -> Iterator[Finding]:
    try:
        if generations.current_generation(settings.data) is None:
            yield Finding("note", "index", "there is none yet; it is built at the first start.")
            return
        archive = Archive.open(settings.data)
        if archive.replaces is not None:
            _, error = archive.replaces
            sentence = (
                f"{error} Generation {archive.generation} answers in its place. Run `archivist index "
                "build --full`."
            )
            yield Finding("mend", "index", sentence)
            return
        listing = list_sources(settings.data)
        changed = building.is_stale(settings.corpus, settings.data, limits=settings.limits)
    except CorpusError:
        return  # said of the corpus
    except ArchivistError as error:
        yield Finding("mend", "index", error.sentence)
        return
    passages = sum(summary.passages for summary in listing.summaries)
    counts = f"{len(listing.summaries):,} documents, {passages:,} passages"
    yield Finding("ok", "index", f"generation {listing.generation}: {counts}.")
    left_out = [entry for entry in listing.skipped if not entry.ignored]
    if left_out:
        sentence = f"{len(left_out):,} files were left out: `archivist sources` says why."
        yield Finding("note", "index", sentence)
    if changed:
        sentence = "the corpus has changed since: `archivist index build` takes it up."
        yield Finding("note", "index", sentence)
    if generations.given_up(settings.data) is not None:
        sentence = (
            "it was gone back to: `archivist index build` indexes the corpus folder as it is now."
        )
        yield Finding("note", "index", sentence)
    if locks.is_held(settings.data, "serve"):
        yield Finding("note", "index", "an `archivist serve` uses this data folder now.")


def _of_token(settings: Settings) -> Iterator[Finding]:
    """The token's form, and the links to add the bot, whose id stands in it."""
    try:
        token = settings.discord_token()
    except SettingsError as error:
        yield Finding("mend", "token", error.sentence)
        return
    application = permissions.application_of(token)
    if application is None or token.count(".") != 2:
        sentence = (
            "it doesn't have the form of a bot's token. Copy it again from the Bot page of your "
            "application."
        )
        other = settings.api_url is not None  # a test server may take any
        yield Finding("note" if other else "mend", "token", sentence)
    else:
        yield Finding("ok", "token", "it has the form of a bot's token; only Discord can check it.")
    if settings.api_url is not None:
        application = application or _ask_application(settings.api_url, token)
        yield Finding("note", "Discord", f"its API is taken to be at {settings.api_url}.")
    if application is not None:
        names = ", ".join(needed.label for needed in permissions.NEEDED)
        yield Finding("ok", "permissions", f"{names}; no privileged intent.")
        yield Finding("ok", "to add it to a server", permissions.server_link(application))
        yield Finding("ok", "to add it for oneself", permissions.user_link(application))


def _ask_application(api: str, token: str) -> int | None:
    """The application's id, as the server at ``api`` tells it; None where it doesn't, or not soon."""
    headers = {"Authorization": f"Bot {token}", "User-Agent": "DiscordBot (archivist, 1)"}
    request = urllib.request.Request(f"{api}/applications/@me", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=_ASKING) as answer:
            return int(json.loads(answer.read(_LONGEST_ANSWER))["id"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None


def _of_people(settings: Settings) -> Iterator[Finding]:
    owners = settings.owner_ids
    said = (
        f"{len(owners)} named in ARCHIVIST_OWNER_IDS"
        if owners
        else "the application's, or its team's"
    )
    yield Finding("ok", "owners", f"{said}.")
    if not settings.home_guilds:
        sentence = (
            "if the bot is in several, the managers of each may reindex: name yours in "
            "ARCHIVIST_HOME_GUILDS."
        )
        yield Finding("note", "servers", sentence)


def _megabytes(count: int) -> str:
    return f"{count // 1_000_000:,} MB"
