"""Telling systemd how the program does, where it was started by it; elsewhere nothing happens.

``READY=1`` once it serves, ``WATCHDOG=1`` as long as it is alive, ``STOPPING=1`` when it ends, each a
datagram to the socket that the environment names. The protocol is in sd_notify(3), the time within
which a sign of life is due in sd_watchdog_enabled(3).
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watchdog:
    """``address`` is where to tell, empty for nowhere; ``within`` the seconds between signs, if due."""

    address: str = ""
    within: float | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str], pid: int | None = None) -> Self:
        """What systemd put into the environment of this process; nothing for what is not for it."""
        address = environment.get("NOTIFY_SOCKET", "")
        if not address.startswith(("/", "@")):
            return cls()
        meant = environment.get("WATCHDOG_PID", "")
        if meant and meant != str(os.getpid() if pid is None else pid):
            return cls(address)
        said = environment.get("WATCHDOG_USEC", "")
        due = said.isascii() and said.isdigit() and len(said) <= 18 and int(said) > 0
        return cls(address, int(said) / 1e6 if due else None)

    def tell(self, *lines: str) -> None:
        """Send lines like ``READY=1``. What can't be sent is left: nobody is there to take it."""
        if not self.address:
            return
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as there:
                there.setblocking(False)
                there.sendto("\n".join(lines).encode(), address)
        except OSError as error:
            log.debug("systemd not told: %s", type(error).__name__)

    def ready(self, status: str = "") -> None:
        """It serves; ``status`` is a line for ``systemctl status``."""
        self.tell("READY=1", *([f"STATUS={status}"] if status else []))

    def stopping(self) -> None:
        self.tell("STOPPING=1")

    async def run(self, faults: Callable[[], tuple[str, ...]]) -> None:
        """Give a sign of life three times as often as is due, while there are no ``faults``.

        It ends at once where none is due.
        """
        if not self.address or self.within is None:
            return
        told: tuple[str, ...] = ()
        while True:
            found = faults()
            if not found:
                self.tell("WATCHDOG=1")
            elif not told:
                log.error("no sign of life is given: %s", "; ".join(found))
            told = found
            await asyncio.sleep(self.within / 3)
