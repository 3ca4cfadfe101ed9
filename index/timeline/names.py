"""The names in a timeline's events: how many name each, which, and the names by how they are written.

They are made once, when a generation is built; `StoredNames` reads them from its tables, `PlainNames`
holds them in memory.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from index.model import Event
from index.words.surnames import surname_of

_WORD = re.compile(r"[^\W\d_]+")
_NAMES = {
    "number": int, "name": str, "folded": str, "initials": str, "events": int, "actors": int,
    "places": int, "surname": str,
}  # fmt: skip
_HELD = {"name": int, "position": int}

Positions = NDArray[np.int64]


class Name(NamedTuple):
    """A name as it stands in events, with how many of them name it."""

    name: str
    folded: str
    initials: str
    events: int
    actors: int  # events that name it as somebody who acts
    places: int  # events that name it as a place
    surname: str  # see `surname_of`; "" where it names nobody who acts


class Names(Protocol):
    """All names of a timeline."""

    def __len__(self) -> int: ...

    def find(self, name: str) -> Name | None:
        """The name that is written exactly so."""

    def written(self, folded: str) -> Name | None:
        """The most named of those that are the same once folded; ties by name."""

    def called(self, initials: str) -> list[str]:
        """The names with these initials, sorted."""

    def most_named(self, limit: int) -> list[Name]:
        """The first ``limit``, the most named first, ties by name."""

    def positions(self, name: str) -> Positions:
        """The positions of the events that name it, rising."""


class PlainNames:
    """The names of some events, in memory."""

    def __init__(self, events: Iterable[Event]) -> None:
        found: dict[str, list[int]] = {}  # how many events name it, as an actor, as a place
        self._positions: dict[str, array[int]] = {}
        for position, event in enumerate(events):
            for name in dict.fromkeys((*event.actors, *event.places)):
                counts = found.setdefault(name, [0, 0, 0])
                counts[0] += 1
                counts[1] += name in event.actors
                counts[2] += name in event.places
                self._positions.setdefault(name, array("q")).append(position)
        made = (
            Name(
                n,
                fold_name(n),
                initials_of(n),
                count,
                as_actor,
                as_place,
                surname_of(n) if as_actor else "",
            )
            for n, (count, as_actor, as_place) in found.items()
        )
        self._names = {one.name: one for one in sorted(made, key=lambda n: (-n.events, n.name))}
        self._folded: dict[str, Name] = {}
        self._initials: dict[str, list[str]] = {}
        for one in self._names.values():
            self._folded.setdefault(one.folded, one)
            self._initials.setdefault(one.initials, []).append(one.name)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[tuple[Name, Positions]]:
        """Every name with the positions of its events; the most named first."""
        for name, one in self._names.items():
            yield one, self.positions(name)

    def find(self, name: str) -> Name | None:
        return self._names.get(name)

    def written(self, folded: str) -> Name | None:
        return self._folded.get(folded)

    def called(self, initials: str) -> list[str]:
        return sorted(self._initials.get(initials, ()))

    def most_named(self, limit: int) -> list[Name]:
        return list(self._names.values())[:limit]

    def positions(self, name: str) -> Positions:
        return np.array(self._positions.get(name, ()), dtype=np.int64)


def write_names(database: Database, events: Iterable[Event]) -> None:
    """Save the names of ``events``, which stand in the order of their positions."""
    names, held = database.table("names"), database.table("event_names")
    names.create(_NAMES, pk="number")
    held.create(_HELD, pk=("name", "position"))
    known = PlainNames(events)
    names.insert_all({"number": n} | one._asdict() for n, (one, _) in enumerate(known))
    rows = ((n, position) for n, (_, found) in enumerate(known) for position in found.tolist())
    with database.conn:
        database.conn.executemany("insert into event_names (name, position) values (?, ?)", rows)
    for column in ("name", "folded", "initials", "surname"):
        names.create_index([column])


class StoredNames:
    """The names of a generation, read from its tables when they are asked for.

    Their numbers rise as they are less often named.
    """

    def __init__(
        self, database: Database, reading: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """``reading`` gives the block in which the database may be used by this thread."""
        self._database, self._reading = database, reading
        self._size: int | None = None

    def __len__(self) -> int:
        if self._size is None:
            self._size = int(self._rows("select count(*) from names")[0][0])
        return self._size

    def find(self, name: str) -> Name | None:
        return self._first("where name = ?", name)

    def written(self, folded: str) -> Name | None:
        return self._first("where folded = ? order by number limit 1", folded)

    def called(self, initials: str) -> list[str]:
        sql = "select name from names where initials = ? order by name"
        return [name for (name,) in self._rows(sql, initials)]

    def bearers(self, surname: str) -> list[str]:
        """The names of those who act that end with a surname, as `surname_of` has it."""
        return [name for (name,) in self._rows("select name from names where surname = ?", surname)]

    def most_named(self, limit: int) -> list[Name]:
        return self._select("order by number limit ?", limit)

    def positions(self, name: str) -> Positions:
        rows = self._rows(
            "select position from event_names where name = (select number from names where name = ?)"
            " order by position",
            name,
        )
        return np.array([position for (position,) in rows], dtype=np.int64)

    def _first(self, clause: str, value: str) -> Name | None:
        found = self._select(clause, value)
        return found[0] if found else None

    def _select(self, clause: str, *values: str | int) -> list[Name]:
        sql = f"select name, folded, initials, events, actors, places, surname from names {clause}"
        return [Name(*row) for row in self._rows(sql, *values)]

    def _rows(self, sql: str, *values: str | int) -> Sequence[Any]:
        with self._reading():
            return self._database.execute(sql, list(values)).fetchall()


def fold_name(name: str) -> str:
    """``name`` in small letters without accents, its words a blank apart."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(plain.replace("’", "'").split())


def initials_of(name: str) -> str:
    """The first letters of the words of ``name``, folded."""
    return "".join(word[0] for word in _WORD.findall(fold_name(name)))
