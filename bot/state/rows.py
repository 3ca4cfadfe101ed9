"""Values as columns, and back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

_TIME = "%Y-%m-%dT%H:%M:%SZ"  # UTC; sorts as the times do


def said(time: dt.datetime) -> str:
    """A time as the file has it; what is less than a second is cut off."""
    return time.astimezone(dt.UTC).strftime(_TIME)


def read(time: str) -> dt.datetime:
    return dt.datetime.strptime(time, _TIME).replace(tzinfo=dt.UTC)


def maybe(time: str | None) -> dt.datetime | None:
    return read(time) if time else None


def storable(text: str) -> str:
    """``text`` with "?" for what is no character: half of a pair that a client sent alone."""
    return text.encode(errors="replace").decode()


def as_json(value: Any) -> str:
    """JSON with its keys in order; what has no form in it becomes its text."""
    return json.dumps(value, sort_keys=True, default=str)


def ids(text: str) -> tuple[int, ...]:
    return tuple(json.loads(text))


def texts(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def delete(database: Database, table: str, where: str, values: Iterable[Any]) -> int:
    """Delete rows, and return how many they were."""
    values = list(values)
    count = database.table(table).count_where(where, values)
    if count:
        database.table(table).delete_where(where, values)
    return count


def insert(database: Database, table: str, row: dict[str, Any]) -> int:
    """Insert a row into a table that numbers its rows, and return its number."""
    return int(database.table(table).insert(row).last_pk or 0)
