"""The members' hands: commands, presses, forms and messages, as Discord's client would send them.

What the client or Discord would not let through raises `NotPermittedError` or `RejectedError`;
``bypass`` sends it all the same, to see whether the bot checks for itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.discord_server import interactions, limits
from tests.discord_server.interactions import Interaction
from tests.discord_server.permissions import BITS
from tests.discord_server.server import DiscordServer
from tests.discord_server.world import REPLY, Channel, Message, Role, User, mentioned, walk

STRING, INTEGER, BOOLEAN, USER, CHANNEL, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 10, 11
SUBCOMMANDS = frozenset({1, 2})
ROLE_MENU, CHANNEL_MENU, FILES = 6, 8, 19  # components
Store = Callable[[str, bytes], str]  # keeps a file, and gives its id


class NotPermittedError(Exception):
    """Discord would not let this member run this command here."""


class RejectedError(Exception):
    """Discord's client would not send this."""


class Members:
    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.world = server.world

    # -- commands

    def command(self, name: str, kind: int = 1) -> dict[str, Any]:
        """A registered command. Raises RejectedError for another name."""
        for command in self.server.rest.commands[None]:
            if command["name"] == name and command["type"] == kind:
                return command
        raise RejectedError(f"no command {name!r} is registered")

    def run(
        self,
        path: str,
        options: Mapping[str, Any],
        *,
        user: User,
        channel: Channel,
        user_install: bool = False,
        locale: str | None = None,
        bypass: bool = False,
        focused: str | None = None,
    ) -> Interaction:
        """Send ``/ask`` or ``/corpus reindex``; with ``focused``, what is typed into that option."""
        words = path.lstrip("/").split()
        command = self.command(words[0])
        parts, chain = command.get("options") or [], []
        for word in words[1:]:
            part = next((p for p in parts if p["name"] == word and p["type"] in SUBCOMMANDS), None)
            if part is None:
                raise RejectedError(f"{path}: no subcommand {word!r}")
            chain.append(part)
            parts = part.get("options") or []
        if any(part["type"] in SUBCOMMANDS for part in parts):
            raise RejectedError(f"{path} is a group of commands")
        refusal = self.refusal(command, user, channel, user_install=user_install)
        if refusal and not bypass:
            raise NotPermittedError(f"{path} for {user.key}: {refusal}")
        resolved: dict[str, Any] = {}
        given = self._options(parts, options, resolved, bypass=bypass, focused=focused)
        for part in reversed(chain):
            given = [{"name": part["name"], "type": part["type"], "options": given}]
        data = {"id": command["id"], "name": command["name"], "type": 1, "options": given}
        if resolved:
            data["resolved"] = resolved
        kind = interactions.AUTOCOMPLETE if focused else interactions.COMMAND
        made = self._interaction(kind, user, channel, data, user_install, locale)
        self.server.send(made)
        return made

    def menu(
        self,
        name: str,
        target: Message,
        *,
        user: User,
        locale: str | None = None,
        bypass: bool = False,
    ) -> Interaction:
        """Send a message command."""
        command = self.command(name, kind=3)
        refusal = self.refusal(command, user, target.channel)
        if refusal and not bypass:
            raise NotPermittedError(f"{name} for {user.key}: {refusal}")
        if not target.visible_to(user) and not bypass:
            raise RejectedError(f"{user.key} can't see this message")
        data = {
            "id": command["id"],
            "name": name,
            "type": 3,
            "target_id": str(target.id),
            "resolved": {"messages": {str(target.id): target.json()}},
        }
        made = self._interaction(interactions.COMMAND, user, target.channel, data, False, locale)
        self.server.send(made)
        return made

    def refusal(
        self,
        command: Mapping[str, Any],
        user: User,
        channel: Channel,
        *,
        user_install: bool = False,
    ) -> str:
        """Why Discord doesn't offer this command to this member here; "" when it does."""
        installs = command.get("integration_types") or [0]
        if int(user_install) not in installs:
            return f"the application is installed for {installs} only"
        probe = Interaction(2, user, channel, self.world.bot, {}, user_install=user_install)
        contexts = command.get("contexts")
        if contexts is not None and probe.context not in contexts:
            return f"contexts are {contexts}, this is {probe.context}"
        if channel.guild is None:
            return ""
        rights = channel.may(user)
        if rights & BITS["administrator"]:
            return ""
        if not rights & BITS["view_channel"]:
            return "the channel is hidden from this member"
        if not rights & BITS["use_application_commands"]:
            return "no permission to use commands"
        needed = command.get("default_member_permissions")
        if needed is None or user_install:
            return ""
        if int(needed) == 0 or rights & int(needed) != int(needed):
            return f"default_member_permissions are {needed}"
        return ""

    def _options(
        self,
        parts: Sequence[Mapping[str, Any]],
        given: Mapping[str, Any],
        resolved: dict[str, Any],
        *,
        bypass: bool,
        focused: str | None,
    ) -> list[dict[str, Any]]:
        unknown = set(given) - {part["name"] for part in parts}
        if unknown:
            raise RejectedError(
                f"no options {sorted(unknown)}; there are {[p['name'] for p in parts]}"
            )
        made = []
        for part in parts:
            name, value = part["name"], given.get(part["name"])
            if value is None:
                if part.get("required") and not bypass and not focused:
                    raise RejectedError(f"{name} is required")
                continue
            if name == focused:
                if not part.get("autocomplete"):
                    raise RejectedError(f"{name} has no autocomplete")
                option = {"name": name, "type": part["type"], "value": value, "focused": True}
                made.append(option)
                continue
            if not bypass and not focused:
                value = _checked(part, value)
            made.append(
                {"name": name, "type": part["type"], "value": self._value(part, value, resolved)}
            )
        return made

    def _value(self, part: Mapping[str, Any], value: Any, resolved: dict[str, Any]) -> Any:
        kind = part["type"]
        if kind == ATTACHMENT:
            file = self.world.store(*value, ephemeral=True)
            resolved.setdefault("attachments", {})[str(file.id)] = file.json()
            return str(file.id)
        if kind == USER:
            user = self.world.users[value]
            resolved.setdefault("users", {})[str(user.id)] = user.json()
            return str(user.id)
        if kind == CHANNEL:
            channel = self.world.channel(value)
            shown = {**channel.json(), "permissions": str(channel.may(self.world.bot))}
            resolved.setdefault("channels", {})[str(channel.id)] = shown
            return str(channel.id)
        return value

    def _interaction(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: dict[str, Any],
        user_install: bool,
        locale: str | None,
        source: Message | None = None,
        before: Interaction | None = None,
    ) -> Interaction:
        locale = locale or user.locale
        bot = self.world.bot
        return Interaction(kind, user, channel, bot, data, source, before, user_install, locale)

    # -- buttons, menus, forms

    def press(
        self,
        message: Message,
        component: Mapping[str, Any],
        values: Sequence[str] | None = None,
        *,
        user: User,
        locale: str | None = None,
        bypass: bool = False,
    ) -> Interaction:
        """Press a button, or choose these values of a menu; roles and channels by name or id."""
        if not bypass:
            if message.deleted:
                raise RejectedError("the message is gone")
            if not message.visible_to(user):
                raise RejectedError(f"{user.key} can't see this message")
            if component.get("disabled"):
                raise RejectedError("it is disabled")
        if component.get("style") == limits.LINK:
            raise RejectedError("a link sends nothing")
        data: dict[str, Any] = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component.get("id", 0),
        }
        if values is not None:
            low, high = component.get("min_values", 1), component.get("max_values", 1)
            if not bypass and not low <= len(values) <= high:
                raise RejectedError(f"{len(values)} chosen, allowed are {low} to {high}")
            resolved: dict[str, Any] = {}
            data["values"] = [
                self._chosen(component["type"], value, message.channel, resolved)
                for value in values
            ]
            if resolved:
                data["resolved"] = resolved
        install = bool(message.metadata) and "0" not in (message.metadata or {}).get(
            "authorizing_integration_owners", {"0": ""}
        )
        made = self._interaction(
            interactions.COMPONENT, user, message.channel, data, install, locale, source=message
        )
        self.server.send(made)
        return made

    def _chosen(self, kind: int, value: str, channel: Channel, resolved: dict[str, Any]) -> str:
        """The id of a role or channel of the server; any other value as it is."""
        guild = channel.guild
        if guild is None or kind not in (ROLE_MENU, CHANNEL_MENU):
            return value
        there: Sequence[Role | Channel] = guild.roles if kind == ROLE_MENU else guild.channels
        found = next((one for one in there if value in (one.name, str(one.id))), None)
        if found is None:
            return value
        key = "roles" if kind == ROLE_MENU else "channels"
        resolved.setdefault(key, {})[str(found.id)] = found.json()
        return str(found.id)

    def submit(
        self,
        opened: Interaction,
        values: Mapping[str, Any],
        *,
        user: User | None = None,
        locale: str | None = None,
        bypass: bool = False,
    ) -> Interaction:
        """Send the form that ``opened`` opened; fields are named by label or custom_id.

        A field for files takes pairs of a name and bytes.
        """
        modal = opened.modal
        if modal is None:
            raise RejectedError("no form was opened")
        left = dict(values)
        resolved: dict[str, Any] = {}

        def store(name: str, content: bytes) -> str:
            file = self.world.store(name, content, ephemeral=True)
            resolved.setdefault("attachments", {})[str(file.id)] = file.json()
            return str(file.id)

        filled = [_filled(part, left, store, bypass=bypass) for part in modal["components"]]
        if left:
            raise RejectedError(f"the form has no fields {sorted(left)}")
        data = {"custom_id": modal["custom_id"], "components": filled}
        if resolved:
            data["resolved"] = resolved
        made = self._interaction(
            interactions.FORM,
            user or opened.user,
            opened.channel,
            data,
            opened.user_install,
            locale,
            source=opened.source,
            before=opened,
        )
        self.server.send(made)
        return made

    # -- messages

    def say(
        self,
        text: str,
        *,
        user: User,
        channel: Channel,
        reply_to: Message | None = None,
        ping: bool = True,
        files: Sequence[tuple[str, bytes]] = (),
        bypass: bool = False,
    ) -> Message:
        """Post a message; a reply pings its author unless that is switched off."""
        rights = channel.may(user)
        send = BITS["send_messages_in_threads" if channel.is_thread else "send_messages"]
        if not bypass and not (rights & BITS["view_channel"] and rights & send):
            raise RejectedError(f"{user.key} can't write in #{channel.name}")
        message = Message(channel, user, text)
        message.files = [self.world.store(name, data) for name, data in files]
        message.mentions = mentioned(text, [self.world.bot, *self.world.users.values()])
        if reply_to is not None:
            if reply_to.ephemeral:
                raise RejectedError("nobody can reply to an ephemeral message")
            message.type, message.reply_to = REPLY, reply_to
            if ping and reply_to.author not in message.mentions:
                message.mentions.append(reply_to.author)
        self.server.post(message)
        return message

    # -- waiting for what the bot does

    async def follow(self, made: Interaction, *, settle: float, timeout: float) -> bool:  # noqa: ASYNC109
        """Until nothing is owed any more and nothing changed for ``settle`` seconds.

        False when nothing came in time: no response within the deadline, or no content within
        ``timeout`` seconds.
        """
        ends = time.monotonic() + timeout
        overdue = made.sent + self.server.deadline + 0.05

        def ended() -> bool:
            now = time.monotonic()
            if made.callback is None:
                return now > overdue
            quick = made.callback in (interactions.CHOICES, interactions.MODAL)
            return made.complete and (quick or now - made.changed >= settle)

        return await self.server.wait_for(ended, max(ends - time.monotonic(), 0)) and made.complete

    def answers_to(self, message: Message) -> list[Message]:
        """The bot's messages since: in this channel, in a thread of this message, and in the DM."""
        channels = [message.channel]
        guild = message.channel.guild
        if guild is not None:
            channels += [c for c in guild.channels if c.is_thread and c.parent is message.channel]
            channels += [c for c in self.world.dms if c.people == [message.author]]
        found = [
            one
            for channel in channels
            for one in channel.messages.values()
            if one.author is self.world.bot and one.id > message.id and one.metadata is None
        ]
        return sorted((one for one in found if not one.deleted), key=lambda one: one.id)


