"""An invented corpus for tests of building: the town of Ostmark, its harbour and the ship Kestrel."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from index import store

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
    """All that a generation holds, in its own order, but for times and the place of the corpus."""
    tables = "documents sections paragraphs notes passages events skipped manifest".split()
    with store.reading(data, number) as database:
        found = {
            table: list(database.table(table).rows_where(order_by="rowid")) for table in tables
        }
    for row in found["documents"] + found["skipped"]:
        del row["modified_ns"]
    found["manifest"] = [row for row in found["manifest"] if row["key"] != "corpus"]
    return found


def generations(data: Path) -> list[str]:
    """What lies in the folder of generations."""
    return sorted(path.name for path in (data / "generations").iterdir())
