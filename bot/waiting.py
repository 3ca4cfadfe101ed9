"""Documents that were fetched and read, but not saved yet: what their preview shows, kept on the disk.

They lie in the folder ``.waiting`` beside a server's documents, so that the buttons of a preview work
after a restart: ``<batch>.json`` tells of the files that came together, ``<batch>-<number>`` are their
bytes. All functions here read or write files: call them off the event loop.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from bot.writing import write_whole
from index.errors import InputError
from index.messages import say

WAITING = ".waiting"
HOURS = 1.0  # that a preview waits to be saved
_ID = re.compile(r"[0-9a-f]{12}")

Outcome = Literal["", "saved", "dropped"]  # empty: it waits


class GonePreviewError(InputError):
    hint = say("Attach the file again with `/corpus add`.")


@dataclass(frozen=True, slots=True)
class Details:
    """What an administrator says of a document; an empty field is left to the document itself."""

    title: str = ""
    author: str = ""
    date: str = ""  # EDTF
    rights: str = ""
    language: str = ""  # BCP 47


@dataclass(frozen=True, slots=True)
class Warned:
    """Something about a document that its reader should know, and where it stands."""

    text: str
    line: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found in a file when it was read for its preview."""

    found: Details  # what the file says of itself
    format: str
    sections: int
    headings: tuple[str, ...]  # the first ones, in order
    notes: int
    unlinked_notes: int
    events: int
    first_events: tuple[tuple[str, str], ...]  # the date as it is written, and the words
    pages: int | None  # None where nobody can know
    words: int
    passages: int
    warned: int  # how many warnings there are
    warnings: tuple[Warned, ...]  # the first ones


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that waits to be saved, or why it can't be."""

    name: str  # as it will be called
    size: int = 0  # bytes
    sha256: str = ""
    details: Details = field(default_factory=Details)
    facts: Facts | None = None
    reason: str = ""  # why it can't be saved
    hint: str = ""
    outcome: Outcome = ""

    @property
    def waits(self) -> bool:
        """Whether it can be saved."""
        return self.facts is not None and not self.reason and not self.outcome

    @property
    def title(self) -> str:
        """What it will be called in lists and citations."""
        found = self.facts.found.title if self.facts else ""
        return self.details.title or found or self.name


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that came together; with ``replaces`` a single one, for the document of that id."""

    id: str
    at: dt.datetime
    candidates: tuple[Candidate, ...]
    replaces: int | None = None

    def changed(self, number: int, **changes: Any) -> Batch:
        """The same with changes to one candidate, counted from 0."""
        made = list(self.candidates)
        made[number] = replace(made[number], **changes)
        return replace(self, candidates=tuple(made))


def new_id() -> str:
    """An id for a batch, which nobody can guess."""
    return secrets.token_hex(6)


def file_of(folder: Path, batch: str, number: int) -> Path:
    """Where the bytes of a candidate lie; ``folder`` is that of the server's documents."""
    return folder / WAITING / f"{batch}-{number}"


def prepare(folder: Path) -> None:
    """Make the folder in which files wait."""
    (folder / WAITING).mkdir(parents=True, exist_ok=True)


def write(folder: Path, batch: Batch) -> None:
    """Keep a batch, as a whole or not at all."""
    said = json.dumps(asdict(batch) | {"at": batch.at.isoformat()}, ensure_ascii=False)
    write_whole(folder / WAITING / f"{batch.id}.json", said.encode(errors="replace"))


def read(folder: Path, batch: str) -> Batch:
    """The batch of this id. Raises GonePreviewError when there is none (any more)."""
    if _ID.fullmatch(batch):
        found = _read(folder / WAITING / f"{batch}.json")
        if found is not None and found.id == batch:
            return found
    raise GonePreviewError(say("This preview is over; a file waits an hour to be saved."))


def batches(folder: Path) -> list[Batch]:
    """All batches that wait, in no order."""
    files = (folder / WAITING).glob("*.json")
    return [batch for batch in map(_read, files) if batch is not None]


def drop(folder: Path, batch: Batch) -> None:
    """Delete a batch and its files; first what tells of it, so that none is found half."""
    (folder / WAITING / f"{batch.id}.json").unlink(missing_ok=True)
    for number in range(len(batch.candidates)):
        file_of(folder, batch.id, number).unlink(missing_ok=True)


def used(folder: Path) -> int:
    """How many bytes wait."""
    return sum(size for _, size, _ in _listed(folder))


def sweep(folder: Path, before: dt.datetime) -> int:
    """Delete what has waited since before this time, and leavings; how many files that were."""
    limit = before.timestamp()
    late = [path for path, _, modified in _listed(folder) if modified < limit]
    for path in sorted(late, key=lambda one: one.suffix != ".json"):
        path.unlink(missing_ok=True)
    return len(late)


def _listed(folder: Path) -> Iterator[tuple[Path, int, float]]:
    """Path, size and time of change of all that lies in the folder in which files wait."""
    with contextlib.suppress(FileNotFoundError), os.scandir(folder / WAITING) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                yield Path(entry.path), status.st_size, status.st_mtime


def _read(path: Path) -> Batch | None:
    """None for what is gone or damaged."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        candidates = tuple(_candidate(one) for one in said.pop("candidates"))
        at = dt.datetime.fromisoformat(said.pop("at"))
        return Batch(**said, at=at, candidates=candidates)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _candidate(said: dict[str, Any]) -> Candidate:
    facts, details = said.pop("facts"), Details(**said.pop("details"))
    return Candidate(**said, details=details, facts=None if facts is None else _facts(facts))


def _facts(said: dict[str, Any]) -> Facts:
    return Facts(
        **said
        | {
            "found": Details(**said["found"]),
            "headings": tuple(said["headings"]),
            "first_events": tuple((date, words) for date, words in said["first_events"]),
            "warnings": tuple(Warned(**one) for one in said["warnings"]),
        }
    )
