"""The bot as people run it: ``python -m bot serve`` in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Program:
    """Started and ended any number of times on the same folders; `errors` is all of standard error."""

    def __init__(self, corpus: Path, data: Path, environment: Mapping[str, str]) -> None:
        self.corpus, self.data = corpus, data
        self.errors = ""
        self._environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT),
            "ARCHIVIST_CORPUS": str(corpus),
            "ARCHIVIST_DATA": str(data),
            **environment,
        }
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        folder = self.data.parent
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve"),
            cwd=folder,  # no .env is here
            env=self._environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())

    def tell(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def ended(self, within: float = 60.0) -> int:
        """The exit code, once it is there. Raises TimeoutError after ``within`` seconds."""
        assert self._process is not None
        assert self._reading is not None
        async with asyncio.timeout(within):
            code = await self._process.wait()
            await self._reading
            return code

    async def stop(self) -> int:
        """End it by SIGTERM, by SIGKILL when that takes longer than 30 seconds; the exit code."""
        if self.running:
            self.tell(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                return await self.ended(30.0)
            self.tell(signal.SIGKILL)
        return await self.ended()

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        while line := await self._process.stderr.readline():
            self.errors += line.decode("utf-8", "replace")
