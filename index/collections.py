"""Collections: the owner's folders, and one for each Discord server; what each may be found by.

A collection is the unit of visibility: see `index.archive.Archive.seeing`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

MAIN = "main"  # the files at the top of the corpus folder
_SERVER = "server/"  # no folder can be called so
UPLOADS, EDITS = "uploads", "edits"  # folders of the data folder
_PLAIN = 40  # characters of a name that a folder can be called by


def server_collection(guild: int) -> str:
    """The collection of what a server's administrators add."""
    return f"{_SERVER}{guild}"


def guild_of(collection: str) -> int | None:
    """The server whose collection it is; None for one of the owner's."""
    number = collection.removeprefix(_SERVER)
    return int(number) if number != collection and number.isdecimal() else None


def is_owners(collection: str) -> bool:
    """Whether it is a folder of the owner's corpus."""
    return guild_of(collection) is None


def uploads_folder(data: Path, guild: int) -> Path:
    """Where the documents of a server's own collection lie."""
    return data / UPLOADS / str(guild)


def edits_folder(data: Path, collection: str) -> Path:
    """Where the names for one thing and the corrections lie that were made for a collection in Discord."""
    guild = guild_of(collection)
    if guild is not None:
        return data / EDITS / f"server-{guild}"
    plain = collection.isascii() and collection.replace("-", "").replace("_", "").isalnum()
    if plain and len(collection) <= _PLAIN and collection == collection.casefold():
        return data / EDITS / f"owner-{collection}"
    digest = hashlib.blake2s(collection.encode(errors="replace"), digest_size=8).hexdigest()
    return data / EDITS / f"owner.{digest}"
