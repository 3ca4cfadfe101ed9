"""Files that people attach: what they are called here, and how their bytes are fetched.

Nothing that a person or Discord says of a file is believed: a name is cleaned until it can name
nothing but one file, an address must begin with one of Discord's, and bytes are counted as they come.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import SplitResult, quote, unquote, urlsplit

import aiohttp
import discord
import yarl

from bot.markup import readable
from index.corpus import SETTINGS_FILES
from index.errors import ArchivistError, InputError
from index.messages import say
from index.worker import MEGABYTE

NAME_BYTES = 120  # of a name, as UTF-8
SECONDS = 120.0  # for one file
SILENCE = 20.0  # seconds without a byte
_BLOCK = 1 << 16  # bytes
_SUFFIX = 12  # characters of an extension that are kept when a name is cut
_FORBIDDEN = frozenset('<>:"|?*')  # some systems know no files of such names
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"))  # controls, directions, halves
_PORTS = {"https": 443, "http": 80}


class AttachmentError(InputError):
    """A file that was attached can't be had."""

    hint = say("Please attach it again.")


class TooLargeError(InputError):
    hint = say("Split it into smaller files.")


class StorageError(ArchivistError):
    """The disk of whoever runs the bot takes no file."""

    hint = say("Please tell whoever runs this bot.")


@dataclass(frozen=True, slots=True)
class Offer:
    """A file as Discord tells of it."""

    name: str
    size: int  # bytes, as Discord says
    url: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was written of a file."""

    size: int
    sha256: str


def offered(attachment: discord.Attachment) -> Offer:
    """The file of a command's option."""
    name = _titled(attachment.filename, attachment.title)
    return Offer(name, attachment.size, attachment.url)


def offers_of(data: Any) -> list[Offer]:
    """The files of a form that was sent in, by its payload, in the order in which they were chosen."""
    resolved = (data or {}).get("resolved") or {}
    return [
        Offer(
            _titled(str(file.get("filename") or ""), file.get("title")),
            int(file.get("size") or 0),
            str(file.get("url") or ""),
        )
        for file in (resolved.get("attachments") or {}).values()
    ]


def _titled(name: str, title: object) -> str:
    """The name that its sender gave a file: Discord keeps one that isn't ASCII as a title."""
    if not isinstance(title, str) or not title.strip():
        return name
    suffix = f".{name.rpartition('.')[2]}" if "." in name else ""
    return title if title.casefold().endswith(suffix.casefold()) else title + suffix


# ---------------------------------------------------------------- names


def clean_name(name: str) -> str:
    """What a file is called here: one name, never a path, hidden or unseen; at most `NAME_BYTES`.

    ``document`` where nothing is left of it.
    """
    last = name.replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    kept = "".join(
        "-" if char in _FORBIDDEN else " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", last)
        if char.isspace() or unicodedata.category(char) not in _UNSEEN
    )
    kept = " ".join(kept.split()).lstrip(".~ -").rstrip("~. ")
    stem, dot, suffix = kept.rpartition(".")
    if not (dot and suffix.isalnum() and len(suffix) <= _SUFFIX):
        stem, suffix = kept, ""
    ending = f".{suffix}" if suffix else ""
    if f"{stem}{ending}".casefold() in SETTINGS_FILES:
        stem = f"document {stem}"
    stem = _cut(stem, NAME_BYTES - len(ending.encode())).rstrip("~. ") if readable(stem) else ""
    return unicodedata.normalize("NFC", f"{stem or 'document'}{ending}")


