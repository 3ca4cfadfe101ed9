"""Members' hands and eyes on a running bot, the same for every local Discord.

A `Driver` runs the bot on a corpus and does what members do; a `Reply` is what came of it. Both
are written against no particular Discord: `local` and `simulator` fill them in. A scenario gets
one from the fixtures ``driver`` and ``fresh_driver``::

    async def test_a_question_is_answered(driver: Driver) -> None:
        answer = await driver.slash("/ask", question="When was the harbour dug?")
        assert "1847" in answer.text
        more = await answer.click("More results", member="second")

Members are ``owner`` (of the application and the servers), ``admin`` (in ``main``; nobody special
in ``other``), ``moderator`` (Manage Messages, Manage Server), ``ordinary`` and ``second``; channels
``general``, ``staff`` (hidden from members), ``read-only`` (the bot can't send), ``a-thread``, and
``group`` (a DM of several without the bot, for ``user_install``).

The Discord lives in a thread of its own, so it goes on between tests and whatever loop they use.
"""

from __future__ import annotations

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from tests.discord_server.limits import BUTTON, GALLERY, LABEL, LINK, SELECTS, TEXT, THUMBNAIL
from tests.discord_server.program import Program
from tests.discord_server.world import EPHEMERAL, walk

_T = TypeVar("_T")
Json = dict[str, Any]
Until = Callable[["Reply"], object]

TIMEOUT = 30.0  # seconds that a member waits for an answer
UNCHANGED = 2.0  # seconds after which a press that was acknowledged is taken to change nothing
SETTLE = 0.2  # seconds without a change after which an answer is taken as the last

#: Routes for faults: the first response, its edits, follow-ups, and messages in channels.
FIRST_RESPONSE = "POST /interactions/*"
EDIT = "PATCH /webhooks/*"
FOLLOW_UP = "POST /webhooks/*"
POST_MESSAGE = "POST /channels/*/messages"


class NotPermittedError(Exception):
    """Discord would not let this member run this command here."""


class RejectedError(Exception):
    """Discord's client would not send this: it isn't there, can't be pressed or isn't allowed."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as it is shown; ``alt`` is "" where it has none, ``data`` empty where not ours."""

    alt: str
    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Posted:
    """A member's own message."""

    member: str
    native: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Modal:
    """An open form: labels of its fields, and each field as Discord describes it."""

    title: str
    fields: Mapping[str, Json]
    reply: Reply = field(repr=False)

    async def submit(
        self, values: Mapping[str, Any], *, member: str | None = None, bypass: bool = False
    ) -> Reply:
        """Send it; ``values`` are by label. A select takes labels of its options."""
        return await self.reply.driver.submit(self.reply, values, member=member, bypass=bypass)


