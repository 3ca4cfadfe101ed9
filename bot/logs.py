"""Logging: ids, durations and places in the code; never a question, a token or a machine's path.

Errors are logged as their type and a trail of modules and lines. Their messages may quote what
people asked, so these and full tracebacks appear only when the level is DEBUG. So does what other
libraries put into their messages: of it only numbers are kept. Whatever the level, the token, in any
of the forms that it is written in, the tokens of replies and paths of this machine are blotted out.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.settings import Settings

_FRAMES = 4  # innermost frames in a trail
_CAUSES = 3  # errors in a trail: the one that was raised, and what it came of
_SHORTEST = 8  # characters of a part of the token that is worth blotting out by itself
_HIDDEN = "…"
_OURS = ("bot", "index")  # packages whose messages hold only what may be logged
#: Loggers of libraries whose messages without values are known: sentences, and then what they are about.
_KNOWN = ("discord", "asyncio", "aiohttp")
_SENTENCE = re.compile(r"[A-Za-z0-9 .,_-]*")
_LONGEST = 4_000  # characters of a message
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})

#: Tokens of replies in addresses, and by their form: they are base64 of "interaction:…"; a bot's
#: token by its form, whoever's it is; what stands in a header that signs in.
_SECRETS = (
    (
        re.compile(r"((?:interactions|webhooks)(?:/|%2[Ff])\d+(?:/|%2[Ff]))[^/?\s\"'%]+"),
        r"\1[token]",
    ),
    (re.compile(r"aW50ZXJhY3Rpb24[\w=%+/-]+"), "[token]"),
    (re.compile(r"\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}\b"), "[token]"),
    (re.compile(r"\b((?:Bot|Bearer|Basic)(?: |%20|\+))[\w.%=+/-]{16,}"), r"\1[token]"),
)
#: What an OSError says after its reason; paths in quotes; paths that begin at the root and have two
#: parts at least. A name with blanks ends at the first of them where nothing quotes it.
_PATHS = (
    (re.compile(r"(\[Errno -?\d+\] [^:\n]{0,100}): [^\n]*"), r"\1"),
    (re.compile(r"'/[^'\n]*'"), "'[path]'"),
    (re.compile(r'"/[^"\n]*"'), '"[path]"'),
    (
        re.compile(
            r"(?<![\w/:.<>\])%-])(?!/(?:webhooks|interactions)/)(?:file:/)?(?:~|/)[^\s/\"'<>|]*/[^\s\"'<>|,;()\[\]]+"
        ),
        "[path]",
    ),
)
#: Control characters and marks that reorder a line: a line of a log is one line, as it stands.
_UNSEEN = {
    code: f"\\u{code:04x}"
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A))
} | {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

_ABOUT: ContextVar[str] = ContextVar("about", default="")


def about(what: str) -> None:
    """Whatever this task and those that it begins log from now on is of ``what``: a kind and an id."""
    _ABOUT.set(what)


@contextmanager
def regarding(what: str) -> Iterator[None]:
    """The same for a block."""
    before = _ABOUT.set(what)
    try:
        yield
    finally:
        _ABOUT.reset(before)


_UNKNOWN_INTERACTION = 10062  # of Discord: its three seconds are over


def configure(settings: Settings, *, token: str = "") -> None:
    """Log to standard error as the settings say; ``token`` is blotted out wherever it appears.

    What would be written there without a log is logged too: errors that nobody caught, in any
    thread, and warnings.
    """
    handler = _Handler()
    form = _JsonFormatter if settings.log_format == "json" else _TextFormatter
    folders = (settings.corpus, settings.data)
    handler.setFormatter(form(token, folders, whole=settings.log_level == "DEBUG"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # discord.py logs whole payloads at DEBUG, questions and reply tokens among them.
    logging.getLogger("discord").setLevel(max(logging.INFO, root.level))
    logging.getLogger("discord.app_commands.tree").addFilter(_is_worth_a_line)
    logging.captureWarnings(True)
    threading.excepthook = _log_thread
    sys.unraisablehook = _log_unraisable


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Whether it isn't that suggestions came when the member had typed on: nobody waits for them."""
    error = record.exc_info[1] if record.exc_info else None
    return getattr(error, "code", None) != _UNKNOWN_INTERACTION


def trail(error: BaseException) -> str:
    """Types of an error and of its causes, and where each came from, innermost first.

    Like ``KeyError at index.bm25:61 < index.answering:80, from OSError at index.store:12``.
    """
    trails: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(trails) < _CAUSES:
        trails.append(_trail(cause))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return ", from ".join(trails)


def _trail(error: BaseException) -> str:
    frames = list(traceback.walk_tb(error.__traceback__))[-_FRAMES:]
    places = [f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in reversed(frames)]
    return f"{type(error).__name__} at {' < '.join(places) or 'an unknown place'}"


# ---------------------------------------------------------------- what is blotted out


