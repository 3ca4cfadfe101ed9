"""What monitors ask over HTTP: is it alive, is it ready, and how it does.

``GET /live`` is 200 while `bot.pulse` finds the program alive, ``/ready`` while it can answer
questions, ``/metrics`` is for Prometheus; otherwise 503 with a line for each reason. Nothing is
listened on unless ARCHIVIST_HEALTH_ADDRESS says where. Nobody signs in, so an answer holds no text
that anybody wrote and no id. A connection may ask once and must be quick.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from bot.logs import trail
from bot.metrics import Metrics
from bot.pulse import Pulse
from index.errors import ArchivistError

log = logging.getLogger(__name__)

LONGEST = 5.0  # seconds that a connection may last
CONNECTIONS = 32  # at a time
_LINE = 1_024  # characters of a request's line, and of each header
_HEADERS = 32
_METRICS = "text/plain; version=0.0.4; charset=utf-8"


class HealthAddressError(ArchivistError):
    hint = "Choose another host and port for ARCHIVIST_HEALTH_ADDRESS, or leave it out."


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: a status, and lines or metrics."""

    status: int
    body: bytes
    type: str = "text/plain; charset=utf-8"


class Health:
    """Give it a running loop with `start`, and `stop` it.

    ``unready`` gives the reasons, as short sentences of ours, why questions can't be answered now;
    none when they can.
    """

    def __init__(
        self,
        address: tuple[str, int],
        pulse: Pulse,
        metrics: Metrics,
        unready: Callable[[], tuple[str, ...]],
    ) -> None:
        self.host, self.port = address
        self._pulse = pulse
        self._metrics = metrics
        self._unready = unready
        self._local = is_loopback(self.host)
        self._manager: web.Server | None = None
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. Raises HealthAddressError when the address can't be listened on.

        With port 0 the system chooses one, and ``port`` says which.
        """
        loop = asyncio.get_running_loop()
        manager = self._manager = web.Server(self._handle)
        open_: set[_Connection] = set()
        try:
            self._server = await loop.create_server(
                lambda: _Connection(manager, open_), self.host, self.port, backlog=CONNECTIONS
            )
        except OSError as error:
            raise HealthAddressError(
                f"The address for health checks can't be listened on ({error.strerror or 'no such host'})."
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]
        if not self._local:
            log.warning(
                "health checks are answered to other machines: anybody who reaches port %d can read "
                "how this one does",
                self.port,
            )

    async def stop(self) -> None:
        """Listen no longer; what is being answered is cut off."""
        if self._server is not None:
            self._server.close()
        if self._manager is not None:
            await self._manager.shutdown(0.1)

    def reply(self, method: str, path: str, host: str) -> Reply:
        """The answer to a request, by its method, its path without a query and its Host header."""
        if self._local and not is_loopback(_name(host)):
            # A page in a browser here may have another's name lead to us, and read the answer.
            return Reply(421, b"This address is asked for by its own name only.\n")
        if method != "GET":
            return Reply(405, b"Only GET is answered.\n")
        match path:
            case "/live":
                return _verdict("live", self._pulse.faults)
            case "/ready":
                return _verdict("ready", self._unready())
            case "/metrics":
                return Reply(200, self._metrics.render(), _METRICS)
            case _:
                return Reply(404, b"There are /live, /ready and /metrics.\n")

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        made = self.reply(request.method, request.path, request.headers.get("Host", ""))
        response = web.Response(
            status=made.status,
            body=made.body,
            headers={
                "Content-Type": made.type,
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                **({"Allow": "GET"} if made.status == 405 else {}),
            },
        )
        response.force_close()
        return response


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own, which others can't reach."""
    if host.casefold() == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _name(host: str) -> str:
    """The name in a Host header, without its port; empty for what is none."""
    with contextlib.suppress(ValueError):
        return urlsplit(f"//{host}").hostname or ""
    return ""


def _verdict(word: str, faults: tuple[str, ...]) -> Reply:
    if not faults:
        return Reply(200, f"{word}\n".encode())
    lines = (f"not {word}", *faults)
    return Reply(503, "".join(f"{line}\n" for line in lines).encode())


class _Connection(web.RequestHandler):
    """A connection that is closed after `LONGEST` seconds, or at once when there are too many."""

    __slots__ = ("_ends", "_open")

    def __init__(self, manager: web.Server, open_: set[_Connection]) -> None:
        super().__init__(
            manager,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # aiohttp's own way to have none
            max_line_size=_LINE,
            max_field_size=_LINE,
            max_headers=_HEADERS,
            lingering_time=0.0,
            tcp_keepalive=False,
        )
        self._open = open_
        self._ends: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert isinstance(transport, asyncio.Transport)
        self._open.add(self)
        wait = LONGEST if len(self._open) <= CONNECTIONS else 0.0
        self._ends = asyncio.get_running_loop().call_later(wait, transport.abort)

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - aiohttp's names
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002
    ) -> web.Response:
        """Repeat nothing of what was sent, here or in the log, where aiohttp would."""
        if status >= 500 and exc is not None:
            log.error("a health check failed: %s", trail(exc))
        response = web.Response(status=status, text="That can't be answered.\n")
        response.force_close()
        return response

    def connection_lost(self, exc: BaseException | None) -> None:
        self._open.discard(self)
        if self._ends is not None:
            self._ends.cancel()
        super().connection_lost(exc)
