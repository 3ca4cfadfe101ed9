"""Names for one thing and corrections of the timeline, from the state to the files that a build reads.

The state is the truth. The files of a collection lie in `index.collections.edits_folder`, in the formats
of `index.corpus` (``aliases.toml``) and `index.timeline.corrections` (``timeline-edits.toml``), and are
written anew as a whole, aside and then put in place, so that a build never reads half of one.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import secrets
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from bot.state import AliasGroup, State, StoredCorrection
from bot.writing import sync, toml_string, write_whole
from index.collections import EDITS, edits_folder
from index.corpus import CORRECTIONS
from index.errors import ArchivistError, DataFolderError, InputError
from index.messages import say

log = logging.getLogger(__name__)

ALIASES = "aliases.toml"
MOST_GROUPS = 200  # of names for one thing, in one collection
MOST_CORRECTIONS = 2_000  # in one collection
_UNBUILT = "unbuilt"  # a file that is there until an index has what lies beside it
_KINDS = ("hide", "redate", "retitle", "add", "merge")  # in the order in which a build applies them
_KEPT_DRAFTS = 500

_T = TypeVar("_T")


# ---------------------------------------------------------------- TOML


def aliases_toml(groups: Iterable[AliasGroup]) -> str:
    """The file of ``groups`` that aren't removed, in the order in which they were made."""
    tables = [
        f"[[alias]]\nnames = {_array(group.names)}\n"
        for group in sorted(groups, key=lambda group: group.id)
        if group.removed is None
    ]
    return "\n".join(tables)


def corrections_toml(corrections: Iterable[StoredCorrection]) -> str:
    """The file of ``corrections`` that aren't undone: by kind, and then in the order of their making."""
    tables = [
        "\n".join([f"[[{each.kind}]]", *map(_pair, each.body.items()), ""])
        for each in in_file_order(corrections)
    ]
    return "\n".join(tables)


def in_file_order(corrections: Iterable[StoredCorrection]) -> list[StoredCorrection]:
    """Those that aren't undone, as they stand in the file: what a report numbers them by."""
    kept = [each for each in corrections if each.undone is None]
    return sorted(kept, key=lambda each: (_KINDS.index(each.kind), each.id))


def _pair(item: tuple[str, Any]) -> str:
    key, value = item
    return f"{key} = {toml_string(value) if isinstance(value, str) else _array(value)}"


def _array(values: Iterable[str]) -> str:
    return f"[{', '.join(map(toml_string, values))}]"


# ---------------------------------------------------------------- files

_LOCKS: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = (
    weakref.WeakKeyDictionary()
)


def _one_at_a_time() -> asyncio.Lock:
    """Else what was read first could be written last."""
    return _LOCKS.setdefault(asyncio.get_running_loop(), asyncio.Lock())


async def write(state: State, data: Path, collection: str) -> str:
    """Make the files of a collection what the state says.

    Returns what stands for them, for `built` once an index has them. Raises DataFolderError.
    """
    async with _one_at_a_time():
        wanted = await _wanted(state, collection)
        await asyncio.to_thread(_put, edits_folder(data, collection), wanted)
        return _digest(wanted)


async def built(data: Path, collection: str, written: str) -> None:
    """Note that an index has what was ``written``, so that no start builds it once more."""

    def note(path: Path) -> None:
        with contextlib.suppress(OSError):  # then a start builds once more, which changes nothing
            if _read(path) == written:
                path.unlink()

    async with _one_at_a_time():
        await asyncio.to_thread(note, edits_folder(data, collection) / _UNBUILT)


async def reconcile(state: State, data: Path) -> tuple[str, ...]:
    """Make all files what the state says: done at start, before anything is built.

    Returns the collections that are to be built, in order: their files changed now, or no build that
    was waited for has read them. Files of other collections are removed. Raises DataFolderError.
    """
    async with _one_at_a_time():
        wanted = {name: await _wanted(state, name) for name in await state.edited()}
        return await asyncio.to_thread(_reconcile, data, wanted)


async def resume(state: State, data: Path, build: Callable[[str], object]) -> None:
    """What a start does: mend the files, and ``build`` the collections that no index has yet.

    What goes wrong is logged: questions are answered all the same.
    """
    try:
        due = await reconcile(state, data)
    except ArchivistError as error:
        log.error("edits not written: %s", type(error).__name__)
        return
    for collection in due:
        build(collection)


