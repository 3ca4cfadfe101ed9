"""What the handbooks show, done in the simulator of Discord on documents that are invented.

`make.py` runs it: a server's administrator and its members go through the handbook, and what the bot
shows them is written into a page for each picture.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

TOWN = """# Skerrow: a town and its harbour

## The harbour

The harbour of Skerrow was dug in 1847 by order of Lord Ardent, who wanted a port for slate. Two
hundred masons worked on the north mole for six years.

The light on the mole was lit for the first time on 3 May 1853.

## The ferry

The ferry Corrie carried slate, wool and passengers to Dunmoran from 1849. The council sold her in
March 1923 to a company of Leith.
"""
BOARD = """# Minutes of the harbour board

On 9 January 1854 the board heard that the Corrie had run aground on the bar.
"""
LIGHT = """# The lighthouse of Skerrow

Built in 1871 by J. Byrne on the outer rock.

## Keepers

On 4 March 1880 the lamp was first lit by Mary Pell, the keeper. It burned for a year with seal oil.

## Wrecks

On 2 November 1881 the brig Hesper struck the outer rock. Her crew of nine was taken off by Tom Rudd.
"""
LATER = f"""{LIGHT}
## Oil

On 2 May 1882 the oil ran out, and Tom Rudd rowed to Dunmoran for new oil.
"""
RULES = """# Rules of the ferry

From 1 June 1905 no cattle are carried on Sundays. The fare is two pence.
"""
QUESTION = "Do seals come into the harbour?"
WORDS = "lamp burned seal oil"

#: The terminal's pictures look like one.
TERMINAL = (
    "<!doctype html><meta charset=utf-8><style>body{{background:#1e1f22;color:#dbdee1;margin:0;"
    "padding:16px 20px;font:15px/1.5 'Noto Sans Mono',monospace;white-space:pre-wrap;"
    "overflow-wrap:anywhere}}</style>{}"
)


def write(corpus: Path) -> None:
    """The owner's documents: one that all may search, and a folder that was granted to nobody."""
    (corpus / "board").mkdir(parents=True)
    (corpus / "town.md").write_text(TOWN, encoding="utf-8")
    (corpus / "board" / "minutes.md").write_text(BOARD, encoding="utf-8")


class Tour:
    """An administrator's hands: does things, and keeps a page of what is shown for it."""

    def __init__(self, sim: Any, folder: Path) -> None:
        self.sim, self.folder = sim, folder
        self.start = 0

    async def slash(self, path: str, *, member: str = "admin", **options: Any) -> Any:
        """Run a command, wait for what comes of it, and remember where its message stands."""
        self.start = self.sim.transcript.mark()
        until: Callable[[Any], Any] | None = options.pop("until", None)
        return await self.sim.slash(
            path,
            member=member,
            guild="main",
            channel="general",
            options=options,
            until=until,
        )

    def keep(self, picture: str) -> None:
        """Write down what is shown since the last command."""
        self.sim.html(self.folder / f"{picture}.html", start=self.start)

    async def choice(self, path: str, typed: str) -> str:
        """The value of the first thing that is offered for an option."""
        offered = await self.sim.autocomplete(
            path, typed, member="admin", guild="main", channel="general"
        )
        return str(offered[0]["value"])


def read(reply: Any) -> bool:
    """Whether attached files were read."""
    return bool(reply.text()) and "Reading the files" not in reply.text()


def counts(reply: Any) -> bool:
    """Whether what was saved is in the index."""
    return any(words in reply.text() for words in ("is searchable", "counts from now on"))


async def record(sim: Any, folder: Path, doctor: Sequence[str], env: Mapping[str, str]) -> None:
    """Go through the handbook of administrators, then run ``doctor`` in the environment ``env``."""
    tour = Tour(sim, folder)
    for step in (_documents, _settings, _corrections, _gaps, _audit):
        await step(tour)
    done = await asyncio.to_thread(
        subprocess.run, doctor, cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    lines = [line for line in done.stdout.splitlines() if not line.endswith("/api/v10.")]
    said = "\n".join(("$ archivist doctor", *lines))  # without the address of the simulator
    (folder / "doctor.html").write_text(TERMINAL.format(escape(said)), encoding="utf-8")


async def _documents(tour: Tour) -> None:
    await tour.slash("/diagnose", channel="read-only")
    tour.keep("diagnose")
    light = ("lighthouse.md", LIGHT.encode())
    preview = await tour.slash("/corpus add", file=light, until=read)
    form = await preview.click("Change details", member="admin")
    changed = await form.submit_modal({"Author": "J. Byrne", "Date": "1883"})
    tour.keep("preview")
    await changed.click("Save", member="admin", until=counts)
    rules = await tour.slash("/corpus add", file=("rules.md", RULES.encode()), until=read)
    await rules.click("Save", member="admin", until=counts)
    document = await tour.choice("/corpus replace document", "light")
    later = ("lighthouse-2.md", LATER.encode())
    new = await tour.slash("/corpus replace", document=document, file=later, until=read)
    tour.keep("replace")
    await new.click("Replace", member="admin", until=counts)
    unwanted = await tour.choice("/corpus remove document", "rules")
    asked = await tour.slash("/corpus remove", document=unwanted)
    await asked.click(
        "Remove", member="admin", until=lambda reply: "any more.\n" in f"{reply.text()}\n"
    )
    await tour.sim.quiet(1.0)
    tour.keep("removed")


async def _settings(tour: Tour) -> None:
    await tour.slash("/settings show")
    tour.keep("settings")
    shown = await tour.slash("/settings show")
    listed = await shown.click("Documents", member="admin")
    one = await listed.select(
        "Choose which to open or close", "Documents of this server", member="admin"
    )
    await one.select("No channel. Choose some", "staff", member="admin")
    tour.keep("collection")
    again = await tour.slash("/settings show")
    listed = await again.click("Documents", member="admin")
    one = await listed.select(
        "Choose which to open or close", "Documents of this server", member="admin"
    )
    await one.select("Who may search it", "Open to all", member="admin")


async def _corrections(tour: Tour) -> None:
    entry = await tour.choice("/timeline-edit redate event", "lamp")
    preview = await tour.slash("/timeline-edit redate", event=entry, date="5 March 1880")
    tour.keep("correction")
    await preview.click("Save", member="admin", until=counts)
    names = await tour.slash("/aliases add", names="Hesper, the wreck")
    await names.click("Save", member="admin", until=counts)


async def _gaps(tour: Tour) -> None:
    for member in ("ordinary", "second"):
        answer = await tour.slash("/ask", member=member, question=QUESTION)
        told = await answer.click("Tell the curators", member=member)
        if member == "ordinary":
            await told.click("Tell me when it is answered", member=member)
    listed = await tour.slash("/gaps")
    tour.keep("gaps")
    group = await listed.click("Open\u00a01", member="admin")
    form = await group.click("Name a passage", member="admin")
    found = await form.submit_modal({"The passage that answers": WORDS})
    asked = await found.click("Choose\u00a01", member="admin")
    await asked.click("This answers it", member="admin")


async def _audit(tour: Tour) -> None:
    await tour.slash("/audit")
    tour.keep("audit")
