"""Settings: the only reader of the environment and of `.env`.

The environment wins over `.env`. Everything is checked together and every wrong value is named in
one SettingsError, by the setting's name and never by its value: a token pasted into the wrong line
must not end up in a log.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values

from index.errors import SettingsError
from index.worker import MEGABYTE, Limits

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["text", "json"]

LEVELS: tuple[LogLevel, ...] = ("DEBUG", "INFO", "WARNING", "ERROR")
FORMATS: tuple[LogFormat, ...] = ("text", "json")

_UTC = ZoneInfo("UTC")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose. `.env.example` says the same for people, in the same order."""

    corpus: Path = Path("corpus")  # the folder of documents
    data: Path = Path("data")  # the program's own folder
    max_file_mb: int = 100  # megabytes (of 1,000,000 bytes); larger files are left out
    watch: bool = False  # whether documents are reindexed when files of the corpus change
    server_documents: int = 200  # most documents that one server may add
    server_mb: int = 200  # most megabytes (of 1,000,000 bytes) of one server's documents together
    server_passages: int = 50_000  # most passages of one server's documents together
    server_builds: int = 12  # most times an hour that one server's documents may be reindexed
    token: str | None = field(default=None, repr=False)  # as given; `discord_token` is what to use
    token_file: Path | None = field(default=None, repr=False)  # read when the token is asked for
    api_url: str | None = None  # base of Discord's REST API, without a slash at its end
    gateway_url: str | None = None  # None: Discord's own, or what the API at api_url names
    #: Attachments are fetched only from addresses that begin with one of these; each ends with a slash.
    cdn_urls: tuple[str, ...] = ("https://cdn.discordapp.com/", "https://media.discordapp.net/")
    owner_ids: frozenset[int] = frozenset()  # empty: the application's owner or team
    home_guilds: frozenset[int] = frozenset()  # empty: every server
    cooldown_member: float = 0.0  # seconds between two questions of one member; 0 is off
    cooldown_guild: int = 0  # questions a minute in one server; 0 is off
    retention_days: int = 30  # how long what people report is kept
    timezone: ZoneInfo = _UTC  # decides which day "today" is
    health_address: tuple[str, int] | None = None  # host and port of health and metrics; None: off
    log_level: LogLevel = "INFO"
    log_format: LogFormat = "text"
    unknown: tuple[str, ...] = ()  # sentences on names that look like settings and are none

    @property
    def limits(self) -> Limits:
        """What one file of the corpus may cost."""
        return Limits(file=self.max_file_mb * MEGABYTE)

    def discord_token(self) -> str:
        """The bot's token. Raises SettingsError when there is none or its file can't be read."""
        token = self.token or ""
        if self.token_file is not None:
            try:
                token = self.token_file.read_text(encoding="utf-8").strip()
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) else "it is not text"
                raise SettingsError(
                    f"The file that DISCORD_TOKEN_FILE names can't be read ({reason})."
                ) from None
        if not token:
            raise SettingsError(
                "There is no Discord token.",
                hint="Set DISCORD_TOKEN or DISCORD_TOKEN_FILE: see `.env.example`.",
            )
        if not (token.isascii() and token.isprintable() and " " not in token):
            raise SettingsError(
                "The Discord token holds characters that no token has.",
                hint="Copy it again from the Bot page of your application, without quotes.",
            )
        return token


def load_settings(
    env: Mapping[str, str], dotenv: Path | None = None, *, serving: bool = False
) -> Settings:
    """Settings from ``env`` and the file ``dotenv``, if it exists; an empty value is not set.

    The token is looked at only with ``serving``, so that all else works without one. Raises
    SettingsError that names every wrong value.
    """
    reader = _Reader(_merge(env, _read_dotenv(dotenv)))
    settings = Settings(
        corpus=reader.read("ARCHIVIST_CORPUS", _folder, Path("corpus")),
        data=reader.read("ARCHIVIST_DATA", _folder, Path("data")),
        max_file_mb=reader.read("ARCHIVIST_MAX_FILE_MB", _megabytes, 100),
        watch=reader.read("ARCHIVIST_WATCH", _switch, False),
        server_documents=reader.read("ARCHIVIST_SERVER_DOCUMENTS", _quota, 200),
        server_mb=reader.read("ARCHIVIST_SERVER_MB", _quota, 200),
        server_passages=reader.read("ARCHIVIST_SERVER_PASSAGES", _quota, 50_000),
        server_builds=reader.read("ARCHIVIST_SERVER_BUILDS", _quota, 12),
        token=reader.read("DISCORD_TOKEN", str, None),
        token_file=reader.read("DISCORD_TOKEN_FILE", _folder, None),
        api_url=reader.read("DISCORD_API_URL", _api_url, None),
        gateway_url=reader.read("DISCORD_GATEWAY_URL", _gateway_url, None),
        cdn_urls=reader.read("DISCORD_CDN_URL", _cdn_urls, Settings().cdn_urls),
        owner_ids=reader.read("ARCHIVIST_OWNER_IDS", _ids, frozenset()),
        home_guilds=reader.read("ARCHIVIST_HOME_GUILDS", _ids, frozenset()),
        cooldown_member=reader.read("ARCHIVIST_COOLDOWN_MEMBER", _seconds, 0.0),
        cooldown_guild=reader.read("ARCHIVIST_COOLDOWN_GUILD", _count, 0),
        retention_days=reader.read("ARCHIVIST_RETENTION_DAYS", _days, 30),
        timezone=reader.read("ARCHIVIST_TIMEZONE", _timezone, _UTC),
        health_address=reader.read("ARCHIVIST_HEALTH_ADDRESS", _address, None),
        log_level=reader.read("ARCHIVIST_LOG_LEVEL", _level, "INFO"),
        log_format=reader.read("ARCHIVIST_LOG_FORMAT", _format, "text"),
        unknown=reader.unknown(),
    )
    if settings.token is not None and settings.token_file is not None:
        reader.problems.append("DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set: keep one")
    elif serving:
        try:
            settings.discord_token()
        except SettingsError as error:
            if not reader.problems:
                raise
            reader.problems.append(str(error).rstrip("."))
    if reader.problems:
        raise SettingsError("; ".join(reader.problems) + ".")
    return settings