async def _wanted(state: State, collection: str) -> dict[str, str]:
    return {
        ALIASES: aliases_toml(await state.aliases(collection)),
        CORRECTIONS: corrections_toml(await state.corrections(collection)),
    }


def _reconcile(data: Path, wanted: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    for name, texts in wanted.items():
        _put(edits_folder(data, name), texts)
    due = [name for name in wanted if (edits_folder(data, name) / _UNBUILT).exists()]
    known = {edits_folder(data, name).name for name in wanted}
    with contextlib.suppress(FileNotFoundError):
        for folder in sorted((data / EDITS).iterdir()):
            stray = folder.is_dir() and folder.name not in known
            if stray and _put(folder, dict.fromkeys((ALIASES, CORRECTIONS), "")):
                (folder / _UNBUILT).unlink(missing_ok=True)
                log.warning("edits without a collection removed: %s", folder.name)
    return tuple(sorted(due))


def _put(folder: Path, texts: Mapping[str, str]) -> bool:
    """Write those of ``texts`` that the files don't say yet; one without text is removed."""
    try:
        changed = [name for name, text in texts.items() if _read(folder / name) != text]
        if not changed:
            return False
        folder.mkdir(parents=True, exist_ok=True)
        # On the disk before the others: a file that was put in place is never forgotten.
        write_whole(folder / _UNBUILT, _digest(texts).encode())
        for name in changed:
            _replace(folder / name, texts[name])
    except OSError as error:
        raise DataFolderError(
            say("What was changed can't be written to the data folder."),
            hint=say("Please tell whoever runs this bot: its disk may be full or read-only."),
        ) from error
    return True


def _digest(texts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()


def _read(path: Path) -> str:
    """What stands in a file; nothing where there is none, or one that can't have been ours."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        return "\0"


def _replace(path: Path, text: str) -> None:
    if text:
        write_whole(path, text.encode())
    else:
        path.unlink(missing_ok=True)
        sync(path.parent)


# ---------------------------------------------------------------- previews that wait


class GoneDraftError(InputError):
    hint = say("Please use the command again.")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[_T]):
    person: int
    guild: int | None
    draft: _T


class Drafts(Generic[_T]):
    """What was previewed and may be saved, by whom and in which server. The last 500, in memory alone.

    They are too long for the id of a button; after a restart the command is used again.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept[_T]] = OrderedDict()

    def keep(self, draft: _T, person: int, guild: int | None) -> str:
        """Keep it; returns what stands for it in the id of a button."""
        key = secrets.token_hex(8)
        self._kept[key] = _Kept(person, guild, draft)
        while len(self._kept) > _KEPT_DRAFTS:
            self._kept.popitem(last=False)
        return key

    def take(self, key: str, person: int, guild: int | None) -> _T:
        """What was kept, which is then forgotten: it can be saved once. Raises GoneDraftError."""
        kept = self._kept.get(key)
        if kept is None or (kept.person, kept.guild) != (person, guild):
            raise GoneDraftError(say("This preview is no longer kept, or was saved already."))
        del self._kept[key]
        return kept.draft

    def forget(self, key: str, person: int, guild: int | None) -> None:
        """Forget what was kept, if it still is and is theirs."""
        with contextlib.suppress(GoneDraftError):
            self.take(key, person, guild)


def unapplied(told: Sequence[str], corrections: Iterable[StoredCorrection]) -> dict[int, str]:
    """Which corrections a build could not apply, by their ids, and what it said of each.

    ``told`` are the sentences of its report, which begin with a correction's place in its file; the
    owner's own file numbers its entries in the same way, hence the look at the ids of events.
    """
    counted: dict[str, int] = {}
    found: dict[int, str] = {}
    for each in in_file_order(corrections):
        counted[each.kind] = counted.get(each.kind, 0) + 1
        place = f"[[{each.kind}]] {counted[each.kind]} "
        ids = each.body.get("ids") or [each.body.get("id", "")]
        for sentence in told:
            at = sentence.find(place)
            if at >= 0 and any(str(one) in sentence for one in ids):
                found[each.id] = sentence[at + len(place) :]
    return found
