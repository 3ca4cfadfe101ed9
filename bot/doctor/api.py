"""Asking Discord's API a few things, without a connection to its gateway. Bounded in time and size."""

from __future__ import annotations

import http.client
import json
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

DISCORD: Final = "https://discord.com/api/v10"
PATIENCE = 5.0  # seconds for an answer
ALTOGETHER = 25.0  # seconds for all of them
_LONGEST = 4_000_000  # bytes of an answer that are read
_LONGEST_WAIT = 3.0  # seconds that a rate limit is waited for


class UnreachedError(Exception):
    """No answer came, or none that can be read; its text says why, for operators."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What Discord answered; ``body`` is None where it is no JSON."""

    status: int
    body: Any
    date: str | None  # its own time, as the header says


class Api:
    """``base`` is where the API is; the time for all answers counts from now."""

    def __init__(self, base: str | None, token: str) -> None:
        self._url = urlsplit(base or DISCORD)
        self._headers = {"Authorization": f"Bot {token}", "User-Agent": "DiscordBot (archivist, 1)"}
        self._ends = time.monotonic() + ALTOGETHER

    def get(self, path: str) -> Reply:
        """What is answered to ``GET path``, whatever the status. Raises UnreachedError.

        A rate limit of a few seconds is waited for once. Redirections are not followed: the token
        goes to no other address.
        """
        reply, wait = self._get(path)
        if reply.status == 429 and 0 <= wait <= _LONGEST_WAIT:
            time.sleep(wait)
            reply, _ = self._get(path)
        return reply

    def _get(self, path: str) -> tuple[Reply, float]:
        try:
            with closing(self._connection()) as connection:
                connection.request("GET", self._url.path + path, headers=self._headers)
                return self._read(connection.getresponse())
        except TimeoutError:
            raise UnreachedError("it doesn't answer in time") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = getattr(error, "strerror", None) or "what answers is not Discord"
            raise UnreachedError(why) from None

    def _connection(self) -> http.client.HTTPConnection:
        secure = self._url.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        return kind(self._url.hostname or "", self._url.port, timeout=self._patience())

    def _patience(self) -> float:
        """Seconds that may be waited now. Raises TimeoutError when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, PATIENCE)

    def _read(self, answer: http.client.HTTPResponse) -> tuple[Reply, float]:
        """What came, and the seconds that a rate limit asks for; less than 0 for none."""
        data = b""
        ends = time.monotonic() + self._patience()
        while len(data) < _LONGEST and (part := answer.read1(65_536)):
            data += part
            if time.monotonic() > ends:
                raise TimeoutError
        try:
            body = json.loads(data)
        except (ValueError, RecursionError):
            body = None
        try:
            wait = float(answer.headers.get("Retry-After") or -1)
        except ValueError:
            wait = -1.0
        return Reply(answer.status, body, answer.headers.get("Date")), wait
