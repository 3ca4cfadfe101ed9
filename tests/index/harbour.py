"""An invented corpus for tests of building: the town of Ostmark, its harbour and the ship Kestrel."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from index import catalogue, views
from index.analysis import Analyzer
from index.contents import reading_contents
from index.generations import INDEX, ORIGIN, SEGMENTS, generation_folder
from index.schema import SEGMENT_TABLES
from index.segments import DOCUMENTS
from index.store import Indexed
from index.worker import Job, Limits, Refusal, index_bytes

GUIDE = """\
# The harbour of Ostmark

Ostmark lies at the mouth of the Lind, and most of its people live by the sea.

## The pier

The stone pier was finished on 4 May 1871 after nine years of work.[^cost] It is 410 metres long,
and the tide leaves its foot dry twice a day.

- Fishing boats land at the north side.
- The ferry lands at the south side.

> Whoever builds in water pays twice, the mayor said in 1866.

| Berth | Depth |
| ----- | ----- |
| North | 6 m   |
| South | 9 m   |

## The lamp

A lamp has burnt at the end of the pier since 1873. Its keeper, Ada Brandt, wrote down every ship.[^log]

[^cost]: Town accounts, volume 3, 1872.
[^log]: Her log is kept in the town hall.
"""

LOG = """\
LOG OF THE KESTREL

The Kestrel was a mail ship of the Lind Company.

1890

March 26: The Kestrel leaves Ostmark for the first time, with Captain Ilse Varga.

She carries forty sacks of mail and a piano.

May 20-22: Storm off the Grey Cape. Two sails are lost.

1891

Jan. 13: Captain Varga hands the ship over to Tomas Reed.

June 2, 1892: The Kestrel is sold to the town.
"""

DIARY = """\
I came to Ostmark in the spring, when the ice had gone from the river and the boats were tarred.

On 7 September 1890 the Kestrel brought my brother home. He had grown a beard, and he did not speak
of the Grey Cape until Christmas.
"""

FILES: Mapping[str, str] = {"guide.md": GUIDE, "kestrel/log.txt": LOG, "kestrel/diary.txt": DIARY}

ALIASES = """\
[[alias]]
names = ["Ilse Varga", "Captain Varga"]

[[alias]]
names = ["Tomas Reed", "Captain Reed"]
"""


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Put ``files`` into ``folder``, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def rows(data: Path, number: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """All that a generation holds, in its own order, but for times, the place of the corpus, and how
    it is cut into segments."""
    with reading_contents(data, number) as contents:
        found: dict[str, list[dict[str, Any]]] = {table: [] for table in SEGMENT_TABLES}
        for document_id in contents.ids:
            first = contents.numbers[document_id].first
            with contents.segment(document_id).reading() as database:
                for table in SEGMENT_TABLES:
                    key = "id" if table == "documents" else "document_id"
                    order = "number" if table in ("notes", "passages") else "ordinal"
                    held = database.table(table).rows_where(
                        f"{key} = ?", [document_id], order_by=order
                    )
                    for row in held:
                        if table == "documents":
                            del row["ordinal"]
                        elif table == "passages":
                            row["number"] -= first
                        found[table].append(row)
        with contents.reading() as database:
            for table in ("timeline", "skipped", "manifest", "edits", "views"):
                found[table] = list(database.table(table).rows_where(order_by="rowid"))
            found["entries"] = [
                {"id": entry.id, "fingerprint": entry.fingerprint, "events": entry.events}
                for entry in catalogue.entries(database)
            ]
        for row in found["views"]:
            file = contents.folder / views.FOLDER / row["name"] / views.FILE
            with closing(sqlite3.connect(file)) as connection:
                timeline = Database(connection).table("timeline")
                found[f"timeline of {row['collections']}"] = list(timeline.rows)
    for row in found["skipped"]:
        del row["modified_ns"], row["seen_ns"]
    found["manifest"] = [row for row in found["manifest"] if row["key"] not in ("corpus", ORIGIN)]
    return found


def generations(data: Path) -> list[str]:
    """What lies in the folder of generations."""
    return sorted(path.name for path in (data / "generations").iterdir())


def index_file(data: Path, number: int = 1) -> Path:
    """The `index.db` of a generation."""
    return generation_folder(data, number) / INDEX


def segment_folder(data: Path, document_id: str, number: int | None = None) -> Path:
    """The folder of the segment that holds a document."""
    with reading_contents(data, number) as contents:
        return contents.folder / SEGMENTS / contents.segment_of[document_id]


def documents_file(data: Path, document_id: str, number: int | None = None) -> Path:
    """The `documents.db` that holds a document."""
    return segment_folder(data, document_id, number) / DOCUMENTS


def change(path: Path, sql: str, *values: object) -> None:
    """Damage the SQLite file at ``path``, whose length stays."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(sql, values)
        connection.commit()


class PoolHere:
    """Reads files as `index.pool.Pool` does, but in this process, for tests that build often."""

    read: list[str]  # the names of those that were read; set it on a subclass

    def __init__(self, aliases: Sequence[Sequence[str]], limits: Limits) -> None:
        self._aliases = tuple(aliases)
        self._limits = limits

    def __enter__(self) -> PoolHere:
        return self

    def __exit__(self, *_: object) -> None: ...

    def results(
        self, jobs: Iterable[tuple[Any, Job, bytes] | tuple[Any, Refusal]]
    ) -> Iterator[tuple[Any, Indexed | Refusal]]:
        """What became of each file, in their order."""
        for one in jobs:
            if len(one) == 2:
                yield one
                continue
            key, job, data = one
            self.read.append(job.name)
            analyzer = Analyzer((*self._aliases, *job.aliases))
            made = index_bytes(job, data, analyzer, self._limits)
            yield key, made if isinstance(made, Refusal) else Indexed(*made)