def same_name(name: str) -> str:
    """Equal for two names that some system takes for one: case and composition don't count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())


def bare_name(name: str) -> str:
    """Equal for two names whose documents might get the same id: letters and digits alone."""
    stem = name.rpartition(".")[0] or name
    folded = unicodedata.normalize("NFKD", stem).casefold()
    return "".join(char for char in folded if char.isalnum())


def free_name(name: str, taken: Iterable[str]) -> str:
    """``name``, or with a number behind it, so that no document of ``taken`` gets another id by it."""
    used = {bare_name(one) for one in taken}
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    number, free = 1, name
    while bare_name(free) in used:
        number += 1
        ending = f" {number}{dot}{suffix}"
        free = _cut(stem, NAME_BYTES - len(ending.encode())).rstrip() + ending
    return free


def _cut(text: str, most: int) -> str:
    """The beginning of ``text``, at most so many bytes of UTF-8, no character cut."""
    return text.encode()[: max(most, 0)].decode(errors="ignore")


# ---------------------------------------------------------------- addresses


def is_allowed(url: str, bases: Iterable[str]) -> bool:
    """Whether ``url`` lies below one of ``bases``: same scheme, host and port, a path below its path.

    Nothing that could be read in two ways is: user names, backslashes, steps upwards, blanks.
    """
    wanted = _parsed(url)
    return wanted is not None and any(
        base is not None and _place(wanted) == _place(base) and _is_below(wanted.path, base.path)
        for base in map(_parsed, bases)
    )


def _parsed(url: str) -> SplitResult | None:
    """The parts of an address that can be read in one way only; else None."""
    url = _encoded(url)
    plain = url.isascii() and url.isprintable() and not set(url) & set(' \\"<>^`{|}')
    if not plain or len(url) > 2_000:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    fine = parts.scheme in _PORTS and parts.hostname and port != 0 and "@" not in parts.netloc
    steps = unquote(unquote(parts.path)).replace("\\", "/").split("/")
    return parts if fine and not {".", ".."} & set(steps) else None


def _encoded(url: str) -> str:
    """``url`` with what isn't ASCII encoded, as a browser sends it."""
    return quote(url, safe=string.printable, errors="replace")


def _place(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def _is_below(path: str, base: str) -> bool:
    folder = base.rstrip("/") + "/"
    return path.startswith(folder) and len(path) > len(folder)


# ---------------------------------------------------------------- bytes


async def fetch(
    offer: Offer,
    path: Path,
    *,
    bases: Iterable[str],
    most: int,
    seconds: float = SECONDS,
    silence: float = SILENCE,
) -> Fetched:
    """Write the bytes of an attachment to the new file ``path``, which is on the disk afterwards.

    At most ``most`` bytes come over, whatever was promised; no redirect is followed. Raises
    AttachmentError or TooLargeError, and leaves no file.
    """
    check_size(offer.size, most)
    if not is_allowed(offer.url, bases):
        raise AttachmentError(
            say("This attachment doesn't lie with Discord, so it is not fetched.")
        )
    timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=silence, sock_read=silence)
    try:
        async with (
            aiohttp.ClientSession(
                timeout=timeout,
                auto_decompress=False,  # a file could unpack to any size
                headers={"Accept-Encoding": "identity"},
                cookie_jar=aiohttp.DummyCookieJar(),
            ) as session,
            session.get(
                yarl.URL(_encoded(offer.url), encoded=True), allow_redirects=False
            ) as response,
        ):
            if response.status != 200:
                raise AttachmentError(_refused(response.status))
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise AttachmentError(say("Discord sent the file in a form that can't be read."))
            return await _write(response, path, most)
    except TimeoutError as error:
        raise AttachmentError(say("Discord took too long to send the file.")) from error
    except (aiohttp.ClientError, ValueError) as error:
        raise AttachmentError(say("The file could not be fetched from Discord.")) from error
    except OSError as error:
        raise StorageError(say("The file can't be written here.")) from error


def check_size(size: int, most: int) -> None:
    """Raise TooLargeError for a file of more than ``most`` bytes."""
    if size > most:
        limit = f"{most / MEGABYTE:,.0f}"
        raise TooLargeError(say("The file is too large: at most {limit} MB are read.", limit=limit))


def _refused(status: int) -> str:
    if status in (403, 404, 410):
        return say("The attachment is gone, or its address is over.")
    if 300 <= status < 400:
        return say("Discord sent the file's address on to another one, which is not followed.")
    return say("Discord did not give the file (status {status}).", status=str(status))


async def _write(response: aiohttp.ClientResponse, path: Path, most: int) -> Fetched:
    digest = hashlib.sha256()
    size = 0
    file = await asyncio.to_thread(path.open, "xb")
    try:
        async for block in response.content.iter_chunked(_BLOCK):
            size += len(block)
            check_size(size, most)
            digest.update(block)
            await asyncio.to_thread(file.write, block)
        await asyncio.to_thread(_sync, file)
    except BaseException:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        raise
    finally:
        await asyncio.to_thread(file.close)
    return Fetched(size, digest.hexdigest())


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