class Reply(ABC):
    """What came of one thing that a member did, as it stands now; it goes on as the bot goes on."""

    def __init__(self, driver: Driver, member: str) -> None:
        self.driver = driver
        self.member = member

    # What an implementation tells.

    @abstractmethod
    def natives(self) -> list[Any]:
        """The messages that came of it and are there, oldest first; not one that still waits."""

    @abstractmethod
    def json_of(self, native: Any) -> Json:
        """A message as Discord's API gives it."""

    @property
    @abstractmethod
    def acknowledged(self) -> bool:
        """Whether the bot's first response was taken in time; for a message, whether one came."""

    @property
    @abstractmethod
    def waiting(self) -> bool:
        """Whether "… is thinking" still stands there."""

    @property
    @abstractmethod
    def overdue(self) -> bool:
        """Whether the time for a first response is over."""

    @property
    @abstractmethod
    def changed(self) -> float:
        """When the bot last did something about it, in monotonic time."""

    @property
    @abstractmethod
    def deferred(self) -> bool:
        """Whether the first response promised one."""

    @property
    @abstractmethod
    def deleted(self) -> bool:
        """Whether a message that came of it, or that was pressed on, is gone."""

    @property
    @abstractmethod
    def modal_json(self) -> Json | None: ...

    @property
    @abstractmethod
    def reactions(self) -> list[str]:
        """The bot's emoji below the message that it answers."""

    @property
    @abstractmethod
    def asked_in(self) -> str:
        """Id of the channel in which a member's message asked, "" for an interaction."""

    # What is made of that.

    @property
    def messages(self) -> list[Json]:
        return [self.json_of(native) for native in self.natives()]

    @property
    def pings(self) -> list[str]:
        """Names of whom the messages ping, ``everyone`` among them."""
        everyone = ["everyone" for message in self.messages if message["mention_everyone"]]
        return everyone + [u["username"] for message in self.messages for u in message["mentions"]]

    @property
    def text(self) -> str:
        """All that can be read, in order and as sent: contents, embeds, texts of components."""
        return "\n".join(part for message in self.messages for part in _texts(message) if part)

    @property
    def ephemeral(self) -> bool:
        """Whether all that came of it is seen by its member alone; False when nothing came."""
        messages = self.messages
        return bool(messages) and all(message["flags"] & EPHEMERAL for message in messages)

    @property
    def outcomes(self) -> int:
        """How many visible things came of it: messages, a form, reactions; one gone is one, too."""
        seen = len(self.messages) + (self.modal_json is not None) + len(self.reactions)
        return seen if seen else int(self.deleted)

    @property
    def failed(self) -> bool:
        """Whether its member was left with an error of Discord's or with the waiting message."""
        return not self.acknowledged or self.waiting

    @property
    def components(self) -> list[Json]:
        """Every component as sent, those inside others after these."""
        return [one for message in self.messages for one in walk(message["components"])]

    @property
    def labels(self) -> list[str]:
        """Of the buttons, in order; an emoji where there is no label."""
        return [_label(one) for one in self.components if one["type"] == BUTTON]

    @property
    def menus(self) -> dict[str, list[str]]:
        """Placeholder of each menu (its custom_id without one) -> labels of its options."""
        menus = [one for one in self.components if one["type"] in SELECTS]
        return {
            one.get("placeholder") or one["custom_id"]: [
                o["label"] for o in one.get("options") or []
            ]
            for one in menus
        }

    @property
    def files(self) -> dict[str, bytes]:
        """Name -> bytes of every attachment."""
        return {
            one["filename"]: self.driver.file(int(one["id"]))
            for message in self.messages
            for one in message["attachments"]
        }

    @property
    def images(self) -> list[Image]:
        """The pictures that galleries, thumbnails and embeds show."""
        return [self._image(holder) for message in self.messages for holder in _holders(message)]

    def _image(self, holder: Json) -> Image:
        media = holder.get("media") or {}
        name = str(media.get("url", "")).rpartition("/")[2].partition("?")[0]
        number = str(media.get("attachment_id") or "")
        files = self.files
        data = self.driver.file(int(number)) if number else files.get(name, b"")
        return Image(holder.get("description") or "", name, data)

    @property
    def modal(self) -> Modal | None:
        """The form that it opened."""
        form = self.modal_json
        if form is None:
            return None
        fields: dict[str, Json] = {}
        for part in form["components"]:
            inner = (
                part.get("component")
                if part["type"] == LABEL
                else next(iter(part.get("components") or []), None)
            )
            if inner is not None:
                fields[str(part.get("label") or inner.get("label") or inner["custom_id"])] = inner
        return Modal(form["title"], fields, self)

    # Going on.

    async def click(
        self,
        wanted: str,
        *,
        member: str | None = None,
        nth: int = 0,
        until: Until | None = None,
        bypass: bool = False,
    ) -> Reply:
        """Press the button with this label or custom_id; of several the ``nth``, from 0."""
        found = [
            (native, one)
            for native in reversed(self.natives())
            for one in walk(self.json_of(native)["components"])
            if one["type"] == BUTTON and one.get("style") != LINK
        ]
        chosen = _chosen(found, wanted, lambda one: [_label(one), one.get("custom_id") or ""])
        if len(chosen) <= nth:
            raise RejectedError(f"no button {wanted!r}; there are {self.labels}")
        native, component = chosen[nth]
        return await self.driver.press(
            native, component, None, member=member or self.member, until=until, bypass=bypass
        )

    async def select(
        self,
        *options: str,
        menu: str | None = None,
        member: str | None = None,
        until: Until | None = None,
        bypass: bool = False,
    ) -> Reply:
        """Choose these options, by label, of the menu that has the first (or has this placeholder)."""
        for native in reversed(self.natives()):
            for one in walk(self.json_of(native)["components"]):
                there = {o["label"]: o["value"] for o in one.get("options") or []}
                named = menu in (None, one.get("placeholder"), one.get("custom_id"))
                if one["type"] in SELECTS and named and options[0] in there:
                    values = [there.get(option, option) for option in options]
                    return await self.driver.press(
                        native,
                        one,
                        values,
                        member=member or self.member,
                        until=until,
                        bypass=bypass,
                    )
        raise RejectedError(f"no option {options[0]!r}; there are {self.menus}")

    def __repr__(self) -> str:
        state = "failed" if self.failed else "private" if self.ephemeral else "public"
        return f"<Reply {state} outcomes={self.outcomes} {self.text[:200]!r}>"