def _checked(part: Mapping[str, Any], value: Any) -> Any:
    """The value of an option as the client lets it through."""
    name, kind = part["name"], part["type"]
    choices = part.get("choices") or []
    if choices:
        chosen = next((c for c in choices if value in (c["name"], c["value"])), None)
        if chosen is None:
            raise RejectedError(f"{name}: {value!r} is none of the choices")
        return chosen["value"]
    if kind == STRING:
        low, high = part.get("min_length", 0), part.get("max_length", 6000)
        if not low <= len(str(value)) <= high:
            raise RejectedError(
                f"{name}: {len(str(value))} characters, allowed are {low} to {high}"
            )
        return str(value)
    if kind == BOOLEAN and not isinstance(value, bool):
        raise RejectedError(f"{name}: not true or false")
    if kind in (INTEGER, NUMBER):
        low, high = part.get("min_value", -(2**53)), part.get("max_value", 2**53)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise RejectedError(f"{name}: {value!r} is not a number from {low} to {high}")
    return value


def _filled(
    part: Mapping[str, Any], left: dict[str, Any], store: Store, *, bypass: bool
) -> dict[str, Any]:
    """One part of a form with what was put into it; taken out of ``left``."""
    made: dict[str, Any] = {"type": part["type"], "id": part.get("id", 0)}
    if part["type"] == limits.LABEL:
        made["component"] = _field(
            part["component"], str(part["label"]), left, store, bypass=bypass
        )
    elif part["type"] == limits.ROW:
        inner = part["components"][0]
        made["components"] = [_field(inner, str(inner.get("label")), left, store, bypass=bypass)]
    return made


