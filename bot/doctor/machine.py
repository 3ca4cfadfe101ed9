"""This machine: versions, time, how documents are read apart from it, the address of health checks."""

from __future__ import annotations

import datetime as dt
import http.client
import platform
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata

from bot.doctor.finding import Finding, mend, note, ok
from bot.health import is_loopback
from bot.settings import Settings
from index import locks, sandbox

_LIBRARIES = ("discord.py", "aiohttp", "rank-bm25", "sqlite-utils", "numpy", "prometheus-client")
_LEAST_PYTHON = (3, 11)
_LEAST_SQLITE = (3, 35)  # `returning`
_ASKING = 2.0  # seconds


def look(settings: Settings) -> Iterator[Finding]:
    yield _versions()
    yield _sandbox()
    today = dt.datetime.now(settings.timezone).date()
    yield ok("time zone", f"{settings.timezone.key}; today is {today.isoformat()}.")
    yield _health(settings)


def _versions() -> Finding:
    old = []
    if sys.version_info < _LEAST_PYTHON:
        old.append("Python")
    if sqlite3.sqlite_version_info < _LEAST_SQLITE:
        old.append("SQLite")
    found = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    for name in _LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            found.append(f"{name} {metadata.version(name)}")
    said = f"{', '.join(found)}; {platform.system()} {platform.machine()}."
    if old:
        return mend("versions", f"{said} {' and '.join(old)} must be newer: see the README.")
    return ok("versions", said)


def _sandbox() -> Finding:
    """Whether a document could reach the network while it is read."""
    name = "reading documents"
    apart = "in processes of their own, with limits of memory and time"
    match sandbox.describe():
        case "namespace":
            return ok(name, f"{apart}, and no network (a namespace without one).")
        case "filter":
            return ok(name, f"{apart}, and no network (a filter refuses sockets).")
        case _:
            return note(
                name,
                f"{apart}, but this system can't shut them off from the network: allow user namespaces "
                "or seccomp, or give the program's own network few rights.",
            )


def _health(settings: Settings) -> Finding:
    name = "health checks"
    if settings.health_address is None:
        return ok(name, "off; ARCHIVIST_HEALTH_ADDRESS turns them on.")
    host, port = settings.health_address
    if locks.is_held(settings.data, "serve"):
        return _asked(name, host, port)
    try:
        with socket.create_server((host, port), family=_family(host)):
            pass
    except OSError as error:
        why = error.strerror or "there is no such host"
        return mend(name, f"{host}:{port} can't be listened on ({why}). Choose another.")
    if not is_loopback(host):
        return note(name, f"{host}:{port} can be reached by other machines, and nobody signs in.")
    return ok(name, f"{host}:{port} is free for them.")


def _asked(name: str, host: str, port: int) -> Finding:
    """What the program that runs answers."""
    to = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(to, port, timeout=_ASKING)
    try:
        said = []
        for path in ("/live", "/ready"):
            connection.request("GET", path)
            with connection.getresponse() as answer:
                said.append(" ".join(answer.read(1_000).decode("utf-8", "replace").split()))
            connection.close()
    except (OSError, http.client.HTTPException):
        return mend(
            name,
            f"`archivist serve` runs and doesn't answer at {host}:{port}. Start it again if it was "
            "started before the setting changed; else it hangs.",
        )
    finally:
        connection.close()
    well = said == ["live", "ready"]
    return (ok if well else mend)(name, f"{host}:{port} says: {'; '.join(said)}.")


def _family(host: str) -> int:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
