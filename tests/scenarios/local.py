"""The driver on `tests.discord_server`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tests.discord_server import interactions, members, world
from tests.discord_server.interactions import Interaction
from tests.discord_server.members import Members
from tests.discord_server.server import DiscordServer
from tests.discord_server.world import Channel, Message
from tests.scenarios.driver import (
    SETTLE,
    TIMEOUT,
    Driver,
    FaultSwitches,
    GatewaySwitches,
    Json,
    NotPermittedError,
    Posted,
    RejectedError,
    Reply,
    Until,
)


class LocalReply(Reply):
    def __init__(
        self,
        driver: LocalDriver,
        member: str,
        made: Interaction | None,
        asked: Message | None = None,
    ) -> None:
        super().__init__(driver, member)
        self._hands = driver.hands
        self.made = made
        self.asked = asked
        self.shown: list[Message] = []  # for a reply that is a message and no more

    def _all(self) -> list[Message]:
        made = self.made
        if made is not None:
            first = made.original if made.original is not made.source or made.updated else None
            return [one for one in (first, *made.follow_ups) if one is not None]
        return self._hands.answers_to(self.asked) if self.asked is not None else self.shown

    def natives(self) -> list[Any]:
        return [one for one in self._all() if not one.deleted and not one.loading]

    def json_of(self, native: Any) -> Json:
        made: Json = native.json()
        return made

    @property
    def acknowledged(self) -> bool:
        return self.made.callback is not None if self.made else bool(self.outcomes)

    @property
    def waiting(self) -> bool:
        return self.made is not None and self.made.callback is not None and not self.made.complete

    @property
    def overdue(self) -> bool:
        began = self.made.sent if self.made else 0.0
        return time.monotonic() > began + self.driver.deadline + 0.05

    @property
    def changed(self) -> float:
        times = [one.changed for one in self.natives()]
        if self.asked is not None:
            times.append(self.asked.changed)
        return max([self.made.changed, *times] if self.made else times, default=0.0)

    @property
    def deferred(self) -> bool:
        deferrals = (interactions.DEFERRED, interactions.DEFERRED_UPDATE)
        return self.made is not None and self.made.callback in deferrals

    @property
    def deleted(self) -> bool:
        return any(one.deleted for one in self._all())

    @property
    def modal_json(self) -> Json | None:
        return self.made.modal if self.made else None

    @property
    def asked_in(self) -> str:
        return "" if self.asked is None else str(self.asked.channel.id)

    @property
    def reactions(self) -> list[str]:
        if self.asked is None:
            return []
        return [emoji for emoji, users in self.asked.reactions.items() if any(u.bot for u in users)]


class LocalFaults(FaultSwitches):
    def __init__(self, server: DiscordServer) -> None:
        self._faults = server.faults

    def status(self, route: str, status: int, *, times: int | None = 1, skip: int = 0) -> None:
        self._faults.status(route, status, times=times, skip=skip)

    def ratelimit(
        self,
        route: str,
        retry_after: float = 1.0,
        *,
        times: int | None = 1,
        scope: Literal["user", "shared", "global"] = "user",
    ) -> None:
        self._faults.ratelimit(route, retry_after, times=times, scope=scope)

    def slow(self, route: str, seconds: float, *, times: int | None = 1) -> None:
        self._faults.slow(route, seconds, times=times)

    def reset(self, route: str, *, times: int | None = 1, after: bool = False) -> None:
        self._faults.reset(route, times=times, after=after)

    def truncate(self, route: str, *, times: int | None = 1) -> None:
        self._faults.truncate(route, times=times)

    def malformed(self, route: str, *, times: int | None = 1) -> None:
        self._faults.malformed(route, times=times)

    def clear(self) -> None:
        self._faults.clear()


class LocalGateway(GatewaySwitches):
    def __init__(self, driver: LocalDriver) -> None:
        self._driver = driver
        self._gateway = driver.server.gateway

    async def drop(self, code: int = 4000) -> None:
        await self._back(self._gateway.drop(code))

    async def reconnect(self) -> None:
        await self._back(self._gateway.reconnect())

    async def invalidate(self, *, resumable: bool = False) -> None:
        await self._back(self._gateway.invalidate(resumable=resumable))

    def duplicate(self, event: str, extra: int = 1) -> None:
        self._gateway.duplicates[event] = extra

    def seen(self) -> tuple[int, int]:
        return self._gateway.seen["identify"], self._gateway.seen["resumed"]

    async def _back(self, fault: Any) -> None:
        before = sum(self.seen())
        await self._driver.run(fault)
        await self._driver.until(lambda: sum(self.seen()) > before and self._gateway.connected)


class LocalDriver(Driver):
    name = "local"

    server: DiscordServer
    hands: Members

    async def _open(self) -> dict[str, str]:
        self.server = DiscordServer(deadline=self.deadline)
        self.hands = Members(self.server)
        self.faults = LocalFaults(self.server)
        self.gateway = LocalGateway(self)
        self._lost: list[tuple[Channel, list[dict[str, Any]]]] = []
        await self.server.__aenter__()
        return self.server.environment()

    async def _close(self) -> None:
        await self.server.__aexit__()

    def _ready(self) -> bool:
        return self.server.gateway.connected and bool(self.server.rest.commands[None])

    # -- what members do

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
        async def send() -> Interaction:
            return self.hands.run(
                path,
                {**(options or {}), **named},
                user=self._user(member),
                channel=self._place(member, guild, channel, dm),
                user_install=user_install,
                locale=locale,
                bypass=bypass,
            )

        return await self._interact(send, member, until)

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
        words = path.split()

        async def send() -> Interaction:
            return self.hands.run(
                " ".join(words[:-1]),
                {**(options or {}), **named, words[-1]: typed},
                user=self._user(member),
                channel=self._place(member, guild, channel, dm),
                locale=locale,
                focused=words[-1],
            )

        made: Interaction = await self._guarded(send)
        await self.run(self.hands.follow(made, settle=0, timeout=TIMEOUT))
        assert made.choices is not None, "autocomplete was not answered"
        return [(choice["name"], choice["value"]) for choice in made.choices]

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
        async def send() -> Message:
            target = None if reply_to is None else self._message(reply_to)
            place = target.channel if target else self._place(member, guild, channel, dm)
            return self.hands.say(text, user=self._user(member), channel=place, reply_to=target)

        reply = LocalReply(self, member, None, await self._guarded(send))

        def ended() -> bool:
            if until is not None:
                return bool(until(reply))
            return bool(reply.outcomes) and time.monotonic() - reply.changed >= SETTLE

        await self.run(self.server.wait_for(ended, TIMEOUT if expect else 1.0))
        return reply

    async def post(
        self,
        text: str,
        *,
        member: str = "ordinary",
        guild: str | None = None,
        channel: str = "general",
        dm: bool = False,
    ) -> Posted:
        async def send() -> Message:
            place = self._place(member, guild, channel, dm)
            return self.hands.say(text, user=self._user(member), channel=place)

        return Posted(member, await self._guarded(send))

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
        async def send() -> Interaction:
            target, user = self._message(message), self._user(member)
            return self.hands.menu(name, target, user=user, locale=locale, bypass=bypass)

        return await self._interact(send, member, until)

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
        async def send() -> Interaction:
            return self.hands.press(
                native, component, values, user=self._user(member), bypass=bypass
            )

        return await self._interact(send, member, until)

    async def submit(
        self,
        opened: Reply,
        values: Mapping[str, Any],
        *,
        member: str | None = None,
        bypass: bool = False,
    ) -> Reply:
        assert isinstance(opened, LocalReply)
        made = opened.made
        assert made is not None

        async def send() -> Interaction:
            user = self._user(member) if member else None
            return self.hands.submit(made, values, user=user, bypass=bypass)

        return await self._interact(send, member or opened.member, None)

    async def delete(self, message: Posted | Reply) -> None:
        async def remove() -> None:
            self.server.delete_message(self._message(message))

        await self.run(remove())

    async def _interact(self, send: Any, member: str, until: Until | None) -> Reply:
        made: Interaction = await self._guarded(send)
        reply = LocalReply(self, member, made)
        await self.follow(reply, until)
        return reply

    async def _guarded(self, send: Any) -> Any:
        try:
            return await self.run(send())
        except members.NotPermittedError as error:
            raise NotPermittedError(str(error)) from None
        except members.RejectedError as error:
            raise RejectedError(str(error)) from None

    def _user(self, member: str) -> world.User:
        return self.server.world.users[member]

    def _place(self, member: str, guild: str | None, channel: str, dm: bool) -> Channel:
        there = self.server.world
        return there.dm(self._user(member)) if dm else there.channel(channel, guild)

    def _message(self, which: Posted | Reply) -> Message:
        native = which.native if isinstance(which, Posted) else which.natives()[-1]
        assert isinstance(native, Message)
        return native

    # -- what there is to see

    @property
    def bot_id(self) -> int:
        return self.server.world.bot.id

    def user_id(self, member: str) -> int:
        return self._user(member).id

    def guild_id(self, guild: str = "main") -> int:
        return self.server.world.guild(guild).id

    def dms(self, member: str) -> list[Reply]:
        return self._shown(self.server.world.dm(self._user(member)), member)

    def history(self, channel: str = "general", guild: str | None = None) -> list[Reply]:
        return self._shown(self.server.world.channel(channel, guild), "ordinary")

    def _shown(self, channel: Channel, member: str) -> list[Reply]:
        found: list[Reply] = []
        for one in sorted(channel.messages.values(), key=lambda one: one.id):
            if one.author.bot and not one.deleted and one.seen_by is None:
                reply = LocalReply(self, member, None)
                reply.shown = [one]
                found.append(reply)
        return found

    def threads(self, guild: str | None = None) -> list[str]:
        return [c.name for c in self.server.world.guild(guild).channels if c.is_thread]

    def visible_to(self, reply: Reply, member: str) -> bool:
        return any(one.visible_to(self._user(member)) for one in reply.natives())

    def commands(self) -> list[Json]:
        return self.server.rest.commands[None]

    def offered(self, member: str, guild: str | None = None, channel: str = "general") -> list[str]:
        user, place = self._user(member), self.server.world.channel(channel, guild)
        return sorted(
            command["name"]
            for command in self.commands()
            if command["type"] == 1 and not self.hands.refusal(command, user, place)
        )

    def requests(self) -> list[tuple[str, str]]:
        return [(call.method, call.path) for call in list(self.server.rest.calls)]

    def file(self, number: int) -> bytes:
        return self.server.world.files[number].data

    @property
    def violations(self) -> list[str]:
        return [str(one) for one in self.server.violations]

    def clear_violations(self) -> None:
        self.server.violations.clear()

    # -- what members change

    def set_locale(self, member: str, locale: str) -> None:
        self._user(member).locale = locale

    def set_deadline(self, seconds: float) -> None:
        self.deadline = self.server.deadline = seconds

    async def join_guild(self, key: str) -> None:
        async def join() -> None:
            self.server.join_guild(key)

        await self.run(join())

    async def bot_loses(
        self, permission: str, channel: str = "general", guild: str | None = None
    ) -> None:
        async def change() -> None:
            place = self.server.world.channel(channel, guild)
            self._lost.append((place, [dict(one) for one in place.overwrites]))
            self.server.world.deny_bot(place, permission)
            self._tell_of(place)

        await self.run(change())

    async def restore(self) -> None:
        async def change() -> None:
            for place, overwrites in reversed(self._lost):
                place.overwrites = overwrites
                self._tell_of(place)
            self._lost.clear()

        self.faults.clear()
        self.server.gateway.duplicates.clear()
        for user in self.server.world.users.values():
            user.locale = "en-US"
        await self.run(change())

    def _tell_of(self, place: Channel) -> None:
        assert place.guild is not None
        self.server.gateway.dispatch("CHANNEL_UPDATE", place.json(), guild=place.guild.id)