def _read_dotenv(path: Path | None) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    try:
        values = dotenv_values(path, interpolate=False)  # a "$" in a token is a "$"
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"The file {path.name} can't be read ({reason}).") from None
    return {name: value for name, value in values.items() if value is not None}


def _merge(env: Mapping[str, str], dotenv: Mapping[str, str]) -> dict[str, str]:
    """Values that are not blank; a token of the environment hides either form of it in `.env`."""
    outer = {name: value.strip() for name, value in env.items() if value.strip()}
    inner = {name: value.strip() for name, value in dotenv.items() if value.strip()}
    if "DISCORD_TOKEN" in outer or "DISCORD_TOKEN_FILE" in outer:
        inner.pop("DISCORD_TOKEN", None)
        inner.pop("DISCORD_TOKEN_FILE", None)
    return inner | outer


class _Reader:
    """Reads one setting after the other and keeps what is wrong for the end."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._names: list[str] = []
        self.problems: list[str] = []

    def read(self, name: str, parse: Callable[[str], _T], default: _T) -> _T:
        """The value of ``name``, or ``default``. ``parse`` says in ValueError what it expected."""
        self._names.append(name)
        if name not in self._values:
            return default
        try:
            return parse(self._values[name])
        except ValueError as error:
            self.problems.append(f"{name} must be {error}")
            return default

    def unknown(self) -> tuple[str, ...]:
        """A sentence on each name with our prefix that nothing reads: none is ignored quietly."""
        names = sorted(self._values.keys() - set(self._names))
        return tuple(self._suggest(name) for name in names if name.startswith("ARCHIVIST_"))

    def _suggest(self, name: str) -> str:
        near = difflib.get_close_matches(name, self._names, n=1, cutoff=0.8)
        meant = f" Did you mean {near[0]}?" if near else ""
        return f"{name} is not a setting of this version and changes nothing.{meant}"


# Each of these says, in its ValueError, what it expected, to follow "must be".


def _folder(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError("a path; there is no user of the name after its ~") from None


def _url(text: str, schemes: tuple[str, str]) -> str:
    try:
        url = urlsplit(text)
        port = url.port  # raises for what is no port
    except ValueError:
        url, port = urlsplit(""), None
    plain = not (url.query or url.fragment or "@" in url.netloc or " " in text)
    if url.scheme not in schemes or not url.hostname or port == 0 or not plain:
        either = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ValueError(f"an address that begins with {either} and names a host")
    return text.rstrip("/")


def _api_url(text: str) -> str:
    return _url(text, ("https", "http"))


def _gateway_url(text: str) -> str:
    return _url(text, ("wss", "ws"))


def _cdn_urls(text: str) -> tuple[str, ...]:
    """Each with a slash at its end, so that no longer host name begins with it."""
    return tuple(f"{_url(part, ('https', 'http'))}/" for part in text.replace(",", " ").split())


def _address(text: str) -> tuple[str, int] | None:
    """Host and port; a host of IPv6 stands in brackets, which are dropped."""
    expected = "an address to listen at, host:port, like 127.0.0.1:9090, or off"
    if text.casefold() == "off":
        return None
    try:
        url = urlsplit(f"//{text}")
        host, port = url.hostname, url.port  # raises for what is no port
    except ValueError:
        raise ValueError(expected) from None
    plain = url.netloc == text and "@" not in text and " " not in text and text.isprintable()
    if not host or not port or not plain:
        raise ValueError(expected)
    return host, port


def _switch(text: str) -> bool:
    if text.casefold() not in ("on", "off"):
        raise ValueError("on or off")
    return text.casefold() == "on"


def _quota(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError("a whole number, 0 or more")
    return int(text)


def _ids(text: str) -> frozenset[int]:
    parts = text.replace(",", " ").split()
    if not all(part.isascii() and part.isdigit() and len(part) <= 20 for part in parts):
        raise ValueError("Discord ids (numbers), with commas between")
    return frozenset(int(part) for part in parts)


def _seconds(text: str) -> float:
    expected = "a number of seconds, 0 or more"
    try:
        value = float(text)
    except ValueError:
        raise ValueError(expected) from None
    if not math.isfinite(value) or value < 0:
        raise ValueError(expected)
    return value


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError("a whole number of questions a minute, 0 or more")
    return int(text)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= 3650):
        raise ValueError("a whole number of days, 1 to 3650")
    return int(text)


def _megabytes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) > 0):
        raise ValueError("a whole number of megabytes, 1 or more")
    return int(text)


def _timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("the name of a time zone, like UTC or Asia/Yangon") from None


def _level(text: str) -> LogLevel:
    for level in LEVELS:
        if text.upper() == level:
            return level
    raise ValueError(f"one of {', '.join(LEVELS)}")


def _format(text: str) -> LogFormat:
    for form in FORMATS:
        if text.lower() == form:
            return form
    raise ValueError(f"one of {', '.join(FORMATS)}")
