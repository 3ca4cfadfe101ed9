"""The driver on the simulator beside the repository, in ``../shared/discordsim``.

It was written apart from `tests.discord_server`, and is stricter in places. What it needs beyond
the standard library may be missing: see `missing`.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

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

_SHARED = Path(__file__).parents[3] / "shared"
_NEEDS = {"yaml": "PyYAML", "psutil": "psutil", "zstandard": "zstandard"}
_MESSAGE, _DEFERRED, _DEFERRED_UPDATE = 4, 5, 6  # types of a first response


def missing() -> str:
    """Why the simulator can't run here, "" when it can."""
    if not (_SHARED / "discordsim" / "sim.py").is_file():
        return "the simulator is not beside the repository, in ../shared/discordsim"
    lacking = [name for module, name in _NEEDS.items() if not importlib.util.find_spec(module)]
    return f"the simulator needs {', '.join(lacking)}" if lacking else ""


def _simulator() -> Any:
    """The simulator's package, which ships no types."""
    if str(_SHARED) not in sys.path:
        sys.path.append(str(_SHARED))
    return importlib.import_module("discordsim")


class SimulatorReply(Reply):
    """``made`` is the simulator's interaction, ``asked`` its message of a member."""

    def __init__(
        self, driver: SimulatorDriver, member: str, made: Any = None, asked: Any = None
    ) -> None:
        super().__init__(driver, member)
        self._driver = driver
        self.made = made
        self.asked = asked
        self.shown: list[Any] = []  # for a reply that is a message and no more

    def _all(self) -> list[Any]:
        made = self.made
        if made is not None:
            first = made.original if made.own_original or self._updated() else None
            return [one for one in (first, *made.followups) if one is not None]
        return self._driver.answers_to(self.asked) if self.asked is not None else self.shown

    def _updated(self) -> bool:
        """Whether the message that was pressed on was changed by this."""
        return any(
            step.message is self.made.message and step.op != "deferred update"
            for step in self.made.steps
            if step.message is not None
        )

    def natives(self) -> list[Any]:
        return [one for one in self._all() if not one.deleted and not one.loading]

    def json_of(self, native: Any) -> Json:
        made: Json = native.to_json()
        return made

    @property
    def acknowledged(self) -> bool:
        return bool(self.made.acked) if self.made is not None else bool(self.outcomes)

    @property
    def waiting(self) -> bool:
        return self.made is not None and bool(self.made.acked) and not self.made.complete

    @property
    def overdue(self) -> bool:
        return self.made is not None and bool(self.made.failed)

    @property
    def changed(self) -> float:
        times = [version.at for one in self.natives() for version in one.versions]
        return max([self.made.last_change, *times] if self.made is not None else times, default=0.0)

    @property
    def deferred(self) -> bool:
        return self.made is not None and self.made.callback in (_DEFERRED, _DEFERRED_UPDATE)

    @property
    def deleted(self) -> bool:
        return any(one.deleted for one in self._all())

    @property
    def modal_json(self) -> Json | None:
        return self.made.modal if self.made is not None else None

    @property
    def asked_in(self) -> str:
        return "" if self.asked is None else str(self.asked.channel.id)

    @property
    def reactions(self) -> list[str]:
        if self.asked is None:
            return []
        bot = self._driver.bot_id
        return [emoji for emoji, users in self.asked.reactions.items() if bot in users]


class SimulatorFaults(FaultSwitches):
    def __init__(self, sim: Any) -> None:
        self._faults = sim.faults

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


class SimulatorGateway(GatewaySwitches):
    def __init__(self, driver: SimulatorDriver) -> None:
        self._driver = driver
        self._gateway = driver.sim.gateway

    async def drop(self, code: int = 4000) -> None:
        await self._back(self._gateway.drop(code))

    async def reconnect(self) -> None:
        await self._back(self._gateway.reconnect())

    async def invalidate(self, *, resumable: bool = False) -> None:
        await self._back(self._gateway.invalidate(resumable=resumable))

    def duplicate(self, event: str, extra: int = 1) -> None:
        self._gateway.duplicates[event] = extra

    def seen(self) -> tuple[int, int]:
        return len(self._gateway.identifies), len(self._gateway.resumes)

    async def _back(self, fault: Any) -> None:
        before = sum(self.seen())
        await self._driver.run(fault)
        await self._driver.until(lambda: sum(self.seen()) > before and self._gateway.connected)


