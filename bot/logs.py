"""Logging: ids, durations and places in the code; never a question, a token or a machine's path.

Errors are logged as their type and a trail of modules and lines. Their messages may quote what
people asked, so these and full tracebacks appear only when the level is DEBUG.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType

from bot.settings import Settings

_FRAMES = 4  # innermost frames in a trail
_SECRET = re.compile(
    r"(/(?:interactions|webhooks)/\d+/)[^/?\s\"']+"
)  # a reply's token in an address

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(settings: Settings, *, token: str = "") -> None:
    """Log to standard error as the settings say; ``token`` is blotted out wherever it appears."""
    handler = logging.StreamHandler()
    form = _JsonFormatter if settings.log_format == "json" else _TextFormatter
    handler.setFormatter(form(token=token, tracebacks=settings.log_level == "DEBUG"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # discord.py logs whole payloads at DEBUG, questions and reply tokens among them.
    logging.getLogger("discord").setLevel(max(logging.INFO, root.level))


def trail(error: BaseException) -> str:
    """Type of an error and where it came from, innermost first: ``KeyError at index.bm25:61``."""
    frames = list(traceback.walk_tb(error.__traceback__))[-_FRAMES:]
    places = [f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in reversed(frames)]
    return f"{type(error).__name__} at {' < '.join(places) or 'an unknown place'}"


class _Formatter(logging.Formatter):
    def __init__(self, *, token: str, tracebacks: bool) -> None:
        super().__init__()
        self._token = token
        self._tracebacks = tracebacks

    def formatException(self, ei: ExcInfo | tuple[None, None, None]) -> str:  # noqa: N802
        if self._tracebacks:
            return super().formatException(ei)
        return trail(ei[1]) if ei[1] is not None else ""

    def clean(self, text: str) -> str:
        if self._token:
            text = text.replace(self._token, "[token]")
        return _SECRET.sub(r"\1[token]", text)

    def error(self, record: logging.LogRecord) -> str:
        return self.clean(self.formatException(record.exc_info)) if record.exc_info else ""


class _TextFormatter(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        line = f"{when} {record.levelname:<7} {record.name}: {self.clean(record.getMessage())}"
        error = self.error(record)
        return f"{line} | {error}" if error else line


class _JsonFormatter(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.clean(record.getMessage()),
        }
        if error := self.error(record):
            entry["error"] = error
        return json.dumps(entry, ensure_ascii=False)