class Blotter:
    """Blots secrets and paths out of any text, in time that grows with its length alone."""

    def __init__(self, token: str = "", folders: tuple[Path, ...] = ()) -> None:
        patterns = [_spelt(form) for form in _forms_of(token)]
        self._token = re.compile("|".join(patterns)) if patterns else None
        own = {str(folder.absolute()) for folder in (*folders, Path.cwd(), Path.home())} - {"/"}
        longest_first = sorted(own, key=len, reverse=True)
        self._folders = re.compile(
            "|".join(
                rf"{re.escape(folder)}(?![\w-])[^\s\"'<>|,;:()\[\]]*" for folder in longest_first
            )
            or r"(?!)"
        )

    def clean(self, text: str) -> str:
        """``text`` without them."""
        if self._token is not None:
            text = self._token.sub("[token]", text)
        for pattern, instead in _SECRETS:
            text = pattern.sub(instead, text)
        for pattern, instead in _PATHS[:-1]:  # what is quoted may hold blanks
            text = pattern.sub(instead, text)
        text = self._folders.sub("[path]", text)
        return _PATHS[-1][0].sub(_PATHS[-1][1], text)


def _forms_of(token: str) -> Iterator[str]:
    """The token, the parts of it that are secret by themselves, and what base64 makes of each."""
    if not token:
        return
    parts = [part for part in token.split(".")[1:] if len(part) >= _SHORTEST]
    for form in sorted({token, *parts}, key=len, reverse=True):
        yield form
        if len(form) >= _SHORTEST:
            yield from _in_base64(form)


def _in_base64(form: str) -> Iterator[str]:
    """What of base64, in both alphabets, stands for ``form`` alone, wherever in a text it begins."""
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + form.encode()).decode()
        inner = coded[(0, 2, 3)[before] :].rstrip("=")
        inner = inner if (before + len(form)) % 3 == 0 else inner[:-1]
        yield inner
        if (other := inner.replace("+", "-").replace("/", "_")) != inner:
            yield other


def _spelt(form: str) -> str:
    """A pattern for ``form`` with line ends within, or any of its characters percent-encoded."""
    between = r"(?:\s|\\[nrt]|%0[AaDd])*"
    return between.join(
        f"(?:{re.escape(char)}|%(?i:{ord(char):02x}))" if char.isascii() else re.escape(char)
        for char in form
    )


# ---------------------------------------------------------------- how a record is written


class _Handler(logging.StreamHandler[Any]):
    def format(self, record: logging.LogRecord) -> str:
        """The line, in characters that any stream takes."""
        return super().format(record).encode("utf-8", "backslashreplace").decode("utf-8")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say that a record could not be written, in place of all that it held."""
        with contextlib.suppress(OSError, ValueError):  # there is nowhere to say it
            self.stream.write(f"A record of {record.name} could not be logged.\n")


class _Formatter(logging.Formatter):
    def __init__(self, token: str, folders: tuple[Path, ...], *, whole: bool) -> None:
        super().__init__()
        self._blotter = Blotter(token, folders)
        self._whole = whole

    def formatException(self, ei: ExcInfo | tuple[None, None, None]) -> str:  # noqa: N802
        if self._whole:
            return super().formatException(ei)
        return trail(ei[1]) if ei[1] is not None else ""

    def clean(self, text: str) -> str:
        return self._blotter.clean(text)

    def message(self, record: logging.LogRecord) -> str:
        if self._whole or record.name.partition(".")[0] in _OURS:
            said = record.getMessage()
            return self.clean(said if self._whole else said[:_LONGEST])
        return self.clean(_bare(record))

    def error(self, record: logging.LogRecord) -> str:
        return self.clean(self.formatException(record.exc_info)) if record.exc_info else ""


def _bare(record: logging.LogRecord) -> str:
    """The first line of another library's message, with numbers in it but no other value."""
    line = str(record.msg)[:_LONGEST].partition("\n")[0]
    args: Any = record.args
    if not args:  # the message may have been put together before, of anything
        known = record.name.partition(".")[0] in _KNOWN and _SENTENCE.match(line)
        return known[0].rstrip() if known else _HIDDEN
    try:
        if isinstance(args, dict):
            return line % {key: _hidden(value) for key, value in args.items()}
        return line % tuple(_hidden(value) for value in args)
    except (TypeError, ValueError, KeyError):
        return line


def _hidden(value: object) -> object:
    if isinstance(value, (int, float)) or (isinstance(value, str) and value in _METHODS):
        return value
    return _HIDDEN


class _TextFormatter(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        said, of = self.message(record).translate(_UNSEEN), _ABOUT.get()
        if of and of not in said:
            said = f"{said} ({of})"
        line = f"{when} {record.levelname:<7} {record.name}: {said}"
        error = self.error(record)
        return f"{line} | {error}" if error else line


class _JsonFormatter(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message(record),
        }
        if of := _ABOUT.get():
            entry["about"] = of
        if error_id := getattr(record, "error_id", ""):
            entry["error_id"] = str(error_id)
        if error := self.error(record):
            entry["error"] = error
        return json.dumps(entry, ensure_ascii=False)


# ---------------------------------------------------------------- what nobody caught


def _log_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and told.exc_type is not SystemExit:
        log = logging.getLogger(__name__)
        log.error("a thread ended: %s", trail(told.exc_value), exc_info=_shown(told.exc_value))


def _log_unraisable(told: Any) -> None:
    if told.exc_value is not None:
        log = logging.getLogger(__name__)
        log.error("an error was lost: %s", trail(told.exc_value), exc_info=_shown(told.exc_value))


def _shown(error: BaseException) -> BaseException | None:
    """The error where its traceback may be logged."""
    return error if logging.getLogger(__name__).isEnabledFor(logging.DEBUG) else None