def _field(
    field: Mapping[str, Any], label: str, left: dict[str, Any], store: Store, *, bypass: bool
) -> dict[str, Any]:
    custom = str(field["custom_id"])
    value = left.pop(label, left.pop(custom, None))
    made: dict[str, Any] = {"type": field["type"], "id": field.get("id", 0), "custom_id": custom}
    required = field.get("required", True)
    if field["type"] == limits.TEXT_INPUT:
        text = str(value if value is not None else field.get("value") or "")
        low, high = field.get("min_length") or 0, field.get("max_length") or 4000
        if not bypass and ((required and not text) or (text and not low <= len(text) <= high)):
            raise RejectedError(f"{label}: {len(text)} characters")
        return {**made, "value": text}
    if field["type"] == FILES:
        files = list(value or ())
        low, high = field.get("min_values", 1), field.get("max_values", 1)
        if not bypass and (files or required) and not low <= len(files) <= high:
            raise RejectedError(f"{label}: {len(files)} files, allowed are {low} to {high}")
        return {**made, "values": [store(name, content) for name, content in files]}
    options = field.get("options") or []
    if value is None:
        chosen = [option["value"] for option in options if option.get("default")]
    else:
        wanted = [value] if isinstance(value, str) else list(value)
        chosen = [o["value"] for o in options if o["value"] in wanted or o["label"] in wanted]
        if len(chosen) < len(wanted) and not bypass:
            raise RejectedError(f"{label}: {wanted} not among {[o['label'] for o in options]}")
    if required and not chosen and not bypass:
        raise RejectedError(f"{label} is required")
    if field["type"] == 21:  # a group of radio buttons has one value
        return {**made, "value": chosen[0] if chosen else None}
    return {**made, "values": chosen}


def find(components: Any, wanted: str, kinds: frozenset[int]) -> dict[str, Any] | None:
    """The component of these kinds with this custom_id, label or placeholder."""
    there = [one for one in walk(components) if one.get("type") in kinds]
    for key in ("custom_id", "label", "placeholder"):
        for one in there:
            if one.get(key) == wanted:
                return one
    return None
