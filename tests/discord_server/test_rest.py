"""The server refuses what Discord refuses, and does the rest as Discord does."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.discord_server.client import Client
from tests.discord_server.interactions import Interaction
from tests.discord_server.members import Members, NotPermittedError, RejectedError
from tests.discord_server.server import DiscordServer
from tests.discord_server.world import COMPONENTS_V2, EPHEMERAL, LOADING, Message, overwrite

BUTTON: dict[str, Any] = {"type": 2, "style": 1, "label": "More", "custom_id": "more"}
WITH_BUTTON: dict[str, Any] = {
    "content": "answer",
    "components": [{"type": 1, "components": [BUTTON]}],
}
LABELLED: dict[str, Any] = {
    "title": "Report",
    "custom_id": "report",
    "components": [
        {"type": 18, "label": "Why", "component": {"type": 4, "style": 1, "custom_id": "why"}}
    ],
}


def asked(hands: Members, **options: Any) -> Interaction:
    """A question of the ordinary member in general."""
    world = hands.world
    user, channel = world.users["ordinary"], world.channel("general")
    return hands.run("/ask", {"question": "When?"}, user=user, channel=channel, **options)


def callback(made: Interaction) -> str:
    return f"/interactions/{made.id}/{made.token}/callback"


def webhook(made: Interaction, rest: str = "") -> str:
    return f"/webhooks/{made.bot.id}/{made.token}{rest}"


ORIGINAL = "/messages/@original"


async def answered(
    client: Client, made: Interaction, body: dict[str, Any] | None = None
) -> Message:
    data = WITH_BUTTON if body is None else body
    assert await client.code("POST", callback(made), {"type": 4, "data": data}) == 0
    assert made.original is not None
    return made.original


# -- interactions


async def test_a_wrong_token_is_refused(server: DiscordServer) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": "Bot nobody"}) as session:
        answer = await session.get(server.api_url + "/users/@me")
        assert answer.status == 401


async def test_a_first_response_is_taken_once(client: Client, hands: Members) -> None:
    """A second one is 40060 and a violation."""
    made = asked(hands)
    assert await client.code("POST", callback(made), {"type": 5}) == 0
    assert await client.code("POST", callback(made), {"type": 5}) == 40060
    assert [one.kind for one in client.server.violations] == ["response"]


async def test_a_response_after_the_deadline_is_unknown(client: Client, hands: Members) -> None:
    made = asked(hands)
    made.sent -= client.server.deadline
    assert await client.code("POST", callback(made), {"type": 5}) == 10062


async def test_a_token_ends(client: Client, hands: Members) -> None:
    made = asked(hands)
    await answered(client, made)
    made.sent -= client.server.token_life
    assert await client.code("PATCH", webhook(made, ORIGINAL), {"content": "late"}) == 50027


async def test_before_a_response_there_is_nothing_to_edit(client: Client, hands: Members) -> None:
    assert await client.code("PATCH", webhook(asked(hands), ORIGINAL), {"content": "x"}) == 10015


async def test_a_deferral_waits_until_it_is_edited(client: Client, hands: Members) -> None:
    made = asked(hands)
    status, answer = await client.ask("POST", callback(made), {"type": 5}, with_response="1")
    assert status == 200
    assert answer["interaction"]["response_message_loading"]
    assert made.original is not None
    assert made.original.flags & LOADING
    assert not made.complete
    status, message = await client.ask("PATCH", webhook(made, ORIGINAL), {"content": "done"})
    assert (status, message["content"], message["flags"]) == (200, "done", 0)
    assert made.complete


async def test_a_deferral_sets_no_other_flag(client: Client, hands: Members) -> None:
    body = {"type": 5, "data": {"flags": COMPONENTS_V2}}
    assert await client.code("POST", callback(asked(hands)), body) == 50035


async def test_a_follow_up_in_place_of_the_edit_is_noted(client: Client, hands: Members) -> None:
    """It fills the deferral, and Discord calls that deprecated."""
    made = asked(hands)
    await client.ask("POST", callback(made), {"type": 5})
    await client.ask("POST", webhook(made), {"content": "late"})
    assert made.complete
    assert made.follow_ups == []
    assert "deprecated" in str(client.server.violations[0])


async def test_an_ephemeral_answer_has_one_reader(client: Client, hands: Members) -> None:
    message = await answered(client, asked(hands), {"content": "psst", "flags": EPHEMERAL})
    users = hands.world.users
    assert [name for name in users if message.visible_to(users[name])] == ["ordinary"]
    status, _ = await client.ask("GET", f"/channels/{message.channel.id}/messages/{message.id}")
    assert status == 404


async def test_after_a_deferred_update_the_original_is_the_source(
    client: Client, hands: Members
) -> None:
    source = await answered(client, asked(hands))
    pressed = hands.press(
        source, source.components[0]["components"][0], user=hands.world.users["second"]
    )
    assert await client.code("POST", callback(pressed), {"type": 6}) == 0
    assert await client.code("PATCH", webhook(pressed, ORIGINAL), {"content": "page 2"}) == 0
    assert source.content == "page 2"


async def test_deleting_the_original_after_an_update_deletes_the_source(
    client: Client, hands: Members
) -> None:
    source = await answered(client, asked(hands))
    pressed = hands.press(
        source, source.components[0]["components"][0], user=hands.world.users["second"]
    )
    await client.ask("POST", callback(pressed), {"type": 6})
    assert await client.code("DELETE", webhook(pressed, ORIGINAL)) == 0
    assert source.deleted


@pytest.mark.parametrize("kind", [6, 7, 8])
async def test_a_command_takes_no_such_response(client: Client, hands: Members, kind: int) -> None:
    body = {"type": kind, "data": {"choices": []} if kind == 8 else {}}
    assert await client.code("POST", callback(asked(hands)), body) == 50035


async def test_autocomplete_takes_choices_alone(client: Client, hands: Members) -> None:
    made = hands.run(
        "/ask",
        {"document": "lo"},
        user=hands.world.users["ordinary"],
        channel=hands.world.channel("general"),
        focused="document",
    )
    assert await client.code("POST", callback(made), {"type": 4, "data": {"content": "x"}}) == 50035
    choices = [{"name": "log", "value": "log"}]
    assert await client.code("POST", callback(made), {"type": 8, "data": {"choices": choices}}) == 0
    assert made.choices == choices


async def test_a_form_is_filled_and_answered_by_no_form(client: Client, hands: Members) -> None:
    opener = asked(hands)
    assert await client.code("POST", callback(opener), {"type": 9, "data": LABELLED}) == 0
    sent = hands.submit(opener, {"Why": "It is wrong"})
    assert sent.data["components"][0]["component"]["value"] == "It is wrong"
    assert await client.code("POST", callback(sent), {"type": 9, "data": LABELLED}) == 50035


async def test_a_user_install_has_five_follow_ups(client: Client, hands: Members) -> None:
    made = asked(hands, user_install=True)
    await answered(client, made)
    codes = [await client.code("POST", webhook(made), {"content": "more"}) for _ in range(6)]
    assert codes == [0, 0, 0, 0, 0, 40094]


@pytest.mark.usefixtures("client")
async def test_an_interaction_tells_what_discord_tells(hands: Members) -> None:
    told = asked(hands).json()
    assert told["context"] == 0
    assert told["authorizing_integration_owners"] == {"0": told["guild_id"]}
    assert told["attachment_size_limit"] == 10 * 1024 * 1024
    assert int(told["member"]["permissions"]) & 1 << 11
    assert {"locale", "guild_locale", "app_permissions", "entitlements"} <= told.keys()


# -- what the client lets through


@pytest.mark.usefixtures("client")
async def test_default_permissions_hide_a_command(hands: Members) -> None:
    """``bypass`` sends it, as a server may that overrides them."""
    users, channel = hands.world.users, hands.world.channel("general")
    with pytest.raises(NotPermittedError):
        hands.run("/tidy", {}, user=users["ordinary"], channel=channel)
    hands.run("/tidy", {}, user=users["moderator"], channel=channel)
    hands.run("/tidy", {}, user=users["ordinary"], channel=channel, bypass=True)


@pytest.mark.usefixtures("client")
async def test_rights_do_not_travel_between_servers(hands: Members) -> None:
    with pytest.raises(NotPermittedError):
        hands.run(
            "/tidy",
            {},
            user=hands.world.users["admin"],
            channel=hands.world.channel("general", "other"),
        )


@pytest.mark.usefixtures("client")
async def test_a_hidden_channel_offers_nothing(hands: Members) -> None:
    with pytest.raises(NotPermittedError):
        hands.run(
            "/ask",
            {"question": "?"},
            user=hands.world.users["second"],
            channel=hands.world.channel("staff"),
        )


async def test_nobody_presses_what_they_cannot_see(client: Client, hands: Members) -> None:
    message = await answered(client, asked(hands), {**WITH_BUTTON, "flags": EPHEMERAL})
    button = message.components[0]["components"][0]
    with pytest.raises(RejectedError):
        hands.press(message, button, user=hands.world.users["second"])


@pytest.mark.usefixtures("client")
async def test_a_required_option_is_asked_for(hands: Members) -> None:
    with pytest.raises(RejectedError):
        hands.run(
            "/ask", {}, user=hands.world.users["second"], channel=hands.world.channel("general")
        )


# -- messages


def messages(server: DiscordServer, channel: str = "general", guild: str = "main") -> str:
    return f"/channels/{server.world.channel(channel, guild).id}/messages"


async def test_without_the_permission_no_message_is_sent(client: Client) -> None:
    path = messages(client.server, "read-only")
    assert await client.code("POST", path, {"content": "x"}) == 50013
    assert [one.kind for one in client.server.violations] == ["permission"]


async def test_a_channel_that_the_bot_cannot_see_is_closed(client: Client) -> None:
    channel = client.server.world.channel("general")
    channel.overwrites.append(overwrite(client.server.world.bot.id, deny=1 << 10, member=True))
    assert await client.code("POST", messages(client.server), {"content": "x"}) == 50001


async def test_the_staff_channel_is_open_to_the_bot(client: Client) -> None:
    assert await client.code("POST", messages(client.server, "staff"), {"content": "x"}) == 0


async def test_a_member_may_take_no_messages(client: Client, server: DiscordServer) -> None:
    user = server.world.users["second"]
    server.world.dm(user).closed_to_bot = True
    _, dm = await client.ask("POST", "/users/@me/channels", {"recipient_id": str(user.id)})
    assert await client.code("POST", f"/channels/{dm['id']}/messages", {"content": "x"}) == 50007


async def test_a_nonce_sends_once(client: Client) -> None:
    body = {"content": "x", "nonce": "n1", "enforce_nonce": True}
    path = messages(client.server)
    _, first = await client.ask("POST", path, body)
    _, second = await client.ask("POST", path, body)
    assert first["id"] == second["id"]


async def test_a_message_of_another_is_not_edited(client: Client, hands: Members) -> None:
    said = hands.say(
        "hello", user=hands.world.users["second"], channel=hands.world.channel("general")
    )
    path = f"{messages(client.server)}/{said.id}"
    assert await client.code("PATCH", path, {"content": "x"}) == 50005
    assert await client.code("DELETE", path) == 50013


async def test_a_reply_carries_the_message(client: Client, hands: Members) -> None:
    said = hands.say(
        "hello", user=hands.world.users["second"], channel=hands.world.channel("general")
    )
    body = {"content": "hi", "message_reference": {"message_id": str(said.id)}}
    _, reply = await client.ask("POST", messages(client.server), body)
    assert reply["type"] == 19
    assert reply["referenced_message"]["id"] == str(said.id)
    assert [user["id"] for user in reply["mentions"]] == [str(said.author.id)]


async def test_allowed_mentions_decide_who_is_pinged(client: Client, hands: Members) -> None:
    second = hands.world.users["second"]
    body: dict[str, Any] = {"content": f"<@{second.id}> @everyone"}
    _, loud = await client.ask("POST", messages(client.server), body)
    body["allowed_mentions"] = {"parse": []}
    _, quiet = await client.ask("POST", messages(client.server), body)
    assert [len(loud["mentions"]), len(quiet["mentions"])] == [1, 0]


async def test_components_v2_stay(client: Client) -> None:
    """Content beside them is refused in a later edit, too."""
    body = {"flags": COMPONENTS_V2, "components": [{"type": 10, "content": "x"}]}
    _, made = await client.ask("POST", messages(client.server), body)
    path = f"{messages(client.server)}/{made['id']}"
    assert await client.code("PATCH", path, {"content": "x"}) == 50035
    assert await client.code("PATCH", path, {"components": [{"type": 10, "content": "y"}]}) == 0


async def test_files_are_kept_referenced_and_dropped(client: Client) -> None:
    """A PATCH that lists attachments drops the others (FACTS, 6)."""
    body = {
        "flags": COMPONENTS_V2,
        "attachments": [{"id": "0", "filename": "a.png", "description": "a chart"}],
        "components": [{"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}],
    }
    path = messages(client.server)
    _, made = await client.ask("POST", path, body, files={"a.png": b"png"})
    url = made["components"][0]["items"][0]["media"]["url"]
    assert url == made["attachments"][0]["url"]
    assert made["attachments"][0]["description"] == "a chart"
    answer = await client.session.get(url)
    assert await answer.read() == b"png"
    edit = {"attachments": [], "components": [{"type": 10, "content": "gone"}]}
    _, made = await client.ask("PATCH", f"{path}/{made['id']}", edit)
    assert made["attachments"] == []


async def test_a_file_that_nothing_shows_is_taken_and_noted(client: Client) -> None:
    """Discord takes it and shows it to nobody (FACTS, 9)."""
    body = {
        "flags": COMPONENTS_V2,
        "attachments": [{"id": "0", "filename": "a.txt"}],
        "components": [{"type": 10, "content": "here is the file"}],
    }
    status, _ = await client.ask("POST", messages(client.server), body, files={"a.txt": b"x"})
    assert status == 200
    assert "shown by no component" in str(client.server.violations[0])


async def test_a_thread_has_the_id_of_its_message(client: Client) -> None:
    _, made = await client.ask("POST", messages(client.server), {"content": "x"})
    path = f"{messages(client.server)}/{made['id']}/threads"
    status, thread = await client.ask("POST", path, {"name": "More"})
    assert (status, thread["id"]) == (201, made["id"])
    assert await client.code("POST", path, {"name": "Again"}) == 160004
    assert (
        await client.code("POST", f"/channels/{thread['id']}/messages", {"content": "in it"}) == 0
    )


async def test_a_reaction_is_an_emoji(client: Client, hands: Members) -> None:
    said = hands.say(
        "hello", user=hands.world.users["second"], channel=hands.world.channel("general")
    )
    path = f"{messages(client.server)}/{said.id}/reactions"
    assert await client.code("PUT", f"{path}/%F0%9F%91%8D/@me") == 0
    assert list(said.reactions) == ["👍"]
    assert await client.code("PUT", f"{path}/thumb/@me") == 10014


@pytest.mark.shared
async def test_what_the_description_forbids_is_refused(client: Client) -> None:
    """Only openapi.json says that ``tts`` is true or false."""
    assert (
        await client.code("POST", messages(client.server), {"content": "x", "tts": "loud"}) == 50035
    )


# -- commands


async def test_commands_keep_their_ids(client: Client) -> None:
    """And their versions, unless they change."""
    path = f"/applications/{client.server.world.bot.id}/commands"
    _, before = await client.ask("GET", path)
    changed = {"name": "ask", "type": 1, "description": "Ask again"}
    _, after = await client.ask("PUT", path, [changed, {"name": "Ask about this", "type": 3}])
    old = {one["name"]: one for one in before}
    assert after[0]["id"] == old["ask"]["id"]
    assert after[0]["version"] != old["ask"]["version"]
    assert after[1]["version"] == old["Ask about this"]["version"]


# -- faults


async def test_a_route_fails_as_often_as_told(client: Client, server: DiscordServer) -> None:
    server.faults.status("GET /users/*", 503, times=2, skip=1)
    statuses = [(await client.ask("GET", "/users/@me"))[0] for _ in range(4)]
    assert statuses == [200, 503, 503, 200]


@pytest.mark.parametrize("via", [True, False])
async def test_a_rate_limit_bears_via_or_not(
    client: Client, server: DiscordServer, via: bool
) -> None:
    server.faults.ratelimit("*", 0.5, via=via)
    answer = await client.session.get(server.api_url + "/users/@me")
    assert answer.status == 429
    assert ("Via" in answer.headers) is via
    assert float(answer.headers["Retry-After"]) == 0.5


async def test_a_global_limit_spares_interactions(client: Client, hands: Members) -> None:
    """Until it is over everything else is refused."""
    client.server.faults.ratelimit("*", 30, scope="global")
    statuses = [(await client.ask("GET", "/users/@me"))[0] for _ in range(2)]
    assert statuses == [429, 429]
    assert await client.code("POST", callback(asked(hands)), {"type": 5}) == 0


@pytest.mark.parametrize("after", [False, True])
async def test_a_cut_connection_may_have_had_its_effect(
    client: Client, hands: Members, after: bool
) -> None:
    """What the bot repeats then is no violation."""
    made = asked(hands)
    client.server.faults.reset("POST /interactions/*", after=after)
    with pytest.raises(aiohttp.ClientError):
        await client.ask("POST", callback(made), {"type": 5})
    assert (made.callback is not None) is after
    assert await client.code("POST", callback(made), {"type": 5}) == (40060 if after else 0)
    assert client.server.violations == []


async def test_broken_answers_are_broken(client: Client, server: DiscordServer) -> None:
    server.faults.malformed("*")
    with pytest.raises(ValueError, match="Expecting"):
        await client.ask("GET", "/users/@me")
    server.faults.truncate("*")
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.ask("GET", "/users/@me")


async def test_a_slow_answer_comes(client: Client, server: DiscordServer) -> None:
    fault = server.faults.slow("*", 0.05)
    assert (await client.ask("GET", "/users/@me"))[0] == 200
    assert fault.hits == 1


async def test_another_address_is_a_violation(client: Client, server: DiscordServer) -> None:
    assert await client.code("GET", "/stickers/1") == 0  # its code
    assert server.violations[0].kind == "route"
