"""Makes the pictures of the README and the handbooks anew.

    .venv/bin/python docs/pictures/make.py

The README's are of this repository's own corpus, the handbooks' of the documents in `tour.py`.
Needs Chromium, and the simulator of Discord that lies beside the repository, with its requirements
(PyYAML, psutil, zstandard). The fonts are those of the machine: with Noto Sans and Noto Emoji the
pictures look most like Discord.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import tour
from PIL import Image, ImageChops

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared"
BOT = [str(ROOT / ".venv" / "bin" / "python"), "-m", "bot"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TALLEST = 4_000  # pixels
COLOURS = 256
MARGIN = 12
#: A page shows a message alone; a button has one line, as in Discord.
STYLE = (
    ".top,.sys,.ref,.note{display:none}.msg{margin:0}.btn{white-space:nowrap;display:inline-block}"
)
PHONE = ".msg{padding:4px 8px}.av{display:none}.sel{min-width:0;width:100%}"
#: Of each picture: its width in pixels, and what is added to the page's style.
README = {"answer": (900, ""), "timeline": (900, ""), "near-miss": (400, PHONE)}
HANDBOOKS = dict.fromkeys(
    ("diagnose", "preview", "replace", "removed", "settings", "collection", "correction", "gaps",
     "audit"),
    (700, ""),
) | {"doctor": (860, "")}  # fmt: skip


async def record(folder: Path, where: list[str]) -> None:
    """Ask the bot in the simulator; write each answer into ``folder`` as a page."""
    from discordsim import DiscordSim  # lies beside the repository

    async with DiscordSim() as sim:
        bot = await sim.start_bot([*BOT, "serve", *where], cwd=str(ROOT))
        await sim.wait_ready()
        await sim.wait_commands(names=["/ask", "/timeline"])
        who: dict[str, Any] = {"guild": "main", "channel": "general", "member": "ordinary"}
        start = sim.transcript.mark()
        await sim.slash("/ask", **who, question="When did Putin first receive Min Aung Hlaing?")
        sim.html(folder / "answer.html", start=start)
        listed = await sim.slash("/timeline", **who, who="Sergei Shoigu")
        picture = await listed.click("Picture", member="ordinary")
        start = sim.transcript.mark()
        await picture.click("Share", member="ordinary")
        sim.html(folder / "timeline.html", start=start)
        start = sim.transcript.mark()
        await sim.slash("/ask", **who, question="How many tanks did Russia sell to Peru?")
        sim.html(folder / "near-miss.html", start=start)
        await bot.stop()


async def record_handbooks(folder: Path, where: list[str]) -> None:
    """Do what the handbooks tell, in the simulator; write what is shown into ``folder`` as pages."""
    from discordsim import DiscordSim

    async with DiscordSim(integration_types=(0, 1)) as sim:
        sim.app_flags = 0  # no privileged intent, as the handbook says
        owner = {"ARCHIVIST_OWNER_IDS": str(sim.user("owner").id)}
        bot = await sim.start_bot([*BOT, "serve", *where], cwd=str(ROOT), env=owner)
        await sim.wait_ready()
        await sim.wait_commands(names=["/corpus", "/gaps"])
        doctor = [*BOT, "doctor", "--corpus", "corpus", "--data", "data"]
        await tour.record(sim, folder, doctor, {**os.environ, **sim.env(), **owner})
        await bot.stop()


def photograph(page: Path, picture: Path, width: int, style: str) -> None:
    """A picture of the message on ``page``, in at most 256 colours, without what surrounds it."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise SystemExit("Chromium is needed to make pictures.")
    body = f"html,body{{width:{width}px}}.log{{max-width:{width}px}}"
    text = page.read_text(encoding="utf-8").replace(">TestBot<", ">Archivist<")
    text = text.replace('">T</div>', '">A</div>')
    page.write_text(text.replace("</style>", f"{STYLE}{style}{body}</style>"), encoding="utf-8")
    options = [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        f"--window-size={width + 100},{TALLEST}", f"--screenshot={picture}",
    ]  # fmt: skip
    subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True)
    whole = Image.open(picture).convert("RGB")
    behind = Image.new("RGB", whole.size, whole.getpixel((width - 1, TALLEST - 1)))
    left, top, right, bottom = ImageChops.difference(whole, behind).getbbox() or (0, 0, 1, 1)
    box = (max(0, left - MARGIN), max(0, top - MARGIN), right + MARGIN, bottom + MARGIN)
    whole.crop(box).quantize(COLOURS).save(picture, optimize=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        readme = ["--corpus", str(ROOT / "corpus"), "--data", str(folder / "readme")]
        corpus = folder / "corpus"
        tour.write(corpus)
        handbooks = ["--corpus", str(corpus), "--data", str(folder / "data")]
        for where in (readme, handbooks):
            build = [*BOT, "index", "build", *where]
            subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
        sys.path.insert(0, str(SHARED))
        asyncio.run(record(folder, readme))
        asyncio.run(record_handbooks(folder, handbooks))
        for picture, (width, style) in (README | HANDBOOKS).items():
            file = HERE / f"{picture}.png"
            photograph(folder / f"{picture}.html", file, width, style)
            sys.stdout.write(f"{file.name}: {file.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