class SimulatorDriver(Driver):
    name = "simulator"

    sim: Any

    async def _open(self) -> dict[str, str]:
        package = _simulator()
        self.sim = package.DiscordSim(
            bot_name="Archivist",
            interaction_deadline=self.deadline,
            integration_types=(0, 1),
            disallowed_intents=("members", "presences", "message_content"),
        )
        self._not_permitted, self._rejected = package.NotPermitted, package.SimError
        self._perms = importlib.import_module("discordsim.perms")
        self._lost: list[tuple[Any, list[dict[str, Any]]]] = []
        self._group: Any = None
        self._cleared = 0  # requests until violations were cleared
        for guild in self.sim.world.guilds.values():
            for role in guild.roles.values():
                if role.name == "Moderator":
                    role.permissions |= self._perms.bits("manage_guild")
        await self.sim.start()
        self.faults = SimulatorFaults(self.sim)
        self.gateway = SimulatorGateway(self)
        environment: dict[str, str] = self.sim.env(inherit=False)
        return {name: environment[name] for name in environment if name.startswith("DISCORD_")}

    async def _close(self) -> None:
        await self.sim.stop()

    def _forget_identify(self) -> None:
        self.sim.gateway._identify_times.clear()

    def _ready(self) -> bool:
        return bool(self.sim.gateway.connected and self.sim.rest.commands[None])

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
        def send(**waiting: Any) -> Any:
            return self.sim.slash(
                path,
                options={**(options or {}), **named},
                member=member,
                guild=guild,
                channel=self._channel(channel, guild),
                dm=dm,
                install="user" if user_install else "guild",
                locale=locale,
                bypass_permissions=bypass,
                bypass_validation=bypass,
                **waiting,
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
        async def send() -> Any:
            return await self.sim.autocomplete(
                path,
                typed,
                options={**(options or {}), **named},
                member=member,
                guild=guild,
                channel=self._channel(channel, guild),
                dm=dm,
                locale=locale,
            )

        choices = await self._guarded(send)
        assert choices.result.interaction.choices is not None, "autocomplete was not answered"
        return [(choice["name"], choice["value"]) for choice in choices]

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
        posted = await self._say(text, member, guild, channel, dm, reply_to)
        reply = SimulatorReply(self, member, asked=posted)

        def ended() -> bool:
            if until is not None:
                return bool(until(reply))
            return bool(reply.outcomes) and time.monotonic() - reply.changed >= SETTLE

        await self.run(self._wait(ended, TIMEOUT if expect else 1.0))
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
        return Posted(member, await self._say(text, member, guild, channel, dm, None))

    async def _say(
        self,
        text: str,
        member: str,
        guild: str | None,
        channel: str,
        dm: bool,
        reply_to: Reply | Posted | None,
    ) -> Any:
        target = None if reply_to is None else self._message(reply_to)
        if target is not None and target.ephemeral:
            raise RejectedError("nobody can reply to an ephemeral message")
        place = self._channel(channel, guild) if target is None else target.channel

        async def send() -> Any:
            return await self.sim.message(
                text, member=member, guild=guild, channel=place, dm=dm, reply_to=target, wait=False
            )

        return (await self._guarded(send)).message

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
        target = self._message(message)

        def send(**waiting: Any) -> Any:
            return self.sim.context_menu(
                name, target, member=member, locale=locale, bypass_permissions=bypass, **waiting
            )

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
        def send(**waiting: Any) -> Any:
            custom, more = component["custom_id"], {"member": member, "bypass": bypass, **waiting}
            if values is None:
                return self.sim.click(native, custom, **more)
            return self.sim.select(native, custom, *values, **more)

        return await self._interact(send, member, until)

    async def submit(
        self,
        opened: Reply,
        values: Mapping[str, Any],
        *,
        member: str | None = None,
        bypass: bool = False,
    ) -> Reply:
        assert isinstance(opened, SimulatorReply)
        results = importlib.import_module("discordsim.results")
        opener = results.InteractionResult(self.sim, opened.made)

        def send(**waiting: Any) -> Any:
            return self.sim.submit_modal(
                opener, dict(values), member=member, bypass=bypass, **waiting
            )

        return await self._interact(send, member or opened.member, None)

    async def delete(self, message: Posted | Reply) -> None:
        await self.run(self.sim.delete(self._message(message)))

    async def _interact(self, send: Any, member: str, until: Until | None) -> Reply:
        async def work() -> Any:
            return await send(wait=None)

        reply = SimulatorReply(self, member, (await self._guarded(work)).interaction)
        await self.follow(reply, until)
        return reply

    async def _guarded(self, send: Any) -> Any:
        try:
            return await self.run(send())
        except self._not_permitted as error:
            raise NotPermittedError(str(error)) from None
        except self._rejected as error:
            raise RejectedError(str(error)) from None

    def _channel(self, name: str, guild: str | None) -> Any:
        if name != "group":
            return self._newest(name, guild)
        if self._group is None:
            people = [self.sim.user(key) for key in ("ordinary", "second")]
            self._group = self.sim.world.group_dm(people)
        return self._group

    def _newest(self, name: str, guild: str | None) -> Any:
        channels = [c for c in self.sim.guild(guild).channels.values() if c.name == name]
        if not channels:
            raise KeyError(name)
        return max(channels, key=lambda c: c.id)

    def _message(self, which: Posted | Reply) -> Any:
        return which.native if isinstance(which, Posted) else which.natives()[-1]

    def answers_to(self, asked: Any) -> list[Any]:
        """The bot's messages since: in that channel, in its threads, and in the member's DM."""
        channels = [
            asked.channel,
            *(c for c in self.sim.threads if c.parent_id == asked.channel.id),
        ]
        if asked.guild is not None:
            channels.append(self.sim.dm(asked.author))
        found = [
            one
            for channel in channels
            for one in list(channel.messages.values())
            if one.author.id == self.bot_id and one.id > asked.id and one.interaction is None
        ]
        return sorted((one for one in found if not one.deleted), key=lambda one: one.id)

    # -- what there is to see

    @property
    def bot_id(self) -> int:
        return int(self.sim.world.bot.id)

    def user_id(self, member: str) -> int:
        return int(self.sim.user(member).id)

    def guild_id(self, guild: str = "main") -> int:
        return int(self.sim.guild(guild).id)

    def dms(self, member: str) -> list[Reply]:
        return self._shown(self.sim.dm(member), member)

    def history(self, channel: str = "general", guild: str | None = None) -> list[Reply]:
        return self._shown(self._channel(channel, guild), "ordinary")

    def _shown(self, channel: Any, member: str) -> list[Reply]:
        found: list[Reply] = []
        for one in sorted(channel.messages.values(), key=lambda one: one.id):
            if one.author.bot and not one.deleted and one.ephemeral_to is None:
                reply = SimulatorReply(self, member)
                reply.shown = [one]
                found.append(reply)
        return found

    def threads(self, guild: str | None = None) -> list[str]:
        channels = self.sim.guild(guild).channels.values()
        return [c.name for c in sorted(channels, key=lambda c: c.id) if c.is_thread]

    def visible_to(self, reply: Reply, member: str) -> bool:
        user = self.sim.user(member)

        def sees(message: Any) -> bool:
            guild = message.channel.guild
            if not message.visible_to(user):
                return False
            if guild is None:
                return user in message.channel.recipients
            if user.id not in guild.members:
                return False
            rights = guild.members[user.id].permissions_in(message.channel)
            return bool(self._perms.has(rights, "view_channel"))

        return any(sees(message) for message in reply.natives())

    def commands(self) -> list[Json]:
        return list(self.sim.rest.commands[None].values())

    def offered(self, member: str, guild: str | None = None, channel: str = "general") -> list[str]:
        paths = self.sim.visible_commands(member, guild=guild, channel=channel)
        return sorted({path[1:].split()[0] for path in paths if path.startswith("/")})

    def requests(self) -> list[tuple[str, str]]:
        return [(one.method, one.path) for one in list(self.sim.requests)]

    def file(self, number: int) -> bytes:
        data: bytes = self.sim.world.attachments[number].data
        return data

    @property
    def violations(self) -> list[str]:
        """A response repeated because a fault took the answer to the first is no mistake."""
        repeated = any(request.faults for request in self.sim.requests[self._cleared :])
        found = [one for one in self.sim.violations if not (repeated and one.code == "40060")]
        return [str(one) for one in found]

    def clear_violations(self) -> None:
        self.sim.findings.clear()
        self._cleared = len(self.sim.requests)

    # -- what members change

    def set_locale(self, member: str, locale: str) -> None:
        self.sim.user(member).locale = locale

    def set_deadline(self, seconds: float) -> None:
        self.deadline = self.sim.interaction_deadline = seconds

    async def join_guild(self, key: str) -> None:
        async def join() -> None:
            self.sim.join_guild(f"Server {key}", key=key)

        await self.run(join())

    async def bot_loses(
        self, permission: str, channel: str = "general", guild: str | None = None
    ) -> None:
        deny = self._perms.bits(permission)

        async def change() -> None:
            place = self._channel(channel, guild)
            self._lost.append((place, [dict(one) for one in place.overwrites]))
            mine: Json = {"id": str(self.bot_id), "type": 1, "allow": "0", "deny": "0"}
            for one in place.overwrites:
                if one["id"] == mine["id"]:
                    mine = one
            if mine not in place.overwrites:
                place.overwrites.append(mine)
            mine["deny"] = str(int(mine["deny"]) | deny)
            mine["allow"] = str(int(mine["allow"]) & ~deny)
            self._tell_of(place)

        await self.run(change())

    async def restore(self) -> None:
        async def change() -> None:
            for place, overwrites in reversed(self._lost):
                place.overwrites = overwrites
                self._tell_of(place)
            self._lost.clear()

        self.faults.clear()
        self.sim.gateway.duplicates.clear()
        for user in self.sim.world.users.values():
            user.locale = "en-US"
        await self.run(change())

    def _tell_of(self, place: Any) -> None:
        self.sim.gateway.dispatch("CHANNEL_UPDATE", place.to_json(), guild_id=place.guild.id)