class FaultSwitches(ABC):
    """What goes wrong with requests; a route is a method and a path with ``*`` for anything."""

    @abstractmethod
    def status(self, route: str, status: int, *, times: int | None = 1, skip: int = 0) -> None: ...

    @abstractmethod
    def ratelimit(
        self,
        route: str,
        retry_after: float = 1.0,
        *,
        times: int | None = 1,
        scope: Literal["user", "shared", "global"] = "user",
    ) -> None: ...

    @abstractmethod
    def slow(self, route: str, seconds: float, *, times: int | None = 1) -> None: ...

    @abstractmethod
    def reset(self, route: str, *, times: int | None = 1, after: bool = False) -> None: ...

    @abstractmethod
    def truncate(self, route: str, *, times: int | None = 1) -> None: ...

    @abstractmethod
    def malformed(self, route: str, *, times: int | None = 1) -> None: ...

    @abstractmethod
    def clear(self) -> None: ...


class GatewaySwitches(ABC):
    """What goes wrong with the connection; each method waits until the bot is back."""

    @abstractmethod
    async def drop(self, code: int = 4000) -> None:
        """Close it; 1006 without a close frame, 4009 ends the session too."""

    @abstractmethod
    async def reconnect(self) -> None:
        """Ask the bot to reconnect (opcode 7)."""

    @abstractmethod
    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell it that its session is invalid (opcode 9)."""

    @abstractmethod
    def duplicate(self, event: str, extra: int = 1) -> None:
        """Send each event of this name so many times more; 0 ends that."""

    @abstractmethod
    def seen(self) -> tuple[int, int]:
        """How often the bot has identified and how often resumed."""


class Driver(ABC):
    """A bot on its corpus in a local Discord; started by ``async with`` or `start`."""

    name: str
    faults: FaultSwitches
    gateway: GatewaySwitches

    def __init__(
        self,
        corpus: Path,
        data: Path,
        *,
        settings: Mapping[str, str] | None = None,
        deadline: float = 3.0,
    ) -> None:
        """``settings`` are environment variables; ``deadline`` seconds for a first response."""
        self.corpus, self.data, self.deadline = corpus, data, deadline
        self._settings = dict(settings or {})
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="discord")
        self._opened = False
        self.program: Program

    # -- life

    async def start(self) -> None:
        """Run the Discord, and the bot until it has signed in, synced and opened its index."""
        self._thread.start()
        environment = await self.run(self._open())
        self._opened = True
        self.program = Program(self.corpus, self.data, {**environment, **self._settings})
        await self._begin()

    async def stop(self) -> None:
        if self._opened:
            await self.run(self._end_program())
            await self.run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)
        self._loop.close()

    async def __aenter__(self) -> Driver:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def restart(self, meanwhile: Callable[[], object] = lambda: None) -> int:
        """Stop the bot by SIGTERM, start it on the same folders; the exit code of the first."""
        code = await self.run(self.program.stop())
        meanwhile()
        self._forget_identify()
        await self._begin()
        return code

    def _forget_identify(self) -> None:  # noqa: B027  # a hook
        """Let the bot identify at once, as after the five seconds that Discord asks for."""

    async def _begin(self) -> None:
        seen = len(self.program.errors)
        await self.run(self.program.start())

        def ready() -> bool:
            return (
                self._ready()
                and "taken up" in self.program.errors[seen:]
                and "commands " in self.program.errors[seen:]
            )

        if (
            not await self.run(self._wait(lambda: ready() or not self.program.running, 90.0))
            or not ready()
        ):
            raise AssertionError(f"the bot did not get ready:\n{self.program.errors[seen:]}")

    async def _end_program(self) -> None:
        if hasattr(self, "program") and self.program.running:
            await self.program.stop()

    async def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Do this in the thread of the Discord."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _wait(self, what: Callable[[], object], within: float) -> bool:
        ends = self._loop.time() + within
        while not what():
            if self._loop.time() > ends:
                return False
            await asyncio.sleep(0.02)
        return True

    async def until(self, what: Callable[[], object], within: float = TIMEOUT) -> None:
        """Wait until this holds. Raises AssertionError when it doesn't within these seconds."""
        assert await self.run(self._wait(what, within)), "it did not come to hold in time"

    @property
    def log(self) -> str:
        """All that the bot wrote to standard error."""
        return self.program.errors

    @abstractmethod
    async def _open(self) -> dict[str, str]:
        """Run the sockets and return the bot's environment."""

    @abstractmethod
    async def _close(self) -> None: ...

    @abstractmethod
    def _ready(self) -> bool:
        """Whether the bot is connected and its commands are registered."""

    # -- what members do

    @abstractmethod
    async def slash(
        self,
        path: str,
        *,
        member: str = "ordinary",
        guild: str | None = None,
        channel: str = "general",
        dm: bool = False,
        user_install: bool = False,
        locale: str | None = None,
        bypass: bool = False,
        until: Until | None = None,
        options: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> Reply:
        """Run ``/ask`` or ``/corpus reindex`` and wait for what comes of it.

        Options go in by name, or in ``options`` where a name is a word of Python or of ours (``from``,
        ``member``); a file is its name and bytes.
        ``until`` replaces the rule for when to stop waiting. Raises NotPermittedError or
        RejectedError for what Discord wouldn't send; ``bypass`` sends it all the same.
        """

    @abstractmethod
    async def autocomplete(
        self,
        path: str,
        typed: str,
        *,
        member: str = "ordinary",
        guild: str | None = None,
        channel: str = "general",
        dm: bool = False,
        locale: str | None = None,
        options: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> list[tuple[str, Any]]:
        """Type into the option that ``path`` ends with: (name, value) of each choice.

        Raises AssertionError when the bot doesn't answer.
        """

    async def mention(
        self,
        text: str,
        *,
        member: str = "ordinary",
        guild: str | None = None,
        channel: str = "general",
        reply_to: Reply | Posted | None = None,
        expect: bool = True,
    ) -> Reply:
        """Post ``@Archivist text``, and wait for what comes of it."""
        words = f"<@{self.bot_id}> {text}".strip()
        return await self.message(
            words, member=member, guild=guild, channel=channel, reply_to=reply_to, expect=expect
        )

    @abstractmethod
    async def message(
        self,
        text: str,
        *,
        member: str = "ordinary",
        guild: str | None = None,
        channel: str = "general",
        dm: bool = False,
        reply_to: Reply | Posted | None = None,
        expect: bool = True,
        until: Until | None = None,
    ) -> Reply:
        """Post as it is; with ``expect`` False wait a second for what should not come."""

    @abstractmethod
    async def post(
        self,
        text: str,
        *,
        member: str = "ordinary",
        guild: str | None = None,
        channel: str = "general",
        dm: bool = False,
    ) -> Posted:
        """Post and wait for nothing: something to open a message menu on."""

    @abstractmethod
    async def context_menu(
        self,
        name: str,
        message: Posted | Reply,
        *,
        member: str = "ordinary",
        locale: str | None = None,
        bypass: bool = False,
        until: Until | None = None,
    ) -> Reply:
        """Run a message command on a member's message or on the last of the bot's."""

    @abstractmethod
    async def press(
        self,
        native: Any,
        component: Json,
        values: Sequence[str] | None,
        *,
        member: str,
        until: Until | None = None,
        bypass: bool = False,
    ) -> Reply:
        """What `Reply.click` and `Reply.select` do."""

    @abstractmethod
    async def submit(
        self,
        opened: Reply,
        values: Mapping[str, Any],
        *,
        member: str | None = None,
        bypass: bool = False,
    ) -> Reply:
        """What `Modal.submit` does."""

    @abstractmethod
    async def delete(self, message: Posted | Reply) -> None:
        """A member or moderator deletes the message, of the bot the last."""

    async def follow(self, reply: Reply, until: Until | None) -> None:
        """Wait until nothing is owed any more and nothing changes, or until ``until`` holds.

        Where the press of a button was only acknowledged, what it changes is waited for longer.
        """

        def ended() -> bool:
            if until is not None:
                return bool(until(reply))
            if not reply.acknowledged:
                return reply.overdue
            if reply.waiting:
                return False
            quiet = SETTLE if reply.outcomes else UNCHANGED
            return reply.modal_json is not None or time.monotonic() - reply.changed >= quiet

        await self.run(self._wait(ended, TIMEOUT))

    # -- what there is to see

    @property
    @abstractmethod
    def bot_id(self) -> int: ...

    @abstractmethod
    def user_id(self, member: str) -> int: ...

    @abstractmethod
    def guild_id(self, guild: str = "main") -> int: ...

    @abstractmethod
    def dms(self, member: str) -> list[Reply]:
        """The bot's messages in the DM with this member, oldest first, each by itself."""

    @abstractmethod
    def history(self, channel: str = "general", guild: str | None = None) -> list[Reply]:
        """The bot's messages in this channel that are for everyone, oldest first."""

    @abstractmethod
    def threads(self, guild: str | None = None) -> list[str]:
        """Names of the threads that there are, oldest first."""

    @abstractmethod
    def visible_to(self, reply: Reply, member: str) -> bool:
        """Whether this member can see any message that came of it."""

    @abstractmethod
    def commands(self) -> list[Json]:
        """The global commands as registered."""

    @abstractmethod
    def offered(self, member: str, guild: str | None = None, channel: str = "general") -> list[str]:
        """Names of the slash commands that this member is offered here, sorted."""

    @abstractmethod
    def requests(self) -> list[tuple[str, str]]:
        """Method and path of all that the bot asked for."""

    @abstractmethod
    def file(self, number: int) -> bytes:
        """The bytes of an attachment."""

    @property
    @abstractmethod
    def violations(self) -> list[str]:
        """What the bot did against Discord's rules since it started or they were cleared."""

    @abstractmethod
    def clear_violations(self) -> None: ...

    # -- what members change

    @abstractmethod
    def set_locale(self, member: str, locale: str) -> None: ...

    @abstractmethod
    def set_deadline(self, seconds: float) -> None:
        """From now on a first response is due so many seconds after its interaction."""

    @abstractmethod
    async def join_guild(self, key: str) -> None:
        """Add the bot to a new server with a channel ``general``, which it is told of."""

    @abstractmethod
    async def bot_loses(
        self, permission: str, channel: str = "general", guild: str | None = None
    ) -> None:
        """Take a permission (``send_messages``) from the bot in one channel, until `restore`."""

    @abstractmethod
    async def restore(self) -> None:
        """Undo faults, lost permissions and locales."""


def _texts(message: Json) -> Iterator[str]:
    yield message["content"]
    for embed in message["embeds"]:
        yield (embed.get("author") or {}).get("name") or ""
        yield embed.get("title") or ""
        yield embed.get("description") or ""
        for one in embed.get("fields") or []:
            yield one["name"]
            yield one["value"]
        yield (embed.get("footer") or {}).get("text") or ""
    for component in walk(message["components"]):
        if component["type"] == TEXT:
            yield component["content"]


def _holders(message: Json) -> Iterator[Json]:
    for component in walk(message["components"]):
        if component["type"] == THUMBNAIL:
            yield component
        elif component["type"] == GALLERY:
            yield from component["items"]
    for embed in message["embeds"]:
        for key in ("image", "thumbnail"):
            if embed.get(key):
                yield {"media": embed[key]}


def _label(component: Json) -> str:
    return component.get("label") or (component.get("emoji") or {}).get("name") or ""


def _chosen(
    found: list[tuple[Any, Json]], wanted: str, names: Callable[[Json], list[str]]
) -> list[tuple[Any, Json]]:
    """Those of exactly this name; without any, those whose name holds it in any case."""
    exact = [pair for pair in found if wanted in names(pair[1])]
    return exact or [
        pair for pair in found if any(wanted.lower() in name.lower() for name in names(pair[1])[:1])
    ]
